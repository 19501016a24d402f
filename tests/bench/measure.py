"""What the figures have in common: how they are timed, and how they are printed."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pexpect


@dataclass(frozen=True)
class Row:
    """A figure, and what it is measured against in the same run. Without a value, ``against`` says why."""

    name: str
    value: float | None
    unit: str
    against: str = ""
    reference: float | None = None

    @property
    def cells(self) -> tuple[str, str, str]:
        """How it is printed."""
        if self.value is None:
            return self.name, "-", self.against
        value = f"{self.value:,.1f} {self.unit}"
        if self.reference is None:
            return self.name, value, self.against
        return self.name, value, f"{self.value / self.reference:.2f} x {self.against} ({self.reference:,.1f})"


def show(title: str, rows: Sequence[Row]) -> None:
    """Print one figure as a table."""
    print(f"\n{title}")
    cells = [row.cells for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(2)]
    for name, value, note in cells:
        print(f"  {name:<{widths[0]}}  {value:>{widths[1]}}  {note}".rstrip())


def percentile(samples: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of the samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def milliseconds(task: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    task()
    return (time.perf_counter() - began) * 1000


def medians(times: int, *tasks: Callable[[], float]) -> list[float]:
    """The median of each measure, taken in turns so that a busy moment strikes them alike."""
    samples = [[task() for task in tasks] for _ in range(times)]
    return [statistics.median(column) for column in zip(*samples, strict=True)]


def process(*arguments: str) -> float:
    """Milliseconds from the start of an interpreter to its end."""
    command = [sys.executable, *arguments]
    return milliseconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def end(child: pexpect.spawn[bytes]) -> None:
    """End a program at once: what it does on leaving is not measured."""
    child.kill(signal.SIGKILL)
    child.wait()
    child.close()


@contextmanager
def home() -> Iterator[Path]:
    """A home of the game's own for the time of a figure."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["POCKET_PORTALS_HOME"] = folder
        os.environ.pop("REDIS_URL", None)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # players' Python keeps what it compiled
        yield Path(folder)
