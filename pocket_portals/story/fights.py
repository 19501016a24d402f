"""Fights as the player meets them: what can be done, what it was taken to mean, how it is told."""

from __future__ import annotations

from pocket_portals.rules import combat, powers
from pocket_portals.rules.checks import chance, edge_of, percent
from pocket_portals.rules.events import (
    HERO,
    AttackRolled,
    CombatBegun,
    Event,
    FoeHurt,
    FoeJoined,
    FoeLeft,
    PowerUsed,
    StanceTaken,
)
from pocket_portals.rules.fighters import Foe, Tactic
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import PROFICIENCY, Ability, Power
from pocket_portals.rules.state import Choice, GameState, Verb
from pocket_portals.story.consequences import QUEST_CLOCK, mend, tick
from pocket_portals.story.fight_intent import ORDINALS
from pocket_portals.story.storyteller import Intent, Piece, arriving
from pocket_portals.worlds.foes import FoeDef
from pocket_portals.worlds.schema import WorldDef

MOST_CHOICES = 6


def _foe(kind: FoeDef, ident: str, name: str) -> Foe:
    return Foe(
        id=ident,
        kind=kind.id,
        name=name,
        health=kind.health,
        health_max=kind.health,
        armour_class=kind.armour_class,
        attack=kind.attack,
        damage=kind.damage,
        initiative=kind.initiative,
        behaviour=kind.behaviour,
        nerve=kind.nerve,
        speed=kind.speed,
    )


def begin(draft: Draft, world: WorldDef, encounter_id: str) -> list[Piece]:
    """Begin an authored fight; what there is to tell of it."""
    encounter = world.encounter[encounter_id]
    foes: list[Foe] = []
    for kind in encounter.foes:
        number = sum(f.kind == kind for f in foes)
        many = encounter.foes.count(kind) > 1
        met = world.foe[kind]
        name = f"the {ORDINALS[number]} {met.noun}" if many else met.called
        foes.append(_foe(met, f"{kind}-{number + 1}", name))
    callers = [world.foe[k].friend for k in encounter.foes if world.foe[k].friend]
    reserve: tuple[Foe, ...] = ()
    if callers and len(foes) < 3:
        friend = world.foe[callers[0]]
        reserve = (_foe(friend, f"{friend.id}-called", f"another {friend.noun}"),)
    combat.begin(draft, encounter_id, tuple(foes), encounter.boss, reserve)
    pieces = [Piece(encounter.text, id=f"encounter.{encounter_id}")]
    pieces += _told(draft.events, draft.state, world)
    return arriving(pieces + _shown(draft.state, world))


def last_encounter(draft: Draft) -> str:
    """The encounter that was fought, now or when the turn began."""
    if draft.before.combat_state:
        return draft.before.combat_state.encounter
    return next(e.combat.encounter for e in draft.events if isinstance(e, CombatBegun))


# What can be done


def choices(world: WorldDef, state: GameState) -> tuple[Choice, ...]:
    """The deeds offered in a fight: attack, guard, and whatever else this hero and place allow."""
    fight = state.combat_state
    if fight is None or not fight.standing:
        return ()
    sheet, (edge, _) = state.hero, edge_of(state)
    weakest = min(fight.standing, key=lambda f: (f.health, f.id))
    offers = [_attack(state, foe) for foe in sorted(fight.standing, key=lambda f: (f.health, f.id))[:1]]
    offers.append(
        Choice(label="Keep your guard up", verb=Verb.DEFEND, ref="fight:defend", note="they hit less")
    )
    for power, left in state.powers_left.items():
        if left > 0:
            note = powers.ABOUT[power]
            offers.append(
                Choice(label=f"Use {power.title}", verb=Verb.MAGIC, ref=f"fight:power:{power}", note=note)
            )
    encounter = world.encounter[fight.encounter]
    for feature in encounter.surroundings:
        if feature.id not in fight.used:
            odds = chance(sheet, feature.check.ability, feature.check.dc, edge)
            offers.append(
                Choice(
                    label=feature.say,
                    verb=Verb.USE,
                    ref=f"fight:use:{feature.id}",
                    check=feature.check,
                    note=f"{odds}% · {feature.harm}",
                    nouns=feature.nouns,
                )
            )
    hurt = state.health_current * 3 <= state.health_max * 2
    for ident, item in state.inventory.items():
        if item.heal and hurt:
            offers.append(
                Choice(
                    label=f"Use {item.name}",
                    verb=Verb.USE,
                    ref=f"fight:item:{ident}",
                    note=f"heals {item.heal}",
                )
            )
        elif item.harm:
            offers.append(
                Choice(label=f"Throw {item.name}", verb=Verb.USE, ref=f"fight:item:{ident}", note=item.harm)
            )
    if weakest.nerve:
        offers.append(_talk(state, weakest))
    fastest = max(f.speed for f in fight.standing)
    best = max(chance(sheet, a, fastest, edge) for a in (Ability.DEXTERITY, Ability.STRENGTH))
    offers.insert(
        min(len(offers), MOST_CHOICES - 1),
        Choice(label="Get away", verb=Verb.FLEE, ref="fight:flee", note=f"{best}%"),
    )
    return tuple(offers[:MOST_CHOICES])


