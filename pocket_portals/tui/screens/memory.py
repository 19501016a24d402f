"""What the storyteller remembers: people, places, promises, facts, and the last of the story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.screens.page import PageScreen, hung


class MemoryScreen(PageScreen):
    """The list that ``/memory`` counts by."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("Memory")
        self._lines = lines

    def paragraphs(self) -> Sequence[Paragraph]:
        return list(self._laid_out())

    def _laid_out(self) -> Iterator[Paragraph]:
        for text in self._lines:
            number, _, words = text.partition(". ")
            if number.isdecimal():
                yield hung(plain(f"{number:>2}. ", "$quiet"), words)
            else:
                yield Paragraph(plain(text, "$quiet"))
