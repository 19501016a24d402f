"""The one owner of stdout: data for programs, tables and lines for people."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence

from pocket_portals.clean import clean, clean_line


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


def wrapped(text: str) -> None:
    """A line as wide as the terminal allows; as it is when there is none."""
    text = clean(text)
    if is_terminal():
        width = max(20, shutil.get_terminal_size().columns)
        text = "\n".join(textwrap.fill(part, width, break_long_words=False) for part in text.split("\n"))
    print(text, flush=True)


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


def _plain_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
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
    width = max(map(len, values), default=0)
    for name, value in values.items():
        print(f"{name:<{width}}  {clean_line(value)}".rstrip())
