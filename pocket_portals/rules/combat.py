"""Fights: initiative, the hero's deed, the foes' shown intents carried out, the end.

The hero acts, then every foe in order; each foe then shows what it will do next. Attack rolls,
armour class, advantage and critical hits follow the SRD 5.1, pp. 94-98.
"""

from __future__ import annotations

from pocket_portals.rules.checks import bonus, check
from pocket_portals.rules.dice import Modifier, Roll, d20, roll
from pocket_portals.rules.events import (
    HERO,
    AttackRolled,
    CombatBegun,
    CombatEnded,
    DamageRolled,
    FoeChanged,
    FoeHurt,
    FoeLeft,
    HealthChanged,
    ItemLost,
    RoundBegun,
    StanceTaken,
    SurroundingsUsed,
)
from pocket_portals.rules.fighters import CombatState, Foe, Stance
from pocket_portals.rules.foes import act, first_tactic
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import PROFICIENCY, Ability
from pocket_portals.rules.state import CheckSpec, Degree, Item

MAX_ROUNDS = 30  # no fight goes on for ever: after this the foes lose heart


def begin(
    draft: Draft, encounter: str, foes: tuple[Foe, ...], boss: bool, reserve: tuple[Foe, ...] = ()
) -> None:
    """Roll initiative (ties to the hero) and let those who beat the hero strike first."""
    dexterity = draft.state.hero.modifier(Ability.DEXTERITY)
    rolls: dict[str, Roll] = {HERO: d20(draft.stream, [Modifier(name="Dex", value=dexterity)])}
    for foe in foes:
        rolls[foe.id] = d20(draft.stream, [Modifier(name="speed", value=foe.initiative)])
    order = sorted(rolls, key=lambda who: (-rolls[who].total, who != HERO))
    shown = tuple(f.having(tactic=first_tactic(f, draft.stream)) for f in foes)
    combat = CombatState(encounter=encounter, foes=shown, order=tuple(order), boss=boss, reserve=reserve)
    draft.add(CombatBegun(combat=combat, initiative=rolls))
    for who in order[: order.index(HERO)]:
        act(draft, who, opening=True)
        if _over(draft):
            return


def current(draft: Draft) -> CombatState:
    """The fight that is on."""
    combat = draft.state.combat_state
    assert combat is not None
    return combat


def edge_on(combat: CombatState, foe: Foe) -> tuple[int, list[str]]:
    """Advantage (over 0) or disadvantage (under 0) on the hero's attack on a foe, and why."""
    found = ((foe.open, 1, "it is open"), (foe.guarding, -1, "it is guarded"),
             (combat.stance.rattled, -1, "you are rattled"))  # fmt: skip
    return sum(edge for there, edge, _ in found if there), [why for there, _, why in found if there]


def attack(draft: Draft, foe_id: str, *, edge: int = 0, extra: str = "", why: str = "") -> bool:
    """The hero attacks with the weapon of the calling; whether it hit."""
    sheet, combat = draft.state.hero, current(draft)
    foe = combat.foe(foe_id)
    assert foe is not None
    found, reasons = edge_on(combat, foe)
    edge, reasons = edge + found, [why, *reasons] if why else reasons
    arms = sheet.arms
    parts = [
        Modifier(name=arms.ability.short, value=sheet.modifier(arms.ability)),
        Modifier(name="trained", value=PROFICIENCY),
    ]
    rolled = d20(draft.stream, parts, edge)
    critical = rolled.natural == 20
    hit = critical or (rolled.natural != 1 and rolled.total >= foe.armour_class)
    harm = None
    if hit:
        dice = "+".join(part for part in (arms.dice, extra, "1d6" if foe.marked else "") if part)
        strength = [Modifier(name=arms.ability.short, value=sheet.modifier(arms.ability))]
        strength.append(Modifier(name="level", value=sheet.level - 1))
        harm = roll("+".join([dice] * (2 if critical else 1)), draft.stream, strength)
    draft.add(
        AttackRolled(
            by=HERO,
            target=foe_id,
            with_=arms.weapon,
            armour_class=foe.armour_class,
            roll=rolled,
            hit=hit,
            critical=critical,
            damage=harm,
            why_edge=", ".join(reasons),
        )
    )
    if foe.open:
        draft.add(FoeChanged(foe=foe_id, open=False))
    if harm:
        draft.add(FoeHurt(foe=foe_id, by=max(1, harm.total)))
    return hit


def defend(draft: Draft) -> None:
    """Attacks on the hero are at disadvantage; a heavy blow that misses leaves the foe open."""
    draft.add(StanceTaken(stance=Stance(defending=True)))


def drink(draft: Draft, ident: str, item: Item) -> None:
    """Use up something that heals, keeping the guard up."""
    mended = roll(item.heal, draft.stream)
    draft.add(DamageRolled(by=HERO, target=HERO, with_=item.name, roll=mended))
    heal(draft, mended.total, item.name)
    draft.add(ItemLost(id=ident, why=item.name), StanceTaken(stance=Stance(defending=True)))


