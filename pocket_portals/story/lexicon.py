"""How words are read: their class, what is no content, what two of them share, the ability behind a deed."""

from __future__ import annotations

import re

from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Verb
from pocket_portals.story.vocabulary import PHRASES, VERBS

_WORD = re.compile(r"[a-z0-9']+")

ABILITIES: dict[Verb, Ability] = {
    Verb.FIGHT: Ability.STRENGTH,
    Verb.FORCE: Ability.STRENGTH,
    Verb.SNEAK: Ability.DEXTERITY,
    Verb.STEAL: Ability.DEXTERITY,
    Verb.MOVE: Ability.CONSTITUTION,
    Verb.CLIMB: Ability.STRENGTH,
    Verb.LOOK: Ability.WISDOM,
    Verb.STUDY: Ability.INTELLIGENCE,
    Verb.TALK: Ability.CHARISMA,
    Verb.BARGAIN: Ability.CHARISMA,
    Verb.PERFORM: Ability.CHARISMA,
    Verb.THREATEN: Ability.CHARISMA,
    Verb.LIE: Ability.CHARISMA,
    Verb.HELP: Ability.WISDOM,
    Verb.GIVE: Ability.CHARISMA,
    Verb.TAKE: Ability.DEXTERITY,
    Verb.USE: Ability.INTELLIGENCE,
    Verb.MAGIC: Ability.INTELLIGENCE,
    Verb.PRAY: Ability.WISDOM,
    Verb.WAIT: Ability.WISDOM,
    Verb.REST: Ability.CONSTITUTION,
    Verb.FLEE: Ability.DEXTERITY,
    Verb.DEFEND: Ability.CONSTITUTION,
    Verb.PRESS_ON: Ability.CONSTITUTION,
}

NOISE = frozenset(
    (
        "i a an the to of at in on it is am are and or my me we our with for from into onto over "
        "that this these those try want would like will can could should let lets please just then "
        "some any his her him them their its he she they you your be been do does did have has so "
        "as if by up out about gonna going im i'm i'll i'd ill id wanna gotta really now we'll "
        "you're it's that's he's she's they're we're there's "
        "was were quickly slowly softly quietly carefully gently very too also maybe perhaps "
    ).split()
)

QUESTIONS = frozenset(
    "who whom whose what what's whats where where's when whos hows wheres how's when's why how which".split()
)

_SHORTENED = frozenset(  # as typed in a hurry; none of them is a slip
    (
        "isnt arent wasnt werent doesnt didnt dont cant couldnt wont wouldnt shouldnt havent hasnt hadnt "
        "aint thats theres theyre youre youve weve ive hes shes its lets whos theyll youll gimme lemme"
    ).split()
)

_CLASS_OF: dict[str, Verb] = {}
for _verb, _words in VERBS.items():
    for _word in _words.split():
        _CLASS_OF.setdefault(_word, _verb)

_OF_PHRASES = frozenset(word for phrase, _ in PHRASES for word in phrase.split())

COMMON = frozenset(_CLASS_OF) | QUESTIONS | NOISE | _SHORTENED | _OF_PHRASES
"""Every word known here, whatever the world."""


def tokens(text: str) -> list[str]:
    """The words of a text, in lower case. Whole words only: "recharge" holds no "charge"."""
    return _WORD.findall(text.lower().replace("’", "'"))


def content(text: str) -> set[str]:
    """The words that carry meaning, cut to a common stem."""
    roots = (stem(t) for t in tokens(folded(text)) if t not in NOISE)
    return {_SAME.get(root, root) for root in roots}


_FOLDS = (  # what several words mean together, which none of them means alone
    (re.compile(r"\b(?:giv(?:e|es|ing)|gave) (?:\w+ ){0,2}?(?:my|your|our) word\b"), "promise"),
    (re.compile(r"\bgiv(?:e|es|ing) (?:up|in)(?: on\b|$)"), "abandon"),
    (re.compile(r"\b(?:hand|fork) over(?= (?:\w+ ){0,2}(?:silver|coins?|money|gold|scrip)\b)"), "pay"),
    (re.compile(r"\bset (?:\w+ ){0,2}?free\b"), "free"),
    (re.compile(r"\b(?:swear(?:s|ing)?|swore|curs(?:e|es|ing)) at\b"), "curse"),
)


def folded(text: str) -> str:
    """The text in lower case, with turns of phrase put into the one word that they mean."""
    plain = text.lower().replace("’", "'")
    for phrase, meant in _FOLDS:
        plain = phrase.sub(meant, plain)
    return plain


_PARTICLES = frozenset("up on off out in down away back over by".split())
_FILLERS = frozenset("now then please again there well ok".split())


def bare_particle(text: str) -> tuple[str, ...]:
    """The words of a verb that lives by its particle, said alone: "give up" gives nothing."""
    words = [word for word in tokens(text) if word not in _FILLERS]
    return tuple(words) if len(words) == 2 and words[1] in _PARTICLES else ()


