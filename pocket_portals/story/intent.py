"""The player's words -> Intent: a choice, a question, a way to go, or a free attempt. Whole words only."""

from __future__ import annotations

import re

from pocket_portals.clean import clean_line
from pocket_portals.rules.checks import bonus
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Choice, GameState, Verb
from pocket_portals.story import (
    arms,
    costless,
    features,
    offered,
    ordinals,
    spelling,
    ways,
)
from pocket_portals.story.lexicon import ABILITIES, NOISE, QUESTIONS, content, tokens, verb_of
from pocket_portals.story.scope import (
    TITLES,
    Scope,
    elsewhere,
    kind_meant,
    listener,
    named,
    present,
    scope_of,
)
from pocket_portals.story.storyteller import Intent
from pocket_portals.story.topics import topic_of
from pocket_portals.story.wording import mid_sentence
from pocket_portals.worlds.schema import WorldDef
from pocket_portals.worlds.voices import AttemptDef

MAX_WORDS = 400  # characters of what a player may say in one turn

_LEADING = re.compile(
    r"^(?:(?:i(?:'ll|'?d rather| would rather| will| would like to| want to| wanna| try to| attempt to"
    r"|'d like to|'m going to"
    r"| am going to| think i(?:'ll| will| should)?| guess i(?:'ll| will)?| decide to| have to| need to"
    r"| should)?|we(?:'ll| will)?"
    r"|(?:can|could|may|should) (?:i|we)|(?:what|how) (?:if|about) (?:i|we)|why (?:don't|dont|not)(?: i| we)?"
    r"|let me|let's|lets|please|kindly|try to|try and|attempt to|then|now|so|ok|okay|well|and|quickly|just"
    r"|first|alright|all right)\b,?\s+)+",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"^(?:(?:yes|yeah|yep|yup|no|nope|nah|sure|right|fine|great|good|well|ok|okay|hm+|ah|oh|sorry"
    r"|thanks|thank you)"
    r"(?: (?:then|way|thanks|thank you|please|sorry|sir|madam|kid|boy|girl|lad|mate|captain|my \w+))?"
    r"\s*[.,!;:]+\s*)+(?=[\w']+ \w)",
    re.IGNORECASE,
)
_TELLS = re.compile(  # said to somebody, whatever verb is in it
    r"^(?:it|that|this|he|she|they|you|there|nobody|everybody|your \w+|my \w+)"
    r"(?:'s|'re|'ll|'ve| is| are| was| were| wasn'?t| isn'?t| aren'?t| can| can'?t| could| will| won'?t"
    r"| should| must| may| have| has| had| do| don'?t| did| didn'?t)\b"
    r"|^(?:its|thats|theres|youre|hes|shes)\b",
    re.IGNORECASE,
)
_OWNS = re.compile(  # said to somebody, where no deed is in it
    r"^(?:i'm|im|i am|i've|ive|i have|i know|i love|i like|i hate|i did|i do|i can'?t"
    r"|yes|no|sure|good|never mind)\b",
    re.IGNORECASE,
)
_TO_SECOND = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're",
    "am": "are", "i'll": "you'll", "i've": "you've",
}  # fmt: skip
_ASKS_WHO = re.compile(r"^(?:who(?:'s|s| is| are| was)|tell me about|ask about)\b", re.IGNORECASE)
_ASKS = frozenset(
    "ask talk speak chat question greet greetings hello hi hey yo howdy sup hail interview gossip".split()
)
_EXCLAIMS = frozenset("thanks sorry congratulations congrats bravo goodbye bye hello hi".split())
_GREETS = frozenset("hello hi hey yo howdy greetings evening morning afternoon".split())
_LETTER = re.compile(r"^(?:x|ex|exam) (?=\w)", re.IGNORECASE)  # as in the games of old
_ASKING = re.compile(
    r"^(?:is|are|was|were|does|did|has|isn't|aren't|doesn't|am)\s|"
    r"^(?:do|don't|have|can|could|will|would|should) (?:you|they|he|she|it|any|anyone|the|these|those)\b"
)
_NOT = re.compile(r"\b(?:don'?t|do not|won'?t|will not|never|not going to|rather not|wouldn'?t|not)\b")
_CLAUSE = re.compile(r"[,;.!]|\bbut\b|\binstead\b|\bjust\b|\bonly\b")
_SPEECH = re.compile(r"""^["“«'](?P<words>.+?)["”»'](?:\s|[,.!?]|$)""")
_REFUSES = frozenset("not never refuse leave decline without let don't keep no go".split())
_TOWARDS = frozenset(
    (
        Verb.TALK, Verb.BARGAIN, Verb.THREATEN, Verb.LIE, Verb.PERFORM, Verb.GIVE, Verb.HELP, Verb.STEAL,
        Verb.FIGHT, Verb.SNEAK, Verb.MOVE,
    )
)  # fmt: skip
_SEEKS = re.compile(r"(?:find|seek|search for|look for)\b")


