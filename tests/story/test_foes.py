"""What foes are called in a fight: a kind with its article, a name as it is."""

from __future__ import annotations

import pytest
from standing import WORLD, standing, world_where

from pocket_portals.rules.fold import Draft
from pocket_portals.story import fights
from pocket_portals.worlds.library import WorldLibrary

ONE = WORLD.encounter["drowned-carter-fight"]
FOE = WORLD.foe[ONE.foes[0]]


def called(name: str, count: int = 1, proper: bool | None = None) -> tuple[list[str], list[str]]:
    """What foes of this name are called, those in the fight and one who is yet to answer their howl."""
    foe = FOE.model_copy(update={"name": name, "proper": proper, "friend": FOE.id})
    fight = ONE.model_copy(update={"foes": (FOE.id,) * count})
    world = world_where(
        foes=tuple(foe if f.id == foe.id else f for f in WORLD.foes),
        encounters=tuple(fight if e.id == fight.id else e for e in WORLD.encounters),
    )
    draft = Draft(standing("inn-yard"))
    fights.begin(draft, world, fight.id)
    combat = draft.state.combat_state
    assert combat is not None
    return [f.name for f in combat.foes], [f.name for f in combat.reserve]


@pytest.mark.parametrize(
    ("name", "is_called"),
    [
        ("hull crab", "the hull crab"),
        ("Hard hat", "the hard hat"),
        ("the lean wolf", "the lean wolf"),
        ("the Vane hound", "the Vane hound"),
        ("The Overseer", "the Overseer"),
        ("Gaffer Strake", "Gaffer Strake"),
        ("Mr. Ostrander", "Mr. Ostrander"),
        ("Loader 12", "Loader 12"),
        ("Dray", "Dray"),
    ],
)
def test_kinds_have_an_article_and_people_a_name(name: str, is_called: str) -> None:
    assert called(name)[0] == [is_called]


def test_a_world_may_say_which_it_is() -> None:
    assert called("Gleam", proper=False)[0] == ["the gleam"]
    assert called("old Tom", proper=True)[0] == ["old Tom"]


def test_of_several_each_is_told_from_the_other() -> None:
    assert called("Hard hat", 2) == (["the first hard hat", "the second hard hat"], ["another hard hat"])
    assert called("the Vane hound", 2)[0] == ["the first Vane hound", "the second Vane hound"]


@pytest.mark.parametrize("world", WorldLibrary().ids())
def test_no_kind_of_a_shipped_world_is_without_its_article(world: str) -> None:
    for foe in WorldLibrary().get(world).foes:
        assert foe.called[:4] == "the " or foe.called[0].isupper(), foe.called
        assert not foe.called.startswith("the the")
