"""Reading along: the turns of a run as they are saved, by whichever process, in order and once each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from pocket_portals.session.journal import Step, unfold
from pocket_portals.session.ports import RunStore

EVERY = 0.5  # seconds between two looks, each of which reads the run's head and no more


async def follow(
    store: RunStore,
    run: str,
    after: int = -1,
    every: float = EVERY,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Step]:
    """Every turn numbered above ``after``, then each as it is saved, without end.

    Whoever plays is not slowed: the store alone is asked. Raises RunNotFound once the run is deleted.
    """
    known = ""
    while True:
        head = await asyncio.to_thread(store.head, run)
        if head != known or not known:
            known, steps = await asyncio.to_thread(_since, store, run, after)
            for step in steps:
                after = step.turn.number
                yield step
            del steps  # a run that nobody plays is not held in memory by those who watch it
        await wait(every)


def _since(store: RunStore, run: str, after: int) -> tuple[str, list[Step]]:
    """The head of a run, and its turns numbered above ``after``."""
    record = store.load(run)
    return record.head, [step for step in unfold(record.turns) if step.turn.number > after]
