"""How the screens sit: margins, columns, what fits, what a resize keeps. From a phone to a giant."""

from __future__ import annotations

import pytest
from driving import game, seen, until, write

from pocket_portals.tui.screens.turns import TurnsScreen
from pocket_portals.tui.widgets.choices import Choices
from pocket_portals.tui.widgets.menu import Item
from pocket_portals.tui.widgets.transcript import LeafView, Transcript

SIZES = [(60, 20), (80, 24), (100, 30), (120, 30), (140, 40), (200, 60)]
SMALL, LARGE = SIZES[0], SIZES[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_the_story_stands_in_the_middle_under_its_head(play, size):
    async with play(size=size, keys=("1", "1", "1")) as pilot:
        header, status = (game(pilot).query_one(name).region for name in ("StoryHeader", "StatusLine"))
        desk, text = game(pilot).query_one("#desk").region, game(pilot).query(LeafView).first().region
        assert (header.x, header.right) == (status.x, status.right)
        assert text.x == header.x == size[0] - header.right
        assert desk.x == size[0] - desk.right
        assert abs(header.y - (size[1] - status.bottom)) <= 1
        assert text.width <= 84


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_no_word_touches_the_scrollbar(play, size):
    async with play(size=size, keys=("1", "1", *"11111")) as pilot:
        page = game(pilot).query_one(Transcript)
        assert page.show_vertical_scrollbar or size == LARGE
        assert page.query(LeafView).first().content_region.right < page.scrollable_content_region.right
        await pilot.press("f1")
        await until(pilot, lambda: pilot.app.screen.query("#reading"))
        reading = pilot.app.screen.query_one("#reading")
        await until(pilot, lambda: reading.show_vertical_scrollbar)
        assert reading.query_one(LeafView).content_region.right < reading.scrollable_content_region.right


async def test_the_last_of_a_long_list_comes_into_sight(play):
    async with play(size=SMALL) as pilot:
        await pilot.app.push_screen(TurnsScreen([(number, f"deed {number}") for number in range(40)]))
        await pilot.press("end")
        await until(pilot, lambda: "deed 0" in seen(pilot))


async def test_the_whole_sample_is_seen_on_a_phone(play):
    async with play(size=SMALL) as pilot:
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "I would have used the scissors." in seen(pilot))
        assert "← → change" in seen(pilot)


async def test_a_line_of_the_help_hangs_beside_its_key(play):
    async with play(size=(80, 120)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: pilot.app.screen.query("#reading"))
        pilot.app.screen.query_one("#reading").scroll_end(animate=False)
        await until(pilot, lambda: "/memory" in seen(pilot))
        rows = seen(pilot).splitlines()
        branch = next(at for at, row in enumerate(rows) if "/branch" in row)
        assert rows[branch + 1].index("this one stays") == rows[branch].index("go on from")
        assert any("…]  what" in row for row in rows)


async def test_two_columns_of_deeds_share_their_room(play):
    labels = (
        "Attack the Iron Boar", "Keep your guard up", "Use Second Wind",
        "Wrench a hinge off its side", "Scatter nails in front of it", "Get away",
    )  # fmt: skip
    items = [Item(f"{n}", f"{n}", label) for n, label in enumerate(labels, 1)]
    async with play(size=SMALL) as pilot:
        game(pilot).query_one(Choices).put(items)
        await until(pilot, lambda: all(label in seen(pilot) for label in labels))


async def test_what_is_looked_at_is_so_after_a_resize(play):
    async with play(size=LARGE) as pilot:
        await pilot.press("down", "down")
        for size in (SMALL, LARGE):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "▌2" in seen(pilot).replace(" ", ""))
            assert game(pilot).query_one(Choices).highlighted == 1


async def test_a_search_stays_open_and_its_place_in_sight_through_a_resize(play):
    async with play(size=LARGE, keys=("1", "1", "1", "1", "1", "1")) as pilot:
        await write(pilot, "/find iron basket")
        await until(pilot, lambda: "An iron basket" in seen(pilot))
        for size in (SMALL, LARGE, SMALL):
            await pilot.resize_terminal(*size)
            await until(
                pilot, lambda: "“iron basket” 1 of 1 · n on · N back · Esc to the story" in seen(pilot)
            )
            await until(pilot, lambda: "An iron basket" in seen(pilot))
