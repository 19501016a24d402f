"""What a calling can do in a fight, once or twice between rests."""

from __future__ import annotations

from pocket_portals.rules.checks import MARGIN, bonus
from pocket_portals.rules.combat import attack, current, heal
from pocket_portals.rules.dice import Modifier, d20, roll
from pocket_portals.rules.events import (
    HERO,
    AttackRolled,
    DamageRolled,
    FoeChanged,
    FoeHurt,
    FoeLeft,
    PowerUsed,
    StanceTaken,
)
from pocket_portals.rules.fighters import Stance
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Ability, Power

SHIELD_BONUS = 5

ABOUT: dict[Power, str] = {
    Power.SECOND_WIND: "win back 1d10+2 health and strike",
    Power.SNEAK_ATTACK: "strike with advantage for 2d6 more",
    Power.MAGIC_MISSILE: "3d4+3, never misses",
    Power.SHIELD: "+5 armour until your next deed, and strike",
    Power.CURE_WOUNDS: "win back 2d6 and your Wisdom, guard up",
    Power.TURN: "shake all foes by faith, or drive them off",
    Power.HUNTERS_MARK: "strike with advantage; 1d6 more each hit from now",
    Power.INSPIRATION: "strike with advantage for 1d6 more",
    Power.VICIOUS_MOCKERY: "2d6, and it strikes at disadvantage",
}


def use(draft: Draft, power: Power, foe_id: str) -> None:
    """Spend a power, on a foe where it is aimed. Raises Refused when it is spent."""
    draft.add(PowerUsed(power=power))
    match power:
        case Power.SECOND_WIND:
            _mend(draft, "1d10+2", power)
            attack(draft, foe_id)
        case Power.SNEAK_ATTACK:
            attack(draft, foe_id, edge=1, extra="2d6", why="it does not see you")
        case Power.MAGIC_MISSILE:
            _burn(draft, "3d4+3", foe_id, power)
        case Power.SHIELD:
            draft.add(StanceTaken(stance=Stance(shield=SHIELD_BONUS)))
            attack(draft, foe_id)
        case Power.CURE_WOUNDS:
            wisdom = draft.state.hero.modifier(Ability.WISDOM)
            _mend(draft, "2d6", power, [Modifier(name="Wis", value=wisdom)])
            draft.add(StanceTaken(stance=Stance(defending=True)))
        case Power.TURN:
            _turn(draft)
        case Power.HUNTERS_MARK:
            draft.add(FoeChanged(foe=foe_id, marked=True))
            attack(draft, foe_id, edge=1, why="you have read its stride")
        case Power.INSPIRATION:
            attack(draft, foe_id, edge=1, extra="1d6", why="the tune is in you")
        case Power.VICIOUS_MOCKERY:
            _burn(draft, "2d6", foe_id, power)
            draft.add(FoeChanged(foe=foe_id, shaken=True))


def _mend(draft: Draft, dice: str, power: Power, parts: list[Modifier] | None = None) -> None:
    mended = roll(dice, draft.stream, parts or [])
    draft.add(DamageRolled(by=HERO, target=HERO, with_=power.title, roll=mended))
    heal(draft, max(1, mended.total), power.title)


def _burn(draft: Draft, dice: str, foe_id: str, power: Power) -> None:
    harm = roll(dice, draft.stream)
    draft.add(DamageRolled(by=HERO, target=foe_id, with_=power.title, roll=harm))
    draft.add(FoeHurt(foe=foe_id, by=harm.total))


def _turn(draft: Draft) -> None:
    """Each foe resists with its nerve: beaten it reels, well beaten it leaves. A boss does not leave."""
    sheet = draft.state.hero
    parts = [Modifier(name="Wis", value=bonus(sheet, Ability.WISDOM))]
    for foe in current(draft).standing:
        rolled = d20(draft.stream, parts)
        dc = foe.nerve or 14
        driven = rolled.total >= dc
        draft.add(
            AttackRolled(
                by=HERO, target=foe.id, with_=Power.TURN.title, armour_class=dc, roll=rolled, hit=driven
            )
        )
        if rolled.total >= dc + MARGIN and not current(draft).boss:
            draft.add(FoeLeft(foe=foe.id, why="turned"))
        elif driven:
            draft.add(FoeChanged(foe=foe.id, shaken=True, open=True))
