"""The deeds offered. They are taken by number or mouse, while the cursor stays on the free line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.containers import Horizontal
from textual.message import Message

from pocket_portals.rules.state import Choice
from pocket_portals.session.transcript import stakes
from pocket_portals.tui.breakpoints import HIGH, TWO_COLUMNS
from pocket_portals.tui.widgets.menu import Item, Menu

FEW = 4  # as many stand one below the other, however low the screen


_MARGIN = 2  # cells of a column without text
_PERCENT = re.compile(r"\d+ ?%")


class _Column(Menu):
    """Some of the deeds. Never takes the focus from the line."""

    can_focus = False


class Choices(Horizontal):
    """The offered deeds, numbered; in two columns where many of them would crowd out the story."""

    @dataclass
    class Highlighted(Message):
        """Another deed is looked at; None when none is."""

        number: int | None

    def __init__(self) -> None:
        super().__init__(id="choices")
        self._items: tuple[Item, ...] = ()
        self._rows = 0

    def compose(self) -> Iterable[_Column]:
        yield _Column(id="left")
        yield _Column(id="right")

    def offer(self, choices: Sequence[Choice]) -> None:
        """Show these deeds; none hides the list."""
        items = [Item(str(n), str(n), choice.label, stakes(choice)) for n, choice in enumerate(choices, 1)]
        self.put(items)

    def put(self, items: Sequence[Item]) -> None:
        """Show these items."""
        self._items = tuple(items)
        self.display = bool(items)
        self._lay()

    @property
    def option_count(self) -> int:
        """How many there are."""
        return len(self._items)

    def ident(self, number: int) -> str:
        """The id of an item by its number, from 1."""
        return self._items[number - 1].id

    @property
    def chosen(self) -> str | None:
        """The id of the highlighted item."""
        return next((column.chosen for column in self.query(_Column) if column.chosen), None)

    @property
    def highlighted(self) -> int | None:
        """The index of the highlighted item."""
        chosen = self.chosen
        return next((at for at, item in enumerate(self._items) if item.id == chosen), None)

    def step(self, by: int) -> None:
        """Move the highlight, around the ends."""
        if self._items:
            at = self.highlighted
            self._highlight(((-1 if at is None and by > 0 else at or 0) + by) % len(self._items))

    def on_resize(self, _: events.Resize) -> None:
        at = self.highlighted
        self._lay()
        if at is not None:
            self._highlight(at)

    def on_option_list_option_highlighted(self, event: Menu.OptionHighlighted) -> None:
        event.stop()

    def _lay(self) -> None:
        size, count = self.app.size, len(self._items)
        two = count > FEW and size.width >= TWO_COLUMNS and size.height < HIGH
        rows = (count + 1) // 2 if two else count
        left, right = self.query(_Column)
        halves = self._items[:rows], self._items[rows:]
        self._rows = rows
        self.set_class(two, "-two")
        widths = _widths(*halves, self.size.width) if two else (0, 0)
        for column, items, width in zip((left, right), halves, widths, strict=True):
            column.highlighted = None
            column.folds = not two
            column.styles.width = width or "1fr"
            column.show([_short(item, width - _MARGIN) for item in items] if two else items)
        right.display = two
        self.post_message(self.Highlighted(None))

    def _highlight(self, at: int) -> None:
        left, right = self.query(_Column)
        left.highlighted = at if at < self._rows else None
        right.highlighted = at - self._rows if at >= self._rows else None
        self.post_message(self.Highlighted(at + 1))


def _widths(left: Sequence[Item], right: Sequence[Item], room: int) -> tuple[int, int]:
    """How wide two columns are: half of the room each, unless one's deeds need more and the other's don't."""
    need, others = (max(len(f"{i.key}  {i.label}") for i in items) + _MARGIN for items in (left, right))
    middle = sorted((need, room // 2, room - others))[1]
    return middle, room - middle


def _short(item: Item, width: int) -> Item:
    """An item as it fits into a column: of its note no more than the odds."""
    found = _PERCENT.search(item.note)
    note = found[0] if found else ""
    return item._replace(note=note if len(f"{item.key}  {item.label}  {note}") <= width else "")
