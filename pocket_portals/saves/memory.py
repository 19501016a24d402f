"""Runs kept for as long as the program runs."""

from __future__ import annotations

from threading import Lock

from pocket_portals.saves.ids import checked_id, overtaken, unknown
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import RunSummary, Saved, Where, summary


class MemoryStore:
    """A RunStore that forgets."""

    name: Where = "memory"

    def __init__(self) -> None:
        self._runs: dict[str, RunRecord] = {}
        self._lock = Lock()

    def save(self, record: RunRecord, expected: str) -> Saved:
        """See RunStore."""
        run = checked_id(record.run)
        with self._lock:
            saved = self._runs.get(run)
            if saved and saved.head not in (expected, record.head):
                raise overtaken(run)
            self._runs[run] = record
        return Saved(self.name)

    def load(self, run: str) -> RunRecord:
        """See RunStore."""
        record = self._runs.get(checked_id(run))
        if record is None:
            raise unknown(run)
        return record

    def head(self, run: str) -> str:
        """See RunStore."""
        record = self._runs.get(checked_id(run))
        return record.head if record else ""

    def summaries(self, limit: int | None = None) -> list[RunSummary]:
        """See RunStore."""
        with self._lock:
            runs = [summary(record, self.name) for record in self._runs.values()]
        return sorted(runs, key=lambda run: run.played_at, reverse=True)[:limit]

    def delete(self, run: str) -> bool:
        """See RunStore."""
        with self._lock:
            return self._runs.pop(run, None) is not None

    def close(self) -> None:
        """See RunStore."""
