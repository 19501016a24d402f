"""A turn's way into the vault while Redis is up, killed, stopped; and lists out of many runs."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import measure
from played import played
from redis import Redis
from save_load import server

from pocket_portals.saves.files import FileStore
from pocket_portals.saves.meta import encode_meta
from pocket_portals.saves.redis import INDEX, RedisStore, session_key
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import RunRecord, replay

TITLE = "The vault: commits whatever Redis does, and lists"
RUNS = (10, 1_000, 100_000)
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


def lists(address: str, record: RunRecord) -> list[measure.Row]:
    """The newest out of ever more runs."""
    found, made = [], 0
    meta = encode_meta(record).replace(record.run.encode(), b"%s")
    store = RedisStore(address, 86_400)
    with Redis.from_url(address) as client:
        for count in RUNS:
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
        with server() as (address, _):
            found += lists(address, played(10))
    return found
