"""A saved run, set in type again: the same words in the same order as when they were told."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from pocket_portals.rules.events import RunBegun
from pocket_portals.rules.fold import apply
from pocket_portals.rules.state import GameState
from pocket_portals.session.journal import RunRecord, Turn, living
from pocket_portals.session.reading import Passage, facts, read
from pocket_portals.session.transcript import understood
from pocket_portals.tui import ink
from pocket_portals.tui.leaf import Paragraph
from pocket_portals.tui.rolls import KEPT, Logged, logged
from pocket_portals.tui.wording import Setting

RETIRED = "Enough. You lay it down."  # how ending the adventure reads on the page


class Story(NamedTuple):
    """A living story turn by turn, the state before its last turn, and its last rolls, newest last."""

    turns: list[list[Paragraph]]
    before: GameState | None
    rolls: list[Logged]


def pages(record: RunRecord, setting: Setting) -> Story:
    """The living story of a run from its beginning."""
    story: list[list[Paragraph]] = []
    rolled: deque[tuple[GameState | None, Turn]] = deque(maxlen=KEPT)
    before: GameState | None = None
    state: GameState | None = None
    for turn in living(record.turns):
        before = state
        if turn.rolls:
            rolled.append((before, turn))
        lines, state = told(before, turn, setting)
        story.append(lines)
    happened = (fact for at in rolled for fact in facts(*at))
    rolls = [entry for event, after in happened if (entry := logged(event, after))]
    return Story(story, before, rolls[-KEPT:])


def told(before: GameState | None, turn: Turn, setting: Setting) -> tuple[list[Paragraph], GameState]:
    """One turn as it was shown, and the state after it. ``before`` is None for the first."""
    lines = list(_heard(before, turn))
    for part in read(before, turn):
        if isinstance(part, Passage):
            lines += ink.speech(*part)
        else:
            lines += ink.following(lines, ink.printed(part.event, part.state, setting))
    *_, last = facts(before, turn)
    return lines, last.state


def deed_of(before: GameState | None, turn: Turn) -> str:
    """What the player did, in words: the label where a number was typed."""
    if before is None or not turn.action:
        return ""
    if turn.intent and turn.intent.kind == "retire":
        return RETIRED
    index = turn.intent.choice if turn.intent else None
    if index is not None and index < len(before.current_choices):
        return before.current_choices[index].label
    return turn.action


def deeds(record: RunRecord) -> list[tuple[int, str]]:
    """Every turn of the living story that can be gone back to: its revision and the deed."""
    found: list[tuple[int, str]] = []
    state: GameState | None = None
    for turn in living(record.turns):
        deed = deed_of(state, turn)
        for event in turn.events:
            state = event.state() if isinstance(event, RunBegun) else apply(state, event) if state else None
        if not found or found[-1][0] != turn.revision:
            found.append((turn.revision, deed or "the beginning"))
    return found


def _heard(before: GameState | None, turn: Turn) -> Iterator[Paragraph]:
    if deed := deed_of(before, turn):
        yield ink.deed(deed)
    if turn.intent and (meant := understood(turn.intent)):
        yield ink.echo(meant)
