"""Play the three runs of ``saves.example/``: `python tests/e2e/example_saves.py saves.example`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from pocket_portals.rules.dice import Stream
from pocket_portals.rules.state import GameState, Phase
from pocket_portals.saves import codec
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.playtest import SensibleBot, TurnClock
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.library import WorldLibrary

EXAMPLES: dict[str, tuple[str, Callable[[GameState], bool]]] = {
    "mid-interview": ("Wren", lambda s: s.creation_turn == 2),
    "mid-fight": ("Odo", lambda s: s.combat_state is not None and s.combat_state.round == 2),
    "finished": ("Ilsa", lambda s: s.adventure_completed),
}


async def played(name: str, hero: str, there: Callable[[GameState], bool]) -> RunRecord:
    """The first seeded run that comes to such a point, stopped there."""
    worlds, clock = WorldLibrary(), TurnClock()
    for number in range(100):
        store, draws = MemoryStore(), Stream(f"{name}{number}", 0)
        engine = DirectEngine(store, worlds, {"storybook": Storybook()}, clock)
        below: Callable[[int], int] = lambda n, d=draws: d.integer(0, n - 1)  # type: ignore[misc]  # noqa: E731
        table = GameSessionService(store, engine, worlds, clock, random_below=below)
        run = (await table.create(NewRun(world="ember-road", name=hero, seed=f"{name}{number}"))).run
        bot = SensibleBot(f"{name}{number}")
        while not there(state := table.state(run)) and state.phase is not Phase.EPILOGUE:
            await table.act(run, bot.act(state))
        if there(table.state(run)):
            return table.record(run)
    raise LookupError(f"no run comes to {name}")


def main(folder: Path) -> None:
    """Write the three saves."""
    folder.mkdir(exist_ok=True)
    for name, (hero, there) in EXAMPLES.items():
        (folder / f"{name}.json").write_bytes(codec.encode(asyncio.run(played(name, hero, there))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
