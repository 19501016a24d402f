"""A run on the full screen, from the title to the epilogue, with keys, words and mouse."""

from __future__ import annotations

import pytest
from driving import game, page, seen, settled, until, write
from fakes import HOSTILE, NEW, make

from pocket_portals.errors import ConfigError
from pocket_portals.session.commands import COMMANDS
from pocket_portals.session.entrance import Entrance
from pocket_portals.tui import keys
from pocket_portals.tui.screens.game import GameScreen
from pocket_portals.tui.screens.title import TitleScreen
from pocket_portals.tui.widgets.choices import Choices
from pocket_portals.tui.widgets.deed_line import DeedLine
from pocket_portals.tui.widgets.foes import Foes
from pocket_portals.tui.widgets.side_panel import SidePanel
from pocket_portals.tui.widgets.transcript import Transcript

SIZES = [(20, 5), (60, 20), (80, 24), (140, 40), (200, 60)]


async def test_a_number_takes_the_deed_of_that_number(play):
    async with play(keys=()) as pilot:
        await pilot.press("2")
        await settled(pilot)
        assert "› " not in page(pilot)
        assert "A soldier with a leave letter and no regiment" in page(pilot)


async def test_words_on_the_line_are_played_and_understood(play):
    async with play() as pilot:
        await write(pilot, "tell her about the fire")
        await settled(pilot)
        assert "You try to tell her about the fire" in page(pilot)
        assert "Charisma, fair (12)" in page(pilot)
        assert "success" in page(pilot) or "setback" in page(pilot)
        assert game(pilot).query_one(DeedLine).value == ""


async def test_a_number_inside_words_is_no_choice(play):
    async with play() as pilot:
        await pilot.press("g", "o", "1")
        assert game(pilot).query_one(DeedLine).value == "go1"
        assert game(pilot).state.adventure_turn == 1


async def test_arrow_and_enter_take_a_deed(play):
    async with play(keys=()) as pilot:
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        assert "A soldier with a leave letter" in page(pilot)


async def test_enter_on_an_empty_line_does_nothing(play):
    async with play() as pilot:
        revision = game(pilot).state.revision
        await pilot.press("enter")
        await pilot.pause()
        assert game(pilot).state.revision == revision


async def test_a_number_beyond_the_deeds_says_so_and_a_quest_looked_at_says_what_it_is(play):
    async with play(keys=("1",)) as pilot:
        await pilot.press("7")
        await until(pilot, lambda: "There is no 7: from 1 to 3." in seen(pilot))
        await pilot.press("down")
        await until(pilot, lambda: "Hew Marl went up the road" in seen(pilot))
        assert game(pilot).state.active_quest is None


async def test_a_click_takes_a_deed(play):
    async with play(keys=()) as pilot:
        await pilot.click(Choices, offset=(6, 2))
        await settled(pilot)
        assert "Somebody who would rather not say" in page(pilot)


async def test_the_next_deed_waits_until_the_turn_is_settled(play):
    async with play() as pilot:
        await write(pilot, "hang")
        await game(pilot).app.engine.hanging.wait()
        await write(pilot, "something else")
        assert game(pilot).query_one(DeedLine).value == "something else"
        assert game(pilot).busy
        await pilot.press("escape")
        await settled(pilot)


async def test_escape_takes_back_a_turn_in_flight_and_nothing_is_left(play):
    async with play() as pilot:
        before = game(pilot).state
        await write(pilot, "hang")
        await pilot.app.engine.hanging.wait()
        await pilot.press("escape")
        await settled(pilot)
        assert game(pilot).state == before
        assert pilot.app.service.load(game(pilot).run).state == before
        assert "Nothing of it happened" in page(pilot)
        assert game(pilot).query_one(DeedLine).value == "hang"
        assert game(pilot).query_one(Choices).option_count == 3


async def test_an_expected_failure_is_one_quiet_line(play):
    async with play() as pilot:
        await write(pilot, "down")
        await settled(pilot)
        assert "The disk is full. Make room; the story waits." in page(pilot)
        assert game(pilot).query_one(DeedLine).value == "down"


async def test_an_unexpected_failure_shows_no_secret_and_the_game_goes_on(play):
    async with play() as pilot:
        await write(pilot, "boom")
        await settled(pilot)
        assert "could not be told" in page(pilot)
        assert "secret" not in page(pilot)
        await pilot.press("ctrl+u", "1")
        await settled(pilot)
        assert game(pilot).state.adventure_turn == 2


