"""How the game was called here: what it tells the player to type must work where it is typed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

from pocket_portals.cli.diagnostics import NAME

_TOLD = re.compile(rf"(?<=`){NAME}(?= )|(?<=Come back with: ){NAME}(?= )")


def command() -> str:
    """What was typed to call the game, as short as it works from here."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":  # as a module of some Python
        return f"{_shortest(sys.executable)} -m pocket_portals"
    if called.name == NAME and called.is_file() and shutil.which(NAME) is None:
        return _shortest(str(called))
    return NAME


def as_called(text: str) -> str:
    """A line with the commands in it as they have to be typed here."""
    return _TOLD.sub(lambda _: command(), text)


def _shortest(program: str) -> str:
    """The way to a program: its bare name where the shell finds it, else the shorter of its two paths."""
    name = Path(program).name
    if shutil.which(name) == program:
        return shlex.quote(name)
    try:
        near = os.path.relpath(program)
    except (OSError, ValueError):  # on another drive, or nowhere any more
        return shlex.quote(program)
    near = near if os.sep in near else f"{os.curdir}{os.sep}{near}"
    return shlex.quote(min(program, near, key=len))
