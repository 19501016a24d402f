"""The model by itself, as the game starts and calls it: loading, pace, form, and what it costs the screen."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.checkup import Answer, checkup
from pocket_portals.crew.local import Loading, LocalServer
from pocket_portals.crew.models import Models
from pocket_portals.flow.loading import load
from pocket_portals.settings import ModelConfig

ANSWERS = 20
TICK = 0.01  # seconds
STILL = 300.0  # milliseconds that the screen may stand still at most, on a machine that is busy too


def checks(file: Path, threads: int) -> list[str]:
    """Print the figures; what did not hold."""
    load()
    made = [
        Models(ModelConfig(model=f"local:{file}", threads=threads), load_agents().agents, os.environ, load)
        for _ in range(2)
    ]
    with closing(made[0]) as models:
        failures = asyncio.run(_measured(models))
    gc.collect()  # connections are closed in no loop, rather than in one that is not theirs
    with closing(made[1]) as models:
        for state, what, advice in checkup(models):
            print(f"{state:<6}{what} {advice}".rstrip())
            if state == "wrong":
                failures.append(what)
    return failures


async def _measured(models: Models) -> list[str]:
    steps: list[Loading] = []
    began = time.perf_counter()
    late = await _late(asyncio.to_thread(models.ready, steps.append))
    (server,) = models._servers.values()
    print(f"loaded in {time.perf_counter() - began:.1f} s, told in {len(steps)} steps; {_stood(late)}")

    ask = [
        {
            "role": "user",
            "content": "A light goes by under the boat. Offer three things to do. Answer in JSON.",
        }
    ]
    llm = models("narrator")
    held = 0

    async def answers() -> None:
        nonlocal held
        for _ in range(ANSWERS):
            held += isinstance(await llm.acall(ask, response_model=Answer), Answer)

    began = time.perf_counter()
    late = max(late, await _late(answers()))
    took = (time.perf_counter() - began) / ANSWERS
    print(f"{held} of {ANSWERS} structured answers held, {took:.1f} s each; {_stood(late)}")
    print(_held(server))

    failures = []
    if held < ANSWERS:
        failures.append(f"only {held} of {ANSWERS} structured answers held")
    if late > STILL:
        failures.append(f"the event loop stood still for {late:.0f} ms")
    return failures


def _held(server: LocalServer) -> str:
    peak = int(Path(f"/proc/{server.pid}/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
    return f"the server held {peak} MB at most, {server.file.stat().st_size // 2**20} MB of it weights"


def _stood(late: float) -> str:
    return f"the event loop stood still for {late:.0f} ms at most"


async def _late(work: Awaitable[None]) -> float:
    """Milliseconds by which a tick came late at most, until ``work`` was done."""
    task, worst = asyncio.ensure_future(work), 0.0
    while not task.done():
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        worst = max(worst, (time.perf_counter() - began - TICK) * 1000)
    await task
    return worst
