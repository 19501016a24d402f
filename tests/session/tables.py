"""A session at a table of its own: the real rules, world and storybook, with a store in memory."""

from __future__ import annotations

from collections.abc import Callable

from pocket_portals.rules.dice import Stream
from pocket_portals.rules.state import GameState, Phase
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.playtest import TurnClock
from pocket_portals.session.ports import RunStore
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Storyteller
from pocket_portals.worlds.library import WorldLibrary

WORLDS = WorldLibrary()


def service(
    store: RunStore | None = None, seed: str = "ids", teller: Storyteller | None = None
) -> GameSessionService:
    store = store or MemoryStore()
    clock = TurnClock()
    draws = Stream(seed, 0)
    engine = DirectEngine(store, WORLDS, {"storybook": teller or Storybook()}, clock)
    return GameSessionService(store, engine, WORLDS, clock, random_below=lambda n: draws.integer(0, n - 1))


def new(seed: str = "ember", length: str = "standard") -> NewRun:
    return NewRun(world="ember-road", seed=seed, length=length)


async def play_until(table: GameSessionService, run: str, there: Callable[[GameState], bool]) -> GameState:
    """Take drawn choices until the state is as wanted. Raises LookupError when the run ends before."""
    draws = Stream(run, 0)
    while not there(state := table.state(run)):
        if state.adventure_completed:
            raise LookupError("it never came to that")
        if state.phase is Phase.INTERVIEW:
            await table.act(run, "skip")
        else:
            await table.act(run, str(draws.integer(1, len(state.current_choices))))
    return state


async def reach(there: Callable[[GameState], bool]) -> tuple[GameSessionService, str]:
    """A table and a run at such a point, on the first seed that leads there."""
    for seed in range(50):
        table = service()
        run = (await table.create(new(str(seed)))).run
        try:
            await play_until(table, run, there)
        except LookupError:
            continue
        return table, run
    raise LookupError("no seed leads there")
