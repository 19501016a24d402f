"""Reading along: every turn, in order, once, whoever plays and however many are saved between two looks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import new, play_until, service

from pocket_portals.errors import RunNotFound
from pocket_portals.rules.state import Phase
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.following import follow
from pocket_portals.session.journal import RunRecord, replay


@functools.cache
def a_run() -> RunRecord:
    """A run of some turns, one of them taken back."""
    with concurrent.futures.ThreadPoolExecutor(1) as apart:  # the tests have a loop of their own
        return apart.submit(asyncio.run, _played()).result()


async def _played() -> RunRecord:
    table = service()
    run = (await table.create(new("along"))).run
    await play_until(table, run, lambda state: state.phase is Phase.EXPLORE)
    for _ in range(3):
        await table.act(run, "1")
    await table.undo(run)
    await table.act(run, "2")
    return table.record(run)


@given(st.data())
@settings(max_examples=25, deadline=None)
async def test_each_turn_comes_once_in_order_wherever_the_looks_fall(data: st.DataObject) -> None:
    whole = a_run()
    store = MemoryStore()
    kept = data.draw(st.integers(1, whole.rev), label="turns there at first")
    after = data.draw(st.integers(-1, kept - 1), label="read already")

    def keep(count: int) -> None:
        head = store.head(whole.run)
        turns = whole.turns[:count]
        store.save(whole.having(turns=turns, state=replay(turns)), head)

    looks = 0

    async def look_away(seconds: float) -> None:
        nonlocal kept, looks
        looks += 1
        if looks % 2:  # every other time nothing was saved
            kept = min(kept + data.draw(st.integers(1, 3), label="saved meanwhile"), whole.rev)
            keep(kept)

    keep(kept)
    seen = []
    async for step in follow(store, whole.run, after, wait=look_away):
        seen.append(step)
        if step.turn.number == whole.rev - 1:
            break
    assert [step.turn for step in seen] == list(whole.turns[after + 1 :])
    assert seen[-1].after == whole.state
    assert all(a.after.session_id == b.before.session_id for a, b in pairwise(seen))


async def test_a_run_that_is_deleted_is_said_to_be_gone() -> None:
    whole = a_run()
    store = MemoryStore()
    store.save(whole, "")

    async def look_away(seconds: float) -> None:
        store.delete(whole.run)

    with pytest.raises(RunNotFound):
        async for _ in follow(store, whole.run, wait=look_away):
            pass
