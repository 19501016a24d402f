"""The player's words -> Intent: a choice, a question, a way to go, or a free attempt. Whole words only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pocket_portals.clean import clean_line
from pocket_portals.rules.checks import bonus
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Choice, GameState, Verb
from pocket_portals.story.lexicon import ABILITIES, NOISE, QUESTIONS, content, stem, tokens, verb_of
from pocket_portals.story.storyteller import Intent
from pocket_portals.worlds.schema import WorldDef
from pocket_portals.worlds.voices import AttemptDef

MAX_WORDS = 400  # characters of what a player may say in one turn

_NUMBER = re.compile(r"^\s*(?:option\s+|choice\s+)?#?([1-9])[.)]?\s*$", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:i(?:'ll| will| would like to| want to| try to| attempt to|'d like to|'m going to)?|let me|"
    r"let's|please|try to|attempt to|then)\s+",
    re.IGNORECASE,
)
_TO_SECOND = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're",
    "am": "are", "i'll": "you'll", "i've": "you've",
}  # fmt: skip
_ASKS = frozenset("ask talk speak chat question greet hello hi hail".split())
_LOOKS = frozenset("look around here again see".split())
_MATCH = 2.0  # points at which words mean an offered choice


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


def present(world: WorldDef, state: GameState) -> set[str]:
    """The people who are here: in the scene, or where they are always found."""
    cast = set(state.scene.cast.values()) if state.scene else set()
    gone = {ident for ident, person in state.people.items() if person.gone}
    return (cast | {p.id for p in world.people if p.place == state.place}) - gone


def scope_of(world: WorldDef, state: GameState) -> Scope:
    """Who and what can be named here and now."""
    here_now = present(world, state)
    people: dict[str, str] = {}
    for person in world.people:
        if person.id in here_now or person.id in state.people:
            for word in (*tokens(person.name), *person.nouns):
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
                if word not in NOISE:
                    places.setdefault(stem(word), place)
    features = {stem(n): f.id for f in (here.features if here else ()) for n in f.nouns}
    things = {
        stem(word): ident
        for ident, item in state.inventory.items()
        for word in (*tokens(item.name), *(world.thing[ident].nouns if ident in world.thing else ()))
        if word not in NOISE
    }
    return Scope(people, places, things, features)


def read(words: str, state: GameState, world: WorldDef) -> Intent:
    """What the player meant while exploring."""
    said = clean_line(words, MAX_WORDS)
    if not said:
        return Intent(kind="nothing")
    if picked := _picked(said, state.current_choices):
        return picked
    scope = scope_of(world, state)
    words_said = tokens(said)
    if is_question(said):
        sort, ident = scope.target(words_said)
        return Intent(kind="question", said=said, verb=Verb.TALK, target=f"{sort}:{ident}" if ident else "")
    found = verb_of(said)
    if found and found[0] is Verb.MOVE and (place := _place_named(words_said, scope)):
        name = world.location[place].name
        return Intent(kind="move", said=said, verb=Verb.MOVE, target=place, echo=f"You set out for {name}")
    best = _nearest_choice(said, found[0] if found else None, state.current_choices)
    if best is not None:
        return _of_choice(best, state.current_choices[best], said)
    verb = found[0] if found else Verb.STUDY
    sort, ident = scope.target(words_said)
    word = found[1] if found else ""
    looks = verb is Verb.LOOK and (ident or not content(said) - _LOOKS)
    if looks or (word in _ASKS and sort == "person"):
        return Intent(kind="question", said=said, verb=verb, target=f"{sort}:{ident}" if ident else "")
    if verb is Verb.USE and sort == "feature":
        return Intent(kind="attempt", said=said, verb=verb, target=f"feature:{ident}", echo=_echo(said))
    return attempt(said, verb, f"{sort}:{ident}" if ident else "", state, world, sure=found is not None)


def attempt(
    said: str, verb: Verb, target: str, state: GameState, world: WorldDef, sure: bool = True
) -> Intent:
    """A deed nobody wrote: the ability and the DC it is tried at, said before it is rolled."""
    if verb is Verb.PRESS_ON:
        return Intent(kind="attempt", said=said, verb=verb, echo="You press on with what you came for")
    written = attempt_of(world, verb)
    ability = written.ability if written else ABILITIES[verb]
    if verb in (Verb.FORCE, Verb.CLIMB, Verb.FIGHT) and state.character_sheet:
        sheet = state.character_sheet
        ability = max((ability, Ability.DEXTERITY), key=lambda a: bonus(sheet, a))
    dc = written.dc if written else 13
    return Intent(
        kind="attempt",
        said=said,
        verb=verb,
        target=target,
        ability=ability,
        dc=dc,
        echo=f"{_echo(said)} · {ability.value.title()}, DC {dc}",
        sure=sure,
    )


def attempt_of(world: WorldDef, verb: Verb) -> AttemptDef | None:
    """How this world tells free deeds of a verb class."""
    return next((a for a in world.voices.attempts if verb in a.verbs), None)


def is_question(said: str) -> bool:
    """Whether the words ask rather than do."""
    words = tokens(said)
    asks = said.rstrip().endswith("?") and not said.lower().startswith(("can i ", "could i ", "may i "))
    return asks or (bool(words) and words[0] in QUESTIONS)


def _picked(said: str, choices: tuple[Choice, ...]) -> Intent | None:
    if number := _NUMBER.match(said):
        index = int(number[1]) - 1
        return _of_choice(index, choices[index], said) if index < len(choices) else None
    for index, choice in enumerate(choices):
        label = choice.label.split(" (")[0]
        if tokens(said) in (tokens(label), tokens(choice.label)):
            return _of_choice(index, choice, said)
    return None


def _of_choice(index: int, choice: Choice, said: str) -> Intent:
    label = choice.label.split(" (")[0].rstrip(".")
    odds = f" · {choice.check.ability.value.title()}, DC {choice.check.dc}" if choice.check else ""
    return Intent(
        kind="choice",
        said=said,
        choice=index,
        verb=choice.verb,
        ability=choice.check.ability if choice.check else None,
        dc=choice.check.dc if choice.check else None,
        echo=f"{label}{odds}",
    )


def _nearest_choice(said: str, verb: Verb | None, choices: tuple[Choice, ...]) -> int | None:
    """The offered choice that these words mean, if one clearly does."""
    meant = content(said)
    scores: list[float] = []
    for choice in choices:
        label = content(choice.label) | {stem(n) for noun in choice.nouns for n in tokens(noun)}
        shared = len(meant & label)
        scores.append(shared + (1.0 if verb is choice.verb and shared else 0.0))
    if not scores:
        return None
    best = max(scores)
    clear = scores.count(best) == 1
    return scores.index(best) if clear and best >= _MATCH else None


def _place_named(words: list[str], scope: Scope) -> str:
    return next((scope.places[stem(w)] for w in words if stem(w) in scope.places), "")


def _echo(said: str) -> str:
    """``i slip past my guard`` -> ``You try to slip past your guard``."""
    deed = _LEADING.sub("", said, count=1).rstrip(".!? ")
    words = [_TO_SECOND.get(w.lower(), w) for w in deed.split()]
    text = " ".join(words)
    if not verb_of(said):
        return f"You try: {text}"
    return f"You try to {text[:1].lower()}{text[1:]}"
