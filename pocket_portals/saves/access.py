"""The grants of served runs: ``access.json`` beside a run's file, a hash beside it in Redis."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from pocket_portals.errors import RunUnreadable, StoreUnavailable
from pocket_portals.saves import durable
from pocket_portals.saves.ids import checked_id, is_run_id
from pocket_portals.saves.redis import RedisStore
from pocket_portals.session.access import Grant

MAX_BYTES = 64 * 2**10
LOCK_SECONDS = 5.0

log = logging.getLogger(__name__)

_GRANTS = TypeAdapter(tuple[Grant, ...])


class FileAccess:
    """An AccessStore in the folders of a FileStore. They go when their run is deleted."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def grants(self, run: str) -> tuple[Grant, ...]:
        """See AccessStore. A file that can't be read grants nothing."""
        if not is_run_id(run):
            return ()
        try:
            return _GRANTS.validate_json(durable.read(self._path(run), MAX_BYTES))
        except FileNotFoundError:
            return ()
        except (RunUnreadable, ValidationError) as trouble:
            log.warning("the grants of %s can't be read: %s", run, trouble)
            return ()
        except OSError as error:
            raise StoreUnavailable(f"The grants of {run} can't be read: {error.strerror}.") from error

    def give(self, run: str, grant: Grant) -> None:
        """See AccessStore."""
        self._change(run, lambda grants: (*grants, grant))

    def take_back(self, run: str, digests: Iterable[str]) -> None:
        """See AccessStore."""
        gone = set(digests)
        self._change(run, lambda grants: tuple(g for g in grants if g.digest not in gone))

    def _path(self, run: str) -> Path:
        return self._root / checked_id(run) / "access.json"

    def _change(self, run: str, change: Callable[[tuple[Grant, ...]], tuple[Grant, ...]]) -> None:
        path = self._path(run)
        try:
            with FileLock(path.with_name("access.lock"), timeout=LOCK_SECONDS, mode=0o600):
                durable.replace(path, _GRANTS.dump_json(change(self.grants(run))))
        except OSError as error:  # a lock that nobody lets go of is one, too
            raise StoreUnavailable(f"The grants of {run} can't be kept: {error.strerror}.") from error


class RedisAccess:
    """An AccessStore in Redis. Grants live as long as their run does there."""

    def __init__(self, redis: RedisStore) -> None:
        self._redis = redis

    def grants(self, run: str) -> tuple[Grant, ...]:
        """See AccessStore. A grant that can't be read is none."""
        found: list[Grant] = []
        for data in self._redis.grants(run) if is_run_id(run) else ():
            with contextlib.suppress(ValidationError):
                found.append(Grant.model_validate_json(data))
        return tuple(found)

    def give(self, run: str, grant: Grant) -> None:
        """See AccessStore."""
        self._redis.give(run, grant.digest, grant.model_dump_json().encode())

    def take_back(self, run: str, digests: Iterable[str]) -> None:
        """See AccessStore."""
        self._redis.take_back(run, tuple(digests))
