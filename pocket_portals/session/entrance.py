"""The ways into the game. Light, so that a face can open before a session is there."""

from __future__ import annotations

from dataclasses import dataclass

LENGTHS = {"short": 25, "standard": 50, "long": 100}  # turns of the adventure


@dataclass(frozen=True)
class NewRun:
    """What the player asked for. ``name`` and ``seed`` may be empty."""

    world: str
    name: str = ""
    seed: str = ""
    length: str = "standard"
    storyteller: str = "storybook"


@dataclass(frozen=True)
class Entrance:
    """How the player comes in: by the title screen, into a new run, or back into a saved one."""

    new: NewRun | None = None
    run: str = ""
    take_over: bool = False  # the run may be open elsewhere
