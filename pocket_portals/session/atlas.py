"""The places a hero knows, and the ways between them, as a tree of lines that every face can show."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from pocket_portals.rules.state import GameState
from pocket_portals.worlds.schema import PlaceDef, WorldDef


@dataclass(frozen=True)
class Spot:
    """One line of the map.

    ``branch`` is what is drawn before it; ``way`` the exit that leads there; ``name`` is empty where
    the hero has not been. ``others`` are further known places that can be reached from it.
    """

    branch: str
    way: str
    name: str
    here: bool = False
    others: tuple[str, ...] = ()


def atlas(state: GameState, world: WorldDef) -> list[Spot]:
    """The known places, each once, and what lies between them, from where quests are taken outwards."""
    places = {place.id: place for place in world.places}
    known = {ident for ident in (*state.known_places, state.place) if ident in places}
    roots, parents = _reached(places, sorted(known, key=lambda ident: (ident != world.home, ident)))
    drawn = set(known)
    for ident in known:
        while ident in parents:
            ident = parents[ident]
            drawn.add(ident)

    def ways(ident: str) -> list[tuple[str, str]]:
        exits = places[ident].exits.items()
        unseen = ident in known
        return [
            (way, to)
            for way, to in exits
            if (to in drawn and parents.get(to) == ident) or (unseen and to not in drawn)
        ]

    def below(ident: str, stem: str) -> Iterator[Spot]:
        found = ways(ident)
        for number, (way, to) in enumerate(found, 1):
            last = number == len(found)
            yield spot(to, stem + ("└─ " if last else "├─ "), way)
            if to in drawn:
                yield from below(to, stem + ("   " if last else "│  "))

    def spot(ident: str, branch: str, way: str) -> Spot:
        if ident not in known:
            return Spot(branch, way, "")
        near = {to for _, to in ways(ident)} | {parents.get(ident, "")}
        others = dict.fromkeys(to for to in places[ident].exits.values() if to in known and to not in near)
        names = tuple(places[to].name for to in others)
        return Spot(branch, way, places[ident].name, ident == state.place, names)

    return [line for root in roots for line in (spot(root, "", ""), *below(root, ""))]


def _reached(places: dict[str, PlaceDef], known: list[str]) -> tuple[list[str], dict[str, str]]:
    """Where to begin drawing, and from which place each other is reached first."""
    roots: list[str] = []
    parents: dict[str, str] = {}
    for start in known:
        if start in parents:
            continue
        roots.append(start)
        line = deque([start])
        while line:
            at = line.popleft()
            for to in places[at].exits.values():
                if to in places and to not in parents and to not in roots:
                    parents[to] = at
                    line.append(to)
    return roots, parents
