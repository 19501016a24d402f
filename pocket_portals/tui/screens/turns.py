"""Which turn to go back to: every turn of the story, the last first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from pocket_portals.tui.widgets.menu import Item, Menu


class TurnsScreen(ModalScreen[int | None]):
    """Answers with the revision after which another story is to begin."""

    BINDINGS = [Binding("escape,q", "close", "back", show=False)]

    def __init__(self, deeds: Sequence[tuple[int, str]]) -> None:
        super().__init__()
        width = len(str(deeds[-1][0])) if deeds else 1
        self._items = [Item(str(at), f"{at:>{width}}", deed) for at, deed in reversed(deeds)]

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="sheet"):
            yield Static(Content("Go on from after…"), id="head")
            yield Menu(self._items, id="list")
            yield Static(Content("Another run grows from there; this one stays.   Esc back"), id="hints")

    def on_mount(self) -> None:
        self.query_one(Menu).focus()
        self.query_one(Menu).highlighted = min(1, len(self._items) - 1)

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        self.dismiss(int(event.option_id or 0))

    def action_close(self) -> None:
        """Back, without a branch."""
        self.dismiss(None)