def stem(word: str) -> str:
    """A word without its commonest endings; enough to match "toll's", "wolves", "houses", "raising"."""
    word = word.removesuffix("'s").removesuffix("'")
    if word.endswith("ves") and len(word) > 4:
        return word[:-3] + "f"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ses") and not word.endswith("sses"):
        return word[:-1]
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending)
    silent = len(word) > 4 and word.endswith("e") and word[-2] != "s" and word not in QUESTIONS
    return word[:-1] if silent else word


_MEANS = {  # words of one meaning
    "shut": "close", "grab": "take", "snatch": "take", "purchase": "buy", "yell": "shout", "scream": "shout",
    "toss": "throw", "chuck": "throw", "hurl": "throw", "fling": "throw", "lad": "boy", "bash": "break",
    "smash": "break", "sip": "drink", "swig": "drink", "hop": "climb",
    "vow": "promise", "swear": "promise", "swore": "promise", "pledge": "promise", "oath": "promise",
    "paid": "pay", "hire": "pay", "engage": "pay", "employ": "pay", "gave": "give",
}  # fmt: skip
_SAME = {stem(word): stem(meant) for word, meant in _MEANS.items()}


def verb_of(text: str) -> tuple[Verb, str] | None:
    """The class of the first verb in a text, and the word; a phrase wins over the word it begins with."""
    words = tokens(text)
    joined = " ".join(words)
    at = 0
    for place, word in enumerate(words):
        # "My hand" gives nothing, and "next to it" does not press on.
        named = place > 0 and (words[place - 1] in _BEFORE_NOUNS or word == "next")
        if not named:
            if said := _by_what_follows(word, words[place + 1 :]):
                return said, word
            for phrase, verb in PHRASES:
                after = joined[at + len(phrase) : at + len(phrase) + 1]
                if joined.startswith(phrase, at) and not after.strip():
                    return verb, phrase
            if found := _class_of(word):
                return found, word
        at += len(word) + 1
    return None


_STAYING = frozenset("here there for and now moving talking".split())  # after "stop"
_BEFORE_NOUNS = frozenset("the a an my your his their its our this these those some one two another".split())
_PURSE = frozenset("money coin coins gold silver cash scrip groats pennies".split())
_POUCH = frozenset("pouch pocket pockets bag backpack pack purse satchel sack coat".split())
_ARMS = frozenset("sword blade weapon knife bow dagger axe mace gun pistol steel".split())


def _by_what_follows(word: str, rest: list[str]) -> Verb | None:
    """The class of a verb that means another thing by what it is done with."""
    after = set(rest)
    match word:
        case "throw" | "toss" | "swing" if after & {"at", "face", "eyes"}:
            return Verb.FIGHT
        case "give" if "word" in after and after & {"my", "our"}:
            return Verb.TALK
        case "give" | "hand" | "offer" | "slip" if _PURSE & after:
            return Verb.BARGAIN
        case "return" if rest[:1] and rest[0] in _BEFORE_NOUNS | _SOMEBODY | {"it"}:
            return Verb.GIVE
        case "put" | "place" | "stick" | "slip" | "tuck" | "stow" | "stash" if (
            "my" in after and _POUCH & after
        ):
            return Verb.TAKE
        case "draw" | "raise" | "ready" if _ARMS & after:
            return Verb.THREATEN
        case "put" | "press" | "lay" if "ear" in after:
            return Verb.LOOK
        case "draw":
            return Verb.USE
        case "have" | "try" if rest[:1] and rest[0] in ("some", "another", "one"):
            return Verb.USE
        case "set" if "free" in after:
            return Verb.HELP
        case "leave" if "alone" in after:
            return Verb.WAIT
        case "leave" if rest[:1] and rest[0] in ("my", "some", "a", "an"):
            return Verb.GIVE
        case "stop" if rest[:1] and rest[0] not in _STAYING:
            return Verb.FORCE
        case "make" if rest[:1] and rest[0] in _SOMEBODY:
            return Verb.TALK
        case "hold" if after & {"hand", "hands"}:
            return Verb.HELP
        case "shake" if after & {"hand", "hands"}:
            return Verb.PERFORM
        case "order" if rest[:1] and rest[0] in ("a", "an", "some", "another", "two", "food", "drinks"):
            return Verb.BARGAIN
        case "get" | "have" if "to" in rest[1:3] and rest[0] not in NOISE - _SOMEBODY:
            return Verb.TALK
        case "kick" | "knock" | "push" | "tip" if after & {"over", "down"}:
            return Verb.FORCE
        case _:
            return None


_SOMEBODY = frozenset("him her them".split())


def _class_of(word: str) -> Verb | None:
    found = _CLASS_OF.get(word)
    if found is None and len(word) > 3 and word.endswith(("ing", "s", "ed")):
        root = stem(word)
        once = root[:-1] if root[-1:] == root[-2:-1] else root  # "running", "grabbed"
        return _CLASS_OF.get(root) or _CLASS_OF.get(root + "e") or _CLASS_OF.get(once)
    return found
