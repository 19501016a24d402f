"""The steps of a turn, one after another, without a framework: for bots, tests and replays."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import Clock, RunStore, Saved, Settled, Watch
from pocket_portals.session.steps import Play, keep
from pocket_portals.story.storyteller import Narration, Storyteller
from pocket_portals.worlds.library import WorldLibrary

STORYBOOK = "storybook"


class DirectEngine:
    """An Engine that plays turns in the calling task."""

    def __init__(
        self,
        store: RunStore,
        worlds: WorldLibrary,
        storytellers: Mapping[str, Storyteller],
        clock: Clock,
        device: str = "",
    ) -> None:
        self._store = store
        self._worlds = worlds
        self._storytellers = storytellers
        self._clock = clock
        self._device = device

    async def prepare(self, record: RunRecord, action: str, watch: Watch, request: str = "") -> Play:
        """The turn to be played: its world read, its storyteller called."""
        world = await asyncio.to_thread(self._worlds.get, record.state.world)  # read from files at first
        return Play(
            record,
            action,
            world=world,
            storyteller=self._storytellers.get(record.state.storyteller, self._storytellers[STORYBOOK]),
            clock=self._clock,
            watch=watch,
            device=self._device,
            request=request,
        )

    async def play(
        self, record: RunRecord, action: str, watch: Watch, request: str = ""
    ) -> tuple[RunRecord, Saved]:
        """Decide, tell and save one turn."""
        play = await self.prepare(record, action, watch, request)
        await play.hear()
        await play.decide(play.route())
        await play.tell()
        settled = play.settle()
        saved = await keep(self._store, settled, record.head)
        watch(Settled(settled.turns[-1], settled.state, saved))
        return settled, saved

    async def retell(self, record: RunRecord, watch: Watch) -> Narration:
        """Other words for the last turn."""
        return await (await self.prepare(record, "", watch)).retell()
