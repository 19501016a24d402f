"""Runs in Redis or Valkey: a hash and a list of turns for each, and an index by last played.

    HASH  pocket_portals:session:<id>             {head, rev, state, meta, updated, ttl}
    LIST  {pocket_portals:session:<id>}:history   the turns; in the same Cluster slot as the hash
    ZSET  pocket_portals:index                    id by last played
    STR   {pocket_portals:session:<id>}:lease     who has it open, for seconds; see lease.py
    HASH  {pocket_portals:session:<id>}:access    who may play or watch it where it is served; see access.py

The hash and the list expire together, and playing or loading puts that off. A run that was given a
time to live of its own has it in the hash, as ``ttl``. In a Cluster the index is written by itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import cast

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    TimeoutError,
)

from pocket_portals.clean import clean_line
from pocket_portals.errors import RunUnreadable, StoreUnavailable
from pocket_portals.saves import codec
from pocket_portals.saves.envelope import damaged
from pocket_portals.saves.ids import checked_id, is_run_id, overtaken, unknown
from pocket_portals.saves.meta import decode_meta, encode_meta
from pocket_portals.saves.redis_clients import read_address
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import RunSummary, Saved, Where

INDEX = "pocket_portals:index"
WINDOW = 500  # index entries read at a time

log = logging.getLogger(__name__)

_SAVE = files(__package__).joinpath("save.lua").read_text("utf-8")
_SAVE_SHA = hashlib.sha1(_SAVE.encode(), usedforsecurity=False).hexdigest()


def session_key(run: str) -> str:
    """The hash of a run."""
    return f"pocket_portals:session:{run}"


def history_key(run: str) -> str:
    """The list of a run's turns."""
    return f"{{pocket_portals:session:{run}}}:history"


def lease_key(run: str) -> str:
    """Who has a run open."""
    return f"{{pocket_portals:session:{run}}}:lease"


def access_key(run: str) -> str:
    """Who may play or watch a run that is served."""
    return f"{{pocket_portals:session:{run}}}:access"


def _utc() -> datetime:
    return datetime.now(UTC)


