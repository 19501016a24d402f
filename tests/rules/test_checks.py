from __future__ import annotations

import pytest
from heroes import draft, sheet
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.rules.checks import EDGE, chance, check, degree_of
from pocket_portals.rules.events import QualityChanged
from pocket_portals.rules.hero import Ability, Ancestry, Calling, ability_scores, modifier
from pocket_portals.rules.state import Degree


@pytest.mark.parametrize(
    ("natural", "total", "dc", "degree"),
    [
        (12, 17, 12, Degree.STRONG),
        (12, 16, 12, Degree.SUCCESS),
        (12, 12, 12, Degree.SUCCESS),
        (10, 11, 12, Degree.SETBACK),
        (6, 8, 12, Degree.SETBACK),
        (6, 7, 12, Degree.DISASTER),
        (20, 9, 18, Degree.STRONG),
        (1, 20, 12, Degree.DISASTER),
    ],
)
def test_degrees(natural: int, total: int, dc: int, degree: Degree) -> None:
    assert degree_of(natural, total, dc) is degree


@pytest.mark.parametrize(("score", "value"), [(3, -4), (8, -1), (9, -1), (10, 0), (15, 2), (18, 4)])
def test_ability_modifiers(score: int, value: int) -> None:
    assert modifier(score) == value


@given(st.sampled_from(Calling), st.sampled_from(Ancestry))
def test_every_hero_is_whole(calling: Calling, ancestry: Ancestry) -> None:
    scores = ability_scores(calling, ancestry)
    assert set(scores) == set(Ability)
    assert all(3 <= score <= 18 for score in scores.values())
    assert sheet(calling, ancestry).powers


@given(st.text(min_size=1, max_size=9), st.sampled_from(Ability), st.integers(5, 25))
def test_a_check_records_its_arithmetic(seed: str, ability: Ability, dc: int) -> None:
    made = draft(seed)
    degree = check(made, "try", ability, dc)
    event = made.events[-1]
    assert event.kind == "check_rolled"
    assert event.roll.total == event.roll.natural + sum(m.value for m in event.roll.modifiers)
    assert event.degree is degree is degree_of(event.roll.natural, event.roll.total, dc)


def test_an_edge_is_spent_on_the_next_check() -> None:
    made = draft()
    made.add(QualityChanged(name=EDGE, by=1))
    check(made, "try", Ability.WISDOM, 12)
    assert len(made.events[-1].roll.dice) == 2
    check(made, "try again", Ability.WISDOM, 12)
    assert len(made.events[-1].roll.dice) == 1


def test_training_counts_in_the_two_leading_abilities() -> None:
    hero = sheet(Calling.ROGUE)
    assert chance(hero, Ability.DEXTERITY, 12) > chance(hero, Ability.CONSTITUTION, 12)
    assert [a for a in Ability if hero.trained(a)] == [Ability.DEXTERITY, Ability.CHARISMA]
