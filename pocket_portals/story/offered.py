"""Which of the offered choices a player's words mean, where one clearly does."""

from __future__ import annotations

import re

from pocket_portals.rules.state import Choice, GameState, Verb
from pocket_portals.story.handing import handed
from pocket_portals.story.lexicon import NOISE, QUESTIONS, bare_particle, content, folded, stem, tokens
from pocket_portals.story.offers import chosen
from pocket_portals.story.scope import Scope
from pocket_portals.story.vocabulary import VERBS
from pocket_portals.worlds.schema import WorldDef

MATCH = 2.0  # points at which words mean an offered choice

_TALK = frozenset(stem(w) for w in VERBS[Verb.TALK].split())
_PLAIN_TALK = frozenset(
    stem(w) for w in "talk speak ask say tell greet chat question answer reply hello".split()
)
_BINDING = frozenset(("promise",))  # said, and yet a deed: who promises another thing names it
_KIN = frozenset((Verb.TAKE, Verb.STEAL))
_ONLY_LOOKS = frozenset(stem(w) for w in "look see watch listen examine inspect study check search".split())
_GOES = frozenset("go walk leave head move run travel come return enter".split())
_GOING = frozenset(stem(w) for w in _GOES)
_SOMEBODY = frozenset(  # whoever or whatever is here, and words that add nothing to a deed
    stem(word)
    for word in (
        "him her it them kid boy girl man woman guy lad sir madam miss mister all one ones off along "
        "once twice then alone"
    ).split()
)
# "Kill it" is the one deed of its class that is offered; "sing to her" may be another song.
_PLAIN_CLASSES = frozenset(
    (Verb.FIGHT, Verb.HELP, Verb.BARGAIN, Verb.LIE, Verb.TAKE, Verb.STEAL, Verb.WAIT, Verb.FLEE)
)
_AT_SOMEBODY = re.compile(  # "her tuning fork" is nobody
    r"\b(?:him|it|them|her)\b"
    r"(?=$|[,;.]| \(| (?:down|up|out|off|away|over|with|back|to|in|at|on|from|of|as)\b)",
    re.IGNORECASE,
)
_BLOWS = content("fight attack hit strike kill stab slash shoot punch slay duel beat finish")
_GESTURES = frozenset(stem(w) for w in "wave bow nod smile wink grin laugh clap salute curtsy".split())
_LOOKS = frozenset(stem(w) for w in f"{VERBS[Verb.LOOK]} {VERBS[Verb.STUDY]}".split())
_OWNS_UP = re.compile(r"\b(?:it|that)(?:'s| is| was) (?:me|you|i)\b|\bi did it\b", re.IGNORECASE)


def nearest(said: str, verb: Verb | None, scope: Scope, state: GameState, world: WorldDef) -> int | None:
    """The offered choice that these words mean, if one clearly does."""
    if (given := handed(said, verb, scope, state, world)) is not None:
        return given
    if bare := bare_particle(said):
        fits = [i for i, choice in enumerate(state.current_choices) if _begins_so(choice, *bare)]
        return fits[0] if len(fits) == 1 else None
    meant = content(said)
    sights = in_sight(state, world) | set(scope.people)
    owns_up = bool(_OWNS_UP.search(said))
    scores = [
        _nearness(meant, verb, choice, sights, scope)
        + (MATCH if owns_up and _OWNS_UP.search(choice.label) else 0)
        for choice in state.current_choices
    ]
    best = max(scores, default=0.0)
    if best >= MATCH and scores.count(best) == 1:
        return scores.index(best)
    if best >= MATCH:
        return None
    if state.pending_quest_options and all(c.ref.startswith("quest:") for c in state.current_choices):
        verb = None  # of a quest "knocking" is a name and no deed
    return _only_one_of_its_kind(said, verb, sights | _who_fights(state, world), state, world)


