"""The list of runs, and the hall of those that are over."""

from __future__ import annotations

import pytest
from driving import game, seen, until
from fakes import make

from pocket_portals.saves.memory import MemoryStore
from pocket_portals.tui.screens.runs import RunsScreen
from pocket_portals.tui.widgets.menu import Menu


@pytest.fixture
async def played(play):
    """A store with a run, a branch of it, and one that is over."""
    store = MemoryStore()
    async with play(keys=("1", "1", "1"), store=store) as pilot:
        first = game(pilot).run
        service = pilot.app.service
        branch = (await service.branch(first, 1)).run
        await service.rename(branch, "The Other Way")
        await service.resume(first)
        await pilot.press("ctrl+r", "y")
        await until(pilot, lambda: game(pilot).told and game(pilot).state.adventure_completed)
    return store, first, branch


async def listed(pilot):
    await pilot.press("r")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunsScreen))
    await until(pilot, lambda: pilot.app.screen.query_one(Menu).option_count > 0)
    return pilot.app.screen.query_one(Menu)


async def test_words_narrow_the_list_and_escape_widens_it(played):
    store, _, branch = played
    async with make(store=store).run_test(size=(100, 30)) as pilot:
        menu = await listed(pilot)
        await pilot.press("slash", *"other way")
        await until(pilot, lambda: menu.option_count == 1)
        assert menu.get_option_at_index(0).id == branch
        await pilot.press("enter")
        assert pilot.app.screen.focused is menu
        await pilot.press("escape")
        await until(pilot, lambda: menu.option_count == 2)


async def test_what_nothing_is_like_is_said(played):
    async with make(store=played[0]).run_test(size=(100, 30)) as pilot:
        await listed(pilot)
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "No run is like that." in seen(pilot))


async def test_the_tree_shows_which_run_grew_out_of_which(played):
    store, first, branch = played
    async with make(store=store).run_test(size=(100, 30)) as pilot:
        menu = await listed(pilot)
        await pilot.press("t")
        assert [menu.get_option_at_index(n).id for n in range(2)] == [first, branch]
        assert "└─ The Other Way" in seen(pilot)


async def test_a_run_gets_a_name(played):
    store = played[0]
    async with make(store=store).run_test(size=(100, 30)) as pilot:
        menu = await listed(pilot)
        run = menu.chosen
        await pilot.press("e", *"Wet [b]knees", "enter")
        await until(pilot, lambda: "is called “Wet [b]knees” now" in seen(pilot))
        assert store.load(run).state.title == "Wet [b]knees"


async def test_a_run_is_written_out_beside_what_is_there(played, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with make(store=played[0]).run_test(size=(120, 30)) as pilot:
        await listed(pilot)
        await pilot.press("x")
        await until(pilot, lambda: len(list(tmp_path.iterdir())) == 1)
        await pilot.press("x")
        await until(pilot, lambda: len(list(tmp_path.iterdir())) == 2)
    assert all("</html>" in file.read_text() for file in tmp_path.iterdir())


async def test_a_deleted_run_comes_back_also_after_a_new_start(played):
    store, bin_ = played[0], MemoryStore()
    async with make(store=store, bin=bin_).run_test(size=(100, 30)) as pilot:
        menu = await listed(pilot)
        gone = menu.get_option_at_index(0).id
        await pilot.press("d")
        await until(pilot, lambda: menu.option_count == 1 and "u brings it back" in seen(pilot))
        assert gone not in {run.id for run in store.summaries()}
    async with make(store=store, bin=bin_).run_test(size=(100, 30)) as pilot:
        menu = await listed(pilot)
        await pilot.press("u")
        await until(pilot, lambda: menu.option_count == 2)
        assert f"{gone} is back" in seen(pilot)
        assert not bin_.summaries()
        await pilot.press("u")
        await until(pilot, lambda: "Nothing was deleted." in seen(pilot))


async def test_the_hall_speaks_of_those_whose_story_is_over(played):
    async with make(store=played[0]).run_test(size=(100, 30)) as pilot:
        await settled_title(pilot)
        await pilot.press("h")
        await until(pilot, lambda: "ILSA THORNE" in seen(pilot))
        assert "Laid it down" in seen(pilot)
        assert seen(pilot).count("ILSA") == 1


async def test_an_empty_hall_says_how_one_gets_in():
    async with make().run_test(size=(100, 30)) as pilot:
        await settled_title(pilot)
        await pilot.press("h")
        await until(pilot, lambda: "Nobody yet" in seen(pilot))


async def settled_title(pilot):
    await until(pilot, lambda: pilot.app._service is not None)
