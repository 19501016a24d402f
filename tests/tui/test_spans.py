"""What is not sent again: the screen must be the one that all of it would have given."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.tui.spans import Spans

SPANS = st.tuples(
    st.integers(1, 3),
    st.integers(1, 12),
    st.sampled_from(
        ["a", "bc", "   ", "\x1b[1mbold\x1b[0m", "“word”", "字字", "\x1b[31mred\x1b[0m and more", ""]
    ),
)
FRAMES = st.lists(st.lists(SPANS, max_size=5), max_size=12)


def painted(frame: list[tuple[int, int, str]]) -> str:
    return "".join(f"\x1b[{row};{column}H{text}" for row, column, text in frame)


@given(FRAMES)
def test_the_screen_is_the_same_as_if_all_had_been_sent(frames):
    whole, spared, spans = pyte.Screen(40, 3), pyte.Screen(40, 3), Spans()
    for text in map(painted, frames):
        pyte.Stream(whole).feed(text)
        pyte.Stream(spared).feed(spans.unseen(text))
        assert spared.buffer == whole.buffer


def test_a_line_that_grows_is_all_that_is_sent():
    spans = Spans()
    page = [(1, 1, "The door behind you"), (2, 1, "is gone")]
    assert spans.unseen(painted(page)) == painted(page)
    grown = (2, 1, "is gone before")
    assert spans.unseen(painted([page[0], grown])) == painted([grown])


def test_after_anything_but_painting_all_is_sent_again():
    spans, page = Spans(), painted([(1, 1, "The door")])
    spans.unseen(page)
    assert spans.unseen(f"\x1b[?2026h{page}") == "\x1b[?2026h"
    spans.unseen("\x1b[?1049h")
    assert spans.unseen(page) == page
    spans.forget()
    assert spans.unseen(page) == page


async def test_a_resized_terminal_is_painted_whole(play):
    async with play() as pilot:
        page = painted([(1, 1, "The door")])
        pilot.app._shown.unseen(page)
        await pilot.resize_terminal(100, 30)
        assert pilot.app._shown.unseen(page) == page
