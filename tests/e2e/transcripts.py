"""Play the deeds of ``docs/transcripts/*.deeds`` and write down what the game told: `make transcripts`.

A deeds file begins with the run (``world=ember-road seed=wool length=short``); every line after it is what
the player typed. With --tail N the last N turns and the choices are shown: so a run is played line by line.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import textwrap
from pathlib import Path

from pocket_portals.errors import PortalsError
from pocket_portals.rules.dice import Stream
from pocket_portals.rules.state import GameState
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.export import as_markdown, labelled, numbered
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.playtest import TurnClock
from pocket_portals.session.service import GameSessionService
from pocket_portals.session.transcript import chapters
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.library import WorldLibrary

FOLDER = Path(__file__).parents[2] / "docs" / "transcripts"
UNDO = "/undo"


def deeds_of(file: Path) -> tuple[NewRun, list[str]]:
    """The run that a file asks for, and what was typed in it."""
    first, *deeds = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    return NewRun(**dict(part.split("=", 1) for part in first.split())), deeds


async def played(file: Path) -> RunRecord:
    """The run, as far as its deeds go."""
    new, deeds = deeds_of(file)
    store, worlds, clock, draws = MemoryStore(), WorldLibrary(), TurnClock(), Stream(file.stem, 0)
    engine = DirectEngine(store, worlds, {"storybook": Storybook()}, clock)
    table = GameSessionService(store, engine, worlds, clock, random_below=lambda n: draws.integer(0, n - 1))
    run = (await table.create(new)).run
    for deed in deeds:
        if deed == UNDO:
            await table.undo(run)
        else:
            await table.act(run, deed)
    return table.record(run)


def by_number(record: RunRecord) -> int:
    """How many deeds were picked by a number."""
    return sum(turn.action.strip().isdecimal() for turn in record.story)


def tail(record: RunRecord, turns: int) -> list[str]:
    """The last turns as plain mode tells them, and what is offered."""
    lines = [
        line for _, told in list(chapters(record))[-turns:] for entry in told for line in labelled(entry)
    ]
    return [*lines, *numbered(record.state.current_choices), standing(record.state)]


def standing(state: GameState) -> str:
    """Where the hero is, in one line."""
    health = f"{state.health_current}/{state.health_max}"
    return (
        f"[{state.phase.value}, turn {state.adventure_turn}, {state.place}, health {health}, {state.ending}]"
    )


def main() -> None:
    """Write all transcripts, or play those that are named."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("files", nargs="*", type=Path, default=sorted(FOLDER.glob("*.deeds")))
    asked.add_argument("--tail", type=int, default=0)
    options = asked.parse_args()
    for file in options.files:
        try:
            record = asyncio.run(played(file))
        except PortalsError as error:
            sys.exit(f"{file.name}: {error}")
        file.with_suffix(".md").write_text(as_markdown(record), "utf-8")
        if options.tail:
            for line in tail(record, options.tail):
                sys.stdout.write(textwrap.fill(line, 150) + "\n")


if __name__ == "__main__":
    main()
