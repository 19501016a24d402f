"""The gallery: every screen of a real run, the same on every machine.

python -m tests.tui.screens docs/screens
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from driving import game, settled, until
from textual.pilot import Pilot

from pocket_portals.rules.events import CheckRolled
from pocket_portals.rules.state import GameState, Phase
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.session.playtest import SensibleBot
from pocket_portals.session.ports import Saved
from pocket_portals.session.service import GameSessionService
from pocket_portals.settings import ScreenConfig
from pocket_portals.story.storybook import Storybook
from pocket_portals.tui.app import PortalsApp
from pocket_portals.worlds.library import WorldLibrary

SIZES = [(80, 24), (140, 40)]
ENDS = [(60, 20), (200, 60)]  # a phone and a giant, for what shows most of them
SHOWN_AT_ENDS = ("scene", "fight", "journal", "title-again")
SEEDS = ("axle", "cold-post", "smur", "drover", "salt")  # the first shows most; the others what it lacks
NAME = "Ilsa Thorne"
EVENING = datetime(2026, 10, 31, 19, 30, tzinfo=UTC)
FONT = "font-family: 'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace;"
_FACE = re.compile(r"@font-face\s*{[^}]*}")
_FAMILY = re.compile(r"font-family:[^;]*;")


class Evening:
    """A minute a look."""

    def __init__(self) -> None:
        self.looks = 0

    def now(self) -> datetime:
        self.looks += 1
        return EVENING + timedelta(minutes=self.looks)

    def elapsed(self) -> float:
        return 0.0


class Kept(MemoryStore):
    """In memory, shown as a player's own disk would be."""

    name = "file"

    def save(self, record, expected):
        super().save(record, expected)
        return Saved("file")


def gallery_app(
    store: MemoryStore, entrance: Entrance, theme: str = "tavern", fresh: NewRun | None = None
) -> PortalsApp:
    """The real engine and world over a store, with nothing left to chance."""
    clock, worlds = Evening(), WorldLibrary()
    draws = count(4821)
    engine = DirectEngine(store, worlds, {"storybook": Storybook()}, clock)
    service = GameSessionService(store, engine, worlds, clock, random_below=lambda n: next(draws) % n)
    settings = ScreenConfig(theme=theme, pace=0, motion=False)
    later = lambda: EVENING + timedelta(days=1, hours=6)  # noqa: E731
    app = PortalsApp(service, settings, entrance, lambda: None, fresh, now=later)
    app._service = service
    return app


class Gallery:
    """Where the pictures go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    async def show(self, pilot: Pilot[int], name: str) -> None:
        """Save what is on screen, at its sizes."""
        if name in self.shown:
            return
        self.shown.add(name)
        for width, height in SIZES + (ENDS if name in SHOWN_AT_ENDS else []):
            await pilot.resize_terminal(width, height)
            await pilot.pause(0.2)
            for line in pilot.app.screen.query("DeedLine"):
                line.cursor_blink = False
            await pilot.pause()
            svg = _FAMILY.sub(FONT, _FACE.sub("", pilot.app.export_screenshot(title="Pocket Portals")))
            (self.folder / f"{name}-{width}x{height}.svg").write_text(svg, encoding="utf-8")
        await pilot.resize_terminal(*SIZES[0])
        await pilot.pause()


async def play(gallery: Gallery, store: MemoryStore, seed: str) -> None:
    """A whole run, with a look at everything on the way."""
    bot = SensibleBot(seed)
    app = gallery_app(store, Entrance(new=NewRun(world="ember-road", name=NAME, seed=seed)))
    async with app.run_test(size=SIZES[0]) as pilot:
        await settled(pilot)
        await gallery.show(pilot, "interview")
        for _ in range(400):
            state = app.service.state(game(pilot).run)
            for name, is_there in SIGHTS.items():
                if is_there(state, app.service.record(state.session_id).turns[-1].events):
                    await gallery.show(pilot, name)
            if state.adventure_completed:
                break
            if state.adventure_turn >= 8 and "sheet" not in gallery.shown and state.phase is Phase.EXPLORE:
                await pages(gallery, pilot)
            await act(pilot, bot.act(state))
        await gallery.show(pilot, "end")


PAGES = (
    ("f1", "help"), ("f2", "sheet"), ("f3", "quest"), ("f4", "journal"), ("f8", "turns"), ("f9", "map"),
    ("ctrl+o", "settings"),
)  # fmt: skip


async def pages(gallery: Gallery, pilot: Pilot[int]) -> None:
    """The pages over the story."""
    for key, name in PAGES:
        await pilot.press(key)
        await until(pilot, lambda: pilot.app.screen is not game(pilot))
        await gallery.show(pilot, name)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is game(pilot))
    await pilot.press("ctrl+p")
    await until(pilot, lambda: pilot.app.screen is not game(pilot))
    await pilot.pause(0.3)
    await gallery.show(pilot, "palette")
    await pilot.press("escape")


async def act(pilot: Pilot[int], action: str) -> None:
    """One turn."""
    revision = game(pilot).state.revision
    game(pilot).act(action, "" if not action.isdigit() else label(game(pilot).state, action))
    await until(pilot, lambda: game(pilot).state.revision > revision and game(pilot).told)


def label(state: GameState, number: str) -> str:
    """The words of a numbered choice."""
    return state.current_choices[int(number) - 1].label


SIGHTS: dict[str, Callable[[GameState, tuple[object, ...]], bool]] = {
    "quests": lambda state, events: state.phase is Phase.QUEST,
    "scene": lambda state, events: state.phase is Phase.EXPLORE and state.adventure_turn == 1,
    "dice": lambda state, events: any(isinstance(e, CheckRolled) for e in events) and not state.combat_state,
    "fight": lambda state, events: bool(state.combat_state and state.combat_state.round == 2),
}


async def doors(gallery: Gallery, store: MemoryStore) -> None:
    """The title, fresh and with a run to go on with; the list of runs."""
    app = gallery_app(MemoryStore(), Entrance())
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.pause(0.3)
        await gallery.show(pilot, "title")
    app = gallery_app(store, Entrance())
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.pause(0.5)
        await gallery.show(pilot, "title-again")
        await pilot.press("r")
        await pilot.pause(0.5)
        await gallery.show(pilot, "runs")
        await pilot.press("escape", "h")
        await pilot.pause(0.5)
        await gallery.show(pilot, "hall")


async def themes(gallery: Gallery, store: MemoryStore) -> None:
    """The same page in other inks."""
    run = store.summaries()[-1].id
    for theme in ("daylight", "mono", "midnight", "modern"):
        app = gallery_app(store, Entrance(run=run), theme)
        async with app.run_test(size=SIZES[0]) as pilot:
            await settled(pilot)
            await gallery.show(pilot, f"theme-{theme}")


async def main(folder: Path) -> None:
    """All of it."""
    gallery, store = Gallery(folder), Kept()
    for seed in SEEDS:
        await play(gallery, store, seed)
        if gallery.shown >= set(SIGHTS):
            break
    await doors(gallery, store)
    await themes(gallery, store)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens")))
