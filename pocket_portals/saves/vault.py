"""Files and Redis as one store: a turn is kept in its file at once, and sent to Redis in the background.

So no turn waits for a network. What Redis missed is sent when it answers again; see ``sync`` for how the
two come to agree. Where the disk keeps nothing, the game goes on in memory and says so with every turn.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING

from pocket_portals.errors import (
    Conflict,
    PortalsError,
    RunNotFound,
    RunUnreadable,
    SaveTooNew,
    StoreUnavailable,
)
from pocket_portals.saves.afloat import Afloat
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.ids import checked_id, is_run_id
from pocket_portals.saves.lease import Holder, Leases
from pocket_portals.saves.marks import Marks
from pocket_portals.saves.mirror import Mirror
from pocket_portals.saves.sync import Sync, Synced
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import RunStore, RunSummary, Saved, Where, summary

if TYPE_CHECKING:  # importing it costs more than listing runs in files
    from pocket_portals.saves.redis import RedisStore

AT_ONCE = 0.015  # seconds that a turn may wait to be in both places; Redis takes one to five milliseconds
ON_LEAVING = 2.0  # seconds that the last turns get to reach Redis
WITHOUT_DISK = 2.0  # seconds that a turn gets to reach Redis when it is in no file

log = logging.getLogger(__name__)


class VaultStore:
    """A RunStore of files, with Redis behind it where there is one."""

    def __init__(
        self,
        files: FileStore,
        redis: RedisStore | None = None,
        device: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.files = files
        self.redis = redis
        self.name: Where = "both" if redis else "file"
        self.farewell = ""  # what there is to say after closing
        self._marks = Marks(files.root)
        self._leases = Leases(files.root, lambda: None if self.trouble else redis, device, now)
        self._mirror = Mirror(self._send, self._sent_or_not)
        self._sync = Sync(files, redis, self._marks) if redis else None
        self._locks: defaultdict[str, RLock] = defaultdict(RLock)  # of those who talk to Redis about a run
        self._afloat = Afloat(files, self._landed_or_not)
        self._latest: dict[str, RunRecord] = {}
        self._arrived: dict[str, str] = {}
        self._news: dict[str, str] = {}
        self._apart: set[str] = set()
        self._outage_told = False
        self._looked_behind = False
        self._watchers: list[Callable[[str, Saved], None]] = []

    # RunStore

    def save(self, record: RunRecord, expected: str) -> Saved:
        """See RunStore. Never waits for Redis to come back."""
        run = checked_id(record.run)
        news = self._afloat.save(record, expected)
        self._latest[run] = record
        if self.redis:
            self._mirror.due(run)
            self._mirror.wait(run, WITHOUT_DISK if run in self._afloat else AT_ONCE)
        told = [news, self._told(run), self._outage()]
        standing = self.standing(run)
        return Saved(standing.where, " ".join(filter(None, [*told, standing.warning])))

    def load(self, run: str) -> RunRecord:
        """See RunStore. Brings in what was played elsewhere, unless the run is open in another process."""
        if afloat := self._afloat.get(checked_id(run)):
            return afloat.record
        if self._sync is None or self.redis is None:
            return self.files.load(run)
        if self._mirror.resting or self._leases.holder(run):
            return self._local(run)
        try:
            return self.sync(run).record
        except SaveTooNew:
            raise
        except RunUnreadable as trouble:  # the one here, or the one in Redis
            try:
                record = self.files.load(run)
            except RunNotFound:  # it is in Redis only, and damaged there
                raise trouble from None
            self._news[run] = str(trouble)
            return record
        except StoreUnavailable as trouble:
            log.warning("run %s was not synced: %s", run, trouble)
            if isinstance(trouble.__cause__, OSError):  # the disk does not take what Redis has
                return self.redis.load(run)
        return self._local(run)

    def head(self, run: str) -> str:
        """See RunStore. That of the machine on which the run is open, as far as it can be asked."""
        if afloat := self._afloat.get(run):
            return afloat.record.head
        if (redis := self._answering()) and not self._leases.holder(run):
            try:
                return redis.head(run) or self.files.head(run)
            except StoreUnavailable as trouble:
                self._mirror.failed(trouble)
        return self.files.head(run)

    def summaries(self, limit: int | None = None) -> list[RunSummary]:
        """See RunStore. A run that is in both places is listed once, as it was played last.

        While Redis can't be asked these are the runs of this machine, and ``trouble`` says why.
        """
        lines: dict[str, RunSummary] = {}
        if redis := self._answering():
            try:
                lines = {line.id: line for line in redis.summaries(limit)}
                self._mirror.answered()
            except StoreUnavailable as trouble:
                self._mirror.failed(trouble)
                log.warning("runs in Redis can't be listed: %s", trouble)
        here = self._listed_here()
        for line in here:
            other = lines.get(line.id)
            lines[line.id] = _merged(line, other) if other else line
        newest = sorted(lines.values(), key=lambda line: line.played_at, reverse=True)[:limit]
        mine = {line.id for line in here}
        return [self._marked(line) if line.id in mine else line for line in newest]

    def delete(self, run: str) -> bool:
        """See RunStore. Raises StoreUnavailable rather than let a run come back from Redis."""
        if not is_run_id(run):
            return False
        self._mirror.drop(run)
        self._latest.pop(run, None)
        with self._locks[run]:
            there = False
            if self.redis:
                try:
                    there = self.redis.delete(run)
                except StoreUnavailable as trouble:
                    if self._marks.synced(run):
                        raise StoreUnavailable(
                            f"Run {run} can't be deleted now, for Redis keeps a copy. {trouble.message}",
                            "Nothing was deleted. Try again when it answers.",
                        ) from trouble
            here = self._afloat.drop(run)
            return self.files.delete(run) or here or there

    def close(self) -> None:
        """See RunStore. The last turns get a moment to reach Redis; ``farewell`` says which did not."""
        words = self._afloat.close()
        left = self._mirror.flush(ON_LEAVING)
        lost = [run for run in self._afloat if self.standing(run).where == "memory"]
        words += [self._afloat.rescued(run) for run in lost]
        if only := [run for run in left if run not in lost]:
            words.append(
                f"The last turns of {', '.join(only[:3])} are on this machine only; they are sent when you "
                "play next, or by `pocket-portals sync`."
            )
        self.farewell = " ".join(filter(None, words))
        self._leases.close()
        self._mirror.close()
        if self.redis:
            self.redis.close()

    # What only a vault can say

    @property
    def trouble(self) -> StoreUnavailable | None:
        """Why Redis can't be asked; None while it answers, or there is none."""
        return self._mirror.down

    @property
    def places(self) -> tuple[RunStore, ...]:
        """Each place that answers, by itself."""
        return (self.files, self.redis) if self.redis and not self._mirror.down else (self.files,)

    def standing(self, run: str) -> Saved:
        """Where the last turn of an open run is safe now, and what stands in the way."""
        arrived = self._latest[run].head if run in self._latest else self._marks.synced(run)
        in_redis = bool(arrived) and self._arrived.get(run) == arrived
        if afloat := self._afloat.get(run):
            if in_redis:
                return Saved("redis", f"{afloat.trouble} Until then this run is kept in Redis only.")
            reason = f"Not saved! {afloat.trouble} It is tried again by itself; until then this run is"
            return Saved("memory", f"{reason} in memory only.")
        return Saved("both" if in_redis else "file", self._news.get(run, ""))

    def watch(self, watcher: Callable[[str, Saved], None]) -> None:
        """Call ``watcher``, from another thread, when the standing of a run may have changed."""
        self._watchers.append(watcher)

    def sync(self, run: str) -> Synced:
        """Bring file and Redis together. Raises RunNotFound, RunUnreadable, StoreUnavailable."""
        if self._sync is None:
            raise StoreUnavailable("There is no Redis to sync with.", "Set REDIS_URL.")
        with self._locks[checked_id(run)]:
            try:
                done = self._sync.settle(run)
            except StoreUnavailable as trouble:
                if not isinstance(trouble.__cause__, OSError):  # Redis, not the disk
                    self._mirror.failed(trouble)
                raise
        self._mirror.answered()
        self._arrived[run] = done.record.head
        self._apart.discard(run)
        self._latest.pop(run, None)
        if done.did == "branched":
            parted = f"This run was played on in two places. What was played here is now {done.branch}; "
            self._marks.note_news(run, parted + f"{run} goes on as it was played elsewhere.")
        if news := self._marks.news(run):
            self._news[run] = news
        return done

    def keep(self, run: str, ttl_seconds: int) -> None:
        """Let Redis keep a run so long after it was last played; 0: for ever. Raises StoreUnavailable."""
        if self.redis is None:
            raise StoreUnavailable("Runs in files never expire.", "There is nothing to do.")
        with self._locks[checked_id(run)]:
            if self._sync:
                self._sync.settle(run)
            self.redis.keep(run, ttl_seconds)
            self._marks.note_keep(run, ttl_seconds)

    def claim(self, run: str, anyway: bool = False) -> Holder | None:
        """Note that this process has the run open; or, unless ``anyway``, who else has."""
        return self._leases.claim(run, anyway)

    def holder(self, run: str) -> Holder | None:
        """Who else on this machine has the run open."""
        return self._leases.holder(run)

    def release(self, run: str) -> None:
        """This process has closed the run."""
        self._leases.release(run)

    # Inside

    def _answering(self) -> RedisStore | None:
        """Redis, unless it was down a moment ago."""
        return None if self._mirror.resting else self.redis

    def _local(self, run: str) -> RunRecord:
        try:
            return self.files.load(run)
        except RunNotFound:
            if self._mirror.down:
                raise StoreUnavailable(
                    f"There is no run “{run}” on this machine, and {_lowered(self._mirror.down.message)}",
                    self._mirror.down.hint,
                ) from None
            raise

    def _listed_here(self) -> list[RunSummary]:
        try:
            here = self.files.summaries()
        except StoreUnavailable:
            if self.redis is None and not any(self._afloat):
                raise
            here = []
        held = [each.record for run in self._afloat if (each := self._afloat.get(run))]
        afloat = [summary(record, self.standing(record.run).where) for record in held]
        return [line for line in here if line.id not in self._afloat] + afloat

    def _marked(self, line: RunSummary) -> RunSummary:
        holder = self._leases.holder(line.id)
        return line.having(open_in=str(holder)) if holder else line

    def _send(self, run: str) -> None:
        """Called by the mirror's thread."""
        if self._sync is None:
            return
        with self._locks[run]:
            record = self._latest.get(run)
            try:
                record = record or self.files.load(run)
                self._sync.send(record)
            except RunNotFound:
                return  # it was deleted
            except Conflict:
                if run in self._afloat:
                    raise
                ours = self.files.load(run)  # perhaps another process of ours was quicker
                if record is None or ours.head == record.head:
                    raise
                record = ours
                self._sync.send(record)
            self._arrived[run] = record.head

    def _sent_or_not(self, run: str, error: PortalsError | None) -> None:
        """Called by the mirror's thread."""
        if error is None:
            self._outage_told = False
            self._apart.discard(run)
            if not self._looked_behind:
                self._looked_behind = True
                for other in self._marks.behind():
                    self._mirror.due(other)
        elif isinstance(error, Conflict):
            if run not in self._apart:
                self._news[run] = str(error)
            self._apart.add(run)
        elif not isinstance(error, StoreUnavailable):
            self._news[run] = str(error)
        for watcher in self._watchers:
            watcher(run, self.standing(run))

    def _landed_or_not(self, run: str, error: PortalsError | None) -> None:
        """Called, in a thread, when the disk was tried again."""
        if error and not isinstance(error, StoreUnavailable):
            self._news[run] = str(error)
        for watcher in self._watchers:
            watcher(run, self.standing(run))

    def _told(self, run: str) -> str:
        """What the player is told of a run, once."""
        news = self._news.pop(run, "")
        if news:
            self._marks.note_news(run, "")
        return news

    def _outage(self) -> str:
        """Why turns do not reach Redis, once for each time that it is down."""
        if self._mirror.down is None or self._outage_told:
            return ""
        self._outage_told = True
        return f"{self._mirror.down.message} Turns are kept on this machine, and sent when it answers."


def _merged(here: RunSummary, there: RunSummary) -> RunSummary:
    """One line for a run in two places."""
    if here.head == there.head:
        return here.having(where="both", expires_at=there.expires_at)
    later = here if here.played_at >= there.played_at else there
    return later.having(expires_at=there.expires_at)


def _lowered(sentence: str) -> str:
    """To go on with in the middle of a sentence; names keep their capital."""
    return sentence if sentence.startswith("Redis") else sentence[:1].lower() + sentence[1:]