async def test_any_key_completes_the_words_and_does_nothing_else():
    app = make(NEW, pace=1)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, GameScreen) and bool(app.screen.state))
        assert "Who's asking?" not in page(pilot)
        await pilot.press("2")
        assert app.screen.told
        assert "Who's asking?" in page(pilot)
        assert app.screen.state.revision == 1
        await pilot.press("2")
        await until(pilot, lambda: app.screen.state.revision == 2)


async def test_words_come_by_themselves_at_the_pace(play):
    async with play(pace=5_000, motion=True) as pilot:
        assert "no fish in it" in page(pilot)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
@pytest.mark.parametrize("way", ["typed", "key", "palette"])
async def test_every_command_works_typed_by_key_and_in_the_palette(play, command, way):
    async with play(keys=("1", "1", "1")) as pilot:
        app, screen = pilot.app, game(pilot)
        if way == "typed":
            await write(pilot, f"/{command.name}")
        elif way == "key":
            key = next(k for k in keys.COMMAND_KEYS if k.id == f"command.{command.name}")
            if not key.keys:
                pytest.skip("it has no key")
            await pilot.press(key.keys)
        else:
            entry = next(c for c in app.get_system_commands(screen) if c.title == f"/{command.name}")
            entry.callback()
        match command.name:
            case "quit":
                await until(pilot, lambda: app.return_value == 0)
                assert "pocket-portals resume" in app.goodbye or "memory" in app.goodbye
            case "look":
                await until(pilot, lambda: page(pilot).count("You tell it badly") == 2)
            case "choices":
                await until(pilot, lambda: "1. Cross while she's quiet" in page(pilot))
            case "retell":
                await until(pilot, lambda: "The same, in other words." in page(pilot))
            case "undo":
                await until(pilot, lambda: "Taken back" in page(pilot))
                assert screen.state.adventure_turn == 1
            case "odds":
                await until(pilot, lambda: "Ask about the boy: 65% it works" in page(pilot))
            case "title" | "find":
                await until(pilot, lambda: screen.query_one(DeedLine).value == f"/{command.name} ")
            case "storyteller":
                await until(pilot, lambda: "tells this story" in page(pilot))
            case "save":
                await until(pilot, lambda: f"pocket-portals resume {screen.run}" in page(pilot))
            case _:
                name = {"branch": "TurnsScreen", "retire": "ConfirmScreen"}.get(
                    command.name, f"{command.name.title()}Screen"
                )
                await until(pilot, lambda: type(app.screen).__name__ == name)
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is screen)


async def test_an_unknown_command_names_the_nearest(play):
    async with play() as pilot:
        await write(pilot, "/jornal")
        await until(pilot, lambda: "Did you mean /journal?" in page(pilot))


async def test_a_command_with_a_bad_number_says_so(play):
    async with play() as pilot:
        await write(pilot, "/undo lots")
        await until(pilot, lambda: "That wants a number." in page(pilot))


async def test_a_title_and_a_storyteller_are_kept(play):
    async with play() as pilot:
        await write(pilot, "/title The Long [b]Way[/b]")
        await until(pilot, lambda: "The Long [b]Way[/b]" in page(pilot))
        await write(pilot, "/storyteller crew")
        await until(pilot, lambda: "From here the crew tells it" in page(pilot))
        await write(pilot, "/storyteller bard")
        await until(pilot, lambda: "There is no storyteller" in page(pilot))
        assert game(pilot).state.storyteller == "crew"


async def test_a_branch_goes_on_from_the_turn_and_leaves_the_other(play):
    async with play(keys=("1", "1", "1")) as pilot:
        first = game(pilot).run
        await pilot.press("f8")
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "TurnsScreen")
        await pilot.press("enter")
        await until(pilot, lambda: game(pilot).run != first)
        await until(pilot, lambda: "stays as it was" in page(pilot))
        assert game(pilot).state.adventure_turn == 1
        assert pilot.app.service.load(first).state.adventure_turn == 2


