"""The transcript as a book: searched, read back, quick however long it is."""

from __future__ import annotations

import re

import pytest
from driving import game, page, seen, settled, until, write
from screens import Kept, gallery_app

from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.tui import ink
from pocket_portals.tui.widgets.beside import Beside
from pocket_portals.tui.widgets.deed_line import DeedLine
from pocket_portals.tui.widgets.transcript import BATCH, FETCHED, KEPT, LeafView, Transcript


def lengthen(pilot, deeds: int) -> Transcript:
    transcript = game(pilot).query_one(Transcript)
    transcript.add([ink.deed(f"deed {number}") for number in range(deeds)])
    transcript.begin()
    return transcript


async def test_words_are_found_from_the_last_to_the_first_and_around(play):
    async with play(keys=("1", "1", "1", "1")) as pilot:
        await write(pilot, "/find  stops MENDING ")
        beside = lambda: game(pilot).query_one(Beside).render().plain  # noqa: E731
        await until(pilot, lambda: "1 of 2" in beside())
        assert "mending about where" in seen(pilot)
        await pilot.press("n")
        assert "2 of 2" in beside()
        await pilot.press("n")
        assert "1 of 2" in beside()
        await pilot.press("N")
        assert "2 of 2" in beside()


async def test_escape_leads_from_the_found_words_back_to_the_line(play):
    async with play(keys=("1", "1", "1", "1")) as pilot:
        transcript = game(pilot).query_one(Transcript)
        at = transcript.scroll_y
        await write(pilot, "/find iron basket")
        await until(pilot, lambda: transcript.scroll_y < at)
        assert "iron basket" in " ".join(seen(pilot).split())
        await pilot.press("escape")
        assert game(pilot).focused is game(pilot).query_one(DeedLine)
        await until(pilot, lambda: transcript.scroll_y == at)


async def test_what_is_nowhere_is_said_to_be(play):
    async with play() as pilot:
        await write(pilot, "/find dragon [b]")
        await until(pilot, lambda: "“dragon [b]” is nowhere in this story." in page(pilot))


async def test_a_search_begins_with_a_slash_on_the_page_too(play):
    async with play() as pilot:
        await pilot.press("tab")
        assert isinstance(game(pilot).focused, Transcript)
        await pilot.press("slash")
        await until(pilot, lambda: game(pilot).query_one(DeedLine).value == "/find ")


async def test_a_word_typed_on_the_page_goes_to_the_line(play):
    async with play() as pilot:
        await pilot.press("tab", "g", "o")
        await until(pilot, lambda: game(pilot).query_one(DeedLine).value == "go")
        await pilot.press("ctrl+u", "tab", "2")
        await settled(pilot)
        assert game(pilot).state.adventure_turn == 2


async def test_of_a_long_story_only_the_end_is_on_the_screen(play):
    async with play() as pilot:
        transcript = lengthen(pilot, 5_000)
        await until(pilot, lambda: len(transcript.children) <= KEPT + FETCHED + 2)
        assert "deed 0\n" in transcript.plain
        assert "deed 4999" in transcript.plain


async def test_older_leaves_come_back_as_they_are_read_and_the_place_is_kept(play):
    async with play() as pilot:
        transcript = lengthen(pilot, 5_000)
        await until(pilot, lambda: transcript._away)
        await pilot.pause()
        away = len(transcript._away)
        transcript.scroll_to(y=transcript.size.height + 3, animate=False)
        transcript._follows = False
        await pilot.pause()
        top = re.findall(r"deed \d+", seen(pilot))[1]
        await pilot.press("pageup")
        await until(pilot, lambda: len(transcript._away) == away - FETCHED)
        await until(pilot, lambda: transcript.scroll_y > transcript.size.height)
        await pilot.press("pagedown")
        await pilot.pause()
        assert top in seen(pilot)


async def test_a_word_at_the_very_beginning_is_fetched(play):
    async with play() as pilot:
        transcript = lengthen(pilot, 5_000)
        await until(pilot, lambda: transcript._away)
        await write(pilot, "/find iron basket")
        await until(pilot, lambda: "iron basket" in " ".join(seen(pilot).split()))
        assert not transcript._away
        await pilot.press("escape", "1")
        await settled(pilot)
        await until(pilot, lambda: len(transcript.children) <= KEPT + FETCHED + 3)
        assert len(transcript._away) + len(transcript._frozen) >= 5_000 // BATCH


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 40), (200, 60)], ids=str)
async def test_the_page_is_as_high_as_its_words(size):
    app = gallery_app(Kept(), Entrance(new=NewRun(world="ember-road", seed="axle", quick=True)))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for _ in range(8):
            await pilot.press("1")
            await settled(pilot)
            laid = [view for view in game(pilot).query(LeafView) if view.size.width]  # those in sight
            assert laid
            for view in laid:
                assert view.size.height == view.leaf.get_height(view.styles.get_rules(), view.size.width)


async def test_to_look_tells_the_scene_and_not_only_the_last_answer():
    app = gallery_app(Kept(), Entrance(new=NewRun(world="ember-road", seed="axle", quick=True)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("1")
        await settled(pilot)
        began = game(pilot).state.conversation_history[-1].speeches[-1].text[:40]
        await write(pilot, "where am i?")
        await settled(pilot)
        assert page(pilot).count(began) == 1
        await pilot.press("f5")
        await until(pilot, lambda: page(pilot).count(began) == 2)
