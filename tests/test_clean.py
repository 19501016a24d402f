from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.clean import clean, clean_line


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b]52;c;ZXZpbA==\x07words", "words"),
        ("\x1b]0;title\x1b\\words", "words"),
        ("\x1b[2J\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1bP1;2qsixel\x1b\\words", "words"),
        ("a\x00b\x07c\x7fd", "abcd"),
        ("\u202egnirts\u202c", "gnirts"),
        ("zero\u200bwidth", "zerowidth"),
        ("tab\there", "tab here"),
        ("\r\nnew\rlines", "\nnew\nlines"),
        ("[bold]kept as it is[/bold]", "[bold]kept as it is[/bold]"),
        ("שלום and 🐉 stay", "שלום and 🐉 stay"),
    ],
)
def test_what_a_terminal_would_obey_is_taken_out(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless


@given(st.text())
def test_no_control_character_gets_through_and_clean_text_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(alphabet="\x1b[]P\\\x9b0;mA\x07", max_size=30))
def test_nothing_is_left_that_joins_into_a_sequence(text: str) -> None:
    assert "\x1b" not in clean(text)
    assert "\x9b" not in clean(text)


@given(st.text(), st.integers(0, 40))
def test_a_line_is_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert "\n" not in line
    assert len(line) <= limit
    assert line == line.strip()
