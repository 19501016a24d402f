"""Authored effects into events. What the rules refuse is dropped and logged; nothing else can happen."""

from __future__ import annotations

from pocket_portals.rules import moments, quests
from pocket_portals.rules.dice import roll
from pocket_portals.rules.events import (
    ClockTicked,
    FactLearned,
    GoldChanged,
    HealthChanged,
    ItemGained,
    ItemLost,
    LevelGained,
    PersonGone,
    PersonMet,
    PlaceEntered,
    PromiseMade,
    PromiseResolved,
    QualityChanged,
    RegardChanged,
    Rested,
    TwistDrawn,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import Item
from pocket_portals.story.lexicon import content
from pocket_portals.story.storyteller import Piece
from pocket_portals.story.wording import Wording
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.schema import ClockDef, WorldDef

QUEST_CLOCK = "quest"  # in a pack: the clock of the quest under way


LIKED, WANTED = 1, 2  # regard won by a gift, and by one that somebody was waiting for


def hand_over(draft: Draft, world: WorldDef, thing: str, person: str = "") -> None:
    """One of the hero's things changes hands, or is left behind; who wanted it does not forget."""
    name = draft.state.inventory[thing].name
    draft.propose(ItemLost(id=thing, why=name))
    if person in world.person:
        meet(draft, world, person)
        nouns = world.thing[thing].nouns if thing in world.thing else ()
        wanted = content(" ".join((name, *nouns))) & content(world.person[person].wants)
        draft.propose(RegardChanged(id=person, by=WANTED if wanted else LIKED, why=name))


def meet(draft: Draft, world: WorldDef, person: str) -> None:
    """Somebody of this world is met, or seen again."""
    known = world.person.get(person)
    if known:
        draft.propose(PersonMet(id=person, name=known.name, who=known.who))


def carry(world: WorldDef, thing: str, count: int = 1) -> Item:
    """A thing of this world as the hero carries it."""
    known = world.thing[thing]
    return Item(name=known.name, count=count, heal=known.heal, harm=known.harm, about=known.about)


def enact(draft: Draft, world: WorldDef, do: Effects, why: str = "") -> list[Piece]:
    """Make an outcome's effects true; what there is to tell beyond the outcome's own words."""
    pieces: list[Piece] = []
    for person in do.meet:
        meet(draft, world, person)
    _purse_and_body(draft, do, why)
    for thing, count in do.item.items():
        draft.propose(ItemGained(id=thing, item=carry(world, thing, count)))
    for thing, count in do.lose.items():
        held = draft.state.inventory.get(thing)
        if held:
            draft.propose(ItemLost(id=thing, count=min(count, held.count), why=held.name))
    _qualities(draft, do)
    for clock, by in do.clock.items():
        pieces += tick(draft, world, clock, by, why)
    _people(draft, world, do)
    for ident, text in do.learn.items():
        learned = FactLearned(id=ident, text=Wording(world, draft.state).fill(text))
        known = draft.state.facts.get(ident)
        if known is None or known.text != learned.text:  # what is known is not learned again
            draft.propose(learned)
    for objective, by in do.objective.items():
        quests.progress(draft, objective, by)
    if do.twist:
        draft.propose(TwistDrawn(twist=do.twist))
    if do.level:
        draft.propose(LevelGained())
    if do.rest:
        rest(draft)
    if do.moment:
        text = Wording(world, draft.state).fill(do.moment.text)
        moments.mark(draft, text, do.moment.weight, do.moment.kind)
    if do.go and do.go != draft.state.place:
        draft.propose(PlaceEntered(place=do.go))
    return pieces


def _purse_and_body(draft: Draft, do: Effects, why: str) -> None:
    state = draft.state
    if gold := max(do.gold, -state.gold):
        draft.propose(GoldChanged(by=gold, why=why))
    if do.health < 0:
        wound(draft, -do.health, why)
    elif do.health > 0:
        mend(draft, do.health, why)
    if do.heal:
        mend(draft, roll(do.heal, draft.stream).total, why)


def _qualities(draft: Draft, do: Effects) -> None:
    for name, by in do.quality.items():
        held = draft.state.qualities.get(name, 0)
        if change := max(by, -held):
            draft.propose(QualityChanged(name=name, by=change))
    for name in do.clear:
        if held := draft.state.qualities.get(name, 0):
            draft.propose(QualityChanged(name=name, by=-held))


def _people(draft: Draft, world: WorldDef, do: Effects) -> None:
    for person, by in do.regard.items():
        if person not in draft.state.people:
            meet(draft, world, person)
        draft.propose(RegardChanged(id=person, by=by))
    for person, reason in do.gone.items():
        if person not in draft.state.people:
            meet(draft, world, person)
        draft.propose(PersonGone(id=person, why=reason))
    if do.promise:
        if do.promise.to not in draft.state.people:
            meet(draft, world, do.promise.to)
        draft.propose(PromiseMade(id=do.promise.to, promise=do.promise.id, what=do.promise.what))
    for promise in do.keep:
        draft.propose(PromiseResolved(promise=promise, kept=True))
    for promise in do.break_:
        draft.propose(PromiseResolved(promise=promise, kept=False))


def wound(draft: Draft, amount: int, why: str) -> None:
    """Hurt the hero outside a fight, where one point of health always stays."""
    lost = min(amount, draft.state.health_current - 1)
    if lost > 0:
        draft.add(HealthChanged(by=-lost, why=why))


def mend(draft: Draft, amount: int, why: str) -> None:
    """Heal the hero, up to the most there is."""
    gained = min(amount, draft.state.health_max - draft.state.health_current)
    if gained > 0:
        draft.add(HealthChanged(by=gained, why=why))


def rest(draft: Draft, *, whole: bool = False) -> None:
    """Rest: powers and half the health come back, all of it in a bed. On the road a clock pays for it."""
    state = draft.state
    if any(state.powers_used.values()):
        draft.add(Rested())
    mend(draft, state.health_max if whole else state.health_max // 2, "rest")


def time_passes(draft: Draft, world: WorldDef, why: str) -> list[Piece]:
    """The hero lets time go by: the danger of the quest and every one of the world come nearer."""
    pieces = tick(draft, world, QUEST_CLOCK, 1, why)
    return pieces + fronts_move(draft, world, why)


def fronts_move(draft: Draft, world: WorldDef, why: str) -> list[Piece]:
    """The dangers of the world itself come nearer."""
    return [piece for front in world.fronts for piece in tick(draft, world, front.id, 1, why)]


def tick(draft: Draft, world: WorldDef, clock: str, by: int, why: str = "") -> list[Piece]:
    """Move a danger; its portents are told as it fills, and what it threatens when it is full."""
    quest = draft.state.active_quest
    ident = quest.clock if clock == QUEST_CLOCK and quest else clock
    held = draft.state.clocks.get(ident)
    if held is None or held.full:
        return []
    after = max(0, min(held.segments, held.filled + by))
    if after == held.filled:
        return []
    draft.add(ClockTicked(id=ident, by=after - held.filled, why=why))
    source = world.danger.get(ident)
    if source is None or by < 0:
        return []
    pieces = _portents(source, held.filled, after)
    if after == held.segments:
        pieces += _come_to_pass(draft, world, source)
    return pieces


def _portents(source: ClockDef, before: int, after: int) -> list[Piece]:
    """The sign that is told on the way: the last when the clock is full, the others spread before it."""
    spread = len(source.portents) - 1
    if spread < 0:
        return []
    told = spread if after == source.segments else (after - 1) * spread // source.segments
    last = (before - 1) * spread // source.segments if before else -1
    if told <= last:
        return []
    return [Piece((source.portents[told],), id=f"portent.{source.id}.{told}", once=True)]


def _come_to_pass(draft: Draft, world: WorldDef, source: ClockDef) -> list[Piece]:
    """A danger is here: what the author wrote; else whoever gave the quest holds it against the hero."""
    pieces = [] if source.portents else [Piece(f"It has come to pass: {source.name}.")]
    if source.full != Effects():
        return pieces + enact(draft, world, source.full, why=source.name)
    quest = draft.state.active_quest
    if quest and quest.clock == source.id and quest.giver in draft.state.people:
        draft.propose(RegardChanged(id=quest.giver, by=-1, why=source.name))
    return pieces
