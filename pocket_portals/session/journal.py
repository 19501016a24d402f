"""The record of a run: its turns, immutable and chained. The state is their fold."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from pocket_portals.errors import RunUnreadable
from pocket_portals.rules.dice import Roll
from pocket_portals.rules.events import (
    AttackRolled,
    Branched,
    CheckRolled,
    ChoicesSet,
    CombatBegun,
    DamageRolled,
    Event,
    ExchangeAdded,
    Retold,
    Rewound,
    RunBegun,
)
from pocket_portals.rules.fold import fold
from pocket_portals.rules.state import Choice, GameState, Parent, Speech
from pocket_portals.rules.values import Value
from pocket_portals.story.storyteller import Intent, Narration


class Told(Value):
    """Who told a turn and what it cost."""

    storyteller: str
    model: str = ""
    fallback: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


def told_by(storyteller: str, told: Narration) -> Told:
    """Who told a turn, and what it cost."""
    return Told(
        storyteller=storyteller,
        model=told.model,
        fallback=told.fallback,
        tokens_in=told.tokens_in,
        tokens_out=told.tokens_out,
    )


class Timings(Value):
    """Milliseconds that the parts of a turn took."""

    hear: float = 0.0
    decide: float = 0.0
    tell: float = 0.0


class Turn(Value):
    """One turn, whole and immutable. Its id is a hash over its parent and its facts."""

    id: str
    parent: str = Field(description="the turn before it; empty for the first")
    number: int = Field(ge=0, description="position in the journal, undone turns included")
    revision: int = Field(ge=0, description="the story's revision after it")
    at: datetime
    action: str
    request: str = Field(
        default="", description="the caller's own mark for it, so that it is not played twice"
    )
    intent: Intent | None = None
    events: tuple[Event, ...]
    told: Told
    timings: Timings = Timings()

    @property
    def speeches(self) -> tuple[Speech, ...]:
        """The words, verbatim."""
        return next((e.speeches for e in self.events if isinstance(e, ExchangeAdded | Retold)), ())

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The deeds offered after it."""
        return next((e.choices for e in reversed(self.events) if isinstance(e, ChoicesSet)), ())

    @property
    def rolls(self) -> tuple[Roll, ...]:
        """Every die rolled in it, with its place in the stream."""
        return tuple(roll for event in self.events for roll in rolls_of(event))

    @property
    def rewinds_to(self) -> int | None:
        """The revision it took the story back to, if it did."""
        return next((e.to for e in self.events if isinstance(e, Rewound)), None)


def rolls_of(event: Event) -> tuple[Roll, ...]:
    """The dice of a fact; none for most."""
    match event:
        case CheckRolled(roll=roll) | DamageRolled(roll=roll):
            return (roll,)
        case AttackRolled(roll=roll, damage=damage):
            return (roll, damage) if damage else (roll,)
        case CombatBegun(initiative=initiative):
            return tuple(initiative.values())
        case _:
            return ()


def turn_id(parent: str, action: str, events: Sequence[Event]) -> str:
    """A hash over what happened and what came before, so that no turn can be altered unseen."""
    facts = [parent, action, [event.model_dump(mode="json") for event in events]]
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


class RunRecord(Value):
    """A run, whole: its journal, and the state that its journal folds to."""

    run: str
    device: str = Field(default="", description="the machine that wrote it last")
    branch_of: Parent | None = None
    state: GameState
    turns: tuple[Turn, ...] = Field(description="empty only before the run has begun")

    @property
    def head(self) -> str:
        """The id of the last turn: what compare-and-set compares."""
        return self.turns[-1].id if self.turns else ""

    @property
    def rev(self) -> int:
        """How many turns the journal holds, undone ones included. Only ever grows."""
        return len(self.turns)

    def extended(self, turn: Turn, state: GameState, device: str = "") -> RunRecord:
        """The record with one more turn."""
        return self.having(turns=(*self.turns, turn), state=state, device=device or self.device)

    @property
    def story(self) -> tuple[Turn, ...]:
        """The turns that still count: those taken back are left out."""
        return living(self.turns)


def living(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns that were not taken back, without the rewinds themselves."""
    line: list[Turn] = []
    for turn in turns:
        to = turn.rewinds_to
        if to is None:
            line.append(turn)
        else:
            line = [t for t in line if t.revision <= to]
    return tuple(line)


def settle(state: GameState, turn: Turn) -> GameState:
    """The state after a turn's events; remembers the turn as the last."""
    return fold(state, turn.events).having(last_turn=turn.id)


def same_run(earlier: GameState, now: GameState) -> GameState:
    """An earlier state under the name that the run has now: it may be from before a branch."""
    return earlier.having(session_id=now.session_id, parent=now.parent)


class Step(NamedTuple):
    """A turn, and the states before and after it."""

    turn: Turn
    before: GameState
    after: GameState


def unfold(turns: Iterable[Turn]) -> Iterator[Step]:
    """A journal turn by turn, those taken back included. Raises RunUnreadable when it is not one."""
    states: dict[int, GameState] = {}
    state: GameState | None = None
    for turn in turns:
        events = turn.events
        if state is None:
            if not events or not isinstance(events[0], RunBegun):
                raise RunUnreadable("The journal does not begin with the beginning of a run.")
            before = events[0].state()
            state = fold(before, events[1:]).having(last_turn=turn.id)
        elif (to := turn.rewinds_to) is not None:
            if to not in states:
                raise RunUnreadable(f"The journal goes back to revision {to}, which it does not hold.")
            before, state = state, same_run(states[to], state).having(last_turn=turn.id)
        else:
            before, state = state, settle(state, turn)
        states[state.revision] = state
        yield Step(turn, before, state)


def replay(turns: Sequence[Turn]) -> GameState:
    """Fold a journal from nothing. Raises RunUnreadable when it is not one."""
    last = deque(unfold(turns), maxlen=1)
    if not last:
        raise RunUnreadable("The journal is empty.")
    return last[0].after


def problems(record: RunRecord) -> list[str]:
    """What does not hold in a record: broken links, altered turns, a state that is not its fold."""
    found: list[str] = []
    parent = ""
    for number, turn in enumerate(record.turns):
        if turn.parent != parent or turn.number != number:
            found.append(f"turn {number} does not follow the one before it")
        if turn.id != turn_id(turn.parent, turn.action, turn.events):
            found.append(f"turn {number} was altered")
        parent = turn.id
    if not found:
        try:
            if replay(record.turns) != record.state:
                found.append("the saved state is not what the journal adds up to")
        except (RunUnreadable, ValueError, LookupError) as error:
            found.append(f"the journal can't be replayed: {error}")
    if record.state.session_id != record.run:
        found.append("the state belongs to another run")
    return found


def branched(turns: Sequence[Turn]) -> Branched | None:
    """The event by which this journal left another run, if it did."""
    return next((e for t in reversed(turns) for e in t.events if isinstance(e, Branched)), None)
