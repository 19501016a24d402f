"""Where deleted runs wait for some days, in case they are missed."""

from __future__ import annotations

import shutil
from datetime import timedelta

from pocket_portals.saves.files import STATE, FileStore
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import Saved

KEPT = timedelta(days=30)


class Bin(FileStore):
    """A RunStore of deleted runs. What has waited long enough goes for good when the next one comes."""

    def save(self, record: RunRecord, expected: str) -> Saved:
        """See RunStore."""
        self._empty()
        return super().save(record, expected)

    def _empty(self) -> None:
        oldest = (self._now() - KEPT).timestamp()
        for state in self.root.glob(f"*/{STATE}"):
            if state.stat().st_mtime < oldest:
                shutil.rmtree(state.parent, ignore_errors=True)
