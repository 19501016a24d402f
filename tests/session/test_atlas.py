"""The map: every known place once, where the hero is, and no name that was not earned."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pocket_portals.session.atlas import atlas
from pocket_portals.worlds.library import WorldLibrary


def standing(place: str, *known: str) -> SimpleNamespace:
    return SimpleNamespace(place=place, known_places=known)


def place(ident: str, **exits: str) -> SimpleNamespace:
    return SimpleNamespace(id=ident, name=ident.title(), exits=exits)


SMALL = SimpleNamespace(
    home="inn",
    places=(
        place("inn", yard="yard", west="fen", east="town"),
        place("yard", door="inn", road="hill"),
        place("fen", back="inn"),
        place("town", back="inn"),
        place("hill", down="yard"),
    ),
)


def test_the_map_shows_where_the_hero_is_and_the_ways_not_taken():
    lines = atlas(standing("yard", "inn", "yard"), SMALL)
    assert [(spot.branch, spot.way, spot.name) for spot in lines] == [
        ("", "", "Inn"), ("├─ ", "yard", "Yard"), ("│  └─ ", "road", ""),
        ("├─ ", "west", ""), ("└─ ", "east", ""),
    ]  # fmt: skip
    assert [spot.name for spot in lines if spot.here] == ["Yard"]


@pytest.mark.parametrize("ident", WorldLibrary().ids())
def test_a_hero_who_has_been_everywhere_sees_every_place_once(ident):
    world = WorldLibrary().get(ident)
    every = tuple(place.id for place in world.places)
    named = [spot.name for spot in atlas(standing(every[-1], *every), world) if spot.name]
    assert sorted(named) == sorted(place.name for place in world.places)


def test_what_lies_between_two_known_places_is_drawn_and_not_named():
    world = WorldLibrary().get("ember-road")
    lines = atlas(standing("nettlecombe", "crossroads-inn", "nettlecombe"), world)
    assert sum(not spot.branch for spot in lines) == 1
    assert {spot.name for spot in lines if spot.name} == {
        place.name for place in world.places if place.id in ("crossroads-inn", "nettlecombe")
    }
