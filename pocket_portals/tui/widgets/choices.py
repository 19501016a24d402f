"""The deeds offered. They are taken by number or mouse, while the cursor stays on the free line."""

from __future__ import annotations

from collections.abc import Sequence

from pocket_portals.rules.state import Choice
from pocket_portals.session.transcript import stakes
from pocket_portals.tui.widgets.menu import Item, Menu


class Choices(Menu):
    """The offered deeds, numbered. Never takes the focus from the line."""

    can_focus = False

    def offer(self, choices: Sequence[Choice]) -> None:
        """Show these deeds; none hides the list."""
        items = [Item(str(n), str(n), choice.label, stakes(choice)) for n, choice in enumerate(choices, 1)]
        self.put(items)

    def put(self, items: Sequence[Item]) -> None:
        """Show these items."""
        self.highlighted = None
        self.show(items)
        self.highlighted = None
        self.display = bool(items)

    def step(self, by: int) -> None:
        """Move the highlight, around the ends."""
        if self.option_count:
            at = self.highlighted
            self.highlighted = (-1 if at is None and by > 0 else at or 0) + by
            self.highlighted %= self.option_count
