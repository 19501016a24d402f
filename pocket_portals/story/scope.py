"""What can be named here and now, and whom "she" or "it" means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pocket_portals.rules.state import GameState
from pocket_portals.story.lexicon import NOISE, content, stem, tokens
from pocket_portals.worlds.schema import WorldDef

_PRONOUNS = {
    "he": "he", "him": "he", "she": "she", "her": "she", "they": "they", "them": "they",
}  # fmt: skip
_KINDS = {
    "she": frozenset(stem(w) for w in "woman lady girl lass madam".split()),
    "he": frozenset(stem(w) for w in "man boy lad guy fellow gentleman".split()),
}
KINDS = _KINDS["she"] | _KINDS["he"]  # what anybody may be called
_OF_WHAT = ("about", "of", "that")  # what is said or sung comes after it
TITLES = frozenset(  # of many people, or of numbers: alone they call nobody by name
    "mother father sister brother lady mistress one two three nine eleven sixteen seventeen".split()
)
_RECENT = 3  # exchanges in which "she" or "it" is looked for


@dataclass(frozen=True)
class Scope:
    """What is in reach of the player's words: nouns -> what they name."""

    people: dict[str, str]
    places: dict[str, str]
    things: dict[str, str]
    features: dict[str, str]

    def target(self, words: list[str]) -> tuple[str, str]:
        """The sort and id of the first thing named in these words, or two empty strings."""
        stems = [stem(w) for w in words]
        for sort, nouns in (
            ("person", self.people), ("feature", self.features),
            ("thing", self.things), ("place", self.places),
        ):  # fmt: skip
            for word in stems:
                if word in nouns:
                    return sort, nouns[word]
        return "", ""

    def place_named(self, words: list[str]) -> str:
        """The place next door that these words name, or an empty string."""
        return next((self.places[stem(w)] for w in words if stem(w) in self.places), "")


def present(world: WorldDef, state: GameState) -> set[str]:
    """The people who are here: in the scene, or where they are always found."""
    cast = set(state.scene.cast.values()) if state.scene else set()
    gone = {ident for ident, person in state.people.items() if person.gone}
    return (cast | {p.id for p in world.people if p.place == state.place}) - gone


def held(said: str, state: GameState, world: WorldDef) -> str:
    """The first thing of the hero's that these words name, by id, or an empty string."""
    things = scope_of(world, state).things
    return next((things[stem(word)] for word in tokens(said) if stem(word) in things), "")


def listener(world: WorldDef, state: GameState) -> str:
    """Who is spoken to when nobody is named: the first of the scene's cast, or the only one here."""
    here = present(world, state)
    cast = [p for p in state.scene.cast.values() if p in here] if state.scene else []
    return cast[0] if cast else next(iter(here)) if len(here) == 1 else ""


def elsewhere(words: list[str], scope: Scope, state: GameState, world: WorldDef) -> str:
    """Whom of those the hero has met these words call by name, where they mean nobody who is here.

    Whose mug it is and whom a song is about does not matter, nor anybody whom an offered choice names.
    """
    here = present(world, state)
    offered = {w for choice in state.current_choices for w in content(choice.label)}
    matter = next((i for i, word in enumerate(words) if word in _OF_WHAT), len(words))
    called = {stem(w) for w in words[:matter] if not w.endswith("'s")} - NOISE
    if any(scope.people.get(word) in here for word in called):
        return ""
    met = (p for p in world.people if p.id in state.people)
    return next((p.id for p in met if called & (content(f"{p.name} {p.short}") - TITLES - offered)), "")


def _trade(who: str) -> tuple[str, ...]:
    """What somebody is, in a word: the "captain" of "captain of the Rooks"."""
    head = re.split(r"[,;.]| (?:of|at|in|on|from|who|with|and|to|for|that) ", who)[0]
    return tuple(tokens(head)[-1:])