async def test_a_fight_shows_foes_and_what_they_are_about_to_do(play):
    async with play(keys=("1", "1", "3")) as pilot:
        assert game(pilot).query_one(Foes).display
        assert "The Old Grey" in seen(pilot)
        assert "a heavy blow is coming" in seen(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert "ROUND 2" in seen(pilot)
        for _ in range(9):
            if game(pilot).state.combat_state:
                await pilot.press("1")
                await settled(pilot)
        assert "THE FIGHT IS WON" in page(pilot)
        assert not game(pilot).query_one(Foes).display


async def test_the_end_offers_title_branch_and_leaving(play):
    async with play() as pilot:
        await pilot.press("ctrl+r", "y")
        await until(pilot, lambda: game(pilot).told and game(pilot).state.adventure_completed)
        assert "Here ends the story of Ilsa Thorne" in page(pilot)
        assert "The End" in seen(pilot)
        await write(pilot, "one more thing")
        assert game(pilot).query_one(DeedLine).value == "one more thing"
        assert "The story has ended. /undo" in seen(pilot)
        await pilot.press("ctrl+u", "1")
        await until(pilot, lambda: isinstance(pilot.app.screen, TitleScreen))


async def test_declining_to_retire_changes_nothing(play):
    async with play() as pilot:
        before = game(pilot).state
        await pilot.press("ctrl+r", "enter")
        await pilot.pause()
        assert game(pilot).state == before


@pytest.mark.parametrize("keys", [(), ("1",), ("1", "1", "1"), ("1", "1", "3", "1"), ("1", "1", "hostile")])
async def test_resume_shows_the_same_words_the_same_choices_and_the_same_fight(play, keys):
    async with play(keys=[k for k in keys if k != "hostile"]) as pilot:
        if "hostile" in keys:
            await write(pilot, "hostile")
            await settled(pilot)
        told, shown = page(pilot), seen(pilot).splitlines()[-8:-1]
        run, store = game(pilot).run, pilot.app.service.store
    async with play(keys=(), entrance=Entrance(run=run), store=store) as pilot:
        assert [line for line in page(pilot).splitlines() if line] == [
            line for line in told.splitlines() if line
        ]
        await until(pilot, lambda: seen(pilot).splitlines()[-8:-1] == shown)


async def test_a_run_that_is_not_there_is_one_line_and_a_way_out(play):
    app = make(Entrance(run="amber-fox-0000"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "no run" in seen(pilot).lower())
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, TitleScreen))


async def test_a_run_that_is_open_elsewhere_can_be_played_here_instead(play):
    async with play() as pilot:
        run, store = game(pilot).run, pilot.app.service.store
    app, holders = make(Entrance(run=run), store=store), ["desk, process 7"]
    app.service.claim = lambda run, anyway=False: holders.clear() if anyway else (holders or [None])[0]
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "is open elsewhere: desk, process 7" in seen(pilot))
        await until(pilot, lambda: "Play it here instead" in seen(pilot))
        await pilot.press("1")
        await settled(pilot)
        assert "no fish in it" in page(pilot)
        assert game(pilot).query_one(Choices).option_count == 3


async def test_hostile_text_is_only_text(play):
    async with play() as pilot:
        await write(pilot, "hostile")
        await settled(pilot)
        screen = seen(pilot)
        assert "[bold]not bold[/bold]" in page(pilot).replace("\n", " ")
        assert not any(ord(c) < 32 and c != "\n" for c in screen)
        assert "\x9b" not in screen
        for y in range(24):
            await pilot.click(offset=(20, y))
            await pilot.click(offset=(45, y))
        assert pilot.app.return_value is None


async def test_hostile_input_is_cleaned_and_cut(play):
    async with play() as pilot:
        await write(pilot, HOSTILE + "x" * 10_000)
        await settled(pilot)
        assert "\x1b" not in page(pilot)
        assert "\u202e" not in page(pilot)
        line = game(pilot).query_one(DeedLine)
        pilot.app.post_message(paste("\x1b]0;title\x07first\nsecond" + "y" * 10_000))
        await until(pilot, lambda: line.value != "")
        assert line.value.startswith("first second")
        assert len(line.value) <= 1_000
        assert "\x1b" not in seen(pilot)


def paste(text: str):
    from textual.events import Paste

    return Paste(text)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_screen_survives_every_size(play, size):
    async with play(size=size, keys=("1", "1", "1", "3")) as pilot:
        for key in ("f1", "f2", "f3", "f4", "f6", "f8"):
            await pilot.press(key)
            await pilot.pause()
            await pilot.press("escape")
        await pilot.press("ctrl+p", "escape")
        await pilot.press("1")
        await settled(pilot)
        assert seen(pilot).count("\n") == size[1] - 1


