"""A list of things to choose from, by number, arrow, enter or mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.strip import Strip
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class Item(NamedTuple):
    """One thing to choose: its id, the key shown beside it, its words, and a quiet note."""

    id: str
    key: str
    label: str
    note: str = ""
    below: str = ""

    def printed(self, width: int = 0) -> Content:
        """As it is printed, hung beside its key where wider than ``width``; hostile words stay words."""
        key, note = f"{self.key}  ", f"  {self.note}" if self.note else ""
        rows = [Content.assemble((self.label, ""), (note, "$quiet"))]
        if self.below:
            rows.append(Content.styled(self.below, "$quiet"))
        if width > 2 * len(key):
            rows = [line for row in rows for line in row.wrap(width - len(key))]
        return Content.assemble((key, "bold $accent"), Content(f"\n{' ' * len(key)}").join(rows))


class Menu(OptionList):
    """Items as an option list without frame or markup. ``Menu.OptionSelected`` carries the item's id.

    ``folds``: what is too wide goes on in the next line.
    """

    COMPONENT_CLASSES = {"menu--bar"}
    folds = True

    def __init__(self, items: Sequence[Item] = (), id: str | None = None) -> None:
        self._items = tuple(items)
        self._room = 0
        super().__init__(*self._laid(), id=id, markup=False)

    def show(self, items: Sequence[Item]) -> None:
        """Put these items in the place of what was there; the highlight stays where it can."""
        at = self.highlighted
        self._items = tuple(items)
        self.clear_options()
        self.add_options(self._laid())
        if items and at is not None:
            self.highlighted = min(at, len(items) - 1)

    def on_resize(self) -> None:
        """Fold anew what does not fit, or did not."""
        padding = self.get_component_styles("option-list--option").padding.width
        before, self._room = self._room, self.scrollable_content_region.width - padding
        narrowest = min(before, self._room) if before else self._room
        if before != self._room and any(item.printed().cell_length > narrowest for item in self._items):
            self.show(self._items)

    def on_key(self, event: events.Key) -> None:
        """A number takes what it stands beside."""
        if event.character and event.character.isdecimal():
            keys = [item.key for item in self._items]
            if event.character in keys:
                event.stop()
                self.highlighted = keys.index(event.character)
                self.action_select()

    def render_line(self, y: int) -> Strip:
        """A line of the list. Before what is chosen stands a bar: with few colours its ground is not seen."""
        strip = super().render_line(y)
        ground = next((piece.style for piece in strip if piece.style), None)
        if ground is None or self.highlighted is None or ground.meta.get("option") != self.highlighted:
            return strip
        bar = Segment("▌", ground + self.get_component_rich_style("menu--bar", partial=True))
        return Strip.join([Strip([bar], 1), strip.crop(1)])

    def _laid(self) -> list[Option]:
        room = self._room if self.folds else 0
        return [Option(item.printed(room), id=item.id) for item in self._items]

    @property
    def chosen(self) -> str | None:
        """The id of the highlighted item."""
        if self.highlighted is None:
            return None
        return self.get_option_at_index(self.highlighted).id
