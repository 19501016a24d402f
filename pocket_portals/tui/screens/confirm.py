"""A question before something that can't be taken back."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from pocket_portals.tui.widgets.menu import Item, Menu


class ConfirmScreen(ModalScreen[bool]):
    """Yes or no; no is what Enter and Esc mean."""

    BINDINGS = [
        Binding("y", "answer(True)", "yes", show=False),
        Binding("n,escape", "answer(False)", "no", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._items = [Item("no", "n", no), Item("yes", "y", yes)]

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="card"):
            yield Static(Content(self._question), id="question")
            yield Menu(self._items)

    def on_mount(self) -> None:
        self.query_one(Menu).focus()
        self.query_one(Menu).highlighted = 0

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        self.dismiss(event.option_id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer and close."""
        self.dismiss(yes)
