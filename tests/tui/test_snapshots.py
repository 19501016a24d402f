"""Every screen as text, compared with what was looked at and found good.

To accept a change, delete the file under ``snapshots`` and run again: it is written anew, to be looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import game, seen, settled, until
from fakes import make

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = [(60, 20), (80, 24), (140, 40)]
STORY = {
    "interview": ((), ()),
    "scene": (("1", "1"), ()),
    "dice": (("1", "1", "1"), ()),
    "fight": (("1", "1", "3", "1"), ()),
    "sheet": (("1", "1"), ("f2",)),
    "quest": (("1", "1"), ("f3",)),
    "journal": (("1", "1", "1"), ("f4",)),
    "people": (("1", "1", "1"), ("f4", "2")),
    "promises": (("1", "1", "1"), ("f4", "4")),
    "things": (("1", "1", "1"), ("f4", "5")),
    "map": (("1", "1"), ("f9",)),
    "settings": (("1", "1"), ("ctrl+o",)),
    "rolls": (("1", "1", "1"), ("f6",)),
    "turns": (("1", "1", "1"), ("f8",)),
    "help": (("1",), ("f1",)),
    "retire": (("1", "1"), ("ctrl+r",)),
}


def compare(name: str, text: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    if not path.exists():
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        pytest.fail(f"{path.name} was not there and is written now: look at it")
    assert text + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("name", STORY)
async def test_a_screen_of_the_story(play, name, size):
    turns, pages = STORY[name]
    async with play(size=size, keys=turns) as pilot:
        for key in pages:
            await pilot.press(key)
            await until(pilot, lambda: pilot.app.screen is not game(pilot))
        await pilot.pause(0.1)
        compare(f"{name}-{size[0]}x{size[1]}", seen(pilot))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_end(play, size):
    async with play(size=size) as pilot:
        await pilot.press("ctrl+r", "y")
        await until(pilot, lambda: game(pilot).told and game(pilot).state.adventure_completed)
        await pilot.pause(0.1)
        compare(f"end-{size[0]}x{size[1]}", seen(pilot))


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_the_title_and_the_runs(play, size):
    async with play() as pilot:
        await settled(pilot)
        store = pilot.app.service.store
    app = make(store=store)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Saltwater Bridge" in seen(pilot))
        compare(f"title-{size[0]}x{size[1]}", seen(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "amber" in seen(pilot))
        compare(f"runs-{size[0]}x{size[1]}", seen(pilot))
