from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("saves", "session")]

from processes import Done, Portals, portals_at
from records import played

from pocket_portals.cli.game import Game
from pocket_portals.cli.main import run
from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord


@pytest.fixture
def portals(home: Path) -> Portals:
    """The command, in a process of its own, in this test's home."""
    return portals_at(home)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Portals]:
    """The command in this process, which is quicker: for what reads no input and plays no turn."""
    monkeypatch.setattr("pocket_portals.cli.main.end_on_signals", lambda: None)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def portals(*arguments: str, env: Mapping[str, str] | None = None) -> Done:
        status = run(arguments, Game({**os.environ, **(env or {})}))
        return Done(status, *capfd.readouterr())

    yield portals
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def saves(home: Path) -> FileStore:
    """The store that the command finds there."""
    return FileStore(home / "data" / "saves")


@pytest.fixture
def amber(saves: FileStore) -> RunRecord:
    """A saved run of seven turns, in the middle of a fight."""
    record = played(7, "amber-fox-4821")
    saves.save(record, "")
    return record