def read(words: str, state: GameState, world: WorldDef) -> Intent:
    """What the player meant while exploring."""
    said = clean_line(words, MAX_WORDS).replace("’", "'")
    if not said:
        return Intent(kind="nothing")
    if (picked := _picked(said, state.current_choices)) is not None:
        return _of_choice(picked, state.current_choices[picked], said)
    if ordinals.beyond(said, len(state.current_choices)):
        return costless.asked(said, "topic:choices")
    if topic := topic_of(said):
        return costless.asked(said, f"topic:{topic}")
    scope = scope_of(world, state)
    said = _LETTER.sub("examine ", ways.COMPASS.get(said.lower(), said))
    said = spelling.mend(said, world, _nouns(scope, state))
    if topic := topic_of(said) or topic_of(spelling.command(said)):
        return costless.asked(said, f"topic:{topic}")
    return _meant(said, scope, state, world)


def _meant(said: str, scope: Scope, state: GameState, world: WorldDef) -> Intent:
    """What mended words mean, when they are no number, no offered choice word for word, no plain topic."""
    return _said_plainly(_YES_OR_NO.sub("", said), scope, state, world).having(said=said)


def _said_plainly(said: str, scope: Scope, state: GameState, world: WorldDef) -> Intent:
    """The same without the "yes" or "well," that came before it."""
    if speech := _SPEECH.match(said):
        return _spoken(said, speech["words"], scope, state, world)
    deed = _LEADING.sub("", said)
    if holds_back(deed) and not _TELLS.match(said):  # "it is not your fault" is said to somebody
        return _held_back(said, scope, state, world)
    words = named(tokens(deed), scope, state, world)
    sort, ident = scope.target(words)
    if not ident and (one := kind_meant(words, state, world)):
        sort, ident = "person", one
    target = f"{sort}:{ident}" if ident else ""
    if sort in ("feature", "thing", "place") and _ASKS_WHO.match(said):
        target = ""  # no thing is asked who it is, but somebody may know who is meant
    if is_question(said):
        if (asked := offered.question(said, state.current_choices)) is not None:
            return _of_choice(asked, state.current_choices[asked], said)
        to = listener(world, state) if {"you", "your", "you're"} & set(words) else ""
        return costless.asked(said, target or (f"person:{to}" if to else ""))
    found = verb_of(deed)
    verb, word = found or (Verb.STUDY, "")
    going = offered.goes_as(deed, state.current_choices) if verb is Verb.MOVE else None
    if going is not None:
        return _of_choice(going, state.current_choices[going], said)
    tells = _TELLS.match(said)
    if way := not tells and ways.way(words, verb if found else None, sort, scope, state, world):
        return (
            way.having(said=said, echo=f"You set out for {mid_sentence(world.location[way.target].name)}")
            if (way.kind == "move")
            else way.having(said=said)
        )
    if (verb in _TOWARDS or _SEEKS.match(deed.lower())) and (
        away := elsewhere(tokens(deed), scope, state, world)
    ):
        return costless.asked(said, f"person:{away}")
    if verb is Verb.FIGHT:
        deed = arms.without_arms(deed)
        words = named(tokens(deed), scope, state, world)
    best = offered.nearest(" ".join(words), found[0] if found else None, scope, state, world)
    if best is None:
        best = offered.put_to(deed, state.current_choices)
    if best is None:  # "it" may be what a choice calls so, and not what was named last
        plain = offered.nearest(deed, found[0] if found else None, scope, state, world)
        label = state.current_choices[plain].label if plain is not None else ""
        best = plain if "it" in tokens(label) or content(deed) <= content(label) else None
    if best is not None:
        return _of_choice(best, state.current_choices[best], said)
    if written := features.deed_meant(" ".join(words), found[0] if found else None, world, state):
        return _of_feature(written, said, world)
    if _asks(word, words, sort):
        to = ident if sort == "person" else listener(world, state)
        if to:
            return costless.asked(said, f"person:{to}")
        if (alone := offered.by_its_verb(word, deed, state, world)) is not None:
            return _of_choice(alone, state.current_choices[alone], said)
    if verb is Verb.MOVE and sort == "person" and ident in present(world, state):
        return costless.asked(said, target)
    if verb is Verb.LOOK or word in costless.EXAMINES:
        return costless.looked(said, deed, target, words, state, world)
    if state.scene and (tells or (found is None and _OWNS.match(said))):
        spoken = attempt(said, Verb.TALK, target or _hearer(state, world), state, world, sure=False)
        return spoken.having(echo=f"You say: “{said.rstrip('.')}”{_odds(spoken.ability, spoken.dc)}")
    if free := costless.free(said, deed, found, target, scope, state, world):
        return free
    meant = attempt(said, verb, target, state, world, sure=found is not None)
    if verb is Verb.FIGHT and (other := arms.instead(said, state)):
        return meant.having(echo=f"{other}{_odds(meant.ability, meant.dc)}")
    return meant


