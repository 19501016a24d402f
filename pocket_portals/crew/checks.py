"""Cheap checks of a model's words against what was decided. A fault is a sentence that says what to mend."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pocket_portals.rules.state import Closure, GameState
from pocket_portals.story.lexicon import tokens
from pocket_portals.worlds.schema import WorldDef

_COMMON = frozenset(
    "the a an and or of to in on at with you your his her their its it is are was he she they that this as "
    "for from by but not out up down into over one has have who what".split()
)
_SPEAKS = (
    r"(?:says|said|asks|asked|answers|answered|replies|replied|whispers|whispered|mutters|muttered|shouts|shouted"
    r"|calls|called|cries|cried|laughs|laughed)"
)
_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|twenty|fifty|a hundred|a thousand)"
_NUMBERS = (
    re.compile(rf"\b{_COUNT}\s+(?:more\s+)?(?:hp|hit points?|health|damage|xp|experience|points?)\b"),
    re.compile(r"\b(?:dc|d\d+|natural (?:20|twenty|1|one))\b|\b(?:roll|rolled|rolls) (?:of )?(?:a|an) \d+"),
    re.compile(r"\byou (?:lose|gain|take|regain|heal|earn|receive)\b[^.!?]{0,20}\b\d+\b"),
)
_HERO_ENDS = re.compile(r"\byou (?:die|are dead|fall dead|have died|draw your last breath)\b")
_WINS = re.compile(
    r"\b(?:the fight is (?:over|won|done)|you have won|you win|victory is yours"
    r"|you (?:kill|slay|killed|slew|behead|murder))\b"
)
_FALLS = re.compile(
    r"\b(?:falls?|drops?|lies|is|are) (?:down )?dead\b(?! (?:quiet|silent|still|calm|end|ahead|weight))"
)
_QUEST_ENDS = re.compile(
    r"\b(?:quest|task|mission|adventure) (?:is |has been )?(?:now )?(?:completed?|done|over|finished)\b"
    r"|\byou (?:have )?(?:complete|completed|finish|finished|win|won) (?:the|your) (?:quest|game|adventure)\b"
)
_LEVELS = re.compile(r"\b(?:level up|level \d+|you (?:reach|gain) (?:a |the )?(?:new |next )?level)\b")
_LEAKS = re.compile(
    r"\b(?:as an ai|language model|system prompt|my instructions|i cannot (?:assist|help|continue|comply)"
    r"|i can't (?:assist|help with|comply)|ignore (?:all )?(?:the )?(?:previous|prior) instructions|openai"
    r"|the storybook|facts of this turn|your task|the rules of the table|who can't appear"
    r"|usage polic(?:y|ies)|content filter(?:ed)?|too many requests|bad gateway|server_error)\b"
    r"|\bjson\b|\bupstream connect|<\|\w+\|>|\[/?inst\]",
)
_HEADINGS = re.compile(
    r"\b(?:LAST TURNS|STORY STANDS|STORY SO FAR|WHO IS HERE|REMEMBERED|DEEDS OFFERED|HOW IT WENT|SAID ALREADY"
    r"|PROMISES STILL OPEN|DANGERS IN REACH|YOUR TASK)\b"
)
_LIST = re.compile(r"^\s*(?:(?:\d{1,2}[.)]|[-*•])\s+\S|[-\w]+(?: \w+)?:(?:\s|$))", re.MULTILINE)
_CODE = re.compile(r"^\s*[\[{}\]<]|\"\s*:\s*[\"\[{\d]|</?[a-z!][^>\n]{0,80}>|^\w+://|^data:", re.IGNORECASE)
_DOWN = re.compile(r"^(?:Change: )?(?P<name>.+?): −\d+ · down$")
_ENDS = re.compile(r"[.!?]+")
_STUCK = 36  # of the last words a quarter has to be new, or they go round in a circle
_LOUD_FROM = 25  # words from which a language can be told


@dataclass(frozen=True)
class Bounds:
    """What the words of a turn have to keep to."""

    world: WorldDef
    state: GameState
    book: str  # the storybook's own words for it
    facts: tuple[str, ...] = ()

    @property
    def given(self) -> str:
        """All that the words may say because it was said or decided."""
        return f"{self.book} {' '.join(self.facts)}".casefold()


def faults(words: str, bounds: Bounds) -> list[str]:
    """What can't stand in these words; nothing when they may be shown."""
    return list(_faults(words, bounds))[:4]


def hopeless(words: str) -> bool:
    """Whether words that are still coming need not be waited for: they loop, or are no story."""
    return bool(_LEAKS.search(words.casefold()) or _HEADINGS.search(words) or _CODE.search(words)) or _loops(
        words
    )


