"""Bots play every world many times over: `make playtest`, or ARGS="200 last-relay" for fewer and one."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from pocket_portals.session.playtest import playtest
from pocket_portals.session.tally import Tally
from pocket_portals.worlds.library import WorldLibrary

RUNS = 1_000
KINDS = ("sensible", "random")
# What the rules ask of whole runs: figures of the table, least and most.
COMPLETED = {"sensible": (55, 80), "random": (15, 50)}
MEDIAN = (24, 45)
REPEATED = 2.0
NEW = 60.0
TURNS_A_SECOND = 500


@dataclass(frozen=True)
class Played:
    """One bot's runs of one world, and how fast they went."""

    world: str
    kind: str
    tally: Tally
    speed: float


def play(world: str, kind: str, runs: int) -> Played:
    """All runs of one world by one kind of bot; the speed is that of a core which does nothing else."""
    pack = WorldLibrary().get(world)
    began = time.process_time()
    tally = playtest(pack, [f"{world}-{number}" for number in range(runs)], kind)
    return Played(world, kind, tally, tally.actions / (time.process_time() - began))


def misses(played: Played) -> list[str]:
    """What of the rules these runs do not hold to. Endings and storylets are for the two bots together."""
    tally, (low, high) = played.tally, COMPLETED[played.kind]
    completed = round(100 * tally.completion)
    found = {
        f"{len(tally.failures)} exceptions": bool(tally.failures),
        f"{len(tally.endless)} dead ends": bool(tally.endless),
        f"quests completed {completed}% (aim {low}-{high})": not low <= completed <= high,
        f"median {tally.median_turns:g} turns (aim 24-45)": not MEDIAN[0] <= tally.median_turns <= MEDIAN[1],
        f"scenes repeated over {REPEATED:g}%": 100 * tally.repeats > REPEATED * tally.shown,
        f"new in a second run {tally.novelty:.0%} (aim {NEW:g}%)": 100 * tally.novelty < NEW,
        f"{played.speed:,.0f} turns a second (aim {TURNS_A_SECOND})": played.speed < TURNS_A_SECOND,
    }
    return [what for what, missed in found.items() if missed]


def main(runs: int, only: list[str]) -> int:
    """Print the table of each world; 1 when a figure is outside what the rules ask."""
    worlds = only or WorldLibrary().ids()
    with ProcessPoolExecutor() as pool:
        jobs = {(w, k): pool.submit(play, w, k, runs) for w in worlds for k in KINDS}
    outside = 0
    for ident in worlds:
        world = WorldLibrary().get(ident)
        both: list[Tally] = []
        for kind in KINDS:
            played = jobs[ident, kind].result()
            both.append(played.tally)
            table = played.tally.table(world)
            print(f"\n{world.title}, {kind} bot\n{table}\n{played.speed:,.0f} turns a second")
            for miss in misses(played):
                outside += 1
                print(f"OUTSIDE  {miss}")
        never = [s.id for s in world.storylets if not any(s.id in t.scenes for t in both)]
        unreached = [e.id for e in world.endings if not any(e.id in t.endings for t in both)]
        print(f"\n{world.title}, both bots: storylets never shown: {', '.join(never) or 'none'}; "
              f"endings never reached: {', '.join(unreached) or 'none'}")  # fmt: skip
        outside += bool(never)
    print(f"\n{outside} figures outside what the rules ask." if outside else "\nAll within the rules.")
    return 1 if outside else 0


if __name__ == "__main__":
    args = sys.argv[1:]
    count = int(args.pop(0)) if args and args[0].isdecimal() else RUNS
    sys.exit(main(count, args))
