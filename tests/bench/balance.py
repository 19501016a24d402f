"""Fights of every calling against every encounter, beside the table the rules aim at.

python tests/bench/balance.py [FIGHTS A CELL]
"""

from __future__ import annotations

import sys
from collections import defaultdict

from pocket_portals.rules.hero import Calling
from pocket_portals.session.playtest import SensibleBot, duel, tier_of
from pocket_portals.worlds.library import WorldLibrary

AIM = {"common": (85, 97, 10), "standard": (70, 88, 12), "tough": (50, 75, 15), "boss": (45, 70, 15)}


def main(fights: int) -> None:
    library = WorldLibrary()
    for ident in library.ids():
        world = library.get(ident)
        print(f"\n{world.title}: per cent of {fights} fights that the hero did not lose, by calling\n")
        print(f"  {'':28}" + "".join(f"{c.value:>9}" for c in Calling) + "   rounds")
        by_tier: dict[str, dict[Calling, list[float]]] = defaultdict(lambda: defaultdict(list))
        for encounter in sorted(world.encounters, key=lambda e: list(AIM).index(tier_of(world, e))):
            tier = tier_of(world, encounter)
            rates: list[float] = []
            rounds = 0
            for calling in Calling:
                results = [
                    duel(world, encounter.id, calling, SensibleBot(str(n)), str(n)) for n in range(fights)
                ]
                rounds += sum(r for _, r in results)
                rate = 100 * sum(won for won, _ in results) / fights
                rates.append(rate)
                by_tier[tier][calling].append(rate)
            row = "".join(f"{rate:9.0f}" for rate in rates)
            print(f"  {tier:9}{encounter.id[:18]:19}{row}{rounds / fights / len(Calling):9.1f}")
        print()
        for tier, (low, high, spread) in AIM.items():
            means = [sum(r) / len(r) for r in by_tier[tier].values()]
            if means:
                mean, width = sum(means) / len(means), max(means) - min(means)
                print(f"  {tier:9} won {mean:3.0f}% (aim {low}–{high}), spread {width:4.1f} (aim ≤ {spread})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
