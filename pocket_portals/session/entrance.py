"""The ways into the game. Light, so that a face can open before a session is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

LENGTHS = {"short": 25, "standard": 50, "long": 100}  # turns of the adventure
QUICK = "Surprise me"  # the answer at the table that leaves the hero to chance


class NewRun(NamedTuple):
    """What the player asked for. ``name`` and ``seed`` may be empty."""

    world: str
    name: str = ""
    seed: str = ""
    length: str = "standard"
    storyteller: str = "storybook"
    quick: bool = False  # a ready hero: no questions are asked


class Entrance(NamedTuple):
    """How the player comes in: by the title screen, into a new run, or back into a saved one."""

    new: NewRun | None = None
    run: str = ""
    take_over: bool = False  # the run may be open elsewhere


def of_the_day(day: date, worlds: Sequence[str]) -> NewRun:
    """The story that everybody is dealt on this day: world, hero and dice."""
    return NewRun(world=worlds[day.toordinal() % len(worlds)], seed=day.isoformat(), quick=True)
