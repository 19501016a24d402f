"""The title screen, the runs and the help."""

from __future__ import annotations

from driving import game, page, seen, settled, until, write
from fakes import NEW, make
from screens import Kept, gallery_app

from pocket_portals.errors import PortalsError
from pocket_portals.rules.state import Phase
from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.tui.screens.confirm import ConfirmScreen
from pocket_portals.tui.screens.game import GameScreen
from pocket_portals.tui.screens.runs import RunsScreen
from pocket_portals.tui.screens.title import TitleScreen
from pocket_portals.tui.screens.worlds import WorldsScreen
from pocket_portals.tui.widgets.menu import Menu
from pocket_portals.tui.widgets.portal import IDLE, Portal


async def test_nothing_slow_is_loaded_before_the_first_paint():
    app = make()
    painted: list[bool] = []
    app._warm_up = lambda: painted.append(app.screen.query_one(Menu).size.width > 0)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: painted)
        assert painted == [True]


async def test_the_service_may_be_opened_after_the_first_paint():
    app = make()
    service, opened = app.service, []
    app._service = None
    app._open_service = lambda: opened.append(app.screen.query_one(Menu).size.width > 0) or service
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await settled(pilot)
        assert opened == [True]


async def test_a_service_that_does_not_open_ends_the_game_and_hands_on_why():
    app = make()
    why = PortalsError("No.", "Do this.")

    def closed() -> None:
        raise why

    app._open_service = closed
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.return_code == 1)
        assert app.failure is why


async def test_enter_on_a_fresh_machine_begins_a_story():
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Press Enter" in seen(pilot))
        await pilot.press("enter")
        await settled(pilot)
        assert "one red coal" in page(pilot).replace("\n", " ")


async def test_the_last_run_is_offered_first_in_words(play):
    async with play() as pilot:
        store = pilot.app.service.store
    app = make(store=store)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Saltwater Bridge" in seen(pilot))
        assert "Ilsa Thorne" in seen(pilot)
        assert "yesterday" in seen(pilot)
        await pilot.press("c")
        await settled(pilot)
        assert "no fish in it" in page(pilot)


async def test_runs_are_listed_resumed_and_deleted_only_when_sure(play):
    async with play() as pilot:
        store, run = pilot.app.service.store, game(pilot).run
    app = make(store=store)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: run in seen(pilot))
        for words in ("Ilsa Thorne", "Ember Road", "The Miller's Last Debt", "memory only"):
            assert words in seen(pilot)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        assert store.summaries()
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: "No stories yet" in seen(pilot))
        assert not store.summaries()
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TitleScreen))


async def test_a_run_in_the_list_is_entered_with_enter(play):
    async with play() as pilot:
        store = pilot.app.service.store
    app = make(store=store)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "amber" in seen(pilot))
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, GameScreen)


async def test_help_is_a_key_away_and_q_leaves_it_not_the_game():
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: "How to play" in seen(pilot))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, TitleScreen))
        assert app.return_value is None


async def test_q_quits_the_title_but_not_the_line_of_a_story(play):
    async with play() as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert pilot.app.return_value is None
        assert game(pilot).query_one("DeedLine").value == "q"
    app = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: app.return_value == 0)


async def test_the_portal_lives_rests_when_nobody_is_there_and_wakes():
    app = make(motion=True)
    async with app.run_test(size=(80, 24)) as pilot:
        portal = app.screen.query_one(Portal)
        before = str(portal.render())
        for _ in range(20):
            portal._tick()
        assert str(portal.render()) != before
        for _ in range(int(IDLE * 10) + 2):
            portal._tick()
        assert not portal.moving
        await pilot.press("down")
        assert portal.moving


async def test_the_portal_rests_behind_another_screen():
    app = make(motion=True)
    async with app.run_test(size=(80, 24)) as pilot:
        portal = app.screen.query_one(Portal)
        await pilot.press("question_mark")
        await pilot.pause(0.2)
        still = portal._time
        await pilot.pause(0.3)
        assert portal._time == still
        await pilot.press("escape")
        await until(pilot, lambda: portal._time > still)


async def test_the_portal_stands_still_without_motion():
    app = make(motion=False)
    async with app.run_test(size=(80, 24)) as pilot:
        portal = app.screen.query_one(Portal)
        await pilot.pause(0.3)
        assert not portal.moving
        assert portal._time == 0


async def test_ctrl_c_clears_the_line_first_and_then_leaves(play):
    async with play() as pilot:
        await pilot.press("h", "i", "ctrl+c")
        assert game(pilot).query_one("DeedLine").value == ""
        assert pilot.app.return_value is None
        await pilot.press("ctrl+c")
        await until(pilot, lambda: pilot.app.return_value == 130)


async def test_ctrl_c_takes_back_a_turn_in_flight(play):
    async with play() as pilot:
        await write(pilot, "hang")
        await pilot.app.engine.hanging.wait()
        await pilot.press("ctrl+c")
        await settled(pilot)
        assert pilot.app.return_value is None
        assert "Nothing of it happened" in page(pilot)


async def test_a_failing_warm_up_is_told_where_the_engine_is_needed():
    app = make(NEW)

    def broken() -> None:
        raise PortalsError("The storyteller can't be loaded.", "Reinstall.")

    app._warm_up = broken
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)  # the way in needs no engine
        await pilot.press("1")
        await until(pilot, lambda: "can't be loaded" in seen(pilot))


async def test_one_key_takes_a_ready_hero_to_the_quests():
    app = gallery_app(Kept(), Entrance())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await settled(pilot)
        state = game(pilot).state
        assert state.phase is Phase.QUEST
        assert f"You are {state.hero_name}, " in page(pilot)
        assert [choice.label for choice in state.current_choices]


async def test_todays_story_is_the_same_for_everybody():
    heroes = []
    for _ in range(2):
        app = gallery_app(Kept(), Entrance())
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("d")
            await settled(pilot)
            assert game(pilot).state.seed == "2026-11-02"
            heroes.append((game(pilot).state.world, game(pilot).state.character_sheet))
    assert heroes[0] == heroes[1]


async def test_a_new_story_begins_with_the_choice_of_a_world():
    app = gallery_app(Kept(), Entrance(), fresh=NewRun(world="last-relay", length="short"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, WorldsScreen))
        await until(pilot, lambda: app.screen.query_one(Menu).option_count == 3)
        assert app.screen.query_one(Menu).get_option_at_index(0).id == "last-relay"
        await pilot.press("enter")
        await settled(pilot)
        assert game(pilot).state.world == "last-relay"
        assert game(pilot).state.max_turns == 25


async def test_a_world_is_taken_by_its_number():
    app = gallery_app(Kept(), Entrance(), fresh=NewRun(world="last-relay"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, WorldsScreen))
        second = app.screen.query_one(Menu).get_option_at_index(1).id
        await pilot.press("2")
        await settled(pilot)
        assert game(pilot).state.world == second != "last-relay"


async def test_without_colour_a_bar_stands_before_what_is_chosen(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with make().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: chosen(pilot).startswith("s  Quick start"))
        await pilot.press("down")
        await until(pilot, lambda: chosen(pilot).startswith("n  New story"))
        await pilot.press("o")
        await until(pilot, lambda: "Colours" in chosen(pilot))
        strips = pilot.app.screen._compositor.render_strips()
        inks = [piece.style.color for strip in strips for piece in strip if piece.style]
        assert all(ink is None or ink.is_default for ink in inks)


def chosen(pilot) -> str:
    """The line that the bar stands before."""
    return next((row.partition("▌")[2] for row in seen(pilot).splitlines() if "▌" in row), "")
