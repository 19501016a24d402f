"""``resume --watch``: reading along, turn by turn, as a run is played elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import tell

if TYPE_CHECKING:
    from pocket_portals.session.service import GameSessionService

EVERY = 1.0  # seconds between two looks


def read_along(service: GameSessionService, run: str, wait: Callable[[float], None] = time.sleep) -> None:
    """Print the last scene and then each turn as it is saved, until the adventure ends or Ctrl-C.

    Raises RunNotFound when the run is deleted meanwhile.
    """
    from pocket_portals.session.export import labelled, last_scene
    from pocket_portals.session.transcript import chapters

    record = service.load(run)
    tell(f"Reading along with {run}. Ctrl-C ends it; nothing is changed.")
    for line in last_scene(record):
        output.wrapped(line)
    while not record.state.adventure_completed:
        wait(EVERY)
        known, record = record, service.load(run)
        if known.head == record.head:
            continue
        read = {turn.id for turn in known.turns}
        for entry in (e for turn, entries in chapters(record) if turn.id not in read for e in entries):
            for line in labelled(entry):
                output.wrapped(line)
