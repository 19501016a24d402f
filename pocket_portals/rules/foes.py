"""How foes think and act: the tactic each shows, carries out, and picks next."""

from __future__ import annotations

from pocket_portals.rules.dice import Modifier, Stream, d20, roll
from pocket_portals.rules.events import (
    HERO,
    AttackRolled,
    FoeChanged,
    FoeIntends,
    FoeJoined,
    FoeLeft,
    HealthChanged,
    StanceTaken,
)
from pocket_portals.rules.fighters import Behaviour, CombatState, Foe, Tactic
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import PROFICIENCY, Ability

T = Tactic

# What a foe of each kind does in the long run; a wind-up is always followed by its heavy blow.
_HABITS: dict[Behaviour, tuple[Tactic, ...]] = {
    Behaviour.PACK: (T.STRIKE,),
    Behaviour.BRUTE: (T.STRIKE, T.WIND_UP),
    Behaviour.SKIRMISHER: (T.STRIKE, T.STRIKE, T.GUARD),
    Behaviour.CASTER: (T.HEX, T.HEX, T.GUARD),
    Behaviour.COWARD: (T.STRIKE,),
    Behaviour.GUARDIAN: (T.STRIKE, T.GUARD, T.WIND_UP),
}


def first_tactic(foe: Foe, stream: Stream) -> Tactic:
    """What a foe shows as the fight begins."""
    return stream.pick(_HABITS[foe.behaviour])


def next_tactic(foe: Foe, combat: CombatState, stream: Stream) -> Tactic:
    """What a foe will do next, by its behaviour and how it fares."""
    if foe.tactic is T.WIND_UP:
        return T.HEAVY
    bloodied = foe.health * 2 <= foe.health_max
    alone = len(combat.standing) == 1
    if foe.behaviour is Behaviour.COWARD and bloodied:
        return T.FLEE
    if foe.behaviour is Behaviour.PACK:
        if combat.reserve and foe.tactic is not T.HOWL and stream.chance(40):
            return T.HOWL
        if alone and bloodied and not combat.boss and stream.chance(50):
            return T.FLEE
    habits = _HABITS[foe.behaviour]
    fresh = [t for t in habits if t is not foe.tactic or t is T.STRIKE] or list(habits)
    return stream.pick(fresh)


def act(draft: Draft, foe_id: str, *, opening: bool = False, free_hit: bool = False) -> None:
    """Carry out what a foe has shown, then show what comes next.

    ``opening``: it won initiative and only strikes. ``free_hit``: the hero turned away from it.
    """
    combat = draft.state.combat_state
    foe = combat.foe(foe_id) if combat else None
    if combat is None or foe is None or not foe.standing:
        return
    if free_hit:
        _strike(draft, foe, T.STRIKE, edge=1)
        return
    if foe.guarding:
        draft.add(FoeChanged(foe=foe_id, guarding=False))
    match T.STRIKE if opening else foe.tactic:
        case T.STRIKE | T.HEAVY as tactic:
            _strike(draft, foe, tactic)
        case T.HEX:
            _hex(draft, foe)
        case T.GUARD:
            draft.add(FoeChanged(foe=foe_id, guarding=True))
        case T.HOWL:
            _call(draft, combat)
        case T.FLEE:
            draft.add(FoeLeft(foe=foe_id, why="fled"))
            return
        case T.WIND_UP | T.REEL:
            pass
    if opening or draft.state.health_current == 0:
        return
    _show_next(draft, foe_id)


def _show_next(draft: Draft, foe_id: str) -> None:
    combat = draft.state.combat_state
    foe = combat.foe(foe_id) if combat else None
    if combat and foe and foe.standing:
        tactic = next_tactic(foe, combat, draft.stream)
        if tactic is not foe.tactic:
            draft.add(FoeIntends(foe=foe_id, tactic=tactic))


def _strike(draft: Draft, foe: Foe, tactic: Tactic, edge: int = 0) -> None:
    combat = draft.state.combat_state
    assert combat is not None
    stance, sheet = combat.stance, draft.state.hero
    reasons = ["you turned your back"] if edge else []
    if stance.defending:
        edge, reasons = edge - 1, [*reasons, "your guard is up"]
    if foe.shaken:
        edge, reasons = edge - 1, [*reasons, "it is shaken"]
    armour = sheet.arms.armour_class + stance.shield
    rolled = d20(draft.stream, [Modifier(name="attack", value=foe.attack)], edge)
    critical = rolled.natural == 20
    hit = critical or (rolled.natural != 1 and rolled.total >= armour)
    times = (2 if tactic is T.HEAVY else 1) + (1 if critical else 0)
    harm = roll("+".join([foe.damage] * times), draft.stream) if hit else None
    draft.add(
        AttackRolled(
            by=foe.id,
            target=HERO,
            with_="heavy blow" if tactic is T.HEAVY else "strike",
            armour_class=armour,
            roll=rolled,
            hit=hit,
            critical=critical,
            damage=harm,
            why_edge=", ".join(reasons),
        )
    )
    if foe.shaken:
        draft.add(FoeChanged(foe=foe.id, shaken=False))
    if harm:
        hurt(draft, harm.total, foe.name)
    elif tactic is T.HEAVY and stance.defending:
        draft.add(FoeChanged(foe=foe.id, open=True))


def _hex(draft: Draft, foe: Foe) -> None:
    """A curse goes past armour: it is rolled against ten and the hero's Wisdom, and rattles."""
    sheet = draft.state.hero
    trained = PROFICIENCY if sheet.trained(Ability.WISDOM) else 0
    will = 10 + sheet.modifier(Ability.WISDOM) + trained
    edge = -1 if foe.shaken else 0
    rolled = d20(draft.stream, [Modifier(name="attack", value=foe.attack)], edge)
    hit = rolled.natural == 20 or (rolled.natural != 1 and rolled.total >= will)
    harm = roll(foe.damage, draft.stream) if hit else None
    draft.add(
        AttackRolled(
            by=foe.id, target=HERO, with_="hex", armour_class=will, roll=rolled, hit=hit, damage=harm
        )
    )
    if foe.shaken:
        draft.add(FoeChanged(foe=foe.id, shaken=False))
    combat = draft.state.combat_state
    if harm and combat:
        draft.add(StanceTaken(stance=combat.stance.having(rattled=True)))
        hurt(draft, harm.total, foe.name)


def _call(draft: Draft, combat: CombatState) -> None:
    if combat.reserve and len(combat.foes) < 3:
        draft.add(FoeJoined(joined=combat.reserve[0]))


def hurt(draft: Draft, amount: int, why: str) -> None:
    """Take health from the hero, never below nothing."""
    if lost := min(amount, draft.state.health_current):
        draft.add(HealthChanged(by=-lost, why=why))
