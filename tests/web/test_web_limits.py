"""More than is allowed is refused at once, with when to try again; nothing piles up."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import OPEN, Caller, host, served

from pocket_portals.saves.access import FileAccess
from pocket_portals.saves.files import FileStore
from pocket_portals.story.storybook import Storybook
from pocket_portals.web.limits import Allowance, Gate, Limits, TooMany


@given(st.lists(st.floats(0, 5), max_size=80), st.integers(1, 5), st.integers(6, 600))
def test_an_allowance_never_lets_more_through_than_its_rate(
    pauses: list[float], burst: int, per_minute: int
) -> None:
    now = 0.0
    allowance = Allowance(per_minute, burst, lambda: now)
    let_through = 0
    for pause in pauses:
        now += pause
        with contextlib.suppress(TooMany):
            allowance.take("a")
            let_through += 1
    assert let_through <= burst + now * per_minute / 60 + 1e-6


def test_callers_do_not_use_up_each_others_allowance() -> None:
    allowance = Allowance(1, 1, lambda: 0.0)
    allowance.take("a")
    allowance.take("b")
    with pytest.raises(TooMany):
        allowance.take("a")


async def test_a_gate_lets_so_many_in_and_so_many_wait() -> None:
    gate = Gate(at_once=2, waiting=1)
    inside, most = 0, 0
    done = asyncio.Event()

    async def pass_through() -> None:
        nonlocal inside, most
        async with gate.passed():
            inside += 1
            most = max(most, inside)
            await done.wait()
            inside -= 1

    tasks = [asyncio.create_task(pass_through()) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        async with gate.passed():
            pass
    done.set()
    await asyncio.gather(*tasks)
    assert (most, gate.waiting) == (2, 0)
    async with gate.passed():
        pass


@pytest.fixture
def tight(tmp_path: Path) -> Limits:
    return replace(
        OPEN, actions_per_minute=1, actions_in_a_burst=3, sessions_per_minute=1, sessions_in_a_burst=2
    )


async def test_actions_and_new_sessions_are_slowed(tmp_path: Path, tight: Limits) -> None:
    with served(host(FileStore(tmp_path), FileAccess(tmp_path), tight)) as address:
        async with httpx.AsyncClient(base_url=address) as http:
            callers = [await Caller.begin(http) for _ in range(2)]
            refused = await http.post("/session/new", json={})
            assert refused.status_code == 429
            assert 1 <= int(refused.headers["retry-after"]) <= 61
            codes = [(await callers[0].act()).status_code for _ in range(4)]
            assert codes == [200, 200, 200, 429]
            assert (await callers[1].act()).status_code == 200


class Slow(Storybook):
    """Takes its time once the interview is over."""

    async def tell(self, world, state, outcome, voices, say):  # type: ignore[no-untyped-def]
        await asyncio.sleep(0.5)
        return await super().tell(world, state, outcome, voices, say)


async def test_a_queue_that_is_full_turns_actions_away_and_the_rest_are_played(tmp_path: Path) -> None:
    limits = replace(OPEN, turns_at_once=2, turns_waiting=2)
    with served(host(FileStore(tmp_path), FileAccess(tmp_path), limits, Slow())) as address:
        async with httpx.AsyncClient(base_url=address, timeout=30) as http:
            callers = [await Caller.begin(http) for _ in range(8)]
            for caller in callers:
                await caller.act("skip")
            answers = await asyncio.gather(*(caller.act("1") for caller in callers))
            codes = [answer.status_code for answer in answers]
            assert codes.count(200) == 4
            assert codes.count(429) == 4
            assert all(a.headers["retry-after"] for a in answers if a.status_code == 429)


async def test_runs_that_are_not_played_are_let_go(tmp_path: Path) -> None:
    limits = replace(OPEN, open_runs=3)
    place = host(FileStore(tmp_path), FileAccess(tmp_path), limits)
    with served(place) as address:
        async with httpx.AsyncClient(base_url=address) as http:
            callers = [await Caller.begin(http) for _ in range(8)]
            for caller in callers * 2:
                assert (await caller.act()).status_code == 200
            assert "pocket_portals_open_sessions 3.0" in (await http.get("/metrics")).text
