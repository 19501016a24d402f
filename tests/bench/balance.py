"""Fights of every calling against every encounter, beside the table the rules aim at.

make balance                       1,000 fights a cell, a calling against a tier
make balance ARGS="20000"          what the rules ask for
make balance ARGS="2000 last-relay"
"""

from __future__ import annotations

import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor

from pocket_portals.rules.hero import Calling
from pocket_portals.session.balance import TIERS, duel, tier_of
from pocket_portals.session.playtest import SensibleBot
from pocket_portals.worlds.library import WorldLibrary

FIGHTS = 1_000
# Per cent of fights not lost, least and most, and points between the best and the worst calling.
AIM = {"common": (85, 97, 10), "standard": (70, 88, 12), "tough": (50, 75, 15), "boss": (45, 70, 15)}


def fight(world: str, encounter: str, fights: int) -> dict[Calling, tuple[int, int]]:
    """Fights not lost and rounds fought, by calling."""
    pack = WorldLibrary().get(world)
    found: dict[Calling, tuple[int, int]] = {}
    for calling in Calling:
        results = [duel(pack, encounter, calling, SensibleBot(str(n)), str(n)) for n in range(fights)]
        found[calling] = (sum(held for held, _ in results), sum(rounds for _, rounds in results))
    return found


def main(fights: int, only: list[str]) -> int:
    """Print the table of each world; 1 when a tier is outside what the rules ask."""
    library = WorldLibrary()
    outside = 0
    with ProcessPoolExecutor() as pool:
        for ident in only or library.ids():
            world = library.get(ident)
            by_tier: dict[str, list[str]] = defaultdict(list)
            for encounter in world.encounters:
                by_tier[tier_of(world, encounter)].append(encounter.id)
            each = {e: -(-fights // len(group)) for group in by_tier.values() for e in group}
            jobs = {e: pool.submit(fight, ident, e, count) for e, count in each.items()}
            print(f"\n{world.title}: per cent of fights that the hero did not lose, {fights:,} a cell\n")
            print(f"  {'':31}" + "".join(f"{c.value:>9}" for c in Calling) + "   rounds")
            for tier in TIERS:
                held: dict[Calling, list[float]] = defaultdict(list)
                for encounter_id in by_tier[tier]:
                    result, count = jobs[encounter_id].result(), each[encounter_id]
                    for calling, (kept, _) in result.items():
                        held[calling].append(100 * kept / count)
                    row = "".join(f"{held[c][-1]:9.0f}" for c in Calling)
                    rounds = sum(r for _, r in result.values()) / count / len(Calling)
                    print(f"  {tier:9} {encounter_id:21}{row}{rounds:9.1f}")
                if held:
                    outside += _verdict(tier, [sum(rates) / len(rates) for rates in held.values()])
    print(f"\n{outside} tiers outside what the rules ask." if outside else "\nAll within the rules.")
    return 1 if outside else 0


def _verdict(tier: str, means: list[float]) -> int:
    low, high, spread = AIM[tier]
    mean, width = sum(means) / len(means), max(means) - min(means)
    inside = low <= round(mean) <= high and width <= spread
    mark = "        " if inside else "OUTSIDE "
    print(f"  {mark}{tier}: {mean:.0f}% (aim {low}-{high}), spread {width:.1f} points (aim {spread})\n")
    return not inside


if __name__ == "__main__":
    args = sys.argv[1:]
    count = int(args.pop(0)) if args and args[0].isdecimal() else FIGHTS
    sys.exit(main(count, args))