def _begins_so(choice: Choice, verb: str, particle: str) -> bool:
    """Whether a choice begins with this verb and its particle: "set out" sets nothing out."""
    words = tokens(choice.label)
    told = [word for word in words[:3] if verb in _ALONE or word not in ("it", "him", "her", "them")]
    return told[:2] == [verb, particle]


def _who_fights(state: GameState, world: WorldDef) -> set[str]:
    """What those are called whom an offered choice would set the hero to fight."""
    found = (chosen(world, choice) for choice in state.current_choices)
    fights = {choice.do.fight for _, choice in filter(None, found)} - {""}
    kinds = {kind for fight in fights for kind in world.encounter[fight].foes}
    return set().union(*(content(world.foe[kind].name) for kind in kinds))


def goes_as(said: str, choices: tuple[Choice, ...]) -> int | None:
    """The one choice to go somewhere in the very way that is meant: "row to the barge" is to row."""
    ways = content(said) - _GOING if "back" not in tokens(said) else set()
    fits = [
        index
        for index, choice in enumerate(choices)
        if choice.verb is Verb.MOVE and _deeds_of(choice) & ways & _MOVES
    ]
    return fits[0] if len(fits) == 1 else None


_ALONE = frozenset("give take set turn go hang hold come look get make put break carry".split())
BY_BOAT = frozenset("row sail swim wade climb".split())  # said alone, it asks for no way
_MOVES = frozenset(stem(w) for w in VERBS[Verb.MOVE].split()) - _GOING


def beginning_with(words: list[str], choices: tuple[Choice, ...]) -> int:
    """How many of the choices begin with these words: "go in", and go in how?"""

    def plainly(some: list[str]) -> list[str]:
        return ["go" if word in _GOES else word for word in some]

    asked = plainly(words)
    return sum(plainly(tokens(choice.label))[: len(asked)] == asked for choice in choices) if asked else 0


def by_its_verb(word: str, said: str, state: GameState, world: WorldDef) -> int | None:
    """The one choice whose deed is this word: "talk to it", where nobody and nothing else could be meant."""
    if content(said) - content(word) - _SOMEBODY - in_sight(state, world):
        return None
    fits = [i for i, choice in enumerate(state.current_choices) if stem(word) in _deeds_of(choice)]
    return fits[0] if len(fits) == 1 else None


_PUT_TO = re.compile(
    r"^(?:ask|question)\b.*?\b(?P<asked>(?:who|what|why|how|where|when|which|whether|if)\b.+)$"
)


def put_to(said: str, choices: tuple[Choice, ...]) -> int | None:
    """The same for a question that somebody is asked: "ask the king who paid Dorrie"."""
    found = _PUT_TO.match(said.lower())
    return question(found["asked"], choices) if found else None


def question(said: str, choices: tuple[Choice, ...]) -> int | None:
    """The one choice of asking what this question asks: all of it, or two words at least that both have."""
    meant = content(said) | ({stem("price")} if "how much" in said.lower() else set())

    def asks(choice: Choice) -> bool:
        if meant and content(choice.label) - {"ask"} == meant:
            return True
        matter = content(choice.label) - _TALK
        whole = matter and matter <= meant and not meant & QUESTIONS
        return tokens(choice.label)[:1] == ["ask"] and (bool(whole) or len(matter & meant) >= MATCH)

    fitting = [index for index, choice in enumerate(choices) if asks(choice)]
    return fitting[0] if len(fitting) == 1 else None


def in_sight(state: GameState, world: WorldDef) -> set[str]:
    """What the scene on stage shows, beside the people in it."""
    nouns = world.scene[state.scene.id].nouns if state.scene and state.scene.id in world.scene else ()
    return {stem(noun) for noun in nouns}


def _deeds_of(choice: Choice) -> set[str]:
    """What is done, in words: "Let him keep it" is to keep, "Shut the lid, leave it" to shut and to leave."""
    clauses = re.split(r"[,;:]", choice.label.split(" (")[0])
    return set().union(*(content(_first_of(clause)) for clause in clauses))


