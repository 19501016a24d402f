"""What is looked at or struck at, where the world has nothing more to say of it, or nothing such."""

from __future__ import annotations

from pocket_portals.rules.state import GameState, Verb
from pocket_portals.story.asides import in_the_scene
from pocket_portals.story.lexicon import NOISE, content, stem, tokens
from pocket_portals.story.scope import Scope
from pocket_portals.story.vocabulary import VERBS
from pocket_portals.worlds.schema import WorldDef

_SENSES = {
    "listen": "You listen, and hear nothing of it that was not told already.",
    "hear": "You listen, and hear nothing of it that was not told already.",
    "smell": "You smell nothing there that was not told already.",
    "sniff": "You smell nothing there that was not told already.",
    "taste": "It tastes of nothing that is worth telling.",
    "touch": "You feel nothing there that was not told already.",
    "feel": "You feel nothing there that was not told already.",
}
LOOKING = frozenset(stem(w) for w in VERBS[Verb.LOOK].split()) | {"examin", "read"}
_SEES = "You look, and see nothing there that was not told already."

_AFTER = frozenset(
    "with using in on and before until because then while from by to off open apart down".split()
)
_ANYBODY = frozenset(
    (
        "him her it them everyone everybody everything all someone somebody anyone anybody nobody nothing "
        "one ones first second other others man woman people guy thing things enemy enemies foe foes "
        "both myself me himself herself air ground floor wall door way path road light lights fire stone rock"
    ).split()
)
_TO = frozenset("at into against".split())


def no_more(said: str) -> str:
    """A line for a look at what nobody wrote: nothing is made up."""
    return next((_SENSES[word] for word in tokens(said) if word in _SENSES), _SEES)


def absent(noun: str) -> str:
    """That there is nothing such here."""
    many = (noun.endswith("s") and not noun.endswith("ss")) or (stem(noun) != noun and noun.endswith("ves"))
    return f"There are no {noun} here." if many else f"There is no {noun} here."


def struck_at(said: str, verb_word: str) -> list[str]:
    """The words for what a blow is aimed at: "hit the old wolf with my axe" aims at an old wolf."""
    words = tokens(said)
    start = next((i + 1 for i, w in enumerate(words) if w == verb_word.split(" ")[0]), 0)
    rest = words[start:]
    aim = max((i + 1 for i, w in enumerate(rest) if w in _TO), default=0)  # "throw a stone at it"
    aimed: list[str] = []
    for word in rest[aim:]:
        if word in _AFTER:
            break
        if word not in NOISE or word in _ANYBODY:
            aimed.append(word)
    return aimed


def not_among(said: str, verb_word: str, here: set[str]) -> str:
    """What these words would strike, where none of them is a word for anything here; else an empty string."""
    aimed = struck_at(said, verb_word)
    known = any(word in _ANYBODY or content(word) & here or _part_of(word, here) for word in aimed)
    return aimed[-1] if aimed and not known else ""


def _part_of(word: str, here: set[str]) -> bool:
    """Whether a longer word here ends so: the box is the postbox."""
    return len(word) > 2 and any(known.endswith(word) for known in here)


def missing(said: str, verb_word: str, scope: Scope, state: GameState, world: WorldDef) -> str:
    """What a blow in a scene is aimed at that is not here; an empty string where it is, or could be."""
    known = set(scope.people) | set(scope.features) | set(scope.things)
    return not_among(said, verb_word, in_the_scene(state, world) | known)
