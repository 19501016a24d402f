"""Reading answers: any wrapping is tolerated, no bound is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.crew.answers import Aftermath, Reading, Unreadable, read
from pocket_portals.crew.sieve import Sieve, sifted

DEED = {
    "say": "Open the gate",
    "verb": "force",
    "ability": "strength",
    "difficulty": "fair",
    "stake": "noise",
}
WHOLE = {
    "deeds": [DEED, {**DEED, "say": "Sing to it", "verb": "perform"}],
    "remember": [],
    "happened": "Rain.",
}
TEXT = json.dumps(WHOLE)


@pytest.mark.parametrize(
    "wrapped",
    [
        TEXT,
        f"```json\n{TEXT}\n```",
        f"Sure! Here it is:\n{TEXT}\nI hope that helps.",
        f"<think>{{what should it be}}</think>{TEXT}",
        TEXT.replace("}]", "},]"),
        f"\ufeff  {TEXT}",
        json.dumps(WHOLE, indent=4),
        TEXT.replace("Rain.", "Rain\nand wind."),
    ],
)
def test_an_answer_is_found_in_its_wrapping(wrapped: str) -> None:
    after = read(wrapped, Aftermath)
    assert [deed.say for deed in after.deeds] == ["Open the gate", "Sing to it"]
    assert after.happened.startswith("Rain")


def test_an_answer_that_was_cut_off_gives_its_whole_entries() -> None:
    text = '{"happened": "Rain.", "remember": [], "deeds": [' + json.dumps(DEED) + ', {"say": "Sing to'
    assert [deed.say for deed in read(text, Aftermath).deeds] == ["Open the gate"]


def test_of_a_list_the_entries_that_hold_are_kept_and_words_are_cut() -> None:
    deeds = [{**DEED, "verb": "conquer"}, {**DEED, "say": "x" * 500, "ability": "DEX (13)"}, 7, None]
    after = read({**WHOLE, "deeds": deeds}, Aftermath)
    assert [(len(deed.say), deed.ability) for deed in after.deeds] == [(60, "dexterity")]


@pytest.mark.parametrize("text", ["", "no", "{", "[]", "[1]", '{"deeds": 3}', "{" * 5000, '{"a":' * 5000])
def test_what_holds_no_answer_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text, Reading)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        after = read(text, Aftermath)
    except Unreadable:
        return
    assert len(after.deeds) <= 3


PIECES = (
    "Rain |A.|\n|\n\n|<think>|</think>|no|\x1b[31m|\x1b|[2J|**|*|```|json|Narrator:| The|\u202e|\x00|{|<|>"
).split("|")


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_words_come_out_clean_however_they_are_cut(pieces: list[str]) -> None:
    sieve = Sieve()
    shown = "".join([*(sieve.feed(piece) for piece in pieces), sieve.end()])
    assert shown == sieve.text
    assert not set(shown) & {"\x1b", "\x00", "\u202e"}
    assert "<think>" not in shown


def test_words_are_let_through_as_they_come() -> None:
    sieve = Sieve()
    assert sieve.feed("Rain") == "Rain"
    assert sieve.feed(" on the") == " on the"
    assert sieve.feed(" road.\n") == " road."
    assert sieve.feed("\n\nA goose") == "\nA goose"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("**Narrator:** Rain.", "Rain."),
        ("The Jester: Ha.", "Ha."),
        ("<think>They want rain.</think>\n\nRain.", "Rain."),
        ("```\nRain.\n```", "Rain.\n"),
        ("Rain **falls** now.", "Rain *falls* now."),
        ("Story of rain.", "Story of rain."),
        ("\x1b]0;owned\x07Rain.", "Rain."),
    ],
)
def test_labels_thoughts_and_fences_are_no_part_of_the_story(raw: str, shown: str) -> None:
    assert sifted(raw) == shown
    sieve = Sieve()
    assert "".join([*(sieve.feed(char) for char in raw), sieve.end()]) == shown
