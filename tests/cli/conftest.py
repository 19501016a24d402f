from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "saves"))

from records import play, played

from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord


@dataclass(frozen=True)
class Done:
    """A process that ended."""

    status: int
    out: str
    err: str


Portals = Callable[..., Done]


@pytest.fixture
def portals(home: Path) -> Portals:
    """Runs the command in a process of its own."""
    return portals_at(home)


def portals_at(home: Path) -> Portals:
    """The command, in a process of its own, with its things in ``home``."""

    def run(*arguments: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "pocket_portals", *arguments],
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            env={**os.environ, "PYTHONUTF8": "1", "POCKET_PORTALS_HOME": str(home), **(env or {})},
            check=False,
        )
        out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
        assert "Traceback" not in err, err
        return Done(done.returncode, out, err)

    return run


@pytest.fixture
def saves(home: Path) -> FileStore:
    """The store that the command finds in this test's home."""
    return FileStore(home / "data" / "saves")


@pytest.fixture
def amber(saves: FileStore) -> RunRecord:
    """A run of seven turns, in the middle of a fight."""
    return kept(saves, played(7, "amber-fox-4821"))


def kept(store: FileStore, record: RunRecord) -> RunRecord:
    """The record, saved."""
    store.save(record, "")
    return record


__all__ = ["Done", "Portals", "kept", "play", "portals_at"]
