from __future__ import annotations

import pytest
from heroes import draft, foe
from hypothesis import given, settings
from hypothesis import strategies as st

from pocket_portals.errors import Refused
from pocket_portals.rules import combat, powers
from pocket_portals.rules.events import HERO, AttackRolled, HealthChanged
from pocket_portals.rules.fighters import Behaviour, Foe, Tactic
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Calling, Power

SEEDS = st.text(min_size=1, max_size=12)


def begun(seed: str = "s", *foes: Foe, calling: Calling = Calling.FIGHTER, boss: bool = False) -> Draft:
    made = draft(seed, calling)
    combat.begin(made, "road", foes or (foe(),), boss)
    return made


def seed_where(condition) -> str:
    """The first seed for which something holds, so that a rule can be shown on real dice."""
    return next(str(n) for n in range(2_000) if condition(str(n)))


@given(SEEDS, st.sampled_from(Behaviour), st.integers(1, 3), st.sampled_from(Calling), st.data())
@settings(max_examples=150, deadline=None)
def test_every_fight_ends_and_health_stays_in_bounds(
    seed: str, behaviour: Behaviour, count: int, calling: Calling, data: st.DataObject
) -> None:
    made = begun(seed, *(foe(f"wolf-{n}", behaviour) for n in range(count)), calling=calling)
    for _ in range(combat.MAX_ROUNDS + 1):
        fight = made.state.combat_state
        if fight is None:
            break
        target = data.draw(st.sampled_from([f.id for f in fight.standing]))
        deed = data.draw(st.sampled_from(["attack", "defend", "talk", "flee", "power"]))
        usable = [p for p, left in made.state.powers_left.items() if left]
        match deed:
            case "power" if usable:
                powers.use(made, data.draw(st.sampled_from(usable)), target)
            case "defend":
                combat.defend(made)
            case "talk":
                combat.talk_down(made, target)
            case "flee":
                combat.flee(made)
            case _:
                combat.attack(made, target)
        combat.finish_round(made)
        assert 0 <= made.state.health_current <= made.state.health_max
    assert made.state.combat_state is None
    assert sum(e.kind == "combat_ended" for e in made.events) == 1


def test_a_foe_that_wins_initiative_acts_and_the_fight_goes_on() -> None:
    def foe_first(seed: str) -> bool:
        made = begun(seed)
        combat_begun = next(e for e in made.events if e.kind == "combat_begun")
        return combat_begun.combat.order[0] != HERO

    made = begun(seed_where(foe_first))
    assert any(isinstance(e, AttackRolled) and e.target == HERO for e in made.events)
    assert made.state.combat_state is not None
    combat.attack(made, "wolf-1")
    combat.finish_round(made)
    assert made.state.combat_state is None or made.state.combat_state.round == 2


def test_ties_in_initiative_go_to_the_hero() -> None:
    def tied(seed: str) -> bool:
        event = next(e for e in begun(seed).events if e.kind == "combat_begun")
        return event.initiative[HERO].total == event.initiative["wolf-1"].total

    event = next(e for e in begun(seed_where(tied)).events if e.kind == "combat_begun")
    assert event.combat.order[0] == HERO


def test_health_carries_over_from_fight_to_fight() -> None:
    made = begun("carry")
    made.add(HealthChanged(by=-7, why="a fall"))
    hurt = made.state.health_current
    while made.state.combat_state:
        combat.flee(made)
        combat.finish_round(made)
    after_first = made.state.health_current
    combat.begin(made, "road", (foe(initiative=-3),), boss=False)
    assert made.state.health_current <= after_first <= hurt


