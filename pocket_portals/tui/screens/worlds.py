"""Which world to step into."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from pocket_portals.errors import PortalsError
from pocket_portals.session.entrance import NewRun
from pocket_portals.tui.widgets.menu import Item, Menu
from pocket_portals.tui.wording import spelled

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp


class WorldsScreen(Screen[None]):
    """All worlds, each with the line on its portal; the one that ``fresh`` names first."""

    BINDINGS = [Binding("escape,q", "close", "back", show=False)]
    app: PortalsApp

    def __init__(self, worlds: Sequence[str], fresh: NewRun) -> None:
        super().__init__()
        self._worlds = sorted(worlds, key=lambda world: world != fresh.world)
        self._fresh = fresh

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="sheet"):
            yield Static(Content("Where to?"), id="head")
            yield Menu([Item(w, str(n), spelled(w)) for n, w in enumerate(self._worlds, 1)], id="list")
            yield Static(Content("Enter steps through   Esc back"), id="hints")

    async def on_mount(self) -> None:
        menu = self.query_one(Menu)
        menu.focus()
        menu.highlighted = 0
        menu.show(await asyncio.to_thread(self._described))

    def _described(self) -> list[Item]:
        items = []
        for number, world in enumerate(self._worlds, 1):
            try:
                known = self.app.service.worlds.get(world)
                items.append(Item(world, str(number), known.title, known.genre, known.portal.tagline))
            except PortalsError as error:
                items.append(Item(world, str(number), spelled(world), "", error.message))
        return items

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        self.dismiss()
        self.app.play(self._fresh._replace(world=event.option_id or self._fresh.world))

    def action_close(self) -> None:
        """Back to the title."""
        self.dismiss()