async def test_resizing_moves_the_panel_in_and_out_and_keeps_the_story(play):
    async with play(size=(140, 40)) as pilot:
        panel = game(pilot).query_one(SidePanel)
        assert panel.display
        assert "Ossa Grey" in seen(pilot)
        for width, height in [(80, 24), (60, 20), (20, 5), (200, 60), (80, 24)]:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert panel.display == (width >= 110)
        assert "Cross while she's quiet" in seen(pilot)
        assert "no fish in it" in seen(pilot)


async def test_at_80x24_the_hero_the_choices_and_the_save_mark_are_all_in_sight(play):
    async with play() as pilot:
        screen = seen(pilot)
        for words in (
            "Saltwater Bridge",
            "20/20",
            "silver",
            "riders",
            "memory only",
            "1  Cross",
            "3  Step over",
        ):
            assert words in screen


async def test_what_is_longer_than_the_page_is_shown_from_its_first_line(play):
    async with play(size=(80, 18)) as pilot:
        await write(pilot, "tell her about the fire")
        await settled(pilot)
        await until(pilot, lambda: "› tell her about the fire" in seen(pilot))
        assert "more · Space" in seen(pilot)
        assert "third one." not in seen(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: "third one." in seen(pilot))
        assert "more · Space" not in seen(pilot)


async def test_words_that_are_out_of_sight_are_not_waited_for():
    app = make(NEW, pace=30)
    async with app.run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, GameScreen) and bool(app.screen.state))
        await until(pilot, lambda: app.screen.query_one(Transcript).full or app.screen.told)
        await until(pilot, lambda: app.screen.told)
        assert "Who's asking?" in page(pilot)


async def test_words_come_one_by_one_also_after_a_turn_that_was_longer_than_the_page():
    app = make(NEW, pace=1)
    async with app.run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, GameScreen) and bool(app.screen.state))
        await pilot.press("space")
        transcript = app.screen.query_one(Transcript)
        await until(pilot, lambda: app.screen.told and transcript.max_scroll_y > 0)
        await pilot.press("1")
        await until(pilot, lambda: app.screen.state.revision == 2)
        await pilot.pause(0.2)
        assert not app.screen.told


async def test_the_story_can_be_read_back_and_the_next_turn_is_followed_again(play):
    async with play(size=(80, 20), keys=("1", "1", "1", "1", "1")) as pilot:
        transcript = game(pilot).query_one(Transcript)
        await until(pilot, lambda: transcript.scroll_y > 0)
        await pilot.press("pageup", "pageup", "pageup")
        await pilot.pause()
        at = transcript.scroll_y
        assert at < transcript.max_scroll_y
        await pilot.pause(0.2)
        assert transcript.scroll_y == at
        await pilot.press("1")
        await settled(pilot)
        await until(pilot, lambda: transcript.scroll_y > at)


async def test_thousands_of_turns_are_few_widgets(play):
    async with play() as pilot:
        transcript = game(pilot).query_one(Transcript)
        from pocket_portals.tui import ink

        for number in range(5_000):
            transcript.add([ink.deed(f"deed {number}")])
        await pilot.pause()
        assert len(transcript.children) < 5_000 / 40
        assert "deed 0" in transcript.plain
        await pilot.press("1")
        await settled(pilot)
        assert "You tell it badly" in seen(pilot)


async def test_an_unknown_theme_is_a_word_about_themes():
    with pytest.raises(ConfigError, match="tavern"):
        make(theme="plaid")


@pytest.mark.parametrize("size", [(90, 24), (140, 40)])
async def test_what_the_turn_changed_is_marked_until_the_next(play, size):
    async with play(size=size, keys=("1", "1", "1")) as pilot:
        assert "silver −2" in seen(pilot)
        await pilot.press("3")
        await settled(pilot)
        assert "silver −2" not in seen(pilot)
        await pilot.press("1")
        await settled(pilot)
        assert "16/20 −4" in seen(pilot)


def test_a_clock_shows_what_it_gained():
    from pocket_portals.rules.state import Clock
    from pocket_portals.tui import bars

    now = Clock(name="x", segments=4, filled=3)
    assert bars.clock(now, now.having(filled=1)).plain == "●◉◉○"
    assert bars.clock(now).plain == "●●●○"
