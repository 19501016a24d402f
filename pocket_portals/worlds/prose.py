"""Rules of prose that can be checked by reading: an editor's advice, never a reason to refuse a world."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pocket_portals.worlds.schema import WorldDef
from pocket_portals.worlds.walk import Problem, all_effects, all_scenes, narration

MOST_WORDS_SCENE = 110
MOST_WORDS_CHOICE = 6
_DOUBLE_FROM = 5  # words; shorter sentences may well come twice

_SPOKEN = re.compile(r"\"[^\"]*\"|“[^”]*”")
_TELLING = 5  # letters of a word that says what a fact is about
_GIVEN_AWAY = 4, 0.6  # such words of a fact, and the share of them, that give it away in one sentence

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’]*\s+")
_WORN = (
    (re.compile(r"\bsuddenly\b", re.IGNORECASE), "let it happen; the sentence is sudden by itself"),
    (
        re.compile(r"\byou (?:can )?(?:see|hear|feel|notice)\b(?!\?)", re.IGNORECASE),
        "say what is there, not that it is perceived",
    ),
    (re.compile(r"\bancient evil\b", re.IGNORECASE), "name it, and say how old"),
)


def problems(world: WorldDef) -> Iterator[Problem]:
    """Everything an editor would mark."""
    yield from _length(world)
    yield from _doubled(world)
    yield from _given_away(world)
    for owner, text in narration(world):
        told = _SPOKEN.sub(lambda said: " " * len(said[0]), text)  # how people talk is their own affair
        for pattern, mend in _WORN:
            if found := pattern.search(told):
                yield Problem(owner, f"“{found[0]}” is worn", mend, near=_line(text, found.start()))


def _length(world: WorldDef) -> Iterator[Problem]:
    for scene in all_scenes(world):
        for text in (scene.text.text, *scene.text.variants, *(a.text for a in scene.text.when)):
            if (words := len(text.split())) > MOST_WORDS_SCENE:
                yield Problem(
                    scene.id,
                    f"its text has {words} words",
                    f"at most {MOST_WORDS_SCENE}; move some to outcomes",
                )
        for choice in scene.choices:
            if len(choice.say.split(" (")[0].split()) > MOST_WORDS_CHOICE:
                yield Problem(
                    scene.id,
                    f"“{choice.say}” is over six words",
                    "a verb and what it is done to; the rest is for `note`",
                    near=choice.say,
                )


def _doubled(world: WorldDef) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for owner, text in narration(world):
        for sentence in _SENTENCE.split(" ".join(text.split())):
            key = sentence.strip("\"'“”‘’ ").casefold()
            if len(key.split()) < _DOUBLE_FROM:
                continue
            if key in first:
                what = f"“{sentence}” stands twice, first in {first[key]}"
                yield Problem(owner, what, "write one of them anew")
            first.setdefault(key, owner)


def _given_away(world: WorldDef) -> Iterator[Problem]:
    """What is to be found out must not stand in the bible, which the model is told from the first turn on."""
    facts = {ident: text for effects in all_effects(world) for ident, text in effects.learn.items()}
    sentences = _SENTENCE.split(" ".join(world.bible.split()))
    for ident, text in facts.items():
        fact = _telling(text)
        for sentence in sentences:
            shared = fact & _telling(sentence)
            if len(shared) >= _GIVEN_AWAY[0] and len(shared) >= _GIVEN_AWAY[1] * len(fact):
                what = f"the bible gives away {ident!r}: “{sentence}”"
                yield Problem("bible", what, "leave out what the hero is to find out", near=sentence[:40])


def _telling(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= _TELLING}


def _line(text: str, at: int) -> str:
    """The words from ``at`` on, by which the line is found."""
    return " ".join(text[at:].split()[:6])
