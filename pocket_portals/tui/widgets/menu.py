"""A list of things to choose from, by number, arrow, enter or mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option


@dataclass(frozen=True)
class Item:
    """One thing to choose: its id, the key shown beside it, its words, and a quiet note."""

    id: str
    key: str
    label: str
    note: str = ""
    below: str = ""

    @property
    def content(self) -> Content:
        """As it is printed; hostile words stay words."""
        parts: list[tuple[str, str]] = [(f"{self.key}  ", "bold $accent"), (self.label, "")]
        if self.note:
            parts.append((f"  {self.note}", "$quiet"))
        if self.below:
            parts.append((f"\n{' ' * len(self.key)}  {self.below}", "$quiet"))
        return Content.assemble(*parts)


class Menu(OptionList):
    """Items as an option list without frame or markup. ``Menu.OptionSelected`` carries the item's id."""

    def __init__(self, items: Sequence[Item] = (), id: str | None = None) -> None:
        super().__init__(*_options(items), id=id, markup=False)

    def show(self, items: Sequence[Item]) -> None:
        """Put these items in the place of what was there; the highlight stays where it can."""
        at = self.highlighted
        self.clear_options()
        self.add_options(_options(items))
        if items and at is not None:
            self.highlighted = min(at, len(items) - 1)

    @property
    def chosen(self) -> str | None:
        """The id of the highlighted item."""
        if self.highlighted is None:
            return None
        return self.get_option_at_index(self.highlighted).id


def _options(items: Sequence[Item]) -> list[Option]:
    return [Option(item.content, id=item.id) for item in items]
