"""The line above the deeds: what the one looked at risks, and whether there is more to read."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class Beside(Widget):
    """One line."""

    def __init__(self) -> None:
        super().__init__()
        self._risk = ""
        self._below = False

    def weigh(self, risk: str) -> None:
        """What the highlighted deed risks; "" for nothing."""
        self._risk = risk
        self.refresh()

    def rest(self, below: bool) -> None:
        """Whether the story goes on below the page."""
        self._below = below
        self.refresh()

    def render(self) -> Content:
        risk, arrow = (
            Content.styled(self._risk, "$warn"),
            Content.styled("↓ " if self._below else "", "$accent"),
        )
        more = Content.assemble(arrow, ("more · Space" if self._below else "", "$quiet"))
        if risk.cell_length + more.cell_length >= self.size.width:
            more = arrow
        room = self.size.width - more.cell_length - 1
        return Content.assemble(risk.truncate(max(0, room), ellipsis=True, pad=True), " ", more)
