"""A run that is open in another process: told, taken over, read along with, or branched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest
from processes import Portals
from proxy import proxied
from records import play
from servers import SERVERS, start_server
from tables import new, service

from pocket_portals.cli.watch import read_along
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import Saved


@contextmanager
def playing(run: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has a run open, and waits for a deed."""
    with subprocess.Popen(
        [sys.executable, "-m", "pocket_portals", "resume", run, "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as game:
        assert game.stdout is not None
        for line in game.stdout:
            if line.startswith("3. "):
                break
        yield game
        game.communicate("/quit\n")


def test_a_run_that_is_open_is_not_opened_twice_unless_it_is_said_how(
    portals: Portals, amber: RunRecord, saves: FileStore
) -> None:
    with playing(amber.run) as game:
        refused = portals("resume", stdin="1\n")
        assert refused.status == 1
        assert f"is open elsewhere: {os.uname().nodename}, process {game.pid}" in refused.err
        assert "--take-over, --watch or --branch" in refused.err
        assert saves.load(amber.run) == amber

        assert f"file; open elsewhere now ({os.uname().nodename}, process {game.pid})" in portals("list").out

        branched = portals("resume", "--branch", stdin="/quit\n")
        assert branched.status == 0
        assert saves.load(amber.run) == amber
        assert len(saves.summaries()) == 2

        taken = portals("resume", amber.run, "--take-over", stdin="/title Ours\n")
        assert taken.status == 0
        assert saves.load(amber.run).state.title == "Ours"
    assert portals("resume", amber.run, stdin="/quit\n").status == 0


async def test_the_save_mark_of_an_open_run_changes_when_redis_comes_back(tmp_path: Path) -> None:
    server = start_server(SERVERS["valkey"], tmp_path)
    marks: Queue[Saved] = Queue()
    with proxied(server.port) as way:
        way.fault = "refuse"
        store = VaultStore(FileStore(tmp_path / "saves"), RedisStore(way.url, 3600))
        store.watch(lambda run, saved: marks.put(saved))
        table = service(store)
        run = (await table.create(new())).run
        await table.act(run, "skip")
        assert table.saved(run).where == "file"
        way.fault = "none"
        while marks.get(timeout=20).where != "both":
            pass
        assert table.saved(run) == Saved("both")
        again = service(store)
        await again.resume(run)
        assert again.saved(run) == Saved("both")
        store.close()
    server.end()


def test_reading_along_prints_each_turn_as_it_is_saved_and_ends_with_the_run(
    amber: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    store = MemoryStore()
    store.save(amber, "")
    record = amber
    seen: list[str] = []

    async def wait(seconds: float) -> None:
        nonlocal record
        seen.append(capsys.readouterr().out)
        if len(seen) == 4:
            raise KeyboardInterrupt
        if len(seen) != 2:
            further = play(record, f"deed {len(seen)}", words=f"Then it was {len(seen)}.")
            store.save(further, record.head)
            record = further

    with pytest.raises(KeyboardInterrupt):
        read_along(service(store), amber.run, wait)
    assert "shutter" in seen[0]
    assert "You: deed 1" in seen[1]
    assert "Then it was 1." in seen[1]
    assert seen[2] == ""
    assert "Then it was 3." in seen[3]
    assert "deed 1" not in seen[3]
