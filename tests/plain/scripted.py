"""A face's other side for the tests: an engine without a world, and a player with a script."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from records import begin, play

from pocket_portals.errors import Impossible, PortalsError
from pocket_portals.plain.game import play as play_plainly
from pocket_portals.rules.events import AdventureCompleted, EpilogueBegun, Event, PlaceEntered
from pocket_portals.rules.state import Closure, Speech, Voice
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.session.journal import RunRecord, settle, turn_id
from pocket_portals.session.ports import Decided, Heard, Saved, Settled, Spoken, Watch
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storyteller import Narration
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.schema import PlaceDef, WorldDef


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def elapsed(self) -> float:
        return 0.0


class OneWorld(WorldLibrary):
    """A library whose one world has two places, and money."""

    def ids(self) -> list[str]:
        return ["ember-road"]

    def get(self, world: str) -> WorldDef:
        named = {"crossroads": "the Crossroads", "mill": "the Mill"}
        places = tuple(PlaceDef.model_construct(id=i, name=n, exits={}, tags=()) for i, n in named.items())
        return WorldDef.model_construct(places=places, home="", money="silver")


class ScriptedEngine:
    """Plays the turns of ``records``. “die” ends the adventure; “wander” goes far; “fail” can't be kept."""

    def __init__(self, store: MemoryStore, failure: PortalsError | None = None) -> None:
        self.store = store
        self.failure = failure
        self.heard: list[str] = []

    async def play(
        self, record: RunRecord, action: str, watch: Watch, request: str = ""
    ) -> tuple[RunRecord, Saved]:
        self.heard.append(action)
        if action == "fail" and self.failure:
            raise self.failure
        if not action and record.turns:
            raise Impossible("Nothing was said.")
        after = play(record, action) if record.turns else begin(record.run)
        if action == "die":
            after = _with(
                record, after, EpilogueBegun(closure=Closure.FALLEN), AdventureCompleted(ending="grave")
            )
        if action == "wander":
            after = _with(record, after, PlaceEntered(place="crossroads"), PlaceEntered(place="mill"))
        turn = after.turns[-1]
        if turn.intent:
            watch(Heard(turn.intent))
        for event in turn.events:
            watch(Decided(event, after.state))
        for speech in turn.speeches:
            watch(Spoken(speech))
        saved = await asyncio.to_thread(self.store.save, after, record.turns[-1].id if record.turns else "")
        watch(Settled(turn, after.state, saved))
        return after, saved

    async def retell(self, record: RunRecord, watch: Watch) -> Narration:
        speech = Speech(voice=Voice.NARRATOR, text="The same, in other words.")
        watch(Spoken(speech))
        return Narration(speeches=(speech,))


def _with(before: RunRecord, after: RunRecord, *more: Event) -> RunRecord:
    """The run with more happening in its last turn."""
    turn = after.turns[-1]
    events = (*turn.events[:-1], *more, turn.events[-1])
    turn = turn.having(events=events, id=turn_id(turn.parent, turn.action, events))
    return before.extended(turn, settle(before.state, turn))


class Player:
    """Types a script and keeps what was written."""

    def __init__(self, store: MemoryStore | None = None, failure: PortalsError | None = None) -> None:
        self.store = store or MemoryStore()
        self.engine = ScriptedEngine(self.store, failure)
        numbers = iter(range(10**6))
        self.service = GameSessionService(
            self.store, self.engine, OneWorld(), Clock(), random_below=lambda n: next(numbers) % n
        )
        self.lines: list[str] = []
        self.warmed = 0

    async def plays(
        self,
        *script: str,
        entrance: Entrance | None = None,
        on_read: Callable[[], None] = lambda: None,
    ) -> int:
        """Play the script from a new run, or from elsewhere; the exit status."""
        typed = iter(script)

        def read() -> str | None:
            on_read()
            line = next(typed, None)
            return None if line is None else line + "\n"

        self.lines.clear()
        entrance = entrance or Entrance(new=NewRun(world="ember-road"))
        return await play_plainly(self.service, entrance, read, self.lines.append, self._warm_up)

    def _warm_up(self) -> None:
        self.warmed += 1

    @property
    def run(self) -> str:
        return self.store.summaries()[0].id

    @property
    def record(self) -> RunRecord:
        return self.store.load(self.run)

    def said(self, label: str) -> list[str]:
        """What was written under a label."""
        return [line.removeprefix(f"{label}: ") for line in self.lines if line.startswith(f"{label}: ")]
