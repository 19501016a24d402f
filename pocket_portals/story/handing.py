"""The offered choice that hands over what these words do: "give her the letter" is to put it in her hand."""

from __future__ import annotations

from pocket_portals.rules.state import Choice, GameState, Verb
from pocket_portals.story.lexicon import content, stem, tokens
from pocket_portals.story.offers import chosen
from pocket_portals.story.scope import Scope
from pocket_portals.worlds.schema import WorldDef

_GIVES = frozenset(stem(w) for w in "give hand return pass deliver offer".split())
_GIVING = _GIVES | {stem(w) for w in "put pour place lay set leave bring send share pay lend".split()}
_TO_WHOM = frozenset(
    stem(w) for w in "him her it them man woman girl boy lad lady child kid back over right".split()
)


def handed(said: str, verb: Verb | None, scope: Scope, state: GameState, world: WorldDef) -> int | None:
    """The one choice of giving whose thing these words name, and nothing else that is not here."""
    words = content(said)
    if verb is not Verb.GIVE or not words & _GIVES:
        return None
    cast = set(state.scene.cast.values()) if state.scene else set()
    called = {scope.people[stem(w)] for w in tokens(said) if stem(w) in scope.people}
    if called - cast:  # somebody else is to have it
        return None
    scene = world.scene.get(state.scene.id) if state.scene else None
    sights = {stem(noun) for noun in scene.nouns} if scene else set()
    given = words - _GIVES - _TO_WHOM - set(scope.people)
    held = {scope.things[word] for word in given if word in scope.things}
    fits = [
        index
        for index, choice in enumerate(state.current_choices)
        if choice.verb is Verb.GIVE
        and (not held or held & set(_costs(choice, world)))  # the hero's own rope is not the hangman's
        and (things := _things(choice, world))
        and given & things
        and given <= things | sights
    ]
    return fits[0] if len(fits) == 1 else None


def _things(choice: Choice, world: WorldDef) -> set[str]:
    """What a choice of giving gives, in every word for it; "it" is what it costs or needs."""
    label = content(choice.label.split(" (")[0])
    if not label & _GIVING:  # to tear it up is a gift of another kind
        return set()
    given = (world.thing[i] for i in _costs(choice, world) if i in world.thing)
    called = (f"{thing.name} {' '.join(thing.nouns)}" for thing in given)
    return (label - _GIVING - _TO_WHOM).union(content(" ".join(choice.nouns)), *map(content, called))


def _costs(offer: Choice, world: WorldDef) -> tuple[str, ...]:
    """The hero's things that a choice needs or loses."""
    found = chosen(world, offer)
    if found is None:
        return ()
    choice = found[1]
    degrees = (choice.strong, choice.success, choice.setback, choice.disaster)
    told = [choice.do, *(degree.do for degree in degrees if degree)]
    return (*choice.needs.has, *(thing for do in told for thing in do.lose))