def claims(words: str) -> bool:
    """Whether words say what only the engine may (numbers, victories, ends), or leak a prompt."""
    low = words.casefold()
    ends = (_HERO_ENDS, _WINS, _QUEST_ENDS, _LEVELS, _LEAKS, *_NUMBERS)
    return any(pattern.search(low) for pattern in ends)


def _faults(words: str, bounds: Bounds) -> Iterator[str]:
    low, given = words.casefold(), bounds.given
    if len(tokens(words)) < 2:
        yield "It says nothing."
        return
    if found := _LEAKS.search(low):
        yield f"“{found[0]}” is no part of the story: stay inside it."
    if found := _HEADINGS.search(words):
        yield f"“{found[0]}” is a heading, and no part of the story."
    if _strange(words, bounds.book):
        yield "It is not in the language of the storybook."
    if _loops(words):
        yield "It says the same again and again."
    if _CODE.search(words):
        yield "It is no prose: plain words only."
    if len(_LIST.findall(words)) >= 2:
        yield "It is a list; tell it as a story, without options."
    for pattern in _NUMBERS:
        if (found := pattern.search(low)) and found[0] not in given:
            yield f"“{found[0]}”: numbers are the engine's."
    yield from _ends(low, given, bounds.state)
    yield from _dead(words, bounds)
    yield from _things(low, given, bounds)


def _ends(low: str, given: str, state: GameState) -> Iterator[str]:
    if state.closure is not Closure.FALLEN and _HERO_ENDS.search(low) and not _HERO_ENDS.search(given):
        yield "The hero does not die here."
    if (found := _WINS.search(low)) and found[0] not in given:
        yield f"“{found[0]}”: nothing of that was decided."
    fight = state.combat_state
    if fight and fight.standing and (found := _FALLS.search(low)) and found[0] not in given:
        yield f"“{found[0]}”: {fight.standing[0].name} still stands, the fight goes on."
    if (found := _QUEST_ENDS.search(low)) and found[0] not in given and state.closure is None:
        yield f"“{found[0]}”: nothing of that was decided."
    if (found := _LEVELS.search(low)) and found[0] not in given:
        yield f"“{found[0]}”: that is not for the telling."


def _dead(words: str, bounds: Bounds) -> Iterator[str]:
    gone = [p.name for p in bounds.state.people.values() if p.gone]
    fight = bounds.state.combat_state
    standing = {f.name.casefold() for f in fight.standing} if fight else set()
    down = [found["name"] for fact in bounds.facts if (found := _DOWN.match(fact))]
    for name in [*gone, *(n for n in down if n.casefold() not in standing)]:
        bare = re.escape(re.sub(r"^(?:the|a|an) ", "", name, flags=re.IGNORECASE))
        says = rf"\b{bare}\b[^.!?\"“”\n]{{0,30}}\b{_SPEAKS}\b|[\"”,]\s*{_SPEAKS}\s+(?:the )?{bare}\b"
        if re.search(says, words, re.IGNORECASE) and not re.search(says, bounds.book, re.IGNORECASE):
            yield f"{name} is gone and can't speak."


def _things(low: str, given: str, bounds: Bounds) -> Iterator[str]:
    """Things of this world that the hero is said to have or use, and has not."""
    held = {name.casefold() for name in (i.name for i in bounds.state.inventory.values())}
    for thing in bounds.world.things:
        name = re.sub(r"^(?:the|a|an) ", "", thing.name.casefold())
        if name not in low or name in given or thing.id in bounds.state.inventory:
            continue
        if any(name in h for h in held):
            continue
        uses = r"you (?:draw|use|throw|drink|pull out|take out|light|raise|swing|open|read) (?:the|a|an|your)"
        if re.search(rf"\b(?:your|{uses}) {re.escape(name)}\b", low):
            yield f"The hero has no {name}."


def _strange(words: str, book: str) -> bool:
    """Whether these words are in another script or language than the storybook's."""
    if _latin(book) > 0.9 and _latin(words) < 0.7:
        return True
    said, printed = tokens(words), tokens(book)
    if len(said) < _LOUD_FROM or not printed:
        return False
    return _common(printed) > 0.2 and _common(said) < 0.08


def _latin(text: str) -> float:
    letters = [c for c in text if c.isalpha()]
    return sum(c < "\u0250" for c in letters) / len(letters) if letters else 1.0


def _common(words: list[str]) -> float:
    return sum(w in _COMMON for w in words) / len(words)


def _loops(words: str) -> bool:
    sentences = Counter(s.strip().casefold() for s in _ENDS.split(words) if len(s.split()) > 3)
    said = tokens(words)
    stuck = len(said) >= _STUCK and len(set(said[-_STUCK:])) <= _STUCK // 4
    return stuck or any(count > 2 for count in sentences.values())
