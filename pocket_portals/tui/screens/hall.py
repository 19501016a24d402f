"""The hall of heroes: every finished story, and what is said of whom it was about."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from pocket_portals.errors import PortalsError
from pocket_portals.session.hall import Epitaph, hall
from pocket_portals.tui import ink
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.screens.page import PageScreen, line
from pocket_portals.tui.widgets.transcript import LeafView
from pocket_portals.tui.wording import ago, spelled

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp


class HallScreen(PageScreen):
    """Read when it is opened, which may take a moment."""

    app: PortalsApp

    def __init__(self) -> None:
        super().__init__("Hall of heroes")

    def paragraphs(self) -> Sequence[Paragraph]:
        return [Paragraph(plain("The candles are being lit…", "$quiet"))]

    async def on_mount(self) -> None:
        await self.app.opened()
        self.run_worker(self._read())

    async def _read(self) -> None:
        try:
            heroes = await asyncio.to_thread(lambda: list(hall(self.app.service)))
        except PortalsError as error:
            self.query_one(LeafView).show([ink.trouble(error)])
            return
        now = self.app.now()
        none = [Paragraph(plain("Nobody yet. A story has to end before its hero is spoken of.", "$quiet"))]
        self.query_one(LeafView).show([p for hero in heroes for p in _stone(hero, now)] or none)


def _stone(hero: Epitaph, now: datetime) -> Iterator[Paragraph]:
    yield Paragraph(Content.assemble((hero.hero.upper(), "bold $accent"), "  ", (hero.who, "$quiet")))
    yield line((f"{hero.fate}.", ""), indent=2)
    for deed in hero.deeds:
        yield Paragraph(plain(deed, "italic"), indent=4, gap=0, mark=plain("  ◆", "$accent"))
    after = f"{spelled(hero.world)} · {hero.turns} turns · {ago(hero.at, now)} · {hero.run}"
    yield line((after, "$quiet"), indent=2)
