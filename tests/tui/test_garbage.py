"""Garbage goes between turns; nothing looks through all there is while one plays."""

from __future__ import annotations

import gc
import weakref

from driving import settled, until

from pocket_portals.tui.garbage import MANY, NEVER, sweep


class Loop:
    """What counting references does not free."""

    def __init__(self) -> None:
        self.itself = self


async def test_garbage_is_freed_when_a_turn_is_told(play):
    async with play(keys=("1", "1")) as pilot:
        gc.collect()
        left = weakref.ref(Loop())
        assert left() is not None
        await pilot.press("1")
        await settled(pilot)
        await until(pilot, lambda: left() is None)


async def test_the_oldest_objects_are_looked_through_by_no_accident(play):
    async with play(keys=("1",)):
        assert gc.get_threshold()[2] == NEVER


def test_what_is_left_is_spared_when_it_is_much() -> None:
    kept = [[number] for number in range(MANY)]
    before = gc.get_freeze_count()
    sweep()
    assert gc.get_freeze_count() >= before + len(kept)
    assert len(gc.get_objects()) < MANY
