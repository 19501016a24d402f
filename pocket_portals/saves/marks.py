"""Small notes beside a run's file: what Redis was last seen to hold, how long it keeps it, and what to tell.

saves/<id>/  synced  keep  news

Losing one costs a question to Redis and never a turn, so they are put in place but not flushed.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from pocket_portals.clean import clean_line
from pocket_portals.errors import RunNotFound, RunUnreadable
from pocket_portals.saves import codec, durable
from pocket_portals.saves.files import STATE
from pocket_portals.saves.ids import checked_id

_HEAD = re.compile(rb"[0-9a-f]{1,64}")
_NEWS = 300  # characters
_SECONDS = re.compile(rb"[0-9]{1,12}")


class Marks:
    """The notes of all runs under one folder of saves."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def synced(self, run: str) -> str:
        """The last head that was seen in both places; "" when there is none."""
        found = self._read(run, "synced")
        return found.decode() if _HEAD.fullmatch(found) else ""

    def note_synced(self, run: str, head: str) -> None:
        """This head is in both places."""
        self._write(run, "synced", head.encode())

    def behind(self) -> list[str]:
        """The runs that were in both places once, and have been played on here since."""
        found = []
        for note in self._root.glob("*/synced"):
            run = note.parent.name
            with contextlib.suppress(OSError, RunUnreadable, RunNotFound):
                start = durable.read_start(note.with_name(STATE), codec.HEADER_BYTES)
                if codec.head_in(start) != self.synced(run):
                    found.append(run)
        return found

    def keep(self, run: str) -> int | None:
        """The run's own time to live in seconds, 0 for ever; None when it has none."""
        found = self._read(run, "keep")
        return int(found) if _SECONDS.fullmatch(found) else None

    def note_keep(self, run: str, seconds: int) -> None:
        """The run has a time to live of its own."""
        self._write(run, "keep", b"%d" % seconds)

    def news(self, run: str) -> str:
        """What the player has not been told yet."""
        return clean_line(self._read(run, "news").decode("utf-8", "replace"), _NEWS)

    def note_news(self, run: str, words: str) -> None:
        """What the player is to be told; "" once it was."""
        if words or self._read(run, "news"):
            self._write(run, "news", words.encode())

    def _read(self, run: str, name: str) -> bytes:
        try:
            return durable.read(self._root / checked_id(run) / name, 2 * _NEWS).strip()
        except (OSError, RunUnreadable):
            return b""

    def _write(self, run: str, name: str, data: bytes) -> None:
        path = self._root / checked_id(run) / name
        aside = path.with_name(f"{name}.{os.getpid()}.tmp")
        with contextlib.suppress(OSError):  # the run was deleted, or the disk is full
            aside.write_bytes(data)
            aside.replace(path)
