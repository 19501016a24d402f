"""Which storylet comes first: the one that most of the run has led to, not the one that rules most out."""

from __future__ import annotations

import pytest
from standing import WORLD, standing, world_where

from pocket_portals.rules.fold import Draft
from pocket_portals.story import director
from pocket_portals.worlds.needs import Needs

YARD = standing("inn-yard").having(qualities={"goose": 1, "mercy": 2})


def first(*needs: dict[str, object]) -> set[str]:
    """Which of scenes with these needs may come, by number, over many seeds."""
    made = [
        WORLD.storylets[0].model_copy(
            update={"id": f"s{n}", "place": ("inn-yard",), "tag": (), "phase": (), "cast": {},
                    "needs": Needs.model_validate(need)}
        )
        for n, need in enumerate(needs)
    ]  # fmt: skip
    world = world_where(storylets=tuple(made))
    came = set()
    for seed in range(20):
        scene = director.storylet(Draft(YARD.having(seed=str(seed))), world)
        assert scene is not None
        came.add(scene.id)
    return came


@pytest.mark.parametrize(
    "against",
    [{"not": {"quality": {"hard": 1}}}, {"quality": {"hard": 0}}, {"quality": {"mercy": "<3"}},
     {"clock": {"night": "<4"}}, {"lacks": "crown"}, {"unseen": "other"},
     {"any": [{"not": {"met": "juniper-tarn"}}]}],
)  # fmt: skip
def test_what_must_not_be_so_draws_no_storylet(against: dict[str, object]) -> None:
    assert first({}, against) == {"s0", "s1"}


@pytest.mark.parametrize(
    "asked", [{"quality": {"goose": 1}}, {"has": "rope"}, {"regard": {"theron": "<1"}, "met": "theron"}]
)
def test_what_has_come_about_does(asked: dict[str, object]) -> None:
    assert first({}, asked) == {"s1"}
