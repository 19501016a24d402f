"""The last border before the terminal: what it would obey is taken out of every line that is drawn."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from pocket_portals.clean import clean


class Harmless(LineFilter):
    """Lines without control characters, whatever text came this far. Layout is as if they had no width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() and segment.text.isprintable() else _cleaned(segment)
            for segment in segments
        ]


def _cleaned(segment: Segment) -> Segment:
    text = clean(segment.text).replace("\n", " ")
    return segment if text == segment.text else Segment(text, segment.style)