def _hearer(state: GameState, world: WorldDef) -> str:
    """Who hears what is only said, as a target."""
    to = listener(world, state)
    return f"person:{to}" if to else ""


def _spoken(said: str, quoted: str, scope: Scope, state: GameState, world: WorldDef) -> Intent:
    """Words put in quotation marks are said to somebody."""
    offer = offered.nearest(quoted, Verb.TALK, scope, state, world)
    if offer is not None:
        return _of_choice(offer, state.current_choices[offer], said)
    sort, ident = scope.target(named(tokens(said), scope, state, world))
    to = ident if sort == "person" else listener(world, state)
    target = f"person:{to}" if to else ""
    if to and (is_question(quoted) or set(tokens(quoted)) & _GREETS):
        return costless.asked(said, target)
    return attempt(said, Verb.TALK, target, state, world)


def holds_back(said: str) -> bool:
    """Whether the words are about what is not done; "tell him it is not noon" is about what is said."""
    found = _NOT.search(said.lower())
    before = verb_of(said[: found.start()]) if found else None
    told = before is not None and before[0] in (Verb.TALK, Verb.LIE)
    return found is not None and not told and not is_question(said)


def instead_of(said: str) -> str:
    """What is done instead of what is not: "don't hit him, talk to him" is talk. Empty where nothing is."""
    for clause in _CLAUSE.split(said):
        if not _NOT.search(clause.lower()) and (verb_of(clause) or len(content(clause)) > 1):
            return clause.strip()
    return ""


def _held_back(said: str, scope: Scope, state: GameState, world: WorldDef) -> Intent:
    """ "Don't hit him" alone is no blow, whatever is offered."""
    if other := instead_of(said):
        return _meant(other, scope, state, world)
    refusing = tuple(c for c in state.current_choices if set(tokens(c.label)) & _REFUSES)
    meant = content(said)
    close = [c for c in refusing if len(meant & content(c.label)) >= offered.MATCH]
    if len(close) == 1:
        index = state.current_choices.index(close[0])
        return _of_choice(index, close[0], said)
    return costless.asked(said, "topic:wait", Verb.WAIT)


def _asks(word: str, words: list[str], sort: str) -> bool:
    """Whether a deed is only talk: a greeting, a question put, a word about something."""
    if word in _ASKS:
        return sort == "person" or not set(words) & {"for"}
    return (word == "say" and bool(set(words) & _GREETS)) or (word == "tell" and "about" in words)


