"""The page the story is on. Old paragraphs are frozen together, and the oldest wait off the screen.

A screen's cost follows its widgets, not its lines: it stays as fast after thousands of turns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.message import Message
from textual.selection import Selection
from textual.widgets import Static

from pocket_portals.tui.leaf import Folded, Leaf, Paragraph

LOW = 12  # lines under which no blank one is spent above a turn
BATCH = 50  # paragraphs to a leaf: few widgets, and none of them large
KEPT = 12  # leaves on the screen while the story is followed
FETCHED = 6  # leaves that come back at a time when it is read backwards


class Place(NamedTuple):
    """Where a word was found: the leaf, counted from the first, and the paragraph in it."""

    leaf: int
    paragraph: int


class LeafView(Static):
    """Shows a leaf; its text can be selected and copied as it was told, without the line breaks."""

    def __init__(self, leaf: Leaf | None = None, classes: str = "") -> None:
        self.leaf = leaf or Leaf()
        super().__init__(self.leaf, markup=False, classes=classes)

    def show(self, paragraphs: Iterable[Paragraph]) -> None:
        """Put these paragraphs in the place of what was there."""
        self.leaf = Leaf(paragraphs)
        self.update(self.leaf)

    def light(self, words: re.Pattern[str] | None) -> None:
        """Mark these words wherever they stand; none of them any more, if None."""
        self.update(self.leaf.lit(words) if words else self.leaf)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self.leaf.plain), "\n"


class Transcript(VerticalScroll):
    """Frozen leaves, one that fills up, and the live one of the turn being told.

    It follows the story, but never past the first line of the turn: what is new can be read from
    its beginning, however much it is. ``Tab`` puts the cursor on it; then it is read with the arrows
    and searched with ``/``.
    """

    BINDINGS = [
        Binding("slash", "screen.command('find')", "look for words", show=False),
        Binding("n", "screen.found(1)", "the next place", show=False),
        Binding("N,upper_n", "screen.found(-1)", "the place before", show=False),
        Binding("tab,escape,enter", "screen.back_to_line", "back to the line", show=False),
    ]

    @dataclass
    class Rest(Message):
        """Whether there is more below what is in sight."""

        below: bool

    @dataclass
    class Typed(Message):
        """A character that was meant for the line."""

        character: str

    def __init__(self) -> None:
        super().__init__()
        self._away: list[Folded] = []  # the leaves before those that are on the screen
        self._frozen: list[Leaf] = []  # those on the screen that are full
        self._filling: list[Paragraph] = []
        self._page = LeafView()
        self._live = LeafView(classes="live")
        self._follows = True
        self._lit: re.Pattern[str] | None = None

    def compose(self) -> Iterable[LeafView]:
        yield self._page
        yield self._live

    async def show(self, turns: Sequence[Sequence[Paragraph]]) -> None:
        """Begin anew with these turns, the last of them in sight from its beginning."""
        await self.remove_children()
        story = [line for turn in turns[:-1] for line in turn]
        full = len(story) - len(story) % BATCH
        leaves = [Leaf(story[at : at + BATCH]) for at in range(0, full, BATCH)]
        self._away, self._frozen = list(map(Folded, leaves[:-KEPT])), leaves[-KEPT:]
        self._filling = []
        self._page = LeafView()
        self._live = LeafView(classes="live")
        await self.mount(*map(LeafView, self._frozen), self._page, self._live)
        self.add(story[full:])
        self.begin()
        if turns:
            self.live(turns[-1])

    def begin(self) -> None:
        """A turn begins: what comes now is followed from here."""
        self.add(self._live.leaf.paragraphs)
        self.live(())
        self._follows = True
        self.light(None)
        self._let_go()

    def add(self, paragraphs: Iterable[Paragraph]) -> None:
        """Append paragraphs for good, before the live ones."""
        self._filling += paragraphs
        while len(self._filling) >= BATCH:
            self._page.show(self._filling[:BATCH])
            self._frozen.append(self._page.leaf)
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
        # Not as it was laid out last: that may have been another turn.
        rules, width = self._live.styles.get_rules(), self._live.size.width
        return width > 0 and self._live.leaf.get_height(rules, width) > self.size.height

    @property
    def leaves(self) -> list[Leaf]:
        """The whole story, also what is not on the screen."""
        away = (folded.unfold() for folded in self._away)
        return [*away, *self._frozen, self._page.leaf, self._live.leaf]

    @property
    def plain(self) -> str:
        """All that is on the page, from the beginning of the story."""
        return "\n".join(leaf.plain for leaf in self.leaves)

    # Searching

    def places(self, words: re.Pattern[str]) -> list[Place]:
        """The paragraphs that hold these words, the last first."""
        found = [
            Place(at, index)
            for at, leaf in enumerate(self.leaves)
            for index, paragraph in enumerate(leaf.paragraphs)
            if words.search(paragraph.text.plain)
        ]
        return found[::-1]

    def light(self, words: re.Pattern[str] | None) -> None:
        """Mark these words on the page; None to mark none."""
        if words is not self._lit:
            self._lit = words
            for view in self.query(LeafView):
                view.light(words)

    def go_to(self, place: Place) -> None:
        """Bring a place into sight, and stay there."""
        self._follows = False
        if place.leaf < len(self._away):
            self._fetch(len(self._away) - max(0, place.leaf - 1))
        self.call_after_refresh(self._show_place, place)

    def _show_place(self, place: Place) -> None:
        view = list(self.query(LeafView))[place.leaf - len(self._away)]
        top, height = view.leaf.extent(place.paragraph, view.styles.get_rules(), view.size.width)
        around = Region(0, view.virtual_region.y + top, 1, min(height, self.size.height))
        self.scroll_to_region(around, animate=False, center=True)

    # Scrolling

    def turn_page(self, pages: int) -> None:
        """Scroll by whole pages, a line of each kept."""
        self._follows = False
        self.scroll_relative(y=pages * max(1, self.size.height - 1), animate=False)

    def follow(self) -> None:
        """Back to the turn that was told last."""
        self._follows = True
        self._follow()

    def on_key(self, event: events.Key) -> None:
        """What is read with the arrows is not followed; words are meant for the line."""
        self._follows = False
        if event.key == "space":
            self.turn_page(1)
        elif event.is_printable and event.character and event.character not in "/nN":
            event.stop()
            self.post_message(self.Typed(event.character))

    def on_mouse_scroll_up(self) -> None:
        self._follows = False

    def on_mouse_scroll_down(self) -> None:
        self._follows = False

    def on_resize(self) -> None:
        self.call_after_refresh(self._follow)

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        if self._away and new < self.size.height and new < old and not self._follows:
            self._fetch(FETCHED)
        self._tell()

    def _fetch(self, leaves: int) -> None:
        """Put older leaves back before the others; what is in sight stays where it is."""
        back = [folded.unfold() for folded in self._away[-leaves:]]
        del self._away[-leaves:]
        self._frozen[:0] = back
        views = list(map(LeafView, back))
        before = self.query(LeafView).first()
        rules, width = before.styles.get_rules(), before.size.width
        added = sum(leaf.get_height(rules, width) for leaf in back)
        with self.app.batch_update():
            self.mount(*views, before=before)
            self.call_after_refresh(
                lambda: self.scroll_to(y=self.scroll_y + added, animate=False, force=True)
            )
        for view in views:
            view.light(self._lit)

    def _let_go(self) -> None:
        """While the story is followed, only the last leaves need be on the screen."""
        if len(self._frozen) > KEPT + FETCHED:
            gone, self._frozen = self._frozen[:-KEPT], self._frozen[-KEPT:]
            self._away += map(Folded, gone)
            self.app.call_next(self.remove_children, list(self.query(LeafView))[: len(gone)])

    def _follow(self) -> None:
        if self._follows:
            first = self._live.leaf.paragraphs[:1]
            spare = first[0].gap if first and self.size.height < LOW else 0
            self.scroll_to(y=min(self._live.virtual_region.y + spare, self.max_scroll_y), animate=False)
        self._tell()

    def _tell(self) -> None:
        self.post_message(self.Rest(self.scroll_target_y < self.max_scroll_y))
