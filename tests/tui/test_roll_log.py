"""The last rolls, in the margin of a wide screen."""

from __future__ import annotations

from driving import game, seen, settled, until, write
from fakes import make

from pocket_portals.rules.dice import Stream, d20
from pocket_portals.rules.events import CheckRolled
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Degree
from pocket_portals.session.entrance import Entrance
from pocket_portals.tui.rolls import KEPT, logged
from pocket_portals.tui.widgets.roll_log import RollLog
from pocket_portals.tui.widgets.side_panel import SidePanel


def log_of(pilot) -> list[str]:
    """What stands in the margin under DICE."""
    margin = [line.rpartition("▏")[2].strip() for line in seen(pilot).splitlines() if "▏" in line]
    return [line for line in margin[margin.index("DICE") + 1 :] if line] if "DICE" in margin else []


async def test_rolls_stay_in_the_margin_through_resume_and_leave_it_with_undo(play):
    async with play(size=(140, 40)) as pilot:
        assert log_of(pilot) == []
        await pilot.press("1")
        await settled(pilot)
        first = log_of(pilot)
        assert first[0].endswith("against 12")
        assert first[1].startswith(("success", "setback"))
        for deed in ("3", "1"):
            await pilot.press(deed)
            await settled(pilot)
        fought = log_of(pilot)
        assert any(line.startswith("hit, ") and line.endswith("Ash Wolf") for line in fought)
        run, store = game(pilot).run, pilot.app.service.store
    app = make(Entrance(run=run), store=store)
    async with app.run_test(size=(140, 40)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: log_of(pilot) == fought)
        await write(pilot, "/undo 2")
        await until(pilot, lambda: log_of(pilot) == first)
        await pilot.resize_terminal(140, 32)
        await until(pilot, lambda: game(pilot).query_one(SidePanel).max_scroll_y == 0)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "DICE" not in seen(pilot)


def test_a_turn_taken_back_takes_its_rolls_and_the_log_forgets_the_oldest():
    def fell(turn: int):
        roll = d20(Stream("s", turn), [])
        check = CheckRolled(deed=f"{turn}", ability=Ability.WISDOM, dc=12, roll=roll, degree=Degree.SUCCESS)
        return logged(check, None)

    log = RollLog()
    rolls = [fell(turn) for turn in range(KEPT + 2)]
    log.put(rolls[:-1])
    log.begin()
    log.add(rolls[-1])
    assert list(log._rolls) == rolls[-KEPT:]
    log.take_back()
    assert list(log._rolls) == rolls[-KEPT - 1 : -1]