def _first_of(clause: str) -> str:
    return next((word for word in tokens(clause) if word not in NOISE), "")


def _nearness(meant: set[str], verb: Verb | None, choice: Choice, sights: set[str], scope: Scope) -> float:
    """A point a word in common; one for the same class of deed; one where nothing else was said."""
    label = content(choice.label) | {stem(n) for noun in choice.nouns for n in tokens(noun)}
    deeds = _deeds_of(choice)
    shared, other = meant & label, meant - label - _SOMEBODY
    if other and "ask" in deeds:
        shared -= QUESTIONS  # "ask her why now" is another why
    # Asking about another matter is not this choice, nor is doing it with a thing it does not name.
    few = len(shared) < 3 and len(shared - sights - (_TALK - _BINDING)) < MATCH
    this_deed = bool(deeds & shared - _PLAIN_TALK) and other <= sights  # "call the cat"
    aside = verb is Verb.TALK and few and not this_deed and other - set(scope.people) - _TALK
    if aside or (other & set(scope.things) and len(shared) < 3):
        return 0.0
    if verb in (Verb.LOOK, Verb.STUDY) and other and shared <= _ONLY_LOOKS:
        return 0.0  # to look at this is not to look at that
    kin = {verb, choice.verb} <= _KIN or verb is choice.verb
    if meant & _ONLY_LOOKS and not deeds & _LOOKS:
        kin = False  # to look at the wall is not yet to add it up
    if meant & _GESTURES - label:
        kin = False  # to wave to them is not to play for them
    # The class counts beside a thing that is named, not beside one more word for the class itself.
    bare = other <= sights and verb not in (Verb.LOOK, Verb.GIVE)
    named = shared - content(_first_of(choice.label)) - set(scope.people)
    named -= set() if bare else _words_of(verb)
    score = 1.01 * len(shared) + (1.0 if kin and named else 0.0)
    # "Look at the boots" is only a look, and to ask somebody is not yet to ask what is offered.
    only_talk = choice.verb is Verb.TALK and shared <= _PLAIN_TALK
    plain = bool(deeds & shared - _ONLY_LOOKS) and not only_talk
    return score + (1.0 if plain and other <= sights else 0.0)


def _words_of(verb: Verb | None) -> set[str]:
    """The deeds of a class, in words."""
    return content(VERBS[verb]) if verb else set()


def _strikes(choice: Choice, world: WorldDef) -> bool:
    """Whether a choice is to fight somebody, and not to break a thing or row hard."""
    found = chosen(world, choice)
    begins = found is not None and bool(found[1].do.fight)
    return begins or bool(_deeds_of(choice) & _BLOWS) or bool(_AT_SOMEBODY.search(choice.label))


def _only_one_of_its_kind(
    said: str, verb: Verb | None, sights: set[str], state: GameState, world: WorldDef
) -> int | None:
    """The one choice of the class of a deed that names nothing but who or what is here: "kill it"."""
    choices = state.current_choices
    if verb is None:  # nor any deed at all: "a return, please"
        meant = content(said) - _SOMEBODY
        fits = [i for i, choice in enumerate(choices) if meant and meant <= content(choice.label)]
        return fits[0] if len(fits) == 1 else None
    known = set().union(*(VERBS[kin].split() for kin in (_KIN if verb in _KIN else {verb})))
    beside = {stem(w) for w in tokens(folded(said)) if w not in NOISE and w not in known} - _SOMEBODY
    seen = sights if verb in (Verb.FIGHT, Verb.HELP) else set()
    if verb not in _PLAIN_CLASSES or beside - seen:
        return None
    fits = [i for i, c in enumerate(choices) if c.verb is verb or {c.verb, verb} <= _KIN]
    if len(fits) != 1 or (verb is Verb.FIGHT and not _strikes(choices[fits[0]], world)):
        return None
    return fits[0]
