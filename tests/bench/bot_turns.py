"""How many turns a bot plays in a second, with neither crewai nor saving."""

from __future__ import annotations

import time

import measure
from played import WORLDS

from pocket_portals.session.playtest import playtest
from pocket_portals.worlds.library import DEFAULT

TITLE = "Bot turns"
RUNS = 20


def rows() -> list[measure.Row]:
    """Turns a second, and one of them against making the state from its saved form."""
    world = WORLDS.get(DEFAULT)
    began = time.perf_counter()
    tally = playtest(world, [f"bench-{number}" for number in range(RUNS)])
    took = time.perf_counter() - began
    note = f"{tally.actions} turns of {RUNS} runs, {took / tally.actions * 1000:.2f} ms each"
    return [measure.Row("turns a second", tally.actions / took, "", note)]
