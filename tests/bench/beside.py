"""The stores that ours is measured beside: CrewAI's own SQLite, and LangGraph's checkpointer on SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pocket_portals.session.journal import RunRecord


class CrewaiSqlite:
    """Keeps the whole record each time, as a flow with @persist would."""

    name = "CrewAI SQLite"

    def __init__(self, folder: Path) -> None:
        from crewai.flow.persistence.sqlite import SQLiteFlowPersistence

        self._store = SQLiteFlowPersistence(str(folder / "crewai.db"))

    def save(self, record: RunRecord) -> None:
        self._store.save_state(record.run, "settle", record.model_dump(mode="json"))

    def load(self, run: str) -> RunRecord:
        return RunRecord.model_validate(self._store.load_state(run))


class LanggraphSqlite:
    """A checkpoint each turn, flushed to the disk before it is acknowledged, as ours is."""

    name = "LangGraph SQLite"

    def __init__(self, folder: Path) -> None:
        from langgraph.checkpoint.sqlite import SqliteSaver

        connection = sqlite3.connect(folder / "langgraph.db", check_same_thread=False)
        self._store = SqliteSaver(connection)
        self._store.setup()
        connection.execute("PRAGMA synchronous=FULL")

    def save(self, record: RunRecord) -> None:
        from langgraph.checkpoint.base import CheckpointMetadata, empty_checkpoint

        checkpoint = empty_checkpoint()
        checkpoint["channel_values"] = {"run": record.model_dump(mode="json")}
        metadata: CheckpointMetadata = {"source": "loop", "step": record.rev}
        self._store.put(
            {"configurable": {"thread_id": record.run, "checkpoint_ns": ""}}, checkpoint, metadata, {}
        )

    def load(self, run: str) -> RunRecord:
        found = self._store.get_tuple({"configurable": {"thread_id": run, "checkpoint_ns": ""}})
        assert found
        return RunRecord.model_validate(found.checkpoint["channel_values"]["run"])

    def newest(self, count: int) -> int:
        """How many runs are among the newest checkpoints."""
        return len({each.config["configurable"]["thread_id"] for each in self._store.list(None, limit=count)})
