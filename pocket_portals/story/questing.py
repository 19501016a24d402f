"""At the table where quests are taken: three are offered, one is accepted, or the story ends."""

from __future__ import annotations

import re

from pocket_portals.rules import quests
from pocket_portals.rules.dice import Stream
from pocket_portals.rules.events import ClockStarted, EpilogueBegun, PhaseSet, PlaceEntered, TwistDrawn
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import (
    Choice,
    Clock,
    Closure,
    GameState,
    Objective,
    Phase,
    Quest,
    Reward,
    Verb,
    Voice,
)
from pocket_portals.story import answers, director
from pocket_portals.story.consequences import carry
from pocket_portals.story.intent import is_question, read
from pocket_portals.story.lexicon import COMMON, content, stem, tokens, verb_of
from pocket_portals.story.ordinals import index_of
from pocket_portals.story.storyteller import Intent, Outcome, Piece
from pocket_portals.worlds.schema import QuestDef, WorldDef

_ASKS = re.compile(r"(?:please )?(?:ask|tell (?:me|us)|talk about|explain|describe|more about|what about)\b")
_SAID_OF_ANY = frozenset(stem(w) for w in (*COMMON, "find", "want", "need", "end", "one"))
_PAY = frozenset("pay pays paid reward rewards money worth much earn".split())

OFFERED = 3
END = "story:end"
FIRST = "Nothing begins before you take up one of them; here you can look, and ask."


def hear(words: str, state: GameState, world: WorldDef) -> Intent:
    """A quest meant by number, title or what it is about; a question; or talk that decides nothing."""
    intent = read(words, state, world)
    if intent.kind == "nothing" or _picked_plainly(intent, state):
        return intent
    about = _quest_meant(intent.said, state, world)
    if is_question(intent.said) or _ASKS.match(intent.said.lower()):  # to ask about it is not to take it up
        if intent.kind == "choice":
            intent = read(words, state.having(current_choices=()), world)
        target = f"quest:{state.pending_quest_options[about].id}" if about is not None else ""
        pays = "topic:pay" if set(tokens(intent.said)) & _PAY else ""
        who = tokens(intent.said)[:1] in (["who"], ["who's"], ["whos"])
        host = "" if who else f"person:{world.host}"  # who keeps the table answers for it
        return intent.having(kind="question", target=intent.target or pays or target or host, echo="")
    if intent.kind in ("choice", "question"):
        return intent
    if about is not None:
        label = state.current_choices[about].label
        return intent.having(kind="choice", choice=about, echo=label, ability=None, dc=None)
    return intent.having(kind="question", target="", echo="", ability=None, dc=None)


def _picked_plainly(intent: Intent, state: GameState) -> bool:
    """Whether a choice was picked by its number or its own words."""
    if intent.choice is None:
        return False
    by_number = index_of(intent.said, len(state.current_choices)) is not None
    return by_number or tokens(intent.said) == tokens(state.current_choices[intent.choice].label)


def _quest_meant(said: str, state: GameState, world: WorldDef) -> int | None:
    """The one quest that these words are about; what its title and its giver are called says most."""
    found = verb_of(said)
    meant = content(said) - (content(found[1]) if found else set())  # "look at the pipes"
    called = [content(f"{q.title} {_giver(world, q)}") for q in state.pending_quest_options]
    pitched = [content(q.pitch) - _SAID_OF_ANY for q in state.pending_quest_options]
    shared = [3 * len(meant & name) + len(meant & pitch) for name, pitch in zip(called, pitched, strict=True)]
    best = max(shared, default=0)
    return shared.index(best) if best and shared.count(best) == 1 else None


def _giver(world: WorldDef, quest: Quest) -> str:
    return world.person[quest.giver].name if quest.giver in world.person else ""


def quest_of(world: WorldDef, quest: QuestDef) -> Quest:
    """An authored quest as the state carries it."""
    items = {thing: carry(world, thing) for thing in quest.reward.items}
    return Quest(
        id=quest.id,
        title=quest.title,
        pitch=quest.pitch,
        kind=quest.kind,
        giver=quest.giver,
        start=quest.start,
        clock=quest.clock.id,
        objectives=tuple(Objective(id=o.id, text=o.text, count=o.count) for o in quest.objectives),
        reward=Reward(gold=quest.reward.gold, items=items),
    )


