"""Runs in Redis or Valkey: a hash and a list of turns for each, and an index by last played.

    HASH  pocket_portals:session:<id>             {head, rev, state, meta, updated}
    LIST  {pocket_portals:session:<id>}:history   the turns; in the same Cluster slot as the hash
    ZSET  pocket_portals:index                    id by last played

The hash and the list expire together, and playing or loading puts that off.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, TypeVar, cast

from redis import Redis
from redis.backoff import FullJitterBackoff
from redis.connection import BlockingConnectionPool, parse_url
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,
)
from redis.retry import Retry

from pocket_portals.clean import clean_line
from pocket_portals.errors import ConfigError, RunUnreadable, StoreUnavailable
from pocket_portals.saves import codec
from pocket_portals.saves.envelope import damaged
from pocket_portals.saves.ids import checked_id, is_run_id, overtaken, unknown
from pocket_portals.saves.meta import decode_meta, encode_meta
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import RunSummary, Saved, Where

INDEX = "pocket_portals:index"
WINDOW = 500  # index entries read at a time

log = logging.getLogger(__name__)

T = TypeVar("T")
_SAVE = files(__package__).joinpath("save.lua").read_text("utf-8")
_SAVE_SHA = hashlib.sha1(_SAVE.encode(), usedforsecurity=False).hexdigest()


def session_key(run: str) -> str:
    """The hash of a run."""
    return f"pocket_portals:session:{run}"


def history_key(run: str) -> str:
    """The list of a run's turns."""
    return f"{{pocket_portals:session:{run}}}:history"


