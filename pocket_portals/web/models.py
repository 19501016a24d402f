"""What goes over the wire. Everything a caller sends is bounded here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from pocket_portals.rules.state import Closure, GameState, Phase, Voice
from pocket_portals.session.access import May
from pocket_portals.session.journal import Step
from pocket_portals.session.run_ids import RUN_ID
from pocket_portals.session.transcript import Entry, entries, stakes, understood

SESSION_ID = f"^{RUN_ID.pattern}$"
MAX_ACTION = 400  # characters
DAY = 86_400  # seconds

SessionId = Annotated[str, Field(pattern=SESSION_ID, max_length=64, examples=["amber-fox-4821"])]
Words = Annotated[str, StringConstraints(max_length=40)]


def _whole(given: object) -> object:
    """JSON knows one kind of number: 3.0 is a whole one."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


Revision = Annotated[int, Field(ge=0), BeforeValidator(_whole)]
Seconds = Annotated[int, Field(ge=60, le=365 * DAY), BeforeValidator(_whole)]


class Asked(BaseModel):
    """Something a caller sends; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewSession(Asked):
    """What the story should be like. All of it may be left out."""

    world: Annotated[str, Field(max_length=40, examples=["ember-road"])] = ""
    name: Annotated[Words, Field(description="the hero's name; without it the innkeeper asks")] = ""
    seed: Annotated[Words, Field(description="the same word and deeds give the same dice")] = ""
    length: Literal["short", "standard", "long"] = "standard"
    expires_in: Seconds | None = Field(default=None, description="seconds the token lasts")


class Deed(Asked):
    """One action: the number of a choice, or the player's own words."""

    session_id: SessionId
    action: str = Field(min_length=1, max_length=MAX_ACTION, examples=["1", "ask Theron about the posts"])
    revision: Revision | None = Field(
        default=None, description="refused with 409 unless the session stands at this revision"
    )


class Undo(Asked):
    """Take back the last turn."""

    revision: Revision | None = None


class NewToken(Asked):
    """A token to be made."""

    may: May = "watch"
    expires_in: Seconds | None = Field(default=None, description="seconds it lasts")


class Token(BaseModel):
    """A token, told this once."""

    session_id: str
    token: str
    may: May


class Option(BaseModel):
    """One of the deeds offered. Its number is a valid action."""

    number: int
    label: str
    stakes: str = ""


class Effort(BaseModel):
    """The quest that is under way."""

    title: str
    pitch: str
    objectives: list[str]
    done: list[bool]


class Session(BaseModel):
    """Where a session stands."""

    session_id: str
    revision: int
    world: str
    storyteller: str
    hero: str
    phase: Phase
    place: str
    health_current: int
    health_max: int
    gold: int
    turn: int
    max_turns: int
    quest: Effort | None
    completed: bool
    closure: Closure | None
    choices: list[Option]
    created_at: datetime
    played_at: datetime

    @classmethod
    def of(cls, state: GameState) -> Session:
        """The view of a state."""
        quest = state.active_quest
        return cls(
            session_id=state.session_id,
            revision=state.revision,
            world=state.world,
            storyteller=state.storyteller,
            hero=state.hero_name,
            phase=state.phase,
            place=state.place,
            health_current=state.health_current,
            health_max=state.health_max,
            gold=state.gold,
            turn=state.adventure_turn,
            max_turns=state.max_turns,
            quest=quest
            and Effort(
                title=quest.title,
                pitch=quest.pitch,
                objectives=[o.text for o in quest.objectives],
                done=[o.complete for o in quest.objectives],
            ),
            completed=state.adventure_completed,
            closure=state.closure,
            choices=options_of(state),
            created_at=state.created_at,
            played_at=state.played_at,
        )


class Line(BaseModel):
    """A line or paragraph of the story, and what sort of thing it is."""

    sort: Literal["action", "echo", "dice", "change", "quest", "fight", "speech"]
    label: str
    text: str
    voice: Voice | None = None

    @classmethod
    def of(cls, entry: Entry) -> Line:
        """The view of an entry."""
        return cls(sort=entry.sort, label=entry.label, text=entry.text, voice=entry.voice)


class TurnView(BaseModel):
    """One turn, as it was recorded."""

    number: int = Field(description="its place in the journal, turns taken back included")
    revision: int
    id: str
    at: datetime
    action: str
    understood: str
    took_back_to: int | None = Field(default=None, description="the revision it took the story back to")
    lines: list[Line]

    @classmethod
    def of(cls, step: Step) -> TurnView:
        """The view of a turn."""
        turn = step.turn
        return cls(
            number=turn.number,
            revision=turn.revision,
            id=turn.id,
            at=turn.at,
            action=turn.action,
            understood=understood(turn.intent) if turn.intent else "",
            took_back_to=turn.rewinds_to,
            lines=[Line.of(entry) for entry in entries(step.before, turn)],
        )


class Played(BaseModel):
    """A turn that is saved, and where it led."""

    turn: TurnView
    session: Session

    @classmethod
    def of(cls, step: Step) -> Played:
        """The view of a turn and of the state after it."""
        return cls(turn=TurnView.of(step), session=Session.of(step.after))


class Begun(Played):
    """A new session, and the one token that plays it."""

    token: str = Field(description="told this once; keep it")


class History(BaseModel):
    """Turns in the order of the journal."""

    turns: list[TurnView]
    more_after: int | None = Field(description="the `after` that brings the next page; null on the last")


class World(BaseModel):
    """A world that can be played."""

    id: str
    title: str
    pitch: str


class Health(BaseModel):
    """Whether the service runs."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether turns could be saved now, and where."""

    status: Literal["ready", "not ready"]
    store: str


class Problem(BaseModel):
    """What went wrong, and what to do next (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    revision: int | None = Field(default=None, description="where the session stands, after a conflict")


def options_of(state: GameState) -> list[Option]:
    """The deeds that are offered."""
    return [
        Option(number=number, label=choice.label, stakes=stakes(choice))
        for number, choice in enumerate(state.current_choices, start=1)
    ]
