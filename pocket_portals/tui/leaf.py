"""Paragraphs with indents of their own, drawn as one visual: the paper of the transcript.

One widget holds many paragraphs, because the cost of a screen follows its widgets, not its lines.
"""

from __future__ import annotations

import pickle
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

NARROWEST = 12  # cells that a line keeps, whatever its indent
LIT = "bold $page on $warn"
_STRESSED = re.compile(r"\*([^*\n]+)(?:\*|$)")


@dataclass(frozen=True)
class Paragraph:
    """One line or paragraph. ``indent`` in cells; ``gap`` in blank lines before it.

    Of two ``tight`` ones, the second follows the first without a gap. The ``mark`` hangs in the
    indent before the first line; it is no part of the text, and is not copied. With one that ``opens``,
    something begins.
    """

    text: Content
    indent: int = 0
    gap: int = 1
    tight: bool = False
    mark: Content | None = None
    opens: bool = False


def plain(text: str, style: str = "") -> Content:
    """Text as it is: never read as markup."""
    return Content.styled(text, style) if style else Content(text)


def prose(text: str, style: str = "") -> Content:
    """Text whose *stressed* words are set in italics; the last may still be coming."""
    parts: list[tuple[str, str]] = []
    at = 0
    for found in _STRESSED.finditer(text):
        parts += [(text[at : found.start()], style), (found[1], f"{style} italic".strip())]
        at = found.end()
    return Content.assemble(*parts, (text[at:], style))


def paragraphs(text: str, style: str = "", indent: int = 0, gap: int = 1) -> list[Paragraph]:
    """A text that may hold several paragraphs."""
    lines = [line.strip() for line in text.split("\n")]
    return [Paragraph(prose(line, style), indent, gap) for line in lines if line]


class Leaf(Visual):
    """An immutable run of paragraphs. The gap before the first is kept: leaves follow each other."""

    def __init__(self, paragraphs: Iterable[Paragraph] = ()) -> None:
        self.paragraphs = tuple(_spaced(paragraphs))
        self._heights: dict[int, int] = {}

    @property
    def plain(self) -> str:
        """The text, one logical line a paragraph or gap."""
        lines: list[str] = []
        for paragraph in self.paragraphs:
            lines += [""] * paragraph.gap
            lines.append(paragraph.text.plain)
        return "\n".join(lines)

    def lit(self, words: re.Pattern[str]) -> Leaf:
        """The same with these words marked."""
        return Leaf(replace(p, text=p.text.highlight_regex(words, style=LIT)) for p in self.paragraphs)

    def extent(self, index: int, rules: RulesMap, width: int) -> tuple[int, int]:
        """The first line of a paragraph, and how many it has."""
        before = sum(p.gap + _height(p, rules, width) for p in self.paragraphs[:index])
        paragraph = self.paragraphs[index]
        return before + paragraph.gap, _height(paragraph, rules, width)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        strips: list[Strip] = []
        line = 0
        margin = style.background_style.rich_style
        for paragraph in self.paragraphs:
            for _ in range(paragraph.gap):
                strips.append(Strip.blank(width, margin).apply_offsets(0, line))
                line += 1
            indent = _indent(paragraph, width)
            own = replace(options, selection=_shifted(options.selection, line, len(paragraph.text.plain)))
            left = Strip.blank(indent, margin)
            first = left
            if paragraph.mark and indent:
                marks = paragraph.mark.render_strips(indent, 1, style, replace(options, selection=None))
                first = marks[0].adjust_cell_length(indent, margin)
            for strip in paragraph.text.render_strips(max(1, width - indent), None, style, own):
                moved = strip.apply_offsets(_first_character(strip), line)
                strips.append(Strip.join([first, moved]) if indent else moved)
                first = left
            line += 1
        return strips if height is None else strips[:height]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        widths = (p.indent + p.text.get_optimal_width(rules, container_width) for p in self.paragraphs)
        return min(container_width, max(widths, default=1))

    def get_height(self, rules: RulesMap, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = sum(p.gap + _height(p, rules, width) for p in self.paragraphs)
        return self._heights[width]


class Folded:
    """A leaf put away: its words and styles, packed, without what was worked out to draw them."""

    __slots__ = ("_packed",)

    def __init__(self, leaf: Leaf) -> None:
        lines = [
            (p.text.plain, list(p.text.spans), p.indent, p.gap, p.tight, p.mark, p.opens)
            for p in leaf.paragraphs
        ]
        self._packed = zlib.compress(pickle.dumps(lines))

    def unfold(self) -> Leaf:
        """The leaf again."""
        return Leaf(
            Paragraph(Content(text, spans), indent, gap, tight, mark, opens)
            for text, spans, indent, gap, tight, mark, opens in pickle.loads(zlib.decompress(self._packed))
        )


def _indent(paragraph: Paragraph, width: int) -> int:
    """Its indent, where there is room for one."""
    return min(paragraph.indent, max(0, width - NARROWEST))


def _height(paragraph: Paragraph, rules: RulesMap, width: int) -> int:
    return paragraph.text.get_height(rules, max(1, width - _indent(paragraph, width)))


def _spaced(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    before: Paragraph | None = None
    for paragraph in paragraphs:
        close = before is not None and before.tight and paragraph.tight
        yield replace(paragraph, gap=0) if close else paragraph
        before = paragraph


def _first_character(strip: Strip) -> int:
    for segment in strip:
        if segment.style and (offset := segment.style.meta.get("offset")):
            return int(offset[0])
    return 0


def _shifted(selection: Selection | None, line: int, length: int) -> Selection | None:
    """The part of a leaf's selection that falls on one of its lines."""
    if selection is None or (span := selection.get_span(line)) is None:
        return None
    start, end = span
    return Selection(Offset(start, 0), Offset(length if end == -1 else end, 0))
