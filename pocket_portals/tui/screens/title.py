"""The first screen: a portal, and the way back in. It is painted before anything slow is loaded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from pocket_portals.errors import PortalsError
from pocket_portals.tui.widgets.menu import Item, Menu
from pocket_portals.tui.widgets.portal import Portal

if TYPE_CHECKING:
    from datetime import datetime

    from pocket_portals.session.ports import RunSummary
    from pocket_portals.tui.app import PortalsApp

log = logging.getLogger(__name__)

_BEGIN = (
    Item("quick", "s", "Quick start", "a hero is waiting for you"),
    Item("new", "n", "New story", "choose a world, say who you are"),
    Item("today", "d", "Today's story", "the same for all who play today"),
)
_BACK = (Item("runs", "r", "Runs"), Item("hall", "h", "Hall of heroes"))
_REST = (
    Item("settings", "o", "Settings"),
    Item("help", "?", "How to play"),
    Item("quit", "q", "Quit"),
)


class TitleScreen(Screen[None]):
    """Continue, the ways to begin, what was played before, and the rest."""

    BINDINGS = [
        Binding("c", "pick('continue')", "continue the last story", show=False),
        Binding("s", "pick('quick')", "a ready hero, at once", show=False),
        Binding("n", "pick('new')", "a new story", show=False),
        Binding("d", "pick('today')", "today's story", show=False),
        Binding("r", "pick('runs')", "all runs", show=False),
        Binding("h", "pick('hall')", "the hall of heroes", show=False),
        Binding("o", "pick('settings')", "settings", show=False),
        Binding("question_mark,f1", "pick('help')", "how to play", show=False),
        Binding("q,ctrl+q", "pick('quit')", "quit", show=False),
    ]
    app: PortalsApp

    def __init__(self, motion: bool) -> None:
        super().__init__()
        self._motion = motion
        self._latest: RunSummary | None = None

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="door"):
            yield Portal(self._motion)
            yield Static(Content("P O C K E T   P O R T A L S"), id="name")
            yield Static(Content("a story for one, with real dice and a real ending"), id="motto")
            yield Menu((*_BEGIN, *_REST), id="menu")
            yield Static(Content(""), id="word")

    def on_mount(self) -> None:
        self.query_one(Menu).focus()

    def on_screen_resume(self) -> None:
        self.app.tint("")
        self.query_one(Portal).move(self.app.settings.motion)
        self.query_one(Portal).wake()
        self.run_worker(self.look_for_runs(), exclusive=True, group="runs")

    def on_key(self, event: events.Key) -> None:
        self.query_one(Portal).wake()

    async def look_for_runs(self) -> None:
        """Offer the last run first, in words."""
        menu, word = self.query_one(Menu), self.query_one("#word", Static)
        await self.app.opened()
        try:
            runs = await asyncio.to_thread(self.app.service.runs, 1)
        except PortalsError as error:
            word.update(Content(str(error)))
            return
        self._latest = latest = runs[0] if runs else None
        self.set_class(latest is not None, "-again")
        if latest is None:
            menu.show((*_BEGIN, *_REST))
            word.update(Content("Nothing to know beforehand. Press Enter."))
        else:
            name, where = _words(latest, self.app.now())
            rest = (*_BEGIN, *_BACK, *_REST)
            menu.show([Item("continue", "c", "Continue", name, where), *rest])
            word.update(Content("; ".join(latest.remarks)))
        menu.highlighted = 0
        if latest and (place := await asyncio.to_thread(self._where, latest)):
            menu.show([Item("continue", "c", "Continue", name, place), *rest])
        if latest is None and (offers := await asyncio.to_thread(self.app.models_nearby)):
            word.update(Content(offers[0]))

    def _where(self, run: RunSummary) -> str:
        """The second line of "continue": the place. Blocking; empty when it can't be had."""
        from pocket_portals.tui.wording import Setting, chapter

        try:
            state = self.app.service.load(run.id).state
            setting = Setting.of(self.app.service.worlds.get(run.world))
        except PortalsError as error:
            log.info("the last run is not to be looked into: %s", error)
            return ""
        place = setting.place(state.place) if state.place else setting.title
        return f"{place} · {chapter(run)}"

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        if event.option_id:
            self.action_pick(event.option_id)

    def action_pick(self, what: str) -> None:
        """Do what the menu says."""
        match what:
            case "continue" if self._latest:
                self.app.play(self._latest.id)
            case "quick" | "new" | "today":
                self.run_worker(self._begin(what), exclusive=True, group="begin")
            case "runs":
                from pocket_portals.tui.screens.runs import RunsScreen

                self.app.push_screen(RunsScreen())
            case "hall":
                from pocket_portals.tui.screens.hall import HallScreen

                self.app.push_screen(HallScreen())
            case "settings":
                from pocket_portals.tui.screens.settings import SettingsScreen

                self.app.push_screen(SettingsScreen())
            case "help":
                from pocket_portals.tui.screens.help import HelpScreen

                self.app.push_screen(HelpScreen())
            case "quit":
                self.app.leave(0)
            case _:
                pass

    async def _begin(self, how: str) -> None:
        from pocket_portals.session.entrance import NewRun, of_the_day

        await self.app.opened()
        worlds = self.app.service.worlds
        known = await asyncio.to_thread(worlds.ids)
        fresh = self.app.fresh or NewRun(world=known[0])
        if how == "quick":
            self.app.play(fresh._replace(quick=True))
        elif how == "today":
            shipped = await asyncio.to_thread(worlds.shipped)
            self.app.play(of_the_day(self.app.now().date(), shipped))
        elif len(known) > 1:
            from pocket_portals.tui.screens.worlds import WorldsScreen

            self.app.push_screen(WorldsScreen(known, fresh))
        else:
            self.app.play(fresh)


def _words(run: RunSummary, now: datetime) -> tuple[str, str]:
    from pocket_portals.tui.wording import ago, chapter, spelled

    name = run.title or run.hero
    return f"{name} · {ago(run.played_at, now)}", f"{spelled(run.world)} · {chapter(run)}"