def _of_feature(target: str, said: str, world: WorldDef) -> Intent:
    deed = features.deed_of(target, world)
    ability, dc = (deed.check.ability, deed.check.dc) if deed.check else (None, None)
    return Intent(
        kind="attempt", said=said, verb=deed.verb, target=target, ability=ability, dc=dc,
        echo=f"{deed.say.rstrip('.')}{_odds(ability, dc)}",
    )  # fmt: skip


def attempt(
    said: str, verb: Verb, target: str, state: GameState, world: WorldDef, sure: bool = True
) -> Intent:
    """A deed nobody wrote: the ability and the DC it is tried at, said before it is rolled."""
    if verb is Verb.PRESS_ON:
        return Intent(kind="attempt", said=said, verb=verb, echo="You press on with what you came for")
    if verb is Verb.REST:  # nothing is rolled for it
        return Intent(kind="attempt", said=said, verb=verb, target=target, echo="You rest, and time passes")
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
        echo=f"{echo(said, world)}{_odds(ability, dc)}",
        sure=sure,
    )


def attempt_of(world: WorldDef, verb: Verb) -> AttemptDef | None:
    """How this world tells free deeds of a verb class."""
    return next((a for a in world.voices.attempts if verb in a.verbs), None)


def is_question(said: str) -> bool:
    """Whether the words ask rather than do."""
    asked = said.lower().strip().rstrip("\"'”")
    deed = _LEADING.sub("", asked)
    if deed != asked and (verb_of(deed.split(" ")[0]) or tokens(deed)[:1] == ["get"]):
        return False  # "can I climb it?" wants to climb it
    words = tokens(asked)
    called = len(words) > 1 and words[1] in QUESTIONS and not verb_of(words[0])  # "Mara, where is he"
    return asked.endswith("?") or bool(QUESTIONS & set(words[:1])) or called or bool(_ASKING.match(asked))


def _nouns(scope: Scope, state: GameState) -> set[str]:
    """The words a slip may have been meant for, beside those that every world knows."""
    offered = {w for c in state.current_choices for text in (c.label, *c.nouns) for w in tokens(text)}
    return offered | set(scope.people) | set(scope.places) | set(scope.things) | set(scope.features)


def _picked(said: str, choices: tuple[Choice, ...]) -> int | None:
    index = ordinals.index_of(said, len(choices))
    if index is not None:
        return index
    for index, choice in enumerate(choices):
        label = choice.label.split(" (")[0]
        if tokens(said) and tokens(said) in (tokens(label), tokens(choice.label)):
            return index
    return None


def _of_choice(index: int, choice: Choice, said: str) -> Intent:
    label = choice.label.split(" (")[0].rstrip(".")
    odds = _odds(choice.check.ability, choice.check.dc) if choice.check else ""
    return Intent(
        kind="choice",
        said=said,
        choice=index,
        verb=choice.verb,
        ability=choice.check.ability if choice.check else None,
        dc=choice.check.dc if choice.check else None,
        echo=f"{label}{odds}",
    )


def _odds(ability: Ability | None, dc: int | None) -> str:
    """What a deed is rolled on, said before the roll."""
    return f" · {ability.value.title()}, DC {dc}" if ability else ""


_FOR_ME = re.compile(r"^(read|show|tell|find|get|fetch|bring|buy|pour|play|sing|make) me\b", re.IGNORECASE)
_GIVE_ME = re.compile(r"^(?:give|hand|pass) me\b", re.IGNORECASE)


def echo(said: str, world: WorldDef) -> str:
    """``i slip past my guard`` -> ``You try to slip past your guard``."""
    deed = _LEADING.sub("", said, count=1).rstrip(".!? ")
    deed = _GIVE_ME.sub("ask for", _FOR_ME.sub(r"\1", deed))
    names = {w.lower(): w for p in world.people for w in p.name.split()}
    names = {low: name for low, name in names.items() if name != low and low not in TITLES | NOISE}
    words = [_TO_SECOND.get(w.lower(), names.get(w, w)) for w in deed.split()]
    text = " ".join(words)
    found = verb_of(deed)
    if deed.split(" ")[0].lower() in _EXCLAIMS or deed.lower().startswith("thank you"):
        return f"You say: “{deed}”"
    if not found or not deed.lower().startswith(found[1]):
        return f"You try: {text}"
    return f"You try to {text[:1].lower()}{text[1:]}"
