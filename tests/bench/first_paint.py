"""From the start of the process to the first words on the screen, over a pty."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import measure
import pexpect
import pyte

TITLE = "First paint"
TIMES = 7
BARE = Path(__file__).with_name("bare_app.py")


def first_words(*arguments: str) -> float:
    """Milliseconds until something can be read on an 80x24 terminal."""
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    began = time.perf_counter()
    child = pexpect.spawn(sys.executable, list(arguments), dimensions=(24, 80), timeout=60)
    try:
        while sum(character.isalpha() for line in screen.display for character in line) < 5:
            stream.feed(child.read_nonblocking(65536, timeout=60))
        return (time.perf_counter() - began) * 1000
    finally:
        child.close(force=True)


def rows() -> list[measure.Row]:
    """The title screen against the smallest Textual app."""
    with measure.home():
        game, bare = measure.medians(
            TIMES, lambda: first_words("-m", "pocket_portals"), lambda: first_words(str(BARE))
        )
    return [measure.Row("pocket-portals", game, "ms", "a bare Textual app", bare)]