def fitting(world: WorldDef, state: GameState, count: int = OFFERED) -> tuple[Quest, ...]:
    """Quests this hero has not had: of different kinds, those that suit the hero first."""
    stream = Stream(f"{state.seed}/quests", len(state.completed_quests))
    lost = {q for q in world.quest if state.qualities.get(f"lost.{q}")}
    tags = world.tags(world.home)
    had = {*state.completed_quests, *lost}
    left = [q for q in world.quests if q.id not in had and q.needs.hold(state, tags)]
    drawn = stream.sample(left, len(left))
    drawn.sort(key=lambda q: not (q.suits.weight and q.suits.hold(state)))
    chosen: list[QuestDef] = []
    for kinds_differ in (True, False):
        for quest in drawn:
            new_kind = quest.kind not in {c.kind for c in chosen}
            if quest not in chosen and len(chosen) < count and (new_kind or not kinds_differ):
                chosen.append(quest)
    return tuple(quest_of(world, q) for q in chosen)


def wanted(state: GameState) -> int:
    """How many quests to offer: after the first, one place is kept for ending the story."""
    return OFFERED - 1 if _before(state) else OFFERED


def _before(state: GameState) -> bool:
    return bool(state.completed_quests) or any(q.startswith("lost.") for q in state.qualities)


def gathering(world: WorldDef, state: GameState) -> list[Piece]:
    """What is told where quests are offered: the room, then each quest."""
    if not _before(state):
        return [Piece(world.gathering, arrives=True)]
    return [Piece(world.gathering_again, id="gathering", once=True, arrives=True)]


def _told_again(state: GameState, world: WorldDef, intent: Intent) -> list[Piece]:
    """Who asks for a quest, what it is about, or what each of them pays, for who asks before taking one."""
    offered = state.pending_quest_options
    if intent.target == "topic:pay":
        pays = [f"“{q.title}”, {q.reward.gold or 'no'} {world.money}" for q in offered]
        return [Piece(f"What they pay: {'; '.join(pays)}.")]
    quest = next((q for q in offered if intent.target == f"quest:{q.id}"), None)
    if quest is None:
        return []
    giver = world.person.get(quest.giver)
    if giver and tokens(intent.said)[0] in ("who", "who's", "whos"):
        return [Piece(f"{giver.name} asks for it: {giver.who}.")]
    return [Piece(f"“{quest.title}”: {quest.pitch}")]


def choices(state: GameState) -> tuple[Choice, ...]:
    """The quests on the table, and the end of the story where there was one before."""
    offered = [
        Choice(label=f"Take up “{q.title}”", verb=Verb.TALK, ref=f"quest:{q.id}", note=q.kind)
        for q in state.pending_quest_options
    ]
    if _before(state):
        offered.append(Choice(label="Let the story end here", verb=Verb.REST, ref=END))
    return tuple(offered)


def settle_on(draft: Draft, world: WorldDef, intent: Intent) -> Outcome:
    """Play one turn at the quest table."""
    outcome = Outcome(intent)
    if intent.choice is None:
        asked = is_question(intent.said) or intent.target or intent.verb is Verb.LOOK
        about = _told_again(draft.state, world, intent)
        outcome.pieces = about or (answers.answer(draft, world, intent) if asked else [])
        if not asked:
            outcome.pieces.append(Piece(FIRST, voice=Voice.KEEPER))
        outcome.host_speaks = not asked
        return outcome
    ref = draft.state.current_choices[intent.choice].ref
    if ref == END:
        done = bool(draft.state.completed_quests)
        draft.add(EpilogueBegun(closure=Closure.QUEST_COMPLETE if done else Closure.RETIRED))
        return outcome
    quest = world.quest[ref.removeprefix("quest:")]
    clock = Clock(name=quest.clock.name, segments=quest.clock.segments)
    quests.accept(draft, quest.id, clock)
    for front in world.fronts:  # they move from the day the hero sets out
        draft.propose(ClockStarted(id=front.id, clock=Clock(name=front.name, segments=front.segments)))
    twists = [t for t in quest.twists if t.needs.hold(draft.state)]
    if twists:
        draft.add(TwistDrawn(twist=draft.stream.pick(twists).id))
    draft.add(PhaseSet(phase=Phase.EXPLORE))
    outcome.pieces = [Piece(quest.accept)]
    if draft.state.place != quest.start:
        draft.add(PlaceEntered(place=quest.start))
    scene = director.next_scene(draft, world, press=True)
    if scene:
        outcome.pieces += director.enter(draft, world, scene)
        outcome.scene, outcome.new_scene = scene, True
    return outcome