class RedisStore:
    """A RunStore in Redis. ``ttl_seconds`` after it was last played or loaded a run expires; 0: never.

    With ``packing`` what is sent is compressed; what is read may be either.
    """

    name: Where = "redis"

    def __init__(
        self, url: str, ttl_seconds: int, now: Callable[[], datetime] = _utc, packing: bool = False
    ) -> None:
        self._address = read_address(url)
        self._ttl = ttl_seconds
        self._now = now
        self._packing = packing

    @property
    def place(self) -> str:
        """What the player knows it by."""
        return self._address.name

    @cached_property
    def _redis(self) -> Redis:
        return self._address.client()

    def save(self, record: RunRecord, expected: str) -> Saved:
        """See RunStore. A run that expired or was flushed is written again, whole."""
        if self.put(record, expected) == "CONFLICT":
            raise overtaken(record.run)
        return Saved(self.name)

    def put(self, record: RunRecord, expected: str) -> str:
        """What ``save`` does, and what the script answered: CREATED, OK, DUP, REPAIRED or CONFLICT."""
        checked_id(record.run)
        with self._answering():
            answer = self._send(record, expected, since=expected)
            if answer == b"MISSING":
                answer = self._send(record, expected="", since="")
            elif answer == b"GAP":
                answer = self._send(record, expected, since="")
        return answer.decode("ascii")

    def load(self, run: str) -> RunRecord:
        """See RunStore."""
        session, history = session_key(checked_id(run)), history_key(run)
        with self._answering(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hmget(session, "state", "ttl")
            pipe.lrange(history, 0, -1)
            self._put_off(pipe, run, self._ttl)
            (state, own), turns, *_ = pipe.execute()
            if own is not None:
                self._put_off(pipe, run, int(own))
                pipe.execute()
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
            self._redis.delete(access_key(run))
            self._redis.zrem(INDEX, run)
        return bool(removed)

    def close(self) -> None:
        """See RunStore."""
        if client := self.__dict__.pop("_redis", None):
            client.close()

    # What else is asked of Redis

    def head(self, run: str) -> str:
        """The id of the last turn that is saved; "" when there is no such run."""
        with self._answering():
            head = cast("bytes | None", self._redis.hget(session_key(checked_id(run)), "head"))
        return (head or b"").decode("ascii", "replace")

    def keep(self, run: str, ttl_seconds: int) -> bool:
        """Give a run a time to live of its own, 0 for ever; whether it is there."""
        with self._answering():
            if not self._redis.exists(session_key(checked_id(run))):
                return False
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(session_key(run), "ttl", ttl_seconds)
                self._put_off(pipe, run, ttl_seconds)
                pipe.execute()
        return True

    def count(self) -> int:
        """How many runs the index holds; some may have expired."""
        with self._answering():
            return self._redis.zcard(INDEX)

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return self._address.is_local

    @property
    def is_encrypted(self) -> bool:
        """Whether the way to it is."""
        return self._address.is_encrypted

    def server_info(self) -> dict[str, object]:
        """What the server says of itself. Raises StoreUnavailable, also when it may not be asked."""
        with self._answering():
            told = cast("dict[str, object]", self._redis.info())
        nodes = [node for node in told.values() if isinstance(node, dict)]
        return cast("dict[str, object]", nodes[0]) if nodes and "redis_version" in nodes[0] else told

    def lease(self, run: str) -> bytes | None:
        """The note of who has the run open."""
        with self._answering():
            return cast("bytes | None", self._redis.get(lease_key(checked_id(run))))

    def hold_lease(self, run: str, holder: bytes, seconds: int) -> None:
        """Note for so long who has the run open."""
        with self._answering():
            self._redis.set(lease_key(checked_id(run)), holder, ex=seconds)

    def end_lease(self, run: str, token: bytes) -> None:
        """Take the note away, if it bears this token."""
        if token in (self.lease(run) or b""):
            with self._answering():
                self._redis.delete(lease_key(run))

    def grants(self, run: str) -> list[bytes]:
        """The grants of a run, as they were given."""
        with self._answering():
            return cast("list[bytes]", self._redis.hvals(access_key(checked_id(run))))

    def give(self, run: str, digest: str, grant: bytes) -> None:
        """Keep a grant for as long as the run is kept."""
        with self._answering(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(access_key(checked_id(run)), digest, grant)
            self._put_off(pipe, run, self._ttl)
            pipe.execute()

    def take_back(self, run: str, digests: Sequence[str]) -> None:
        """Remove these grants."""
        if digests:
            with self._answering():
                self._redis.hdel(access_key(checked_id(run)), *digests)

    # Inside

    def _put_off(self, pipe: Pipeline, run: str, ttl: int) -> None:
        """Let all keys of a run live so long from now."""
        for key in (session_key(run), history_key(run), access_key(run)):
            if ttl:
                pipe.expire(key, ttl)
            else:
                pipe.persist(key)

    def _send(self, record: RunRecord, expected: str, since: str) -> bytes:
        """Run the script with the turns after ``since``, or all where there is no such turn."""
        ids = [turn.id for turn in record.turns]
        first = ids.index(since) + 1 if since in ids else 0
        keys = [session_key(record.run), history_key(record.run)]
        together = self._address.kind != "cluster"
        if together:
            keys.append(INDEX)
        played = int(record.state.played_at.timestamp() * 1000)
        values: tuple[str | int | bytes, ...] = (
            record.run,
            expected,
            record.head,
            record.rev,
            codec.encode_state(record, self._packing),
            encode_meta(record),
            played,
            self._ttl,
            first,
            *(codec.encode_turn(turn, self._packing) for turn in record.turns[first:]),
        )
        try:
            answer = self._redis.evalsha(_SAVE_SHA, len(keys), *keys, *values)
        except NoScriptError:
            answer = self._redis.eval(_SAVE, len(keys), *keys, *values)
        if not together and answer not in (b"CONFLICT", b"GAP", b"MISSING"):
            self._redis.zadd(INDEX, {record.run: played})
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
        except (RedisError, RedisClusterException) as error:
            raise _unavailable(error, self.place) from error


def _unavailable(error: Exception, redis: str) -> StoreUnavailable:
    # What is big is refused in these words before the missing password is.
    if "unauthenticated" in str(error):
        error = AuthenticationError()
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
        case ConnectionError() if "CERTIFICATE" in str(error):
            return StoreUnavailable(
                f"{redis} shows a certificate that nobody here vouches for.",
                "Add ?ssl_ca_certs=FILE to REDIS_URL, with the certificate of its authority.",
            )
        case TimeoutError():
            return StoreUnavailable(f"{redis} does not answer in time.", "Is it running, and is it busy?")
        case ConnectionError() | RedisClusterException():
            return StoreUnavailable(f"{redis} can't be reached.", "Is it running, and is REDIS_URL right?")
        case _:
            return StoreUnavailable(f"{redis} failed: {clean_line(str(error), 100)}.")
