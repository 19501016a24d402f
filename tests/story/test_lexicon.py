from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.rules.state import Verb
from pocket_portals.story.lexicon import ABILITIES, content, stem, tokens, verb_of
from pocket_portals.story.vocabulary import VERBS


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("attack the wolf", Verb.FIGHT),
        ("I'd like to sneak past the guard", Verb.SNEAK),
        ("talk to mara about the bell", Verb.TALK),
        ("i'm haggling over the price", Verb.BARGAIN),
        ("climbs the wall", Verb.CLIMB),
        ("run away!", Verb.FLEE),
        ("press on", Verb.PRESS_ON),
        ("pick the lock", Verb.STEAL),
        ("tell her a story", Verb.PERFORM),
        ("lie low until dark", Verb.SNEAK),
        ("give up the letter", Verb.WAIT),
        ("search the room", Verb.STUDY),
        ("sneak around the back and look for tracks", Verb.SNEAK),
        ("look for tracks", Verb.STUDY),
        ("look forward", Verb.LOOK),
    ],
)
def test_the_class_of_a_deed(said: str, verb: Verb) -> None:
    found = verb_of(said)
    assert found is not None
    assert found[0] is verb


@pytest.mark.parametrize("said", ["recharge the lantern", "overtake", "the striker's hat", "a fighter"])
def test_words_count_whole_or_not_at_all(said: str) -> None:
    found = verb_of(said)
    assert found is None or found[0] is not Verb.FIGHT


def test_every_verb_has_words_and_an_ability() -> None:
    assert set(VERBS) == set(ABILITIES) == set(Verb)
    assert all(words.split() for words in VERBS.values())


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("wolves", "wolf"),
        ("houses", "house"),
        ("glasses", "glass"),
        ("relieving", "reliev"),
        ("relieve", "reliev"),
        ("tolls", "toll"),
        ("toll's", "toll"),
        ("pass", "pass"),
        ("is", "is"),
    ],
)
def test_stems(word: str, root: str) -> None:
    assert stem(word) == root


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert all(t == t.lower() for t in tokens(text))
    content(text)
    verb_of(text)
