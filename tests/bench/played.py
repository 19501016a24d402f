"""Runs to measure with, played by a bot."""

from __future__ import annotations

import asyncio
from functools import cache

from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.playtest import SensibleBot, TurnClock
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.library import DEFAULT, WorldLibrary

WORLDS = WorldLibrary()


@cache
def played(turns: int) -> RunRecord:
    """A run of the first world that stands at a turn of its adventure; of the seeds that get so far."""
    return asyncio.run(_played(turns))


async def _played(turns: int) -> RunRecord:
    from pocket_portals.saves.memory import MemoryStore

    for seed in range(200):
        store, clock = MemoryStore(), TurnClock()
        engine = DirectEngine(store, WORLDS, {"storybook": Storybook()}, clock)
        service = GameSessionService(store, engine, WORLDS, clock)
        bot = SensibleBot(str(seed))
        run = (await service.create(NewRun(DEFAULT, seed=str(seed), length="long"))).run
        while not (state := service.state(run)).adventure_completed:
            if state.adventure_turn >= turns:
                return service.record(run)
            await service.act(run, bot.act(state))
    raise RuntimeError(f"no run comes to turn {turns}")
