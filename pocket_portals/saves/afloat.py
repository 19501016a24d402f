"""Runs that the disk does not take: kept in memory, tried again with every turn and in between.

Once the disk takes one, its whole journal is there. Where another process has played on meanwhile, what
was played here becomes a run of its own. On leaving, what is still not taken gets a copy elsewhere.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from pocket_portals.errors import Conflict, PortalsError, StoreUnavailable
from pocket_portals.saves import codec, durable
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.ids import overtaken
from pocket_portals.saves.mirror import Mirror
from pocket_portals.saves.sync import holds, keep_apart
from pocket_portals.session.journal import RunRecord


@dataclass(frozen=True)
class Adrift:
    """A run that the disk did not take, the head that its file still has, and why."""

    record: RunRecord
    ashore: str
    trouble: StoreUnavailable


class Afloat:
    """Saves runs in files, or holds on to them. ``tried`` is called, in a thread, after each new try."""

    def __init__(self, files: FileStore, tried: Callable[[str, PortalsError | None], None]) -> None:
        self._files = files
        self._runs: dict[str, Adrift] = {}
        self._locks: defaultdict[str, RLock] = defaultdict(RLock)  # a turn and a new try do not cross
        self._tries = Mirror(self._try_again, tried)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._runs))

    def __contains__(self, run: str) -> bool:
        return run in self._runs

    def get(self, run: str) -> Adrift | None:
        """The run, if the disk did not take it."""
        return self._runs.get(run)

    def drop(self, run: str) -> bool:
        """Hold on to it no longer; whether it was held."""
        self._tries.drop(run)
        return self._runs.pop(run, None) is not None

    def save(self, record: RunRecord, expected: str) -> str:
        """Keep the run, on the disk if it takes it; what there is to tell. Raises Conflict."""
        run = record.run
        with self._locks[run]:
            held = self._runs.get(run)
            if held and held.record.head not in (expected, record.head):
                raise overtaken(run)
            ashore = held.ashore if held else expected
            try:
                return self._land(record, ashore)
            except StoreUnavailable as trouble:
                self._runs[run] = Adrift(record, ashore, trouble)
                self._tries.due(run)
                return ""

    def close(self) -> list[str]:
        """Try each for the last time; what there is to tell."""
        self._tries.close()
        told = []
        for held in tuple(self._runs.values()):
            try:
                told.append(self.save(held.record, held.record.head))
            except PortalsError as error:
                told.append(str(error))
        return told

    def rescued(self, run: str) -> str:
        """Put a copy of the run where temporary files go; what to tell the player."""
        held = self._runs[run]
        try:
            copy = Path(tempfile.mkdtemp(prefix="pocket-portals-"), f"{run}.json")
            durable.replace(copy, codec.encode(held.record))
        except OSError:
            return f"Not saved: {run}; it is lost. {held.trouble}"
        return (
            f"Not saved: {run}. {held.trouble} "
            f"A copy is in {copy}; once that is mended, `pocket-portals import {copy}` takes it in."
        )

    def _land(self, record: RunRecord, ashore: str) -> str:
        run = record.run
        try:
            told = self._files.save(record, ashore).warning
        except Conflict as conflict:
            if run not in self._runs:
                raise
            theirs = self._files.load(run)
            if holds(record, theirs.head):  # the run was opened from Redis, which was ahead
                return self._land(record, theirs.head)
            branch = keep_apart(self._files, record, theirs).run
            del self._runs[run]
            raise Conflict(
                f"Run {run} was played on elsewhere while nothing could be saved here. What was played here "
                f"is {branch} now.",
                f"Go on with it with `pocket-portals resume {branch}`.",
            ) from conflict
        self._runs.pop(run, None)
        return told

    def _try_again(self, run: str) -> None:
        with self._locks[run]:
            if held := self._runs.get(run):
                self._land(held.record, held.ashore)
