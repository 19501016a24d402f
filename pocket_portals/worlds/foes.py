"""Fights as a world writes them: who, what is around, and what follows each way one can end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pocket_portals.rules.fighters import Behaviour, Tactic
from pocket_portals.worlds.needs import Authored, Names
from pocket_portals.worlds.scenes import Check, Id, Line, Lines, Outcome, Text


class FoeDef(Authored):
    """An enemy. ``shows`` are the lines that announce what it is about to do."""

    id: Id
    name: Line
    tier: Literal["common", "standard", "tough", "boss"]
    look: Line
    health: int = Field(ge=3, le=60)
    armour_class: int = Field(ge=8, le=20)
    attack: int = Field(ge=0, le=10)
    damage: str
    initiative: int = Field(default=1, ge=-3, le=6)
    behaviour: Behaviour
    nerve: int = Field(default=15, ge=0, le=25)
    speed: int = Field(default=12, ge=5, le=20)
    shows: dict[Tactic, Lines]
    falls: Lines
    leaves: Lines = ()
    friend: str = Field(default="", description="foe that answers its howl")
    proper: bool | None = Field(
        default=None,
        description="whether `name` is somebody's own; unsaid, one with a capital to each word is",
    )

    @property
    def named(self) -> bool:
        """Whether ``name`` is its own, which takes no article."""
        capitals = not any(word[0].islower() for word in self.name.split())
        return capitals and not self.name.startswith("The ") if self.proper is None else self.proper

    @property
    def noun(self) -> str:
        """What one of several is: "hard hat" of "Hard hat", "Vane hound" of "the Vane hound"."""
        bare = self.name.removeprefix("the ").removeprefix("The ")
        return bare if self.named or bare != self.name else bare[:1].lower() + bare[1:]

    @property
    def called(self) -> str:
        """What it is called inside a sentence: "the hull crab", "Gaffer Strake"."""
        return self.name if self.named else f"the {self.noun}"


class Surrounding(Authored):
    """Something in the place of a fight that can be turned against a foe, once."""

    id: Id
    say: Line = Field(max_length=60)
    nouns: Names = ()
    check: Check
    harm: str = "1d6"
    opens: bool = Field(default=True, description="leaves the foe open")
    success: Line
    failure: Line


class EncounterDef(Authored):
    """A fight: who, where, and what follows each way it can end."""

    id: Id
    foes: tuple[str, ...] = Field(min_length=1, max_length=3)
    text: Text
    boss: bool = False
    surroundings: tuple[Surrounding, ...] = ()
    won: Outcome
    talked: Outcome | None = None
    fled: Outcome
    fallen: Outcome = Field(description="the hero wakes with a loss; in the climax the story ends instead")
