"""The page the story is on. Old paragraphs are frozen together: it stays fast for thousands of turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.selection import Selection
from textual.widgets import Static

from pocket_portals.tui.leaf import Leaf, Paragraph

BATCH = 50  # paragraphs to a widget: few widgets, and none of them large


class LeafView(Static):
    """Shows a leaf; its text can be selected and copied as it was told, without the line breaks."""

    def __init__(self, leaf: Leaf | None = None, classes: str = "") -> None:
        self.leaf = leaf or Leaf()
        super().__init__(self.leaf, markup=False, classes=classes)

    def show(self, paragraphs: Iterable[Paragraph]) -> None:
        """Put these paragraphs in the place of what was there."""
        self.leaf = Leaf(paragraphs)
        self.update(self.leaf)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self.leaf.plain), "\n"


class Transcript(VerticalScroll):
    """Frozen leaves, one that fills up, and the live one of the turn being told."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self._filling: list[Paragraph] = []
        self._page = LeafView()
        self._live = LeafView(classes="live")

    def compose(self) -> Iterable[LeafView]:
        yield self._page
        yield self._live

    def on_mount(self) -> None:
        self.anchor()

    async def show(self, paragraphs: Sequence[Paragraph]) -> None:
        """Begin anew with these."""
        await self.remove_children()
        self._filling = []
        self._page = LeafView()
        self._live = LeafView(classes="live")
        full = len(paragraphs) - len(paragraphs) % BATCH
        frozen = [LeafView(Leaf(paragraphs[at : at + BATCH])) for at in range(0, full, BATCH)]
        await self.mount(*frozen, self._page, self._live)
        self.add(paragraphs[full:])
        self.anchor()

    def add(self, paragraphs: Iterable[Paragraph]) -> None:
        """Append paragraphs for good."""
        self._filling += paragraphs
        while len(self._filling) >= BATCH:
            self._page.show(self._filling[:BATCH])
            self._filling = self._filling[BATCH:]
            self._page = LeafView()
            self.mount(self._page, before=self._live)
        self._page.show(self._filling)

    def live(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show these after the rest, until the next call."""
        self._live.show(paragraphs)

    @property
    def plain(self) -> str:
        """All that is on the page."""
        return "\n".join(view.leaf.plain for view in self.query(LeafView))

    def turn_page(self, pages: int) -> None:
        """Scroll by whole pages, a line of each kept; at the end it follows the story again."""
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)
        if pages > 0 and self.scroll_target_y >= self.max_scroll_y:
            self.anchor()