class RetryOnce(Retry):
    """One more try after a jittered wait; a refused password is not tried again."""

    def __init__(self) -> None:
        super().__init__(FullJitterBackoff(cap=0.1, base=0.02), retries=1)

    def call_with_retry(
        self,
        do: Callable[[], T],
        fail: Callable[[Exception], Any] | Callable[[Exception, int], Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> T:
        """See Retry."""

        def again(error: Exception) -> bool:
            return not isinstance(error, AuthenticationError) and (
                is_retryable is None or is_retryable(error)
            )

        return super().call_with_retry(do, fail, again, with_failure_count)


def connect(url: str) -> Redis:
    """A client that gives up in time, for ``redis://``, ``rediss://`` or ``unix://``. Raises ConfigError.

    No default of the library is relied on: some wait for a minute.
    """
    if "#" in url:
        raise ConfigError("The Redis URL holds a bare “#”.", "In a password write it as %23.")
    place: dict[str, Any] = {}
    with contextlib.suppress(ValueError):  # forgotten, for it may quote a piece of a password
        place = parse_url(url)  # type: ignore[no-untyped-call]
    if not place:
        raise ConfigError(
            "That is no Redis URL.", "Write redis://USER:PASSWORD@HOST:6379/0, or rediss:// for TLS."
        )
    if "path" not in place:
        place["socket_keepalive"] = True
    pool = BlockingConnectionPool(  # type: ignore[no-untyped-call]
        **place
        | {
            "max_connections": 8,
            "timeout": 1.0,
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.75,
            "health_check_interval": 0,
            "retry": RetryOnce(),
            "retry_on_error": [],
            "protocol": 2,
            "decode_responses": False,
            "encoding": "utf-8",
            "client_name": None,
            "driver_info": None,
        }
    )
    return Redis.from_pool(pool)


def _utc() -> datetime:
    return datetime.now(UTC)


class RedisStore:
    """A RunStore in Redis. ``ttl_seconds`` after it was last played or loaded a run expires; 0: never."""

    name: Where = "redis"

    def __init__(self, client: Redis | str, ttl_seconds: int, now: Callable[[], datetime] = _utc) -> None:
        self._redis = connect(client) if isinstance(client, str) else client
        self._ttl = ttl_seconds
        self._now = now

    def save(self, record: RunRecord, expected: str) -> Saved:
        """See RunStore. A run that expired or was flushed is written again, whole."""
        checked_id(record.run)
        with self._answering():
            answer = self._send(record, expected, since=expected)
            if answer == b"MISSING":
                answer = self._send(record, expected="", since="")
            elif answer == b"GAP":
                answer = self._send(record, expected, since="")
        if answer == b"CONFLICT":
            raise overtaken(record.run)
        return Saved(self.name)

    def load(self, run: str) -> RunRecord:
        """See RunStore."""
        session, history = session_key(checked_id(run)), history_key(run)
        with self._answering(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hget(session, "state")
            pipe.lrange(history, 0, -1)
            for key in (session, history):
                if self._ttl:
                    pipe.expire(key, self._ttl)
                else:
                    pipe.persist(key)
            state, turns, *_ = pipe.execute()
        if state is None:
            raise unknown(run)
        record = codec.assemble(state, turns)
        if record.run != run:
            raise damaged("it is the save of another run")
        return record

    def summaries(self, limit: int | None = None) -> list[RunSummary]:
        """See RunStore. Reads the index and one small field a run; expired runs leave the index."""
        window = WINDOW if limit is None else min(WINDOW, limit)
        found: list[RunSummary] = []
        start = 0
        with self._answering():
            while limit is None or len(found) < limit:
                runs = cast("list[bytes]", self._redis.zrevrange(INDEX, start, start + window - 1))
                if not runs:
                    break
                lines, gone = self._lines(runs)
                if gone:
                    self._redis.zrem(INDEX, *gone)
                found += lines
                start += len(runs) - len(gone)
        return found[:limit]

    def delete(self, run: str) -> bool:
        """See RunStore."""
        if not is_run_id(run):
            return False
        with self._answering():
            removed = self._redis.delete(session_key(run), history_key(run))
            self._redis.zrem(INDEX, run)
        return bool(removed)

    def close(self) -> None:
        """See RunStore."""
        self._redis.close()

    # Inside

    def _send(self, record: RunRecord, expected: str, since: str) -> bytes:
        """Run the script with the turns after ``since``, or all where there is no such turn."""
        ids = [turn.id for turn in record.turns]
        first = ids.index(since) + 1 if since in ids else 0
        keys = (session_key(record.run), history_key(record.run), INDEX)
        values: tuple[str | int | bytes, ...] = (
            record.run,
            expected,
            record.head,
            record.rev,
            codec.encode_state(record),
            encode_meta(record),
            int(record.state.played_at.timestamp() * 1000),
            self._ttl,
            first,
            *(codec.encode_turn(turn) for turn in record.turns[first:]),
        )
        try:
            answer = self._redis.evalsha(_SAVE_SHA, len(keys), *keys, *values)
        except NoScriptError:
            answer = self._redis.eval(_SAVE, len(keys), *keys, *values)
        return cast("bytes", answer)

    def _lines(self, runs: Sequence[bytes]) -> tuple[list[RunSummary], list[bytes]]:
        """The summaries of these runs, and those of them that are there no more."""
        with self._redis.pipeline(transaction=False) as pipe:
            for run in runs:
                key = session_key(run.decode("ascii", "replace"))
                pipe.hget(key, "meta")
                pipe.pttl(key)
            answers = pipe.execute()
        now = self._now()
        lines: list[RunSummary] = []
        gone: list[bytes] = []
        for run, meta, left in zip(runs, answers[::2], answers[1::2], strict=True):
            if meta is None:
                gone.append(run)
                continue
            expires_at = now + timedelta(milliseconds=left) if left >= 0 else None
            try:
                lines.append(decode_meta(meta, self.name, expires_at))
            except RunUnreadable as trouble:
                log.warning("run %r in Redis can't be listed: %s", run, trouble)
        return lines, gone

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """Turn what Redis refuses into one line for the player, without the URL."""
        try:
            yield
        except RedisError as error:
            place = self._redis.connection_pool.connection_kwargs
            where = place.get("path") or f"{place.get('host', 'localhost')}:{place.get('port', 6379)}"
            raise _unavailable(error, f"Redis at {where}") from error


def _unavailable(error: RedisError, redis: str) -> StoreUnavailable:
    match error:
        case AuthenticationError():
            return StoreUnavailable(f"{redis} refuses the user or the password.", "See to REDIS_URL.")
        case NoPermissionError():
            return StoreUnavailable(
                f"{redis} does not let this user save.",
                "The user needs the keys ~pocket_portals:* and ~{pocket_portals:*.",
            )
        case OutOfMemoryError():
            return StoreUnavailable(f"{redis} is full.", "Raise its maxmemory, or delete old runs.")
        case ReadOnlyError():
            return StoreUnavailable(f"{redis} is a read-only replica.", "Give the address of its master.")
        case BusyLoadingError():
            return StoreUnavailable(f"{redis} is still loading its data.", "Try again in a moment.")
        case TimeoutError():
            return StoreUnavailable(f"{redis} does not answer in time.", "Is it running, and is it busy?")
        case ConnectionError():
            return StoreUnavailable(f"{redis} can't be reached.", "Is it running, and is REDIS_URL right?")
        case _:
            return StoreUnavailable(f"{redis} failed: {clean_line(str(error), 100)}.")
