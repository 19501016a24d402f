"""The one owner of stdout: data for programs, tables and lines for people."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence

from pocket_portals.clean import clean, clean_line

_COMMAND = re.compile(r"`[^`]*`")
_GLUE = "\x00"  # a space that is no place to break; what is printed has none of these


def tolerate_any_text() -> None:
    """Let no character that the terminal lacks, and no stray byte that is typed, end the game."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def is_terminal() -> bool:
    """Whether somebody is looking at stdout."""
    return sys.stdout is not None and sys.stdout.isatty()


def height() -> int:
    """Lines of the terminal."""
    return max(10, shutil.get_terminal_size().lines)


def line(text: str = "") -> None:
    """One line, or several, with no control characters in them."""
    print(clean(text))


def width() -> int:
    """Columns of the terminal."""
    return max(20, shutil.get_terminal_size().columns)


def wrapped(text: str, indent: str = "") -> None:
    """A line as wide as the terminal allows, ``indent`` before all but its first; as it is without one."""
    text = clean(text)
    if is_terminal():
        text = "\n".join(_filled(part, indent) for part in text.split("\n"))
    print(text, flush=True)


def _filled(text: str, indent: str) -> str:
    """Broken between words only: neither at a hyphen nor in a command, which has to be copied whole."""
    whole = _COMMAND.sub(lambda found: found[0].replace(" ", _GLUE), text)
    filled = textwrap.fill(
        whole, width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return filled.replace(_GLUE, " ")


def data(content: bytes) -> None:
    """Bytes, as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def as_json(value: object) -> None:
    """A value as indented JSON; dates and enums as the text they are."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table for a person at a terminal; aligned columns, two spaces apart, for anything else."""
    # Most cells are clean already, and a thousand runs have eight thousand.
    cells = [[cell if cell.isprintable() else clean_line(cell) for cell in row] for row in rows]
    if is_terminal() and os.environ.get("TERM") != "dumb":
        _rich_table(columns, cells)
    else:
        _plain_table(columns, cells)


def fits(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table of these has room, its cells whole, where it would be shown."""
    return not is_terminal() or sum(_widths(columns, rows)) + 3 * len(columns) <= width()


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(columns, *rows, strict=True)]


def _plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = _widths(columns, rows)
    for row in (columns, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        shown.add_column(column, no_wrap=index == 0, style="bold" if index == 0 else "")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))  # Text: what a save says is never markup
    Console().print(shown)


def fields(values: Mapping[str, str]) -> None:
    """Names and values, one pair a line."""
    longest = max(map(len, values), default=0)
    for name, value in values.items():
        wrapped(f"{name:<{longest}}  {clean_line(value)}".rstrip(), " " * (longest + 2))