def test_every_foe_shows_what_it_will_do_before_the_hero_acts() -> None:
    made = begun("shown", foe("ogre-1", Behaviour.BRUTE, health=60, health_max=60))
    for _ in range(12):
        shown = made.state.combat_state.standing[0].tactic
        if made.state.health_current < 14:
            made.add(HealthChanged(by=made.state.health_max - made.state.health_current, why="test"))
        before = len(made.events)
        combat.defend(made)
        combat.finish_round(made)
        if made.state.combat_state is None:
            break
        new = made.events[before:]
        struck = [e.with_ for e in new if isinstance(e, AttackRolled)]
        assert struck == {Tactic.STRIKE: ["strike"], Tactic.HEAVY: ["heavy blow"]}.get(shown, [])
        if shown is Tactic.WIND_UP:
            assert made.state.combat_state.standing[0].tactic is Tactic.HEAVY


def test_a_heavy_blow_that_misses_a_raised_guard_leaves_the_foe_open() -> None:
    for n in range(400):
        made = begun(str(n), foe("ogre-1", Behaviour.BRUTE, attack=0))
        fight = made.state.combat_state
        if fight is None or fight.standing[0].tactic is not Tactic.WIND_UP:
            continue
        combat.defend(made)
        combat.finish_round(made)  # it winds up
        combat.defend(made)
        before = len(made.events)
        combat.finish_round(made)  # the blow falls
        blow = next((e for e in made.events[before:] if isinstance(e, AttackRolled)), None)
        if blow and blow.with_ == "heavy blow" and not blow.hit:
            assert made.state.combat_state.standing[0].open
            return
    pytest.fail("no blow missed")


def test_a_natural_twenty_doubles_the_dice() -> None:
    def critical(seed: str) -> AttackRolled | None:
        made = begun(seed)
        if made.state.combat_state is None:
            return None
        before = len(made.events)
        combat.attack(made, "wolf-1")
        event = next(e for e in made.events[before:] if isinstance(e, AttackRolled))
        return event if event.critical else None

    event = critical(seed_where(critical))
    assert len(event.damage.dice) == 2


def test_a_spent_power_is_refused() -> None:
    made = begun("p", foe(health=60, health_max=60), calling=Calling.WIZARD)
    powers.use(made, Power.MAGIC_MISSILE, "wolf-1")
    powers.use(made, Power.MAGIC_MISSILE, "wolf-1")
    with pytest.raises(Refused):
        powers.use(made, Power.MAGIC_MISSILE, "wolf-1")


def test_a_power_of_another_calling_is_refused() -> None:
    made = begun("p")
    with pytest.raises(Refused):
        powers.use(made, Power.MAGIC_MISSILE, "wolf-1")


def test_a_called_friend_joins_once_and_acts() -> None:
    caller = foe("wolf-1", health=60, health_max=60)
    made = draft("howl")
    combat.begin(made, "road", (caller,), boss=False, reserve=(foe("wolf-2"),))
    for _ in range(20):
        if made.state.combat_state is None:
            break
        if made.state.health_current < 12:
            made.add(HealthChanged(by=made.state.health_max - made.state.health_current, why="test"))
        combat.defend(made)
        combat.finish_round(made)
    joined = [e for e in made.events if e.kind == "foe_joined"]
    assert len(joined) == 1
    assert any(isinstance(e, AttackRolled) and e.by == "wolf-2" for e in made.events)


def test_a_foe_without_nerve_can_not_be_talked_to() -> None:
    made = begun("mute", foe(nerve=0))
    if made.state.combat_state is None:
        pytest.fail("the fight ended before the hero spoke")
    assert combat.talk_down(made, "wolf-1") is None


def test_using_the_surroundings_works_once() -> None:
    from pocket_portals.rules.hero import Ability
    from pocket_portals.rules.state import CheckSpec

    made = begun("lamp", foe(health=40, health_max=40))
    spec = CheckSpec(ability=Ability.DEXTERITY, dc=8)
    degree = combat.use_surroundings(made, "lamp", "Throw the lamp", spec, "1d6", True, "wolf-1")
    told = [e.with_ for e in made.events if e.kind == "damage_rolled"]
    assert degree.good
    assert told == ["Throw the lamp"]
    with pytest.raises(Refused):
        combat.use_surroundings(made, "lamp", "Throw the lamp", spec, "1d6", True, "wolf-1")
