from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "saves"))

from processes import Portals, portals_at
from records import played

from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord


@pytest.fixture
def portals(home: Path) -> Portals:
    """The command, in a process of its own, in this test's home."""
    return portals_at(home)


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
