"""Standard input and output as plain mode's reader and writer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

from pocket_portals.cli import output
from pocket_portals.cli.calling import as_called
from pocket_portals.errors import PortalsError
from pocket_portals.plain.game import play

if TYPE_CHECKING:
    from pocket_portals.session.entrance import Entrance, NewRun
    from pocket_portals.session.service import GameSessionService

LONGEST = 20_000  # characters of a line that are kept; the rest of it is read and dropped


def read_line() -> str | None:
    """The next line of input; None at its end."""
    typed = sys.stdin.isatty() and output.is_terminal()
    try:
        if typed:
            print("> ", end="", flush=True)
            _wait()
        line = sys.stdin.readline(LONGEST)
    except KeyboardInterrupt:
        if typed:
            print()
        raise
    if typed and not line:
        print()
    rest = line
    while len(rest) == LONGEST and not rest.endswith("\n"):
        rest = sys.stdin.readline(LONGEST)
    return line or None


def _wait() -> None:
    """Until a line is typed, or a signal comes.

    One that came in the moment between the prompt and the reading would be heard only after the next
    line; so both are waited for together, where the system can.
    """
    if os.name == "posix":
        with _signals() as signals:
            select.select([sys.stdin, signals], [], [])


@contextlib.contextmanager
def _signals() -> Iterator[int]:
    """Something that can be read as soon as a signal has come, even before its handler was called."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    before = signal.set_wakeup_fd(write)
    try:
        yield read
    finally:
        signal.set_wakeup_fd(before)
        os.close(read)
        os.close(write)


def _ahead(warm_up: Callable[[], None]) -> None:
    with contextlib.suppress(PortalsError):  # the first turn tries again, and says so
        warm_up()


def play_plainly(
    service: GameSessionService,
    entrance: Entrance,
    warm_up: Callable[[], None],
    fresh: NewRun,
    leaving: Callable[[], object],
) -> int:
    """Play over stdin and stdout; the exit status. ``leaving`` ends what threads may still wait for."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def write(line: str) -> None:
        output.wrapped(as_called(line))

    def load() -> None:
        if output.is_terminal():
            output.line("One moment ...")
        warm_up()

    loading = threading.Thread(target=_ahead, args=(warm_up,), daemon=True)
    if output.is_terminal():  # somebody reads the first scene meanwhile
        loading.start()
    # A handler that is not Python's own keeps asyncio from waiting for a line before it interrupts.
    signal.signal(signal.SIGINT, interrupt)

    async def until_left() -> int:
        try:
            return await play(service, entrance, read_line, write, load, fresh, output.is_terminal())
        finally:
            leaving()

    try:
        return asyncio.run(until_left())
    finally:
        # A process that ends while compiled modules are imported can abort.
        if loading.is_alive():
            loading.join()
