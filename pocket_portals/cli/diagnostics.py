"""The one owner of stderr: exit statuses, one line for each failure, crash reports."""

from __future__ import annotations

import os
import platform
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from types import FrameType

from pocket_portals import __version__, errors
from pocket_portals.clean import clean_line

NAME = "pocket-portals"


class Exit(IntEnum):
    """How the process ended. A signal ends it with 128 + its number; see ``of_signal``."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_RUN = 3
    UNAVAILABLE = 4
    INTERRUPTED = 130
    UNREAD = 141  # nobody reads stdout any more: 128 + SIGPIPE, also where there is no such signal


_STATUS: tuple[tuple[type[errors.PortalsError], Exit], ...] = (
    (errors.ConfigError, Exit.USAGE),
    (errors.WorldError, Exit.USAGE),
    (errors.RunNotFound, Exit.NO_RUN),
    (errors.RunUnreadable, Exit.NO_RUN),
    (errors.StoreUnavailable, Exit.UNAVAILABLE),
    (errors.ModelUnavailable, Exit.UNAVAILABLE),
)


def status_of(error: errors.PortalsError) -> Exit:
    """The exit status for an expected failure."""
    # A directory that can't be written is not a server that is down, though both keep no runs.
    if isinstance(error, errors.StoreUnavailable) and isinstance(error.__cause__, OSError):
        return Exit.FAILED
    return next((status for kind, status in _STATUS if isinstance(error, kind)), Exit.FAILED)


class Signalled(SystemExit):
    """A signal asked the process to end; it does, in order, with 128 + the signal's number."""

    def __init__(self, number: int) -> None:
        self.status = 128 + number
        super().__init__(self.status)


def end_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an orderly end. A face may put its own handlers in their place."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Signalled(number)

    for name in ("SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, end)


def tell(message: str) -> None:
    """One line for the player, whatever is in the message."""
    with suppress(OSError):  # nobody may be listening
        print(f"{NAME}: {clean_line(message)}", file=sys.stderr, flush=True)


def failed(error: errors.PortalsError) -> Exit:
    """Say what failed and what to do; the exit status for it."""
    tell(str(error))
    return status_of(error)


def redacted(text: str, secrets: Sequence[str]) -> str:
    """The text with every secret taken out."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "[hidden]")
    return text


def crashed(error: BaseException, folder: Path, secrets: Sequence[str], now: datetime | None = None) -> Exit:
    """Write a crash report, without the values of variables, and tell the player where it is."""
    at = now or datetime.now(UTC)
    head = [
        f"Pocket Portals {__version__} stopped on {at:%Y-%m-%d at %H:%M:%S} UTC",
        f"Python {platform.python_version()} on {platform.platform()}",
    ]
    trace = "".join(traceback.format_exception(error))
    report = redacted("\n".join([*head, "", trace]), secrets)
    file = folder / f"crash-{at:%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    safe = "Your run is safe up to its last turn."
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(report)
    except OSError as reason:
        tell(f"The game fell over ({type(error).__name__}). {safe} No report: {reason.strerror}.")
    else:
        tell(f"The game fell over ({type(error).__name__}). {safe} The report is in {file}")
    return Exit.FAILED
