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
from serving import OPEN, Caller, Slow, host, served

from pocket_portals.errors import ModelUnavailable
from pocket_portals.saves.access import FileAccess
from pocket_portals.saves.files import FileStore
from pocket_portals.story.storybook import Storybook
from pocket_portals.web.limits import Allowance, Gate, Limits, TooMany
from pocket_portals.web.sessions import Action, Sessions


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


@pytest.mark.parametrize(("turns", "runs"), [(10, 3), (0, 1)])
async def test_what_is_kept_of_all_runs_is_bounded_by_their_turns(
    tmp_path: Path, turns: int, runs: int
) -> None:
    limits = replace(OPEN, turns_at_hand=turns)
    place = host(FileStore(tmp_path), FileAccess(tmp_path), limits)
    with served(place) as address:
        async with httpx.AsyncClient(base_url=address) as http:
            callers = [await Caller.begin(http) for _ in range(8)]
            for caller in callers * 2:
                assert (await caller.act()).status_code == 200
            assert f"pocket_portals_open_sessions {runs}.0" in (await http.get("/metrics")).text


async def test_nothing_is_kept_of_sessions_that_are_idle(tmp_path: Path) -> None:
    now = 0.0
    place = host(FileStore(tmp_path), FileAccess(tmp_path))
    sessions = Sessions(place.service, replace(OPEN, idle_seconds=30), lambda: now)
    first, second = [(await sessions.begin(place.fresh)).run for _ in range(2)]
    now = 20.0
    await sessions.act(second, Action("skip"))
    now = 40.0
    sessions.tidy()
    assert sessions.at_hand == 1
    with pytest.raises(KeyError):
        place.service.record(first)
    now = 60.0
    sessions.tidy()
    assert sessions.at_hand == 0
    assert (await sessions.act(first, Action("skip"))).turn.number == 1


def test_whoever_has_the_whole_allowance_is_forgotten() -> None:
    now = 0.0
    allowance = Allowance(60, 10, lambda: now)
    for caller in range(1000):
        allowance.take(str(caller))
    now = 10.0
    allowance.tidy()
    assert len(allowance) == 0


class Stumbling(Storybook):
    """Can't tell the next deed, once it is made to stumble."""

    stumbles = False

    async def tell(self, world, state, outcome, voices, say):  # type: ignore[no-untyped-def]
        if self.stumbles:
            self.stumbles = False
            await asyncio.sleep(0.2)
            raise ModelUnavailable("It has lost its voice.")
        return await super().tell(world, state, outcome, voices, say)


async def test_an_action_that_waited_for_one_of_which_nothing_came_is_played(tmp_path: Path) -> None:
    teller = Stumbling()
    with served(host(FileStore(tmp_path), FileAccess(tmp_path), teller=teller)) as address:
        async with httpx.AsyncClient(base_url=address, timeout=30) as http:
            caller = await Caller.begin(http)
            await caller.act("skip")
            teller.stumbles = True
            answers = await asyncio.gather(caller.act("1", key="once"), caller.act("1", key="once"))
            assert sorted(a.status_code for a in answers) == [200, 503]
