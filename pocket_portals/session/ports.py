"""What a session needs from the outside: a place for runs, a clock, an engine, somebody who watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from pocket_portals.errors import StoreUnavailable
from pocket_portals.rules.events import Event
from pocket_portals.rules.state import Closure, GameState, Parent, Phase, Speech, Voice
from pocket_portals.rules.values import Value
from pocket_portals.session.journal import RunRecord, Turn
from pocket_portals.story.storyteller import Intent, Narration

Where: TypeAlias = Literal["redis", "file", "both", "memory"]


@dataclass(frozen=True)
class Saved:
    """Where a turn is safe, and a word for the player when that is not as it should be."""

    where: Where
    warning: str = ""


class RunSummary(Value):
    """A run in one line, as ``list`` shows it. Read without parsing the run's state."""

    id: str
    title: str = ""
    hero: str
    world: str
    quest: str
    phase: Phase
    turn: int
    revision: int
    health_current: int
    health_max: int
    completed: bool
    closure: Closure | None
    played_at: datetime
    created_at: datetime
    where: Where
    expires_at: datetime | None = None
    branch_of: Parent | None = None
    head: str = ""  # the id of its last turn: two places that agree on it hold the same run
    open_in: str = ""  # another process that has it open, in words

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a player should know before opening it."""
        said = []
        if origin := self.branch_of:
            apart = self.id.startswith(f"{origin.run}-b")  # so syncing names what was played apart
            why = "played in two places" if apart else "a branch"
            said.append(f"{why}: parted from {origin.run} at turn {origin.revision}")
        if self.where == "redis" and self.expires_at:
            said.append(f"in Redis only, until {self.expires_at:%Y-%m-%d}")
        if self.open_in:
            said.append(f"open elsewhere now ({self.open_in})")
        return tuple(said)


def summary(record: RunRecord, where: Where, expires_at: datetime | None = None) -> RunSummary:
    """The one line for a run."""
    state = record.state
    quest = state.active_quest
    return RunSummary(
        id=record.run,
        title=state.title,
        hero=state.hero_name,
        world=state.world,
        quest=quest.title if quest else "",
        phase=state.phase,
        turn=state.adventure_turn,
        revision=state.revision,
        health_current=state.health_current,
        health_max=state.health_max,
        completed=state.adventure_completed,
        closure=state.closure,
        played_at=state.played_at,
        created_at=state.created_at,
        where=where,
        expires_at=expires_at,
        branch_of=record.branch_of,
        head=record.head,
    )


class RunStore(Protocol):
    """A place where runs are kept. Blocking: callers on an event loop use a thread."""

    name: Where

    def save(self, record: RunRecord, expected: str) -> Saved:
        """Keep the run if its saved head is ``expected`` ("" when it must not exist yet).

        Durable on return. Saving the same head again is harmless.
        Raises Conflict when another head is saved, StoreUnavailable when it can't be kept.
        """
        ...

    def load(self, run: str) -> RunRecord:
        """The run. Raises RunNotFound, RunUnreadable, SaveTooNew, StoreUnavailable."""
        ...

    def head(self, run: str) -> str:
        """The id of the run's last turn as it is saved, unverified; "" when there is no such run. Quick.

        Raises RunUnreadable, StoreUnavailable.
        """
        ...

    def summaries(self, limit: int | None = None) -> list[RunSummary]:
        """Runs, the last played first."""
        ...

    def delete(self, run: str) -> bool:
        """Remove the run for good; whether there was one."""
        ...

    def close(self) -> None:
        """Let go of connections and locks."""
        ...


class Holder(Protocol):
    """A process that has a run open; as text, it says which on what machine."""

    @property
    def device(self) -> str:
        """The machine's name."""
        ...


@runtime_checkable
class Mirrored(Protocol):
    """A RunStore that brings runs to a second place in the background, and knows who has one open."""

    @property
    def farewell(self) -> str:
        """What there is to say once it is closed: turns that are on this machine only, or lost."""
        ...

    @property
    def trouble(self) -> StoreUnavailable | None:
        """Why the second place can't be asked; None while it answers, or there is none."""
        ...

    @property
    def places(self) -> tuple[RunStore, ...]:
        """Each place that answers, by itself."""
        ...

    def standing(self, run: str) -> Saved:
        """Where the last turn of an open run is safe now. Quick; it may get better or worse by itself."""
        ...

    def watch(self, watcher: Callable[[str, Saved], None]) -> None:
        """Call ``watcher``, from another thread, when that may have changed."""
        ...

    def holder(self, run: str) -> Holder | None:
        """Which other process of this machine has the run open."""
        ...

    def claim(self, run: str, anyway: bool = False) -> Holder | None:
        """Note that this process has the run open; or, unless ``anyway``, who else has, here or elsewhere."""
        ...

    def release(self, run: str) -> None:
        """This process has closed the run."""
        ...


class Clock(Protocol):
    """Tells the time. Passed in, so that tests and replays have their own."""

    def now(self) -> datetime:
        """The current time, in UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds since some fixed point, for measuring how long things take."""
        ...


@dataclass(frozen=True)
class Heard:
    """The player's words were understood as this."""

    intent: Intent


@dataclass(frozen=True)
class Decided:
    """A fact of this turn."""

    event: Event
    state: GameState


@dataclass(frozen=True)
class Routed:
    """These voices will speak."""

    voices: tuple[Voice, ...]


@dataclass(frozen=True)
class Words:
    """The next words of a voice, as they come. ``begins`` with the first of a speech.

    ``instead``: the speech that was being told is taken back, and these begin one in its place. ``stands``:
    as many characters of the speech were looked through, and can stand; it ends with a text of none.
    ``arrives``: with these, the words for a new place or scene begin.
    """

    voice: Voice
    text: str
    speaker: str = ""
    begins: bool = False
    instead: bool = False
    stands: int = 0
    arrives: bool = False


@dataclass(frozen=True)
class Spoken:
    """A voice has finished; these were its words, whole."""

    speech: Speech


@dataclass(frozen=True)
class Settled:
    """The turn is saved and can't be lost any more."""

    turn: Turn
    state: GameState
    saved: Saved


Signal: TypeAlias = Heard | Routed | Decided | Words | Spoken | Settled
Watch: TypeAlias = Callable[[Signal], None]


class Engine(Protocol):
    """Plays one turn of a run."""

    async def play(
        self, record: RunRecord, action: str, watch: Watch, request: str = ""
    ) -> tuple[RunRecord, Saved]:
        """Decide, tell and save one turn; the record with it. ``request`` is kept in the turn.

        Leaves nothing behind when it raises or is cancelled before the turn is settled.
        """
        ...

    async def retell(self, record: RunRecord, watch: Watch) -> Narration:
        """Other words for the last turn of a run. Nothing is decided and nothing saved.

        Raises Impossible where whoever tells the run has none.
        """
        ...
