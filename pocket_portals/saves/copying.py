"""Copying runs from one place to the other, a run at a time: done twice, it does nothing the second time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pocket_portals.errors import Conflict, RunNotFound
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.marks import Marks
from pocket_portals.saves.sync import Sync, holds

if TYPE_CHECKING:
    from pocket_portals.saves.redis import RedisStore

Copied: TypeAlias = Literal["there already", "copied", "parted"]


class Copying:
    """Between one folder of saves and one Redis. With ``dry`` it only says what it would do.

    A run whose lines parted is left alone on both sides; syncing it makes a run of each.
    """

    def __init__(self, files: FileStore, redis: RedisStore, dry: bool = False) -> None:
        self._files = files
        self._redis = redis
        self._marks = Marks(files.root)
        self._sync = Sync(files, redis, self._marks)
        self._dry = dry

    def runs_in_files(self) -> list[str]:
        """What there is to copy to Redis, the first played first."""
        return [line.id for line in reversed(self._files.summaries())]

    def runs_in_redis(self) -> list[str]:
        """What there is to copy to files, the first played first."""
        return [line.id for line in reversed(self._redis.summaries())]

    def to_redis(self, run: str) -> Copied:
        """Raises RunUnreadable, SaveTooNew, StoreUnavailable."""
        ours = self._files.load(run)
        head = self._redis.head(run)
        if head == ours.head:
            self._marks.note_synced(run, head)
            return "there already"
        if head and not holds(ours, head):
            return "there already" if holds(self._redis.load(run), ours.head) else "parted"
        if not self._dry:
            try:
                self._sync.send(ours)
            except Conflict:
                return "parted"
        return "copied"

    def to_files(self, run: str) -> Copied:
        """Raises RunUnreadable, SaveTooNew, StoreUnavailable."""
        theirs = self._redis.load(run)
        try:
            ours = self._files.load(run)
        except RunNotFound:
            ours = None
        if ours and holds(ours, theirs.head):
            return "there already"
        if ours and not holds(theirs, ours.head):
            return "parted"
        if not self._dry:
            try:
                self._files.save(theirs, ours.head if ours else "")
            except Conflict:
                return "parted"
            self._marks.note_synced(run, theirs.head)
        return "copied"
