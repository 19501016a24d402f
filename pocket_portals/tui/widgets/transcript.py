"""The page the story is on. Old paragraphs are frozen together: it stays fast for thousands of turns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.containers import VerticalScroll
from textual.message import Message
from textual.selection import Selection
from textual.widgets import Static

from pocket_portals.tui.leaf import Leaf, Paragraph

LOW = 12  # lines under which no blank one is spent above a turn
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
    """Frozen leaves, one that fills up, and the live one of the turn being told.

    It follows the story, but never past the first line of the turn: what is new can be read from
    its beginning, however much it is.
    """

    can_focus = False

    @dataclass
    class Rest(Message):
        """Whether there is more below what is in sight."""

        below: bool

    def __init__(self) -> None:
        super().__init__()
        self._filling: list[Paragraph] = []
        self._page = LeafView()
        self._live = LeafView(classes="live")
        self._follows = True

    def compose(self) -> Iterable[LeafView]:
        yield self._page
        yield self._live

    async def show(self, turns: Sequence[Sequence[Paragraph]]) -> None:
        """Begin anew with these turns, the last of them in sight from its beginning."""
        await self.remove_children()
        story = [line for turn in turns[:-1] for line in turn]
        self._filling = []
        self._page = LeafView()
        self._live = LeafView(classes="live")
        full = len(story) - len(story) % BATCH
        frozen = [LeafView(Leaf(story[at : at + BATCH])) for at in range(0, full, BATCH)]
        await self.mount(*frozen, self._page, self._live)
        self.add(story[full:])
        self.begin()
        if turns:
            self.live(turns[-1])

    def begin(self) -> None:
        """A turn begins: what comes now is followed from here."""
        self.add(self._live.leaf.paragraphs)
        self.live(())
        self._follows = True

    def add(self, paragraphs: Iterable[Paragraph]) -> None:
        """Append paragraphs for good, before the live ones."""
        self._filling += paragraphs
        while len(self._filling) >= BATCH:
            self._page.show(self._filling[:BATCH])
            self._filling = self._filling[BATCH:]
            self._page = LeafView()
            self.mount(self._page, before=self._live)
        self._page.show(self._filling)

    def live(self, paragraphs: Iterable[Paragraph]) -> None:
        """What there is of the turn so far."""
        self._live.show(paragraphs)
        self.call_after_refresh(self._follow)

    @property
    def full(self) -> bool:
        """Whether the turn being told reaches further than the page."""
        return self._live.size.height > self.size.height

    @property
    def plain(self) -> str:
        """All that is on the page."""
        return "\n".join(view.leaf.plain for view in self.query(LeafView))

    def turn_page(self, pages: int) -> None:
        """Scroll by whole pages, a line of each kept."""
        self._follows = False
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)

    def on_mouse_scroll_up(self) -> None:
        self._follows = False

    def on_mouse_scroll_down(self) -> None:
        self._follows = False

    def on_resize(self) -> None:
        self.call_after_refresh(self._follow)

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        self._tell()

    def _follow(self) -> None:
        if self._follows:
            first = self._live.leaf.paragraphs[:1]
            spare = first[0].gap if first and self.size.height < LOW else 0
            self.scroll_to(y=min(self._live.virtual_region.y + spare, self.max_scroll_y), animate=False)
        self._tell()

    def _tell(self) -> None:
        self.post_message(self.Rest(self.scroll_target_y < self.max_scroll_y))
