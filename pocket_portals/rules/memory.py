"""What was told, and is to be remembered: notes by kind, and a line for each turn of the story.

The game's own facts (people met, promises, things learned) are in the state beside it. A note never opens or
shuts a scene: nothing in a world can read one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from pocket_portals.rules.values import Value

NOTES = 100  # kept; beyond it the oldest that was told is forgotten, open promises last
LINES = 60  # of the story so far
NOTE_LENGTH = 200  # characters
LINE_LENGTH = 200


class NoteKind(StrEnum):
    """What a note is about."""

    PERSON = "person"
    PLACE = "place"
    PROMISE = "promise"
    FACT = "fact"


class Note(Value):
    """Something told in passing that should hold from then on."""

    kind: NoteKind
    about: str = Field(default="", max_length=60, description="whom or what, by name")
    text: str = Field(min_length=1, max_length=NOTE_LENGTH)
    turn: int = Field(default=0, ge=0)
    by: Literal["told", "player"] = "told"


class StoryLine(Value):
    """One turn in a sentence."""

    text: str = Field(min_length=1, max_length=LINE_LENGTH)
    turn: int = Field(default=0, ge=0)


class Memory(Value):
    """All of it. ``aside`` holds keys of the game's own facts that the player wants left unsaid.

    ``settled``: notes on promises that were kept (or broken: False), by id.
    """

    notes: dict[str, Note] = {}
    settled: dict[str, bool] = {}
    story: tuple[StoryLine, ...] = ()
    aside: tuple[str, ...] = ()
