"""``watch`` from another machine, through Redis: what it prints is the journal, whoever is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import portals_at
from servers import SERVERS, TTL, start_server

from pocket_portals.cli.output import wrapped
from pocket_portals.saves.redis import RedisStore
from pocket_portals.session.export import labelled, last_scene
from pocket_portals.session.journal import RunRecord, replay, unfold
from pocket_portals.session.transcript import entries


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisStore]:
    """The Redis that all machines use."""
    server = start_server(SERVERS["valkey"], tmp_path)
    monkeypatch.setenv("REDIS_URL", server.url)
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    store = RedisStore(server.url, TTL)
    yield store
    store.close()
    server.end()


def at(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command on a machine, still running."""
    return subprocess.Popen(
        [sys.executable, "-m", "pocket_portals", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"POCKET_PORTALS_HOME": str(home)},
    )


def until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not there():
        assert time.monotonic() < end
        time.sleep(0.01)


def read_from(record: RunRecord, rev: int) -> Iterator[str]:
    """What somebody reads who came when the journal had so many turns."""
    begun = record.turns[:rev]
    yield from last_scene(record.having(turns=begun, state=replay(begun)))
    for turn, before, _ in list(unfold(record.turns))[rev:]:
        for entry in entries(before, turn):
            yield from labelled(entry)


def test_a_player_killed_in_the_middle_of_a_turn_is_read_on_another_machine_without_a_gap(
    store: RedisStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with at(tmp_path / "one", "play", "--plain", "--seed", "tuesday", "--name", "Mira") as player:
        until(lambda: len(store.summaries()) == 1)
        run = store.summaries()[0].id
        with at(tmp_path / "two", "watch", run) as watcher:
            assert player.stdin
            assert watcher.stderr
            assert "Reading along" in watcher.stderr.readline()
            player.stdin.write("skip\n" + "1\n" * 30)
            player.stdin.flush()
            until(lambda: store.load(run).rev >= 5)
            player.kill()
            player.communicate()
            killed_at = store.load(run).rev

            third = portals_at(tmp_path / "three")
            done = third("resume", run, "--take-over", "--plain", stdin="1\n/undo\n2\n/retire\n/retire\n")
            assert done.status == 0, done.err
            told, _ = watcher.communicate(timeout=30)  # it ends with the adventure

    record = store.load(run)
    assert killed_at < record.rev < 30
    for line in read_from(record, 1):
        wrapped(line)
    expected = capsys.readouterr().out
    taken_back = next(turn.rewinds_to for turn in record.turns if turn.rewinds_to is not None)
    assert f"Taken back, to turn {taken_back}." in told
    assert told.replace(f"Taken back, to turn {taken_back}.\n", "").split() == expected.split()
