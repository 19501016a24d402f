"""The places the hero knows, the ways between them, and where the hero is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from pocket_portals.session.atlas import Spot
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.screens.page import PageScreen
from pocket_portals.tui.wording import capital


class MapScreen(PageScreen):
    """A map drawn from the world's places; what has not been seen stays blank."""

    def __init__(self, title: str, spots: Sequence[Spot]) -> None:
        super().__init__(title)
        self._spots = spots

    def paragraphs(self) -> Sequence[Paragraph]:
        return list(_lines(self._spots)) or [Paragraph(plain("You have been nowhere yet.", "$quiet"))]


def _lines(spots: Sequence[Spot]) -> Iterator[Paragraph]:
    for spot in spots:
        mark = ("◉ ", "bold $accent") if spot.here else ("● ", "$accent") if spot.name else ("○ ", "$faint")
        way = (f"{spot.way} " if spot.way else "", "$quiet")
        name = (capital(spot.name), "bold" if spot.here else "") if spot.name else ("not seen yet", "$quiet")
        parts = [(spot.branch, "$faint"), way, mark, name]
        if spot.here:
            parts.append(("  you are here", "$accent"))
        yield Paragraph(Content.assemble(*parts), gap=0 if spot.branch else 1)
        if spot.others:
            stem = spot.branch.replace("├─ ", "│  ").replace("└─ ", "   ")
            also = f"    also to {', '.join(spot.others)}"
            yield Paragraph(Content.assemble((stem, "$faint"), (also, "$quiet")), gap=0)
