"""How a run comes to be the same in its file and in Redis. Turns are never overwritten, on either side.

1. Send, if Redis stands where it was last seen; what expired or was flushed is sent again, whole.
2. If Redis stands at an earlier turn of our line, its server was rolled back: send what it lacks.
3. If we stand at an earlier turn of its line, the run was played on elsewhere: take its turns.
4. Else the lines parted. Ours becomes a run of its own, ``<id>-b<first turn that differs>``, and Redis
   keeps the name. Nothing is merged.

A file is only written by compare-and-set under its lock, so a turn saved meanwhile makes it start over.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pocket_portals.errors import Conflict, RunNotFound, RunUnreadable, SaveTooNew, StoreUnavailable
from pocket_portals.rules.events import Branched
from pocket_portals.rules.fold import fold
from pocket_portals.rules.state import Parent
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.marks import Marks
from pocket_portals.session.journal import RunRecord, Told, Turn, turn_id

if TYPE_CHECKING:
    from pocket_portals.saves.redis import RedisStore

_TRIES = 5  # how often others may come between before we give up

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Synced:
    """What syncing a run came to, and the line that has its name now."""

    record: RunRecord
    did: Literal["nothing", "sent", "pulled", "branched"]
    branch: str = ""


def holds(record: RunRecord, head: str) -> bool:
    """Whether the turn is in the record's line."""
    return any(turn.id == head for turn in record.turns)


def parting(ours: RunRecord, theirs: RunRecord) -> int:
    """The number of the first turn in which two lines differ."""
    pairs = zip(ours.turns, theirs.turns, strict=False)
    together = min(ours.rev, theirs.rev)
    return next((n for n, (a, b) in enumerate(pairs) if a.id != b.id), together)


def parted(ours: RunRecord, at: int, run: str) -> RunRecord:
    """Our whole line as a run of its own. The same line always gives the same branch."""
    origin = Parent(run=ours.run, revision=ours.turns[at - 1].revision if at else 0)
    event = Branched(session_id=run, parent=origin)
    ident = turn_id(ours.head, "/branch", [event])
    turn = Turn(
        id=ident,
        parent=ours.head,
        number=ours.rev,
        revision=ours.state.revision,
        at=ours.turns[-1].at,
        action="/branch",
        events=(event,),
        told=Told(storyteller=ours.state.storyteller),
    )
    state = fold(ours.state, [event]).having(last_turn=ident)
    return ours.having(run=run, branch_of=origin).extended(turn, state)


def keep_apart(files: FileStore, ours: RunRecord, theirs: RunRecord) -> RunRecord:
    """Keep our line under a name of its own; the run that it is now."""
    at = parting(ours, theirs)
    name = f"{ours.run}-b{at}"
    while True:
        try:
            files.save(parted(ours, at, name), "")
        except Conflict:
            if not holds(files.load(name), ours.head):
                name += "-b1"
                continue
        return files.load(name)


def apart(run: str) -> Conflict:
    """The error for a run whose line in Redis is not ours."""
    return Conflict(
        f"Run {run} was also played elsewhere; both lines are kept.",
        f"`pocket-portals sync {run}` makes a run of each.",
    )


class Sync:
    """The protocol between one folder of saves and one Redis."""

    def __init__(self, files: FileStore, redis: RedisStore, marks: Marks) -> None:
        self._files = files
        self._redis = redis
        self._marks = marks

    def send(self, record: RunRecord) -> bool:
        """Steps 1 and 2; whether anything was sent. Raises Conflict when Redis holds turns that we don't."""
        run = record.run
        answer = self._redis.put(record, self._marks.synced(run))
        tries = 0
        while answer == "CONFLICT":
            head, tries = self._redis.head(run), tries + 1
            if tries > _TRIES or (head and not holds(record, head)):
                raise apart(run)
            answer = self._redis.put(record, head)
        if answer in ("CREATED", "REPAIRED") and (own := self._marks.keep(run)) is not None:
            self._redis.keep(run, own)
        self._marks.note_synced(run, record.head)
        return answer != "DUP"

    def settle(self, run: str) -> Synced:
        """All four steps. Only for a run at rest: its file may change.

        Raises RunNotFound when it is in neither place; RunUnreadable, SaveTooNew, StoreUnavailable.
        """
        for _ in range(_TRIES):
            ours = self._ours(run)
            if ours is None:
                return Synced(self._pull(run, "", self._redis.load(run)), "pulled")
            try:
                return Synced(ours, "sent" if self.send(ours) else "nothing")
            except Conflict:
                theirs = self._theirs(ours)
            try:
                if holds(theirs, ours.head):
                    return Synced(self._pull(run, ours.head, theirs), "pulled")
                branch = self._branch(ours, theirs)
                return Synced(self._pull(run, ours.head, theirs), "branched", branch)
            except Conflict:
                log.info("run %s was played on while it was synced", run)
        raise StoreUnavailable(f"Run {run} is being played on; it was not synced.", "Try again later.")

    def _ours(self, run: str) -> RunRecord | None:
        try:
            return self._files.load(run)
        except RunNotFound:
            return None
        except SaveTooNew:
            raise
        except RunUnreadable as trouble:
            if not self._redis.head(run):
                raise
            log.warning("run %s comes from Redis, for its file does not hold: %s", run, trouble)
            return None

    def _theirs(self, ours: RunRecord) -> RunRecord:
        try:
            return self._redis.load(ours.run)
        except SaveTooNew:
            raise
        except RunUnreadable as trouble:
            raise RunUnreadable(
                f"Redis holds turns of {ours.run} that are not here, and they are damaged.",
                "Nothing was changed; the turns on this machine are safe in its file.",
            ) from trouble

    def _pull(self, run: str, expected: str, theirs: RunRecord) -> RunRecord:
        """Put their line into the file, if the file still stands where it did."""
        self._files.save(theirs, expected)
        self._marks.note_synced(run, theirs.head)
        return theirs

    def _branch(self, ours: RunRecord, theirs: RunRecord) -> str:
        """Keep our line under a name of its own, here and in Redis; the name."""
        branch = keep_apart(self._files, ours, theirs)
        try:
            self.send(branch)
        except (Conflict, StoreUnavailable) as error:
            log.info("branch %s stays on this machine for now: %s", branch.run, error)
        return branch.run
