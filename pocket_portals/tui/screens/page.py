"""A page to read over the story: sheet, journal, help. Closed by the key that any reader tries first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from pocket_portals.tui.leaf import Leaf, Paragraph, plain
from pocket_portals.tui.widgets.transcript import LeafView


class PageScreen(ModalScreen[None]):
    """A title, and paragraphs that scroll. Subclasses give ``paragraphs``."""

    BINDINGS = [Binding("escape,q,enter", "close", "back", show=False)]
    AUTO_FOCUS = "#reading"
    hints = "↑↓ scroll   Esc back"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def paragraphs(self) -> Sequence[Paragraph]:
        """What is on the page."""
        raise NotImplementedError

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="sheet"):
            yield Static(Content(self._title), id="head")
            with VerticalScroll(id="reading"):
                yield LeafView(Leaf(spaced(self.paragraphs())))
            yield Static(Content(self.hints), id="hints")

    def action_close(self) -> None:
        """Back to where one came from."""
        self.dismiss()


def spaced(lines: Iterable[Paragraph]) -> list[Paragraph]:
    """Lines with a blank one between them and the head."""
    return [replace(each, gap=each.gap if at else 1) for at, each in enumerate(lines)]


def section(text: str) -> Paragraph:
    """A heading on a page."""
    return Paragraph(plain(text.upper(), "$accent"))


def line(*parts: tuple[str, str] | str | Content, indent: int = 0) -> Paragraph:
    """A line that follows the one before closely."""
    return Paragraph(Content.assemble(*parts), indent, gap=0)


def hung(mark: Content, *parts: tuple[str, str] | str | Content) -> Paragraph:
    """A line that hangs beside its mark, however often it is folded."""
    return Paragraph(Content.assemble(*parts), mark.cell_length, gap=0, mark=mark)
