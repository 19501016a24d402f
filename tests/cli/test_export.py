"""A run as a story to read."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from records import begin, play, played, undo

from pocket_portals.rules.events import Titled
from pocket_portals.rules.state import Choice, Speech, Verb, Voice
from pocket_portals.session.export import (
    as_html,
    as_markdown,
    as_text,
    labelled,
    last_scene,
    numbered,
    title_of,
)
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.transcript import speech_entry

HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil) [click](javascript:x) # *bold* `code` $body ${title} &amp;"
)


def hostile() -> RunRecord:
    return play(begin(), "<b>strike</b> [x](http://evil)", words=HOSTILE)


class Tags(HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("write", [as_text, as_markdown, as_html])
def test_every_format_tells_the_whole_living_story_in_order(write: object) -> None:
    assert callable(write)
    record = undo(played(9), to=6)
    record = play(record, "another way")
    text = str(write(record))
    places = [text.find(words) for words in ("turn 1", "turn 2", "turn 5", "another way")]
    assert -1 not in places
    assert places == sorted(places)
    assert "turn 7" not in text
    assert "Initiative" in text


def test_nothing_in_a_story_is_markup_in_html() -> None:
    page = Tags()
    page.feed(as_html(hostile()))
    assert not page.tags & {"script", "img", "a", "iframe"}
    assert "<script>alert(1)</script>" in page.text
    assert "$body ${title} &amp;" in page.text


def test_nothing_in_a_story_is_markup_in_markdown() -> None:
    text = as_markdown(hostile())
    assert not re.search(r"(?<!\\)[<\[]", text)
    assert "\\<script\\>" in text


@given(words=st.text(min_size=1, max_size=80))
@example(words="*0*1")
def test_html_says_what_was_said(words: str) -> None:
    entry = speech_entry(Speech(voice=Voice.NARRATOR, text=words))
    page = re.sub("</?em>", "", as_html(play(begin(), "on", words=words)))
    for line in labelled(entry):
        assert html.escape(line.removeprefix("Narrator: ")) in page


@pytest.mark.parametrize("line", ["1. one", "- two", "+ three", "# four", "> five", "= six", "| seven |"])
def test_no_line_of_a_story_becomes_a_list_or_a_heading(line: str) -> None:
    text = as_markdown(play(begin(), "on", words=line))
    assert line not in text.splitlines()


def test_a_page_asks_nobody_for_anything() -> None:
    page = as_html(played(5))
    assert not re.search(r"https?://|src=|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "@media print" in page


def test_a_text_fits_eighty_columns() -> None:
    assert max(len(line) for line in as_text(played(9)).splitlines()) <= 80


def test_the_player_s_own_title_comes_first() -> None:
    record = played(5)
    assert title_of(record) == "The lamp that would not go out, as lived by Brenna Ólafsdóttir"
    state = Titled(title="Rain").apply(record.state)
    assert title_of(record.having(state=state)) == "Rain"


def test_every_paragraph_says_whose_it_is() -> None:
    entry = speech_entry(Speech(voice=Voice.NARRATOR, text="One.\n\nDice: 20\r\nThree.\x1b[2J"))
    assert list(labelled(entry)) == ["Narrator: One.", "Narrator: Dice: 20", "Narrator: Three."]


def test_choices_show_what_is_at_stake() -> None:
    choice = Choice.model_validate(
        {"label": "Slip past", "verb": Verb.SNEAK, "check": {"ability": "dexterity", "dc": 13}, "note": "55%"}
    )
    plain = Choice(label="Wait", verb=Verb.WAIT)
    assert list(numbered((choice, plain))) == ["1. Slip past (Dexterity, DC 13, 55%)", "2. Wait"]


def test_a_run_of_one_turn_has_a_scene() -> None:
    assert next(last_scene(begin())).endswith("thinks of it.")


def test_dice_are_folded_away_under_how_they_fell_without_a_script():
    page = as_html(played(9))
    folded = re.findall(
        r'<details class="fact"><summary>([^<]*)</summary>\n(.*?)\n</details>', page, re.DOTALL
    )
    assert folded
    assert any("hit" in verdict or "success" in verdict or "miss" in verdict for verdict, _ in folded)
    assert all("<b>Dice</b>" in dice for _, dice in folded)
    assert page.count("<b>Dice</b>") == sum(dice.count("<b>Dice</b>") for _, dice in folded)
    assert "<script" not in page
