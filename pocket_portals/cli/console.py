"""Standard input and output as plain mode's reader and writer."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

from pocket_portals.cli import output
from pocket_portals.plain.game import play

if TYPE_CHECKING:
    from pocket_portals.session.service import Entrance, GameSessionService, NewRun

LONGEST = 20_000  # characters of a line that are kept; the rest of it is read and dropped


def read_line() -> str | None:
    """The next line of input; None at its end."""
    if sys.stdin.isatty() and output.is_terminal():
        try:
            return input("> ")
        except EOFError:
            print()
            return None
        except KeyboardInterrupt:
            print()
            raise
    line = sys.stdin.readline(LONGEST)
    rest = line
    while len(rest) == LONGEST and not rest.endswith("\n"):
        rest = sys.stdin.readline(LONGEST)
    return line or None


def play_plainly(
    service: GameSessionService, entrance: Entrance, warm_up: Callable[[], None], fresh: NewRun
) -> int:
    """Play over stdin and stdout; the exit status."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def load() -> None:
        if output.is_terminal():
            output.line("One moment ...")
        warm_up()

    # A handler that is not Python's own keeps asyncio from waiting for a line before it interrupts.
    signal.signal(signal.SIGINT, interrupt)
    return asyncio.run(play(service, entrance, read_line, output.wrapped, load, fresh))
