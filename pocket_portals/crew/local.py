"""A model from a GGUF file: llama.cpp's own server as a child process, for this game alone.

It listens on loopback, on a port and with a key that nobody else is told, and ends with the game,
also when the game is killed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from pocket_portals.clean import clean_line
from pocket_portals.crew.discovery import model_file
from pocket_portals.errors import ModelUnavailable
from pocket_portals.setting_kinds import Secret

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("local_server.py")
LONGEST = 600.0  # seconds that loading may take
STEP = 0.1  # seconds between two looks at how far it is
GRACE = 2.0  # seconds a server gets to end by itself
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Loading:
    """How far a model is loaded. ``share`` is from 0 to 1, and None where it can't be known."""

    name: str
    megabytes: int
    seconds: float
    share: float | None

    def __str__(self) -> str:
        much = f"{self.share:.0%}" if self.share is not None else f"{self.seconds:.0f} s"
        return f"Loading {self.name} ({self.megabytes} MB): {much}"


Progress: TypeAlias = Callable[[Loading], None]


class LocalServer:
    """One model, served. ``start`` blocks; ``close`` may be called at any time, from any thread."""

    def __init__(self, path: str, context: int, threads: int) -> None:
        """Raises ConfigError when there is no such file."""
        self.file = model_file(path)
        self.name = clean_line(self.file.stem, 60)
        self.address = ""
        self.key = Secret(secrets.token_urlsafe(32))
        self._context = context
        self._threads = threads or sensible_threads()
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._closed = threading.Event()

    @property
    def pid(self) -> int:
        """The server's process; 0 before it is started."""
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        """Whether it is there to be asked."""
        return bool(self.address) and self._process is not None and self._process.poll() is None

    def start(self, progress: Progress | None = None) -> None:
        """Load the model. Raises ModelUnavailable when it can't be, or when it is closed meanwhile."""
        self._end()  # what is left of one that died
        wanted = {
            "file": str(self.file.absolute()),
            "name": self.name,
            "key": self.key.reveal(),
            "context": self._context,
            "threads": self._threads,
        }
        process = self._process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            start_new_session=True,  # Ctrl+C at the terminal is for the game
        )
        try:
            self.address = self._address(process, wanted, progress)
        except BaseException:
            self._end()
            raise
        log.info("%s is served by process %d", self.name, process.pid)

    def _address(
        self, process: subprocess.Popen[bytes], wanted: dict[str, object], progress: Progress | None
    ) -> str:
        to_it, from_it = process.stdin, process.stdout
        assert to_it
        assert from_it
        with contextlib.suppress(BrokenPipeError):  # it ended already, and its words say why
            to_it.write(json.dumps(wanted).encode() + b"\n")
            to_it.flush()
        began = time.monotonic()
        answered: list[bytes] = []
        reader = threading.Thread(target=lambda: answered.append(from_it.readline()), daemon=True)
        reader.start()
        while reader.is_alive():
            reader.join(STEP)
            seconds = time.monotonic() - began
            if self._closed.is_set() or seconds > LONGEST:
                raise self._failed("was not loaded in time")
            if progress:
                progress(self._loading(process.pid, seconds))
        try:
            return f"{json.loads(answered[0])['address']}/v1"
        except (ValueError, KeyError, TypeError, IndexError):
            raise self._failed("can't be loaded") from None

    def _loading(self, pid: int, seconds: float) -> Loading:
        size = self.file.stat().st_size
        held = _memory(pid)
        return Loading(
            self.name, size // MEGABYTE, seconds, None if held is None else min(0.99, held / max(size, 1))
        )

    def _failed(self, what: str) -> ModelUnavailable:
        log.error("%s %s: %s", self.name, what, self.last_words())
        return ModelUnavailable(
            f"The model {self.file.name} {what}.",
            "Take a smaller one, or a file that llama.cpp can read; the log says more.",
        )

    def last_words(self) -> str:
        """The end of what the server wrote on its standard error."""
        try:
            self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - 2000))
            return self._said.read().decode("utf-8", "replace")
        except (OSError, ValueError):
            return ""

    def close(self) -> None:
        """End the server. Harmless when there is none."""
        self._closed.set()
        self._end()
        self._said.close()

    def _end(self) -> None:
        process, loaded = self._process, bool(self.address)
        self._process, self.address = None, ""
        if process is None:
            return
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if not loaded:
            process.kill()  # it hears nothing before it is
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def sensible_threads() -> int:
    """Half of the processors this process may use, at most eight: the other half is for the game,
    and threads of llama.cpp that wait for one another come to a crawl on a machine that is busy."""
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(8, mine // 2))


def _memory(pid: int) -> int | None:
    """Bytes that a process holds in memory; None where that can't be read."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
