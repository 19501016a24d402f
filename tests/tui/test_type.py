"""The parts that need no screen: themes, leaves, the typesetter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sixteen import CLEAR, least_contrast
from textual.color import Color
from textual.content import Content
from textual.geometry import Offset
from textual.selection import Selection

from pocket_portals.rules.dice import Stream, d20
from pocket_portals.rules.events import CheckRolled
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Degree, Speech, Voice
from pocket_portals.session.commands import COMMANDS, parse
from pocket_portals.tui import ink, keys
from pocket_portals.tui.leaf import Leaf, Paragraph
from pocket_portals.tui.themes import AA, THEMES, contrast, variables
from pocket_portals.tui.typesetter import TUMBLE, Typesetter
from pocket_portals.tui.wording import Setting

TEXT_INKS = ("ink", "quiet", "accent", "good", "warn", "bad")


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", ["page", "raised"])
def test_every_text_ink_can_be_read(name, ground):
    inks = variables(THEMES[name])
    for ink_name in TEXT_INKS:
        ratio = contrast(Color.parse(inks[ink_name]), Color.parse(inks[ground]))
        assert ratio >= AA, f"{ink_name} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("name", THEMES)
@given(accent=st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_any_world_accent_can_be_read_in_any_theme(name, accent):
    inks = variables(THEMES[name], accent)
    for ground in ("page", "raised"):
        assert contrast(Color.parse(inks["accent"]), Color.parse(inks[ground])) >= AA
        assert least_contrast(Color.parse(inks["accent"]), Color.parse(inks[ground])) >= CLEAR


@pytest.mark.parametrize("name", THEMES)
def test_what_is_selected_can_still_be_read(name):
    inks = variables(THEMES[name])
    accent, share = inks["screen-selection-background"].split()
    ground = Color.parse(inks["page"]).blend(Color.parse(accent), float(share.rstrip("%")) / 100)
    assert contrast(Color.parse(inks["ink"]), ground) >= AA


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", ["page", "raised"])
def test_sixteen_colours_still_tell_text_from_page(name, ground):
    inks = variables(THEMES[name])
    for ink_name in TEXT_INKS:
        ratio = least_contrast(Color.parse(inks[ink_name]), Color.parse(inks[ground]))
        assert ratio >= CLEAR, f"{ink_name} on {ground}: {ratio:.2f}"


def test_every_command_is_in_the_table_and_no_two_share_a_key():
    table = [*keys.COMMAND_KEYS, *keys.READING, *keys.EVERYWHERE]
    pressed = [key for entry in table if entry.keys for key in entry.keys.split(",")]
    assert len(pressed) == len(set(pressed))
    assert {k.id for k in keys.COMMAND_KEYS} == {f"command.{c.name}" for c in COMMANDS}


def test_words_that_are_meant_for_the_game_need_no_slash():
    assert [parse(word)[0].name for word in ("quit", "Save", "undo", "score")] == [
        "quit", "save", "undo", "sheet",
    ]  # fmt: skip
    assert not any(map(parse, ("save him", "quit the inn", "help", "look", "n")))


def test_no_key_is_one_that_terminals_swallow():
    swallowed = {
        "ctrl+z",
        "ctrl+i",
        "ctrl+m",
        "ctrl+j",
        "ctrl+h",
        "ctrl+b",
        "ctrl+a",
        "f10",
        "f11",
        "ctrl+left_square_bracket",
    }
    for entry in (*keys.COMMAND_KEYS, *keys.READING, *keys.EVERYWHERE):
        assert entry.keys not in swallowed
        assert not entry.keys.startswith(("alt+", "ctrl+shift+", "super+"))


def test_a_leaf_copies_without_marks_or_line_breaks():
    leaf = Leaf([ink.deed("go " * 60), Paragraph(Content("and on"))])
    text = Selection(Offset(0, 1), Offset(6, 3)).extract(leaf.plain)
    assert text == "go " * 60 + "\n\nand on"


def test_tight_paragraphs_follow_closely():
    leaf = Leaf([ink.notice("one"), ink.notice("two"), ink.deed("three")])
    assert [p.gap for p in leaf.paragraphs] == [1, 0, 1]


def typed(setter: Typesetter) -> str:
    return " ".join(p.text.plain for p in setter.paragraphs)


def test_words_appear_at_the_pace_and_in_order():
    setter = Typesetter(pace=10, motion=False)
    setter.words(Voice.NARRATOR, "one two three", begins=True)
    setter.words(Voice.JESTER, "four", begins=True)
    assert typed(setter) == ""
    setter.advance(0.2)
    assert typed(setter) == "one two"
    setter.advance(0.1)
    setter.advance(0.1)
    assert typed(setter).split() == ["one", "two", "three", "Jester", "four"]
    assert setter.idle


def test_hurry_shows_all_at_once_and_what_comes_later_too():
    setter = Typesetter(pace=1, motion=True)
    setter.words(Voice.NARRATOR, "one two three", begins=True)
    setter.hurry()
    assert typed(setter) == "one two three"
    setter.words(Voice.NARRATOR, " four")
    assert typed(setter) == "one two three four"
    assert setter.idle


def test_a_pace_of_nothing_needs_no_time():
    setter = Typesetter(pace=0, motion=True)
    setter.words(Voice.NARRATOR, "all of it", begins=True)
    assert typed(setter) == "all of it"


def test_dice_tumble_for_a_moment_and_then_lie_as_they_fell():
    rolled = d20(Stream("s", 1), [])
    event = CheckRolled(deed="x", ability=Ability.WISDOM, dc=12, roll=rolled, degree=Degree.SUCCESS)
    setter = Typesetter(pace=60, motion=True)
    setter.fact(event, None, Setting(""))
    assert "success" not in typed(setter)
    assert not setter.idle
    setter.advance(TUMBLE / 2)
    assert "success" not in typed(setter)
    setter.advance(TUMBLE)
    assert f"{rolled.natural}" in typed(setter)
    assert "success" in typed(setter)


def test_speeches_that_did_not_come_in_pieces_come_whole():
    setter = Typesetter(pace=0, motion=False)
    setter.words(Voice.NARRATOR, "one", begins=True)
    setter.spoken(Speech(voice=Voice.NARRATOR, text="one"))
    setter.spoken(Speech(voice=Voice.JESTER, text="two"))
    assert typed(setter).split() == ["one", "Jester", "two"]


@given(
    pieces=st.lists(
        st.tuples(st.sampled_from(list(Voice)), st.text(max_size=30), st.booleans()), max_size=12
    ),
    steps=st.lists(st.floats(0, 1), max_size=8),
)
def test_whatever_the_timing_the_same_words_come_out(pieces, steps):
    slow, fast = Typesetter(pace=3, motion=True), Typesetter(pace=0, motion=False)
    waits = iter(steps)
    for voice, text, begins in pieces:
        for setter in (slow, fast):
            setter.words(voice, text, begins=begins)
        slow.advance(next(waits, 0.0))
    assert [p.text.plain for p in slow.take()] == [p.text.plain for p in fast.take()]
