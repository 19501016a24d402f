"""All runs: go back into one, or delete it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from pocket_portals.errors import PortalsError
from pocket_portals.session.ports import RunSummary, Saved
from pocket_portals.tui.screens.confirm import ConfirmScreen
from pocket_portals.tui.widgets.menu import Item, Menu
from pocket_portals.tui.wording import ago, chapter, safe, spelled

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp


class RunsScreen(Screen[None]):
    """Runs, the last played first: hero, world, quest, when, and where they are safe."""

    BINDINGS = [
        Binding("escape,q", "close", "back", show=False),
        Binding("d,delete", "delete", "delete a run", show=False),
    ]
    app: PortalsApp

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="sheet"):
            yield Static(Content("Runs"), id="head")
            yield Menu(id="list")
            yield Static(Content("looking…"), id="word")
            yield Static(Content("Enter goes on   d deletes   Esc back"), id="hints")

    def on_mount(self) -> None:
        self.query_one(Menu).focus()
        self.run_worker(self._read())

    async def _read(self) -> None:
        menu, word = self.query_one(Menu), self.query_one("#word", Static)
        await self.app.opened()
        try:
            runs = await asyncio.to_thread(self.app.service.runs)
        except PortalsError as error:
            word.update(Content(str(error)))
            return
        now = self.app.now()
        width = len(str(len(runs)))
        menu.show([_item(run, f"{n:>{width}}", now) for n, run in enumerate(runs, 1)])
        if runs and menu.highlighted is None:
            menu.highlighted = 0
        word.display = not runs
        word.update(Content("No stories yet. The first one is on the title screen, under n."))

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        if event.option_id:
            self.dismiss()
            self.app.play(event.option_id)

    def action_delete(self) -> None:
        """Delete the highlighted run, after asking."""
        run = self.query_one(Menu).chosen
        if run:
            question = f"Delete {run}? It can't be brought back."
            self.app.push_screen(
                ConfirmScreen(question, "Delete it", "Keep it"), lambda sure: self._deleted(run, sure)
            )

    def _deleted(self, run: str, sure: bool | None) -> None:
        if sure:
            self.run_worker(self._delete(run))

    async def _delete(self, run: str) -> None:
        try:
            await self.app.service.delete(run)
        except PortalsError as error:
            self.query_one("#word", Static).update(Content(str(error)))
            self.query_one("#word").display = True
            return
        await self._read()

    def action_close(self) -> None:
        """Back to the title."""
        self.dismiss()


def _item(run: RunSummary, key: str, now: datetime) -> Item:
    name = f"{run.title} · {run.hero}" if run.title else run.hero
    health = f"{run.health_current}/{run.health_max} health"
    about = [*run.remarks, spelled(run.world), chapter(run), health, safe(Saved(run.where))]  # may be cut off
    return Item(run.id, key, name, f"{ago(run.played_at, now)} · {run.id}", " · ".join(about))
