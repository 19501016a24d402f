"""An app of Textual's own widgets, as many as our title has, that does nothing: to measure others against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        with Vertical():
            for words in ("Hello there", "a name", "a line below it"):
                yield Static(words)
            yield OptionList(*(f"something to choose, {number}" for number in range(6)))
            yield Static("a last word")


if __name__ == "__main__":
    Bare().run()
