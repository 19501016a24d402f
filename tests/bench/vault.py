"""A turn's way into the vault while Redis is up, killed, stopped; and lists out of many runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import measure
from beside import LanggraphSqlite
from played import played
from redis import Redis
from save_load import server

from pocket_portals.saves import codec
from pocket_portals.saves.files import STATE, FileStore
from pocket_portals.saves.meta import encode_meta
from pocket_portals.saves.redis import INDEX, RedisStore, session_key
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import RunRecord, replay

TITLE = "The vault: commits whatever Redis does, and lists"
RUNS = (10, 1_000, 100_000)
RUNS_AND_FILES = (10_000,)
IN_FILES = 2_000
NEWEST = 50


def commits(home: Path, name: str, fault: signal.Signals | None) -> list[measure.Row]:
    """Every turn of a run, one after the other; the fault comes after the third."""
    whole = played(48)
    steps = [whole.having(turns=whole.turns[:n], state=replay(whole.turns[:n])) for n in range(1, whole.rev)]
    times = []
    with server() as (address, process):
        vault = VaultStore(FileStore(home / name.replace(" ", "-")), RedisStore(address, 86_400))
        expected = ""
        for number, record in enumerate(steps):
            if number == 3 and fault:
                os.kill(process.pid, fault)
            times.append(measure.milliseconds(lambda r=record, e=expected: vault.save(r, e)))
            expected = record.head
        if fault == signal.SIGSTOP:
            os.kill(process.pid, signal.SIGCONT)
        with suppress(OSError):
            vault.close()
    after = times[3:]
    return [
        measure.Row(f"commit, redis {name}: p50", measure.percentile(after, 50), "ms"),
        measure.Row(f"commit, redis {name}: p99", measure.percentile(after, 99), "ms"),
    ]


def both(home: Path, address: str, record: RunRecord) -> list[measure.Row]:
    """The newest out of 10,000 runs in Redis and 2,000 in files, a thousand of them in both."""
    files = FileStore(home / "many")
    body = codec.encode(record)
    for number in range(IN_FILES):
        run = f"amber-aaa-{9_000 + number:04}" if number < 1_000 else f"brass-aaa-{number:04}"
        folder = home / "many" / run
        folder.mkdir(parents=True)
        (folder / STATE).write_bytes(body.replace(record.run.encode(), run.encode()))
    vault = VaultStore(files, RedisStore(address, 86_400))
    times = [measure.milliseconds(lambda: vault.summaries(NEWEST)) for _ in range(10)]
    vault.close()
    name = f"the newest {NEWEST} of 10,000 in redis and {IN_FILES:,} in files"
    return [measure.Row(f"{name}: p50", measure.percentile(times, 50), "ms")]


def beside(home: Path, record: RunRecord) -> list[measure.Row]:
    """Files, and LangGraph's SQLite."""
    found = []
    store, theirs = FileStore(home / "files"), LanggraphSqlite(home)
    made = 0
    for count in (10, 1_000):
        for number in range(made, count):
            run = f"amber-fox-{number:04}"
            each = record.having(run=run, state=record.state.having(session_id=run))
            store.save(each, "")
            theirs.save(each)
        made = count
        for name, task in (("files", store.summaries), ("LangGraph SQLite", theirs.newest)):
            times = [measure.milliseconds(lambda t=task: t(NEWEST)) for _ in range(10)]
            found.append(
                measure.Row(
                    f"the newest {NEWEST} of {count:,} in {name}: p50", measure.percentile(times, 50), "ms"
                )
            )
    return found


def lists(address: str, record: RunRecord, counts: Sequence[int] = RUNS) -> list[measure.Row]:
    """The newest out of ever more runs."""
    found, made = [], 0
    meta = encode_meta(record).replace(record.run.encode(), b"%s")
    store = RedisStore(address, 86_400)
    with Redis.from_url(address) as client:
        for count in counts:
            while made < count:
                with client.pipeline(transaction=False) as pipe:
                    for number in range(made, min(count, made + 5_000)):
                        run = f"amber-{_word(number // 10_000)}-{number % 10_000:04}"
                        pipe.hset(session_key(run), "meta", meta.replace(b"%s", run.encode()))
                        pipe.zadd(INDEX, {run: number})
                    pipe.execute()
                made = min(count, made + 5_000)
            times = [measure.milliseconds(lambda: store.summaries(NEWEST)) for _ in range(40)]
            name = f"the newest {NEWEST} of {count:,} in redis"
            found.append(measure.Row(f"{name}: p50", measure.percentile(times, 50), "ms"))
    store.close()
    return found


def _word(number: int) -> str:
    return chr(ord("a") + number) * 3


def rows() -> list[measure.Row]:
    """Commits, then lists."""
    with measure.home() as home:
        found = commits(home, "up", None)
        found += commits(home, "killed", signal.SIGKILL)
        found += commits(home, "stopped", signal.SIGSTOP)
        found += beside(home, played(10))
        with server() as (address, _):
            found += lists(address, played(10))
        with server() as (address, _):
            lists(address, played(10), RUNS_AND_FILES)
            found += both(home, address, played(10))
    return found
