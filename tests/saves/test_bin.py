"""Deleted runs wait for some days, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from records import played

from pocket_portals.errors import RunNotFound
from pocket_portals.saves.bin import KEPT, Bin


def test_what_waits_comes_back_whole(tmp_path):
    bin_ = Bin(tmp_path)
    record = played(3)
    bin_.save(record, "")
    assert bin_.load(record.run) == record


def test_what_has_waited_long_enough_goes_when_the_next_one_comes(tmp_path):
    now = datetime.now(UTC)
    bin_ = Bin(tmp_path, now=lambda: now)
    old, new, newer = played(2), played(2, "birch-owl-0001"), played(2, "cedar-elk-0002")
    bin_.save(old, "")
    now += KEPT - timedelta(hours=1)
    bin_.save(new, "")
    assert bin_.load(old.run) == old
    now += timedelta(hours=2)
    bin_.save(newer, "")
    with pytest.raises(RunNotFound):
        bin_.load(old.run)
