"""Questions and looks: answered from what the hero knows, what people say, and what is there."""

from __future__ import annotations

from pocket_portals.rules.events import QualityChanged
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import Verb, Voice
from pocket_portals.story.consequences import enact, meet
from pocket_portals.story.intent import present
from pocket_portals.story.lexicon import content, stem, tokens
from pocket_portals.story.storyteller import Intent, Piece
from pocket_portals.story.wording import base_slots, person_slots
from pocket_portals.worlds.schema import PersonDef, Talk, WorldDef

_BELONGINGS = frozenset("have carry carrying own inventory pocket pockets pack bag".split())
_ASKING = frozenset("ask talk speak chat question greet hello hi hail tell say".split())
_HERE = frozenset("where here place look around see".split())


def answer(draft: Draft, world: WorldDef, intent: Intent) -> list[Piece]:
    """What there is to say to a question. It costs no turn of the adventure."""
    sort, _, ident = intent.target.partition(":")
    said = set(tokens(intent.said))
    if sort == "person" and ident in world.person:
        if intent.verb is Verb.LOOK:
            return [Piece(_known_as(world.person[ident]))]
        if ident not in present(world, draft.state) and "who" not in said:
            return [Piece(f"{world.person[ident].name} is not here to ask.")]
        return _ask(draft, world, world.person[ident], intent.said)
    if sort == "feature":
        place = world.location[draft.state.place]
        feature = next(f for f in place.features if f.id == ident)
        return [Piece(feature.look, id=feature.id)]
    if sort == "thing" and ident in draft.state.inventory:
        item = draft.state.inventory[ident]
        return [Piece(item.about or f"{item.name}, as it ever was.")]
    if said & _BELONGINGS:
        return [Piece(_belongings(draft, world))]
    if known := _known(draft, intent.said):
        return [Piece(known)]
    if said & _HERE and draft.state.place in world.location:
        return [Piece(world.location[draft.state.place].text, id=f"place:{draft.state.place}")]
    return [_unknown(world)]


def _unknown(world: WorldDef) -> Piece:
    return Piece(world.voices.unknown, id="unknown")


def _known_as(person: PersonDef) -> str:
    return f"{person.name}: {person.who}."


def _ask(draft: Draft, world: WorldDef, person: PersonDef, said: str) -> list[Piece]:
    """What a person says to it: the best match by words, else something not said before."""
    state = draft.state
    asked = content(said) - _ASKING - {stem(t) for t in tokens(person.name)} - {stem(n) for n in person.nouns}
    tags = world.tags(state.place)

    def spent(talk: Talk) -> bool:
        return f"talk.{person.id}.{person.says.index(talk)}" in state.qualities

    open_ = [t for t in person.says if t.needs.hold(state, tags)]
    matched = [t for t in open_ if asked & {stem(w) for a in t.about for w in tokens(a)}]
    meet(draft, world, person.id)
    if "who" in tokens(said) and not matched:
        return [Piece(_known_as(person))]
    fresh = [t for t in (matched or ([] if asked else open_)) if not spent(t)] or matched
    if not fresh:
        return [_unknown(world)]
    talk = max(fresh, key=lambda t: t.needs.weight)
    if not spent(talk):
        draft.propose(QualityChanged(name=f"talk.{person.id}.{person.says.index(talk)}", by=1))
    slots = person_slots("self", person)
    innkeeper = person.id == world.host
    voice = Voice.INNKEEPER if innkeeper else None
    pieces = [Piece(talk.text, voice=voice, speaker=person.name if innkeeper else "", slots=slots)]
    return pieces + enact(draft, world, talk.do, why=person.name)


def _belongings(draft: Draft, world: WorldDef) -> str:
    state = draft.state
    things = [f"{i.name} ×{i.count}" if i.count > 1 else i.name for i in state.inventory.values()]
    keepsake = base_slots(world, state).get("keepsake", "")
    listed = ", ".join([*things, *([keepsake] if keepsake else [])]) or "nothing"
    return f"You carry {listed}, and {state.gold} {world.money}."


def _known(draft: Draft, said: str) -> str:
    """A fact the hero has learned, or a person met, that the words are about."""
    asked = content(said)
    best, score = "", 1
    for ident, fact in draft.state.facts.items():
        shared = len(asked & (content(fact.text) | {stem(w) for w in ident.replace(".", "-").split("-")}))
        if shared > score:
            best, score = fact.text, shared
    return best
