"""A turn as server-sent events.

What is recorded has ids, ``<turn>.<event>``, which are a function of the journal: a client that comes
back with the last one it saw goes on after it, and misses and doubles nothing. What is streamed while a
turn is being played is a performance: it has no ids, for the turn may still be called off, and a client
that loses it reads the recorded turn instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi.sse import ServerSentEvent
from pydantic import BaseModel, Field

from pocket_portals.rules.state import Phase, Speech, Voice
from pocket_portals.session.journal import Step
from pocket_portals.session.ports import Decided, Heard, Signal, Spoken, Words
from pocket_portals.session.reading import Passage, read
from pocket_portals.session.transcript import LABELS, entry_of, understood
from pocket_portals.web.models import Line, Option, Problem, Session, options_of

_ID = re.compile(r"(\d{1,9})\.(\d{1,6})")


class Routing(BaseModel):
    """What the player's words were taken to mean, and the phase the turn is played in."""

    turn: int
    action: str
    understood: str
    phase: Phase


class Start(BaseModel):
    """A voice begins to speak."""

    turn: int
    voice: Voice
    speaker: str
    instead: bool = Field(default=False, description="what was begun before it is taken back")


class Chunk(BaseModel):
    """The next words of a voice."""

    turn: int
    voice: Voice
    speaker: str
    text: str


class Said(Chunk):
    """All that a voice said."""


class Told(Line):
    """A roll of dice, or what changed."""

    turn: int


class Offered(BaseModel):
    """The deeds offered after a turn."""

    turn: int
    choices: list[Option]


class Standing(BaseModel):
    """The session after a turn."""

    turn: int
    session: Session


class Complete(BaseModel):
    """The turn is saved."""

    turn: int
    revision: int
    took_back_to: int | None
    completed: bool


def recorded(step: Step) -> Iterator[ServerSentEvent]:
    """A saved turn, event by event."""
    turn = step.turn
    number = turn.number

    def told() -> Iterator[tuple[str, BaseModel]]:
        meant = understood(turn.intent) if turn.intent else ""
        yield "routing", Routing(turn=number, action=turn.action, understood=meant, phase=step.before.phase)
        for part in read(step.before, turn):
            if isinstance(part, Passage):
                yield from _speech(number, part.speech)
            elif entry := entry_of(part.event, part.state):
                yield "dice", Told(turn=number, **Line.of(entry).model_dump())
        yield "choices", Offered(turn=number, choices=options_of(step.after))
        yield "game_state", Standing(turn=number, session=Session.of(step.after))
        yield "complete", _complete(step)

    for index, (event, data) in enumerate(told()):
        yield ServerSentEvent(event=event, data=data, id=f"{number}.{index}")


def resumed(step: Step, last_id: str) -> Iterator[ServerSentEvent]:
    """A saved turn, without what a client that saw ``last_id`` has had of it."""
    turn, seen = place_of(last_id)
    for event in recorded(step):
        _, index = place_of(event.id or "")
        if step.turn.number != turn or index > seen:
            yield event


def place_of(event_id: str) -> tuple[int, int]:
    """The turn and the place in it of an event's id; before everything when it is none."""
    found = _ID.fullmatch(event_id)
    return (int(found[1]), int(found[2])) if found else (-1, -1)


def performed(signal: Signal, turn: int, phase: Phase) -> Iterator[ServerSentEvent]:
    """What a signal of a turn in flight looks like to a client."""
    match signal:
        case Heard(intent):
            meant = understood(intent)
            data = Routing(turn=turn, action=intent.said, understood=meant, phase=phase)
            yield ServerSentEvent(event="routing", data=data)
        case Decided(event, state):
            if entry := entry_of(event, state):
                yield ServerSentEvent(event="dice", data=Told(turn=turn, **Line.of(entry).model_dump()))
        case Words(voice, text, speaker, begins, instead):
            name = speaker or LABELS[voice]
            if begins:
                start = Start(turn=turn, voice=voice, speaker=name, instead=instead)
                yield ServerSentEvent(event="agent_start", data=start)
            if text:  # a speech that ends says so to plain mode, by a text of none
                chunk = Chunk(turn=turn, voice=voice, speaker=name, text=text)
                yield ServerSentEvent(event="agent_chunk", data=chunk)
        case Spoken(speech):
            said = _said(turn, speech)
            yield ServerSentEvent(event="agent_response", data=said)
        case _:
            return


def closing(step: Step) -> Iterator[ServerSentEvent]:
    """The end of a performance: what the record says of the turn's outcome, with the ids it has there."""
    yield from (e for e in recorded(step) if e.event in ("choices", "game_state", "complete"))


def failed(problem: Problem) -> ServerSentEvent:
    """Why a stream ends before its time."""
    return ServerSentEvent(event="error", data=problem)


def _speech(turn: int, speech: Speech) -> Iterator[tuple[str, BaseModel]]:
    said = _said(turn, speech)
    yield "agent_start", Start(turn=turn, voice=said.voice, speaker=said.speaker)
    yield "agent_response", said


def _said(turn: int, speech: Speech) -> Said:
    speaker = speech.speaker or LABELS[speech.voice]
    return Said(turn=turn, voice=speech.voice, speaker=speaker, text=speech.text)


def _complete(step: Step) -> Complete:
    turn = step.turn
    return Complete(
        turn=turn.number,
        revision=turn.revision,
        took_back_to=turn.rewinds_to,
        completed=step.after.adventure_completed,
    )