def _attack(state: GameState, foe: Foe) -> Choice:
    sheet = state.hero
    assert state.combat_state is not None
    edge, _ = combat.edge_on(state.combat_state, foe)
    odds = percent(foe.armour_class - sheet.modifier(sheet.arms.ability) - PROFICIENCY, edge)
    harm = sheet.modifier(sheet.arms.ability) + sheet.level - 1
    note = f"{odds}% · {sheet.arms.dice}{'+1d6' if foe.marked else ''}{harm:+d}"
    return Choice(label=f"Attack {foe.name}", verb=Verb.FIGHT, ref=f"fight:attack:{foe.id}", note=note)


def _talk(state: GameState, foe: Foe) -> Choice:
    assert state.combat_state is not None
    friends = len(state.combat_state.standing) - 1
    dc = max(5, min(25, foe.nerve + 2 * friends - (3 if foe.health * 2 <= foe.health_max else 0)))
    odds = chance(state.hero, Ability.CHARISMA, dc, edge_of(state)[0])
    return Choice(label=f"Talk {foe.name} down", verb=Verb.TALK, ref=f"fight:talk:{foe.id}", note=f"{odds}%")


# What happens


def round_of(draft: Draft, world: WorldDef, intent: Intent) -> list[Piece]:
    """Carry out the hero's deed and the foes' answers; what there is to tell of the round."""
    fight = combat.current(draft)
    _, deed, *rest = intent.target.split(":")
    foe_id = (
        rest[-1] if rest and fight.foe(rest[-1]) else min(fight.standing, key=lambda f: (f.health, f.id)).id
    )
    pieces: list[Piece] = []
    voices = world.voices
    foe = fight.foe(foe_id)
    slots = {"foe": foe.name if foe else "it"}
    match deed:
        case "defend":
            combat.defend(draft)
        case "power":
            powers.use(draft, Power(rest[0]), foe_id)
        case "item":
            item = draft.state.inventory[rest[0]]
            if item.heal:
                combat.drink(draft, rest[0], item)
            else:
                combat.throw(draft, rest[0], item, foe_id)
        case "use":
            feature = next(s for s in world.encounter[fight.encounter].surroundings if s.id == rest[0])
            spec = feature.check
            degree = combat.use_surroundings(
                draft, feature.id, feature.say, spec, feature.harm, feature.opens, foe_id
            )
            pieces.append(Piece(feature.success if degree.good else feature.failure, slots=slots))
        case "talk":
            talked = combat.talk_down(draft, foe_id)
            good = talked is not None and talked.good
            lines = voices.talks_down if good else voices.talk_fails
            pieces.append(Piece(lines, id="talks_down" if good else "talk_fails", slots=slots, once=True))
        case "flee":
            fled = combat.flee(draft)
            lines = voices.flees if fled.good else voices.flee_fails
            pieces.append(Piece(lines, id="flees" if fled.good else "flee_fails", slots=slots, once=True))
        case "improvise":
            tried = combat.improvise(draft, intent.said[:60], intent.ability or Ability.WISDOM, foe_id)
            lines = voices.improvises if tried.good else voices.improvise_fails
            pool = "improvises" if tried.good else "improvise_fails"
            pieces.append(Piece(lines, id=pool, slots=slots, once=True))
        case _:
            combat.attack(draft, foe_id)
    combat.finish_round(draft)
    return pieces + _told(draft.events, draft.before, world) + _shown(draft.state, world)


