"""From the start of the process to the first words on the screen, over a pty."""

from __future__ import annotations

import os
import shutil
import sys
import time
from functools import partial
from pathlib import Path

import measure
import pexpect
import pyte

TITLE = "First paint"
TIMES = 7
BARE = Path(__file__).with_name("bare_app.py")
STORY = "FROTZ_STORY"  # the variable that names a story file for frotz, which opens nothing without


def first_words(program: str, *arguments: str) -> float:
    """Milliseconds until something can be read on an 80x24 terminal."""
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    began = time.perf_counter()
    child = pexpect.spawn(program, list(arguments), dimensions=(24, 80), timeout=60)
    try:
        came = began
        while sum(character.isalpha() for line in screen.display for character in line) < 5:
            data = child.read_nonblocking(65536, timeout=60)
            came = time.perf_counter()  # what reading a screen of them takes is not theirs
            stream.feed(data)
        return (came - began) * 1000
    finally:
        measure.end(child)


def rows() -> list[measure.Row]:
    """The title screen, and other programs that are installed, against a bare app of as many widgets."""
    story = os.environ.get(STORY, "")
    others = {"elia": ["elia"], "frotz": ["frotz", story]}
    missing = {name: "not installed here" for name in others if not shutil.which(name)}
    if not story:
        missing.setdefault("frotz", f"needs a story file in ${STORY}")
    commands = {
        "pocket-portals": [sys.executable, "-m", "pocket_portals"],
        **{name: command for name, command in others.items() if name not in missing},
    }
    with measure.home():
        *took, bare = measure.medians(
            TIMES,
            *(partial(first_words, *command) for command in commands.values()),
            partial(first_words, sys.executable, str(BARE)),
        )
    against = "a bare Textual app of as many widgets"
    return [
        *(measure.Row(name, value, "ms", against, bare) for name, value in zip(commands, took, strict=True)),
        *(measure.Row(name, None, "ms", why) for name, why in missing.items()),
    ]
