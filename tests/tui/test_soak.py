"""The event loop over thousands of turns: never held up, never heavier."""

from __future__ import annotations

import asyncio
import time

import pytest
from driving import game, settled, until
from screens import Kept, gallery_app

from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.session.playtest import SensibleBot

TURNS = 2_000
TICK = 0.005  # seconds between two looks at the clock
LONGEST = 0.05  # seconds of our own work between two looks; what else the machine does is not counted


@pytest.mark.soak
async def test_nothing_holds_up_the_loop_in_thousands_of_turns():
    late: list[tuple[float, float]] = []
    turns = 0
    for seed in range(200):
        if turns >= TURNS:
            break
        bot = SensibleBot(str(seed))
        new = NewRun(world="ember-road", name="Ilsa Thorne", seed=str(seed), length="long")
        app = gallery_app(Kept(), Entrance(new=new))
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            watch = asyncio.create_task(_watch(late))
            while turns < TURNS and not (state := game(pilot).state).adventure_completed:
                game(pilot).act(bot.act(state))
                await until(pilot, lambda before=state: game(pilot).told and game(pilot).state is not before)
                turns += 1
            watch.cancel()
    gap, work = (max(column) for column in zip(*late, strict=True))
    assert turns >= TURNS
    assert work <= LONGEST, f"the worst gap was {gap * 1000:.0f} ms, of our own work {work * 1000:.0f} ms"


async def _watch(late: list[tuple[float, float]]) -> None:
    while True:
        began, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(TICK)
        late.append((time.perf_counter() - began - TICK, time.thread_time() - worked))
