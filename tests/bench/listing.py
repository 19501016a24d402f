"""`list` with a thousand runs, the whole process."""

from __future__ import annotations

import measure
from played import played

from pocket_portals.paths import Paths
from pocket_portals.saves.files import FileStore

TITLE = "list"
RUNS = 1_000


def rows() -> list[measure.Row]:
    """Against an interpreter that imports pydantic and nothing else."""
    with measure.home() as home:
        store = FileStore(Paths.of({"POCKET_PORTALS_HOME": str(home)}).saves)
        record = played(10)
        for number in range(RUNS):
            run = f"amber-fox-{number:04}"
            store.save(record.having(run=run, state=record.state.having(session_id=run)), "")
        store.close()
        full, json, pydantic = measure.medians(
            7,
            lambda: measure.process("-m", "pocket_portals", "list", "--limit", str(RUNS)),
            lambda: measure.process("-m", "pocket_portals", "list", "--json"),
            lambda: measure.process("-c", "import pydantic"),
        )
    against = "import pydantic"
    return [
        measure.Row(f"list, {RUNS:,} runs", full, "ms", against, pydantic),
        measure.Row("list --json", json, "ms", against, pydantic),
    ]
