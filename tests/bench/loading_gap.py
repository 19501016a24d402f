"""How long the screen stands still while crewai is imported behind it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

import measure
from bare_app import Bare

TITLE = "Stalls while crewai loads, in a live Textual app"
TICK = 0.01  # seconds


class Ticking(Bare):
    """Notes by how much each tick comes late, first at rest and then while loading."""

    def __init__(self) -> None:
        super().__init__()
        self.late: dict[str, list[float]] = {}

    def on_mount(self) -> None:
        self.run_worker(self.measure_gaps())

    async def measure_gaps(self) -> None:
        from pocket_portals.flow.loading import load

        self.late["at rest"] = await self.gaps(asyncio.sleep(1.5))
        self.late["loading"] = await self.gaps(asyncio.to_thread(load))
        self.exit()

    async def gaps(self, meanwhile: object) -> list[float]:
        """Milliseconds that each tick came late until ``meanwhile`` was done."""
        task = asyncio.ensure_future(meanwhile)  # type: ignore[arg-type]
        late = []
        while not task.done():
            began = time.perf_counter()
            await asyncio.sleep(TICK)
            late.append((time.perf_counter() - began - TICK) * 1000)
        await task
        return late


def rows() -> list[measure.Row]:
    """The gaps while loading against those of the same app at rest."""
    with measure.home():
        done = subprocess.run([sys.executable, __file__], check=True, capture_output=True, text=True)
    late: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    rest, loading = late["at rest"], late["loading"]
    against = "at rest"
    seconds = (sum(loading) / 1000) + len(loading) * TICK
    return [
        measure.Row("worst", max(loading), "ms", against, max(rest)),
        measure.Row("p99", measure.percentile(loading, 99), "ms", against, measure.percentile(rest, 99)),
        measure.Row("to load", seconds, "s"),
    ]


if __name__ == "__main__":
    app = Ticking()
    app.run(headless=True)
    print(json.dumps(app.late))
