"""Settings are changed where they are seen; keys are the player's own."""

from __future__ import annotations

import pytest
from driving import game, seen, until
from fakes import NEW, make

from pocket_portals.errors import ConfigError
from pocket_portals.session.commands import COMMANDS
from pocket_portals.settings import REBOUND, ScreenConfig
from pocket_portals.tui import keys
from pocket_portals.tui.screens.settings import SettingsScreen


async def test_a_setting_holds_at_once_and_is_kept_on_leaving(play):
    async with play() as pilot:
        kept: dict[str, object] = {}
        pilot.app.keep = kept.update
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await pilot.press("right")
        assert pilot.app.theme == "modern"
        await pilot.press("down", "left")
        assert pilot.app.settings.pace == 120
        assert kept == {}
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is game(pilot))
        assert kept == {"theme": "modern", "pace": 120}


async def test_what_was_not_changed_is_not_written(play):
    async with play() as pilot:
        kept: dict[str, object] = {}
        pilot.app.keep = kept.update
        await pilot.press("ctrl+o", "right", "left", "escape")
        await until(pilot, lambda: pilot.app.screen is game(pilot))
        assert kept == {}


async def test_the_sample_shows_dice_and_words(play):
    async with play() as pilot:
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "scissors" in seen(pilot) and "success" in seen(pilot))


async def test_the_turn_is_counted_only_when_asked_for(play):
    async with play(size=(100, 30)) as pilot:
        assert "turn 1 of 50" not in seen(pilot)
        await pilot.press("ctrl+o", "up", "right", "escape", "1")
        await until(pilot, lambda: "turn 2 of 50" in seen(pilot))


async def test_a_key_of_the_players_own_works_and_is_shown():
    app = make(NEW, keys="map=f8, branch=f9, sheet=ctrl+y, retell=f2")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "^Y sheet" in seen(pilot))
        await pilot.press("ctrl+y")
        await until(pilot, lambda: type(app.screen).__name__ == "SheetScreen")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"map": "ctrl+m"}, "Enter"),
        ({"map": "f11"}, "fill the screen"),
        ({"map": "x"}, "or ctrl"),
        ({"map": "alt+m"}, "or ctrl"),
        ({"map": "f1"}, "help and map both have"),
    ],
)
def test_a_key_that_would_not_arrive_is_refused_with_the_reason(line, why):
    with pytest.raises(ConfigError) as refused:
        keys.rebound(line)
    assert why in f"{refused.value}"


def test_every_command_can_be_rebound():
    assert set(REBOUND) == {command.name for command in COMMANDS}
    assert ScreenConfig(keys="map=f8").by_command == {"map": "f8"}
