"""What a place has to take, use or break: the deeds written for its features."""

from __future__ import annotations

from pocket_portals.rules.state import GameState, Verb
from pocket_portals.story.lexicon import content, stem, tokens
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.scenes import ChoiceDef
from pocket_portals.worlds.schema import Feature, WorldDef


def deed_meant(said: str, verb: Verb | None, world: WorldDef, state: GameState) -> str:
    """The feature's deed these words mean, as ``feature:<id>#<index>``, or an empty string."""
    place = world.location.get(state.place)
    for feature in place.features if place else ():
        nouns = {stem(t) for n in feature.nouns for t in tokens(n)}
        held = {i: {stem(w) for n in _nouns(world, i) for w in tokens(n)} for i in state.inventory}
        used = {ident for ident, words in held.items() if content(said) & words}
        meant = content(said) | {w for ident in used for w in held[ident]}
        for index, deed in enumerate(feature.deeds):
            shared = meant & (content(deed.say) | {stem(n) for n in deed.nouns} | nouns)
            if verb in (Verb.LOOK, Verb.STUDY) and verb is not deed.verb:
                continue
            same = verb is deed.verb and verb not in (Verb.LOOK, Verb.STUDY, Verb.USE)
            named = same or bool(shared - nouns) or bool(used & set(deed.needs.has))
            if ((shared & nouns and named) or len(shared - nouns) > 1) and _open(
                feature, index, world, state
            ):
                return f"feature:{feature.id}#{index}"
    return ""


def _nouns(world: WorldDef, thing: str) -> tuple[str, ...]:
    return world.thing[thing].nouns if thing in world.thing else ()


def deed_of(target: str, world: WorldDef) -> ChoiceDef:
    """The deed behind a target that ``deed_meant`` gave."""
    ident, _, index = target.removeprefix("feature:").partition("#")
    found = next(f for p in world.places for f in p.features if f.id == ident)
    return found.deeds[int(index)]


def done(target: str) -> str:
    """The quality that remembers that a deed was done."""
    return f"deed.{target.removeprefix('feature:').replace('#', '.')}"


def _open(feature: Feature, index: int, world: WorldDef, state: GameState) -> bool:
    """Whether a deed can be done: its needs hold, and one that changes something only once."""
    deed = feature.deeds[index]
    changes = deed.check is not None or deed.do != Effects()
    spent = changes and state.qualities.get(done(f"feature:{feature.id}#{index}"), 0)
    return not spent and deed.needs.hold(state, world.tags(state.place))
