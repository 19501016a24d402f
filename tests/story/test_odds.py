"""What is said of a deed's risk, held against what happens when it is done."""

from __future__ import annotations

import pytest

from pocket_portals.rules.checks import bonus
from pocket_portals.rules.events import AttackRolled, FoeHurt
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import CheckSpec, Choice, Verb
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.playtest import SensibleBot
from pocket_portals.session.service import GameSessionService
from pocket_portals.story import fight_intent, referee
from pocket_portals.story.odds import Odds, odds_of, weighed
from pocket_portals.story.storybook import Storybook
from pocket_portals.wiring import SystemClock
from pocket_portals.worlds.library import WorldLibrary


@pytest.fixture
async def fighting():
    """A hero in a fight, and the world."""
    store, worlds, clock = MemoryStore(), WorldLibrary(), SystemClock()
    service = GameSessionService(
        store, DirectEngine(store, worlds, {"storybook": Storybook()}, clock), worlds, clock
    )
    bot = SensibleBot("axle")
    run = (await service.create(NewRun(world="ember-road", name="Ilsa Thorne", seed="axle"))).run
    while not service.state(run).combat_state:
        await service.act(run, bot.act(service.state(run)))
    return service.state(run), worlds.get("ember-road")


async def test_the_odds_of_an_attack_are_what_comes_of_it(fighting):
    state, world = fighting
    hits, harm, times = 0, 0, 400
    for number in range(times):
        there = state.having(seed=f"otherwise {number}")
        draft = Draft(there)
        referee.fight(draft, world, fight_intent.hear("1", there, world))
        mine = next(e for e in draft.events if isinstance(e, AttackRolled) and e.by == "hero")
        hits += mine.hit
        harm += sum(e.by for e in draft.events if isinstance(e, FoeHurt))
    odds = odds_of(state, world, 1)
    assert odds.works == pytest.approx(100 * hits / times, abs=10)
    assert odds.harm == pytest.approx(harm / times, abs=1)


async def test_weighing_a_deed_gives_nothing_of_the_real_dice_away(fighting):
    state, world = fighting
    assert odds_of(state, world, 1) == odds_of(state.having(seed="another"), world, 1)


async def test_guarding_costs_less_health_than_attacking(fighting):
    state, world = fighting
    guard = next(n for n, c in enumerate(state.current_choices, 1) if c.ref == "fight:defend")
    assert odds_of(state, world, guard).loss <= odds_of(state, world, 1).loss


async def test_a_check_outside_fights_is_counted_face_by_face(fighting):
    state, world = fighting
    dc = bonus(state.hero, Ability.WISDOM) + 11
    choice = Choice(label="Listen", verb=Verb.LOOK, check=CheckSpec(ability=Ability.WISDOM, dc=dc))
    calm = state.having(combat_state=None, qualities={}, current_choices=(choice,))
    assert odds_of(calm, world, 1) == Odds(works=50, badly=30)
    edged = calm.having(qualities={"engine.edge": 1})
    assert odds_of(edged, world, 1).works == 75


async def test_a_deed_without_a_check_risks_nothing(fighting):
    state, world = fighting
    calm = state.having(combat_state=None, current_choices=(Choice(label="Rest", verb=Verb.REST),))
    assert weighed(calm, world) == ["Rest: nothing is at stake"]
