"""The smallest app that shows something, to measure others against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello there")


if __name__ == "__main__":
    Bare().run()
