"""Who stands in a fight and how: foes, what they intend, the hero's stance. Part of the state as saved."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pocket_portals.rules.values import Value


class Tactic(StrEnum):
    """What a foe is about to do. It is shown before the hero acts."""

    STRIKE = "strike"
    HEAVY = "heavy"
    WIND_UP = "wind-up"
    GUARD = "guard"
    HOWL = "howl"
    HEX = "hex"
    FLEE = "flee"
    REEL = "reel"


class Behaviour(StrEnum):
    """How a foe thinks."""

    PACK = "pack"
    BRUTE = "brute"
    SKIRMISHER = "skirmisher"
    CASTER = "caster"
    COWARD = "coward"
    GUARDIAN = "guardian"


class Foe(Value):
    """One enemy in a fight."""

    id: str
    kind: str
    name: str
    health: int = Field(ge=0)
    health_max: int = Field(ge=1)
    armour_class: int = Field(ge=5, le=25)
    attack: int = Field(ge=-2, le=15)
    damage: str
    initiative: int = 0
    behaviour: Behaviour
    nerve: int = Field(default=15, description="DC to talk it down; 0: it can't be talked to")
    speed: int = Field(default=12, description="DC to get away from it")
    tactic: Tactic = Tactic.STRIKE
    open: bool = False
    guarding: bool = False
    marked: bool = False
    shaken: bool = False
    fled: bool = False

    @property
    def standing(self) -> bool:
        """Whether it still takes part."""
        return self.health > 0 and not self.fled


class Stance(Value):
    """What the hero's last deed left them in until the foes have acted."""

    defending: bool = False
    shield: int = Field(default=0, description="added to armour class")
    rattled: bool = Field(default=False, description="the hero's next attack is at disadvantage")


class CombatState(Value):
    """A fight, whole: enough to go on from any moment of it."""

    encounter: str
    foes: tuple[Foe, ...] = Field(min_length=1, max_length=3)
    order: tuple[str, ...]
    round: int = 1
    stance: Stance = Stance()
    used: tuple[str, ...] = Field(default=(), description="surroundings already spent")
    boss: bool = False
    reserve: tuple[Foe, ...] = Field(default=(), max_length=1, description="who answers a howl")

    @property
    def standing(self) -> tuple[Foe, ...]:
        """The foes still in the fight, in the order they were named."""
        return tuple(f for f in self.foes if f.standing)

    def foe(self, foe_id: str) -> Foe | None:
        """The foe with this id."""
        return next((f for f in self.foes if f.id == foe_id), None)