def wake(draft: Draft, world: WorldDef) -> list[Piece]:
    """Come to after a defeat: half the health back, and time lost."""
    mend(draft, draft.state.health_max // 2, "you come to")
    return tick(draft, world, QUEST_CLOCK, 2, "you lay where you fell")


# How it is told


def at_a_glance(state: GameState, world: WorldDef) -> list[Piece]:
    """How each foe does and what it is about to do, for who looks before the next deed."""
    fight = state.combat_state
    stand = [f"{foe.name} {_does(foe)}" for foe in fight.standing] if fight else []
    return [Piece("; ".join(stand)[:1].upper() + "; ".join(stand)[1:] + "."), *_shown(state, world)]


def _does(foe: Foe) -> str:
    if foe.health == foe.health_max:
        return "has not a scratch"
    if foe.health * 3 > foe.health_max * 2:
        return "is scratched"
    return "is hurt" if foe.health * 3 > foe.health_max else "will not stand much more"


def _told(events: list[Event], before: GameState, world: WorldDef) -> list[Piece]:
    """The blows of a round, each in a line, run on into one paragraph."""
    names, kinds, health = _who(events, before)
    voices = world.voices
    calling = before.hero.calling
    pieces: list[Piece] = []

    def add(lines: tuple[str, ...], pool: str, foe: str) -> None:
        if lines:
            pieces.append(
                Piece(lines, id=pool, slots={"foe": names.get(foe, "it")}, run_on=bool(pieces), once=True)
            )

    for event in events:
        match event:
            case PowerUsed(power=power):
                target = next((e.target for e in events if isinstance(e, AttackRolled) and e.by == HERO), "")
                add(voices.powers.get(power.value, ()), f"powers.{power}", target or next(iter(names), ""))
            case StanceTaken(stance=stance) if stance.defending:
                add(voices.defends, "defends", next(iter(names), ""))
            case AttackRolled(by=by, hit=hit) if by == HERO:
                lines = voices.hits.get(calling, ()) if hit else voices.misses.get(calling, ())
                add(lines, f"{'hits' if hit else 'misses'}.{calling}", event.target)
            case AttackRolled(by=by, hit=hit):
                add(voices.hurts if hit else voices.foe_misses, "hurts" if hit else "foe_misses", by)
            case FoeHurt(foe=ident, by=by):
                health[ident] = health.get(ident, 0) - by
                if health[ident] <= 0 and ident in kinds:
                    kind = kinds[ident]
                    add(world.foe[kind].falls, f"foe.{kind}.falls", ident)
            case FoeLeft(foe=ident, why=why) if why != "talked" and ident in kinds:
                kind = kinds[ident]
                add(world.foe[kind].leaves, f"foe.{kind}.leaves", ident)
            case FoeJoined(joined=joined):
                names[joined.id], kinds[joined.id] = joined.name, joined.kind
                health[joined.id] = joined.health
                look = (world.foe[joined.kind].look,)
                pieces.append(Piece(look, id=f"foe.{joined.kind}.look", run_on=bool(pieces), once=True))
            case _:
                pass
    return pieces


def _who(events: list[Event], before: GameState) -> tuple[dict[str, str], dict[str, str], dict[str, int]]:
    fight = before.combat_state
    begun = next((e for e in events if isinstance(e, CombatBegun)), None)
    foes = begun.combat.foes if begun else fight.foes if fight else ()
    return {f.id: f.name for f in foes}, {f.id: f.kind for f in foes}, {f.id: f.health for f in foes}


def _shown(state: GameState, world: WorldDef) -> list[Piece]:
    """What each foe is about to do, before the hero acts."""
    fight = state.combat_state
    if fight is None:
        return []
    pieces: list[Piece] = []
    for foe in fight.standing:
        shows = world.foe[foe.kind].shows
        lines = shows.get(foe.tactic) or shows[Tactic.STRIKE]
        pool = f"foe.{foe.kind}.{foe.tactic}"
        pieces.append(Piece(lines, id=pool, slots={"foe": foe.name}, run_on=bool(pieces), once=True))
    return pieces