def throw(draft: Draft, ident: str, item: Item, foe_id: str) -> None:
    """Use up something that harms; it does not miss, and leaves the foe open."""
    harm = roll(item.harm, draft.stream)
    draft.add(DamageRolled(by=HERO, target=foe_id, with_=item.name, roll=harm))
    draft.add(FoeHurt(foe=foe_id, by=max(1, harm.total)), FoeChanged(foe=foe_id, open=True))
    draft.add(ItemLost(id=ident, why=item.name))


def heal(draft: Draft, amount: int, why: str) -> None:
    """Give health back, up to the most there is."""
    room = draft.state.health_max - draft.state.health_current
    if gained := min(room, amount):
        draft.add(HealthChanged(by=gained, why=why))


def use_surroundings(
    draft: Draft, feature: str, deed: str, spec: CheckSpec, harm: str, opens: bool, foe_id: str
) -> Degree:
    """Turn something in the place against a foe, once; ``deed`` is what the player reads of it."""
    draft.add(SurroundingsUsed(feature=feature))
    degree = check(draft, deed, spec.ability, spec.dc)
    if degree.good:
        damage = roll(harm, draft.stream)
        draft.add(DamageRolled(by=HERO, target=foe_id, with_=deed, roll=damage))
        draft.add(FoeHurt(foe=foe_id, by=max(1, damage.total)))
        if opens:
            draft.add(FoeChanged(foe=foe_id, open=True))
    return degree


def improvise(draft: Draft, deed: str, ability: Ability, foe_id: str) -> Degree:
    """A deed nobody wrote: on success the foe is left open, strongly also hurt."""
    degree = check(draft, deed, ability, 12)
    if degree.good:
        draft.add(FoeChanged(foe=foe_id, open=True))
    if degree is Degree.STRONG:
        damage = roll("1d6", draft.stream)
        draft.add(DamageRolled(by=HERO, target=foe_id, with_=deed, roll=damage))
        draft.add(FoeHurt(foe=foe_id, by=damage.total))
    return degree


def nerve_of(draft: Draft, foe: Foe) -> int:
    """The DC to talk a foe out of it: easier when it is hurt or alone, harder for each friend."""
    friends = len(current(draft).standing) - 1
    return foe.nerve + 2 * friends - (3 if foe.health * 2 <= foe.health_max else 0)


def talk_down(draft: Draft, foe_id: str) -> Degree | None:
    """Talk a foe out of the fight; strongly, every other one too. None when it can't be talked to."""
    foe = current(draft).foe(foe_id)
    assert foe is not None
    if not foe.nerve:
        return None
    degree = check(draft, f"talk down {foe.name}", Ability.CHARISMA, max(5, min(25, nerve_of(draft, foe))))
    if degree.good:
        draft.add(FoeLeft(foe=foe_id, why="talked"))
    if degree is Degree.STRONG:
        for other in current(draft).standing:
            if other.nerve:
                draft.add(FoeLeft(foe=other.id, why="talked"))
    return degree


def flee(draft: Draft) -> Degree:
    """Get away, by Dexterity or Strength against the fastest foe; failing costs a hit."""
    sheet = draft.state.hero
    ability = max((Ability.DEXTERITY, Ability.STRENGTH), key=lambda a: bonus(sheet, a))
    fastest = max(current(draft).standing, key=lambda f: f.speed)
    degree = check(draft, "get away", ability, fastest.speed)
    if degree.good:
        draft.add(CombatEnded(result="fled"))
    else:
        act(draft, fastest.id, free_hit=True)
    return degree


def finish_round(draft: Draft) -> None:
    """The foes act in order, the hero's stance ends, and what they will do next is shown."""
    if draft.state.combat_state is None or _over(draft):
        return
    combat = current(draft)
    draft.add(StanceTaken(stance=combat.stance.having(rattled=False)))
    at = combat.order.index(HERO)
    for who in (*combat.order[at + 1 :], *combat.order[:at]):
        foe = current(draft).foe(who)
        if foe and foe.standing:
            act(draft, who)
            if _over(draft):
                return
    draft.add(StanceTaken(stance=Stance(rattled=current(draft).stance.rattled)), RoundBegun())
    if current(draft).round > MAX_ROUNDS:
        for foe in current(draft).standing:
            draft.add(FoeLeft(foe=foe.id, why="fled"))
        _over(draft)


def _over(draft: Draft) -> bool:
    """Whether the fight is over; ends it if it is."""
    combat = draft.state.combat_state
    if combat is None:
        return True
    if draft.state.health_current == 0:
        draft.add(CombatEnded(result="fallen"))
        return True
    if not combat.standing:
        talked = all(foe.fled for foe in combat.foes)
        draft.add(CombatEnded(result="talked" if talked else "won"))
        return True
    return False
