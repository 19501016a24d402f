"""A bot plays every world many times over: `make playtest`, or ARGS="200" for fewer runs."""

from __future__ import annotations

import sys
import time

from pocket_portals.session.playtest import playtest
from pocket_portals.worlds.library import WorldLibrary

RUNS = 1_000


def main(runs: int) -> None:
    """Print the table of each world."""
    worlds = WorldLibrary()
    for ident in worlds.ids():
        world = worlds.get(ident)
        began = time.perf_counter()
        tally = playtest(world, [f"{ident}-{number}" for number in range(runs)])
        took = time.perf_counter() - began
        print(f"\n{world.title}\n{tally.table(world)}\n{tally.actions / took:,.0f} turns a second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