def scope_of(world: WorldDef, state: GameState) -> Scope:
    """Who and what can be named here and now."""
    named_here = present(world, state) | {quest.giver for quest in state.pending_quest_options}
    people: dict[str, str] = {}
    for person in world.people:
        if person.id in named_here or person.id in state.people:
            trade = _trade(person.who) if person.id in named_here else ()
            for word in (*tokens(f"{person.name} {person.short}"), *person.nouns, *trade):
                if word not in NOISE:
                    people.setdefault(stem(word), person.id)
    here = world.location.get(state.place)
    places: dict[str, str] = {}
    if here:
        reachable = {
            **here.exits,
            **{world.location[p].name: p for p in here.exits.values() if p in world.location},
        }
        for name, place in reachable.items():
            for word in tokens(name):
                if word not in NOISE | TITLES or word in here.exits:
                    places.setdefault(stem(word), place)
    features = {stem(n): f.id for f in (here.features if here else ()) for n in f.nouns}
    things = {
        stem(word): ident
        for ident, item in state.inventory.items()
        for word in (*tokens(item.name), *(world.thing[ident].nouns if ident in world.thing else ()))
        if word not in NOISE
    }
    return Scope(people, places, things, features)


def named(words: list[str], scope: Scope, state: GameState, world: WorldDef) -> list[str]:
    """The words with pronouns replaced by what they stand for, where that is known."""
    found: list[str] = []
    for word in words:
        noun = ""
        if word in _PRONOUNS:
            noun = _person_meant(_PRONOUNS[word], scope, state, world)
        elif word == "it":
            noun = _thing_meant(scope, state)
        found.append(noun or word)
    return found


def kind_meant(words: list[str], state: GameState, world: WorldDef) -> str:
    """Whom "the woman" means: who spoke last, if they are one, or else the only one in the scene; by id."""
    wanted = {pronoun for word in words for pronoun, kind in _KINDS.items() if stem(word) in kind}
    if len(wanted) != 1:
        return ""
    cast = list(state.scene.cast.values()) if state.scene else []
    by_name = {world.person[p].name: p for p in {*cast, *present(world, state)} if p in world.person}
    spoke = [by_name.get(s.speaker, "") for e in state.conversation_history[-1:] for s in e.speeches]
    fits = [p for p in cast if p in world.person and {world.person[p].pronouns} == wanted]
    last = [p for p in reversed(spoke) if p and {world.person[p].pronouns} == wanted]
    return last[0] if last else fits[0] if len(fits) == 1 else ""


def _person_meant(pronoun: str, scope: Scope, state: GameState, world: WorldDef) -> str:
    """A noun for the person of this pronoun spoken of last; else for one in the scene; else for one here."""

    def fits(ident: str) -> bool:
        return ident in world.person and world.person[ident].pronouns == pronoun

    names = {stem(t): p for t, p in scope.people.items() if fits(p)}
    nouns = {p: t for t, p in reversed(names.items())}
    for exchange in reversed(state.conversation_history[-_RECENT:]):
        for text in (exchange.action, *(s.text for s in reversed(exchange.speeches))):
            for word in reversed(tokens(text)):
                ident = names.get(stem(word), "")
                if ident and (text is exchange.action or word in tokens(world.person[ident].name)):
                    return nouns[ident]
    cast = list(state.scene.cast.values()) if state.scene else []
    here = sorted(present(world, state))
    # "They" may be anybody, but only after everybody who is called so.
    anybody = cast if pronoun == "they" else []
    return next((nouns[p] for p in [*cast, *here] if p in nouns), "") or next(
        (t for t, p in scope.people.items() if p in anybody), ""
    )


def _thing_meant(scope: Scope, state: GameState) -> str:
    """The last feature or thing that the player named."""
    for exchange in reversed(state.conversation_history[-_RECENT:]):
        for word in reversed(tokens(exchange.action)):
            if stem(word) in scope.features or stem(word) in scope.things:
                return stem(word)
    return ""
