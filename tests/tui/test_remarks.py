"""What a player should know before opening a run stands on the first screen and in the list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from driving import seen, until
from fakes import make

from pocket_portals.rules.state import Parent
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.ports import RunSummary

REMARKS = {
    "open elsewhere now (tavern, process 7)": {"open_in": "tavern, process 7"},
    "a branch: parted from brass-owl-0001 at turn 3": {"branch_of": Parent(run="brass-owl-0001", revision=3)},
    "in Redis only, until 2026-04-01": {"where": "redis", "expires_at": datetime(2026, 4, 1, tzinfo=UTC)},
}


@pytest.mark.parametrize("words", REMARKS)
async def test_remarks_are_shown_before_a_run_is_opened(play, words: str):
    async with play() as pilot:
        kept = pilot.app.service.store

    class Remarkable(MemoryStore):
        def summaries(self, limit: int | None = None) -> list[RunSummary]:
            return [line.having(**REMARKS[words]) for line in kept.summaries(limit)]

    store = Remarkable()
    store._runs = kept._runs
    async with make(store=store).run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: "Saltwater Bridge" in seen(pilot))
        assert words in seen(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "amber" in seen(pilot))
        assert words in seen(pilot)
