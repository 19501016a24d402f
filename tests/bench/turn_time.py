"""A storybook turn from the submitted action to saved, through crewai, on files with fsync."""

from __future__ import annotations

import asyncio
import statistics
import time

import measure
from played import WORLDS

from pocket_portals.flow.engine import FlowEngine
from pocket_portals.flow.loading import load
from pocket_portals.saves.files import FileStore
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.playtest import SensibleBot
from pocket_portals.session.ports import Saved
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storybook import Storybook
from pocket_portals.wiring import SystemClock
from pocket_portals.worlds.library import DEFAULT

TITLE = "A turn of the storybook"
TURNS = 300


class TimedStore(FileStore):
    """Notes how long the last save took."""

    took = 0.0

    def save(self, record: RunRecord, expected: str) -> Saved:
        began = time.perf_counter()
        try:
            return super().save(record, expected)
        finally:
            self.took = (time.perf_counter() - began) * 1000


async def turns(store: TimedStore) -> dict[str, list[float]]:
    """Milliseconds of each part, turn by turn."""
    clock = SystemClock()
    engine = FlowEngine(store, WORLDS, {"storybook": Storybook()}, clock)
    service = GameSessionService(store, engine, WORLDS, clock)
    parts: dict[str, list[float]] = {}
    played = seed = 0
    while played < TURNS:
        seed += 1
        bot = SensibleBot(str(seed))
        run = (await service.create(NewRun(DEFAULT, seed=str(seed)))).run
        while played < TURNS and not service.state(run).adventure_completed:
            action = bot.act(service.state(run))
            began = time.perf_counter()
            turn = await service.act(run, action)
            whole = (time.perf_counter() - began) * 1000
            told = turn.timings
            split = {"intent": told.hear, "rules": told.decide, "telling": told.tell, "save": store.took}
            split["flow and the rest"] = whole - sum(split.values())
            for part, took in {"whole turn": whole, **split}.items():
                parts.setdefault(part, []).append(took)
            played += 1
    return parts


def share(took: list[float], whole: list[float]) -> str:
    """What part of all time it took, and how long at worst."""
    return f"{sum(took) / sum(whole):.0%} of all, p99 {measure.percentile(took, 99):.1f}"


def rows() -> list[measure.Row]:
    """p99 of the whole against its median, then where the time of a turn goes."""
    load()
    with measure.home() as home:
        parts = asyncio.run(turns(TimedStore(home / "saves")))
    whole = parts.pop("whole turn")
    p50, p99 = measure.percentile(whole, 50), measure.percentile(whole, 99)
    shares = [
        measure.Row(part, measure.percentile(took, 50), "ms", share(took, whole))
        for part, took in parts.items()
    ]
    return [
        measure.Row("p50", p50, "ms", f"mean {statistics.mean(whole):.1f}, {len(whole)} turns"),
        measure.Row("p99", p99, "ms", "the median", p50),
        *shares,
    ]
