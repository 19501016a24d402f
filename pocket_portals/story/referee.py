"""Intent + scene + rules -> events. Here it is decided what happens; nobody else decides."""

from __future__ import annotations

import dataclasses

from pocket_portals.rules import moments, pacing, quests
from pocket_portals.rules.checks import EDGE, check
from pocket_portals.rules.events import (
    EpilogueBegun,
    GoldChanged,
    PhaseSet,
    PlaceEntered,
    QualityChanged,
    RegardChanged,
    SceneLeft,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Closure, Degree, Phase, Verb
from pocket_portals.story import answers, director, features, fights, perils, rumours
from pocket_portals.story.consequences import (
    QUEST_CLOCK,
    enact,
    fronts_move,
    hand_over,
    rest,
    tick,
    time_passes,
    wound,
)
from pocket_portals.story.intent import attempt_of
from pocket_portals.story.lexicon import verb_of
from pocket_portals.story.offers import chosen
from pocket_portals.story.scope import held, listener
from pocket_portals.story.storyteller import Intent, Outcome, Piece, arriving
from pocket_portals.story.wording import cast_slots
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.schema import WorldDef

IN_FRONT_OF_YOU = "What you came for is in front of you."


def explore(draft: Draft, world: WorldDef, intent: Intent) -> Outcome:
    """Play one turn of exploring."""
    outcome = Outcome(intent)
    match intent.kind:
        case "choice":
            _choice(draft, world, outcome)
        case "question":
            outcome.pieces = answers.answer(draft, world, intent)
        case "move":
            _move(draft, world, outcome)
        case _:
            _attempt(draft, world, outcome)
    return outcome


def _choice(draft: Draft, world: WorldDef, outcome: Outcome) -> None:
    index = outcome.intent.choice
    assert index is not None
    offer = draft.state.current_choices[index]
    if danger := perils.met(world, offer):
        go_on(draft, world, outcome, Effects(scene=danger), key=False)
        return
    found = chosen(world, offer)
    if found is None:  # a deed that the storyteller thought of: nobody wrote what follows
        outcome.intent = outcome.intent.having(said=offer.label.split(" (")[0])
        _attempt(draft, world, outcome)
        return
    scene, choice = found
    slots = cast_slots(world, draft.state.scene.cast if draft.state.scene else {})
    if choice.check:
        _roll(draft, outcome, offer.label.split(" (")[0], choice.check.ability, choice.check.dc)
    told = choice.outcome(outcome.degree)
    outcome.pieces.append(Piece(told.text, slots=slots))
    outcome.pieces += enact(draft, world, told.do, why=offer.label.split(" (")[0])
    if scene.quest and outcome.degree and not outcome.degree.good and not told.do.clock:
        outcome.pieces += tick(draft, world, QUEST_CLOCK, 1, "it went wrong")
    if told.do.rest:
        outcome.pieces += rumours.overheard(draft, world)
        outcome.pieces += time_passes(draft, world, "rest")
    go_on(draft, world, outcome, told.do, key=bool(scene.quest))


def _roll(draft: Draft, outcome: Outcome, deed: str, ability: Ability, dc: int) -> Degree:
    """Roll the check a deed calls for; a natural 20 is remembered."""
    degree = check(draft, deed, ability, dc)
    roll = next(e.roll for e in reversed(draft.events) if e.kind == "check_rolled")
    outcome.degree, outcome.total = degree, roll.total
    if roll.natural == 20 and outcome.intent.kind == "choice":
        what = deed.rstrip(".")
        moments.mark(
            draft, f"The die showed twenty when you chose to {what[:1].lower()}{what[1:]}.", 4, "luck"
        )
    return degree


def _move(draft: Draft, world: WorldDef, outcome: Outcome) -> None:
    """Walk to a place next door. It takes a turn; what waits there is the director's."""
    place = outcome.intent.target
    draft.add(PlaceEntered(place=place))
    outcome.pieces += arriving([_arrival(draft, world, place)])
    if _on_spine(draft, world):  # it will wait, at a price
        outcome.pieces += time_passes(draft, world, "you turned away")
    _on(draft, world, outcome, Effects(), key=False, wander=True)


def _arrival(draft: Draft, world: WorldDef, place: str) -> Piece:
    """What a place is like, the first time; later that the hero is there again."""
    here, ident = world.location[place], f"place:{place}"
    if here.text.again or f"{ident}:0" not in draft.state.seen_storylets:
        return Piece(here.text, id=ident)
    return dataclasses.replace(director.way_to(draft.state, world, place, here.name), once=False)


def _on_spine(draft: Draft, world: WorldDef) -> bool:
    """Whether the scene on stage is one that a quest hangs on."""
    scene = draft.state.scene
    return scene is not None and scene.id in world.scene and bool(world.scene[scene.id].quest)


def _has_come(draft: Draft, world: WorldDef) -> bool:
    """Whether the scene on stage is what a danger brought when it was full."""
    scene = draft.state.scene
    return scene is not None and any(danger.full.scene == scene.id for danger in world.danger.values())


def _attempt(draft: Draft, world: WorldDef, outcome: Outcome) -> None:
    """A deed nobody wrote: a fair check with a price, and the story moves."""
    intent = outcome.intent
    # A scene that a quest hangs on waits for one of its choices; any other gives way.
    on_spine = _on_spine(draft, world)
    if "#" in intent.target:
        _feature_deed(draft, world, outcome, on_spine)
        return
    if intent.verb is Verb.PRESS_ON:
        if on_spine:
            outcome.pieces.append(Piece(IN_FRONT_OF_YOU))
        else:
            _on(draft, world, outcome, Effects(), key=False, press=True)
        return
    if intent.verb is Verb.REST:
        rest(draft)
        outcome.pieces.append(Piece(world.voices.rests, id="rests"))
        outcome.pieces += rumours.overheard(draft, world)
        outcome.pieces += time_passes(draft, world, "rest")
        go_on(draft, world, outcome, Effects(stay=on_spine), key=on_spine)
        return
    gift = held(intent.said, draft.state, world) if intent.verb is Verb.GIVE else ""
    if gift and verb_of(intent.said) in ((Verb.GIVE, "drop"), (Verb.GIVE, "leave")):
        outcome.pieces.append(Piece(f"You leave it behind: {draft.state.inventory[gift].name}."))
        hand_over(draft, world, gift)
        go_on(draft, world, outcome, Effects(stay=True), key=on_spine)
        return
    written = attempt_of(world, intent.verb) or world.voices.attempts[0]
    ability, dc = intent.ability or written.ability, intent.dc or written.dc
    degree = _roll(draft, outcome, intent.said, ability, dc)
    lines = {
        Degree.STRONG: written.strong,
        Degree.SUCCESS: written.success,
        Degree.SETBACK: written.setback,
        Degree.DISASTER: written.disaster,
    }[degree]
    target = _target_name(draft, world, intent)
    pool = f"attempt.{written.verbs[0]}.{degree}"
    outcome.pieces.append(Piece(lines, id=pool, slots={"target": target}))
    if degree.good:
        draft.add(QualityChanged(name=EDGE, by=1))
        if degree is Degree.STRONG:  # nobody wrote what it leads to: it wins time
            outcome.pieces += tick(draft, world, QUEST_CLOCK, -1, "time won")
        if gift:
            sort, _, ident = intent.target.partition(":")
            hand_over(draft, world, gift, ident if sort == "person" else listener(world, draft.state))
        if intent.verb is Verb.WAIT:
            outcome.pieces += time_passes(draft, world, "you waited")
    else:
        outcome.pieces += _pay(draft, world, written.cost, 1 if degree is Degree.SETBACK else 2, intent)
    # Who looks closer or only says something does not turn away, nor does a danger that has come.
    waits = on_spine or intent.verb in (Verb.LOOK, Verb.STUDY) or not intent.sure or _has_come(draft, world)
    go_on(draft, world, outcome, Effects(stay=waits), key=on_spine)


def _feature_deed(draft: Draft, world: WorldDef, outcome: Outcome, on_spine: bool) -> None:
    """A deed written for something in this place. A key scene waits until it is done."""
    target = outcome.intent.target
    deed = features.deed_of(target, world)
    if deed.check:
        _roll(draft, outcome, deed.say, deed.check.ability, deed.check.dc)
    told = deed.outcome(outcome.degree)
    outcome.pieces.append(Piece(told.text))
    draft.propose(QualityChanged(name=features.done(target), by=1))
    outcome.pieces += enact(draft, world, told.do, why=deed.say)
    do = told.do.model_copy(update={"stay": told.do.stay or on_spine})
    go_on(draft, world, outcome, do, key=on_spine)


_TO_SOMEBODY = (
    Verb.TALK, Verb.BARGAIN, Verb.PERFORM, Verb.THREATEN, Verb.LIE, Verb.GIVE, Verb.HELP, Verb.STEAL
)  # fmt: skip


def _target_name(draft: Draft, world: WorldDef, intent: Intent) -> str:
    """What a deed was aimed at, by name; for one that needs somebody, who there is."""
    sort, _, ident = intent.target.partition(":")
    if sort == "person" and ident in world.person:
        return world.person[ident].name
    if sort == "thing" and intent.verb not in _TO_SOMEBODY and ident in draft.state.inventory:
        return draft.state.inventory[ident].name
    if intent.verb in _TO_SOMEBODY:
        cast = list(draft.state.scene.cast.values()) if draft.state.scene else []
        return world.person[cast[0]].name if cast and cast[0] in world.person else "whoever is listening"
    return "it"


def _pay(draft: Draft, world: WorldDef, cost: str, times: int, intent: Intent) -> list[Piece]:
    """The price of a miss. Where it can't be paid, time passes instead."""
    if cost == "health" and draft.state.health_current > 1:
        wound(draft, times * draft.stream.integer(1, 3), "a bad landing")
        return []
    if cost == "gold" and draft.state.gold:
        lost = min(draft.state.gold, times * 2)
        draft.add(GoldChanged(by=-lost, why=intent.said[:40]))
        return []
    people = list(draft.state.scene.cast.values()) if draft.state.scene else []
    if cost == "regard" and people and people[0] in draft.state.people:
        draft.add(RegardChanged(id=people[0], by=-times))
        return []
    return tick(draft, world, QUEST_CLOCK, times, "time lost")


# What comes after a deed


def go_on(draft: Draft, world: WorldDef, outcome: Outcome, do: Effects, *, key: bool) -> None:
    """After a deed: a fight, the quest's next stage, the end, or the next scene."""
    if do.end:
        _end(draft, Closure.RETIRED)
        return
    if do.fight:
        outcome.pieces += fights.begin(draft, world, do.fight)
        if draft.state.combat_state is None:  # it was over before the hero's first deed
            after_fight(draft, world, outcome)
        return
    _on(draft, world, outcome, do, key=key)


def _on(
    draft: Draft,
    world: WorldDef,
    outcome: Outcome,
    do: Effects,
    *,
    key: bool,
    press: bool = False,
    wander: bool = False,
) -> None:
    if key and not do.stay and not do.scene:
        moved = quests.next_stage(draft, do.stage)
        if not moved:
            _quest_over(draft, world, outcome)
            return
    elif do.stage:
        quests.next_stage(draft, do.stage)
    phase = draft.state.adventure_phase
    pacing.advance(draft)
    if draft.state.adventure_turn >= draft.state.max_turns:
        _end(draft, Closure.HARD_CAP)
        return
    if pacing.dawdled(draft.state) and not any(e.kind == "clock_ticked" for e in draft.events):
        outcome.pieces += time_passes(draft, world, "you kept it waiting")
    elif draft.state.adventure_phase is not phase:
        outcome.pieces += fronts_move(draft, world, "time went by")
    if do.stay and draft.state.scene:
        return
    scene = director.next_scene(draft, world, linked=do.scene, press=press, wander=wander)
    if scene is None:
        _end(draft, Closure.HARD_CAP)
        return
    outcome.pieces += director.enter(draft, world, scene)
    outcome.scene, outcome.new_scene = scene, True


def _quest_over(draft: Draft, world: WorldDef, outcome: Outcome) -> None:
    """The spine is at its end: pay, then the epilogue or another quest."""
    quest = draft.state.active_quest
    assert quest is not None
    completed = quests.close(draft)
    if completed:
        moments.mark(draft, f"You finished what “{quest.title}” asked of you.", 8, "quest")
        outcome.pieces.append(Piece(world.quest[quest.id].paid))
    pacing.advance(draft)
    state = draft.state
    if completed and pacing.half_way(state):
        _end(draft, Closure.QUEST_COMPLETE)
        return
    if not pacing.room_for_a_quest(state):
        _end(draft, Closure.HARD_CAP)
        return
    if state.place != world.home:
        draft.add(PlaceEntered(place=world.home))
    draft.add(SceneLeft(), PhaseSet(phase=Phase.QUEST))


def _end(draft: Draft, closure: Closure) -> None:
    done = bool(draft.state.completed_quests)
    if closure is Closure.HARD_CAP and done:
        closure = Closure.QUEST_COMPLETE
    draft.add(EpilogueBegun(closure=closure))


def retire(draft: Draft) -> None:
    """The player ends the adventure."""
    _end(draft, Closure.RETIRED)


# Fights


def fight(draft: Draft, world: WorldDef, intent: Intent) -> Outcome:
    """Play one round of a fight."""
    outcome = Outcome(intent)
    if intent.kind == "question":  # to look and to ask costs no round
        glance = intent.target == "topic:fight"
        outcome.pieces = (
            fights.at_a_glance(draft.state, world) if glance else answers.answer(draft, world, intent)
        )
        return outcome
    outcome.pieces = fights.round_of(draft, world, intent)
    if draft.state.combat_state is None:
        after_fight(draft, world, outcome)
    return outcome


def after_fight(draft: Draft, world: WorldDef, outcome: Outcome) -> None:
    """What a fight leads to, by how it ended."""
    encounter = world.encounter[fights.last_encounter(draft)]
    result = next(e.result for e in reversed(draft.events) if e.kind == "combat_ended")
    if result == "fallen" and draft.state.adventure_phase == "climax":
        moments.mark(draft, "You fell where it mattered most.", 9, "fall")
        draft.add(EpilogueBegun(closure=Closure.FALLEN))
        return
    told = {
        "won": encounter.won,
        "talked": encounter.talked or encounter.won,
        "fled": encounter.fled,
        "fallen": encounter.fallen,
    }[result]
    if result == "won" and draft.state.health_current <= 3:
        moments.mark(draft, "You won a fight with nearly nothing left.", 5, "fight")
    if result == "fallen":
        outcome.pieces.append(Piece(world.voices.wakes, id="wakes"))
    slots = cast_slots(world, draft.state.scene.cast if draft.state.scene else {})
    outcome.pieces.append(Piece(told.text, slots=slots))
    outcome.pieces += enact(draft, world, told.do, why="the fight")
    if result == "fallen":
        outcome.pieces += fights.wake(draft, world)
    go_on(draft, world, outcome, told.do, key=_on_spine(draft, world))
