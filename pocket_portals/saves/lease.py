"""Who has a run open: a note beside its file, and one in Redis for other machines.

A lease warns, it does not guard: compare-and-set alone decides whose turn is kept. It lapses by itself
when nobody renews it, and at once when the process that held it on this machine is gone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from pocket_portals.clean import clean_line
from pocket_portals.errors import RunUnreadable, StoreUnavailable
from pocket_portals.rules.values import Value
from pocket_portals.saves import durable
from pocket_portals.saves.ids import checked_id

if TYPE_CHECKING:
    from pocket_portals.saves.redis import RedisStore

LAPSES = 30  # seconds after it was last renewed
RENEWED = 10  # seconds

log = logging.getLogger(__name__)


class Holder(Value):
    """A process that has a run open."""

    device: str = Field(max_length=100)
    pid: int = Field(ge=1)
    token: str = Field(max_length=40, description="tells two processes apart that are alike in all else")
    at: int = Field(description="when it was last renewed, in seconds since 1970")

    def __str__(self) -> str:
        return f"{clean_line(self.device, 40) or 'another machine'}, process {self.pid}"


class Leases:
    """The leases that this process holds, and what it can see of others'."""

    def __init__(
        self, root: Path, redis: Callable[[], RedisStore | None], device: str, now: Callable[[], float]
    ) -> None:
        self._root = root
        self._redis = redis  # None when it can't be asked
        self._now = now
        self._me = Holder(device=device[:100], pid=os.getpid(), token=secrets.token_hex(8), at=0)
        self._held: set[str] = set()
        self._ended = Event()
        self._thread: Thread | None = None

    def holder(self, run: str) -> Holder | None:
        """Who else on this machine has the run open; None when nobody has."""
        try:
            found = Holder.model_validate_json(durable.read(self._path(run), 1000))
        except (OSError, RunUnreadable, ValidationError):
            return None
        return found if self._lives(found) else None

    def claim(self, run: str, anyway: bool = False) -> Holder | None:
        """Take the run, and keep it until ``release``; or who has it, unless it is to be taken ``anyway``."""
        other = None if anyway else self.holder(run) or self._remote(run)
        if other:
            return other
        self._held.add(run)
        self._note(run)
        self._note_remotely(run, anyway=True)
        if self._thread is None:
            self._thread = Thread(target=self._renew, name="leases", daemon=True)
            self._thread.start()
        return None

    def release(self, run: str) -> None:
        """Let others have the run."""
        if run not in self._held:
            return
        self._held.discard(run)
        if self.holder(run) is None:
            with contextlib.suppress(OSError):
                self._path(run).unlink()
        if redis := self._redis():
            with contextlib.suppress(StoreUnavailable):
                redis.end_lease(run, self._me.token.encode())

    def close(self) -> None:
        """Let go of all runs."""
        self._ended.set()
        for run in tuple(self._held):
            self.release(run)

    # Inside

    def _path(self, run: str) -> Path:
        return self._root / checked_id(run) / "lease"

    def _lives(self, holder: Holder) -> bool:
        if holder.token == self._me.token or self._now() - holder.at > LAPSES:
            return False
        if holder.device != self._me.device or os.name != "posix":
            return True
        try:
            os.kill(holder.pid, 0)  # asks only whether there is such a process
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True

    def _remote(self, run: str) -> Holder | None:
        """Who on another machine has it."""
        redis = self._redis()
        if redis is None:
            return None
        try:
            found = Holder.model_validate_json(redis.lease(run) or b"")
        except (StoreUnavailable, ValidationError):
            return None
        return found if self._lives(found) else None

    def _note(self, run: str) -> None:
        mine = self._me.having(at=int(self._now())).model_dump_json().encode()
        aside = self._path(run).with_name(f"lease.{os.getpid()}.tmp")
        with contextlib.suppress(OSError):
            aside.write_bytes(mine)
            aside.replace(self._path(run))

    def _note_remotely(self, run: str, anyway: bool) -> None:
        if redis := self._redis():
            mine = self._me.having(at=int(self._now())).model_dump_json().encode()
            with contextlib.suppress(StoreUnavailable):
                if anyway or self._remote(run) is None:
                    redis.hold_lease(run, mine, LAPSES)

    def _renew(self) -> None:
        while not self._ended.wait(RENEWED):
            for run in tuple(self._held):
                if self.holder(run):  # it was taken over
                    self._held.discard(run)
                else:
                    self._note(run)
                    self._note_remotely(run, anyway=False)
