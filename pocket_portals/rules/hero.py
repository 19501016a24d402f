"""The hero: abilities, callings, ancestries and the character sheet.

Numbers follow the SRD 5.1 (CC-BY-4.0), cut to one hero and level 1 to 4.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, field_validator

from pocket_portals.rules.values import Value

PROFICIENCY = 2
STARTING_HEALTH = 20
STARTING_GOLD = 10
HEALTH_PER_LEVEL = 4
STANDARD_ARRAY = (15, 14, 13, 12, 10, 8)


class Ability(StrEnum):
    """The six abilities of the SRD."""

    STRENGTH = "strength"
    DEXTERITY = "dexterity"
    CONSTITUTION = "constitution"
    INTELLIGENCE = "intelligence"
    WISDOM = "wisdom"
    CHARISMA = "charisma"

    @property
    def short(self) -> str:
        """Three letters, as on a sheet: ``Dex``."""
        return self.value[:3].title()


class Ancestry(StrEnum):
    """What blood the hero has; a world may give these other names."""

    HUMAN = "human"
    ELF = "elf"
    DWARF = "dwarf"
    HALFLING = "halfling"
    DRAGONBORN = "dragonborn"
    TIEFLING = "tiefling"


class Calling(StrEnum):
    """What the hero does well; a world may give these other names."""

    FIGHTER = "fighter"
    WIZARD = "wizard"
    ROGUE = "rogue"
    CLERIC = "cleric"
    RANGER = "ranger"
    BARD = "bard"


class Power(StrEnum):
    """What a calling can do in a fight, once or twice between rests."""

    SECOND_WIND = "second-wind"
    SNEAK_ATTACK = "sneak-attack"
    MAGIC_MISSILE = "magic-missile"
    SHIELD = "shield"
    CURE_WOUNDS = "cure-wounds"
    TURN = "turn"
    HUNTERS_MARK = "hunters-mark"
    INSPIRATION = "inspiration"
    VICIOUS_MOCKERY = "vicious-mockery"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As printed: ``Hunter's Mark``."""
        return "Hunter's Mark" if self is Power.HUNTERS_MARK else self.value.replace("-", " ").title()


_A = Ability

ANCESTRY_BONUS: dict[Ancestry, dict[Ability, int]] = {
    Ancestry.HUMAN: dict.fromkeys(Ability, 1),
    Ancestry.ELF: {_A.DEXTERITY: 2, _A.INTELLIGENCE: 1},
    Ancestry.DWARF: {_A.CONSTITUTION: 2, _A.WISDOM: 1},
    Ancestry.HALFLING: {_A.DEXTERITY: 2, _A.CHARISMA: 1},
    Ancestry.DRAGONBORN: {_A.STRENGTH: 2, _A.CHARISMA: 1},
    Ancestry.TIEFLING: {_A.CHARISMA: 2, _A.INTELLIGENCE: 1},
}

# Where the standard array goes, highest first; the first two are also the trained checks.
ABILITY_ORDER: dict[Calling, tuple[Ability, ...]] = {
    Calling.FIGHTER: (_A.STRENGTH, _A.CONSTITUTION, _A.DEXTERITY, _A.WISDOM, _A.CHARISMA, _A.INTELLIGENCE),
    Calling.WIZARD: (_A.INTELLIGENCE, _A.WISDOM, _A.DEXTERITY, _A.CONSTITUTION, _A.CHARISMA, _A.STRENGTH),
    Calling.ROGUE: (_A.DEXTERITY, _A.CHARISMA, _A.CONSTITUTION, _A.INTELLIGENCE, _A.WISDOM, _A.STRENGTH),
    Calling.CLERIC: (_A.WISDOM, _A.CONSTITUTION, _A.STRENGTH, _A.CHARISMA, _A.DEXTERITY, _A.INTELLIGENCE),
    Calling.RANGER: (_A.DEXTERITY, _A.WISDOM, _A.CONSTITUTION, _A.STRENGTH, _A.INTELLIGENCE, _A.CHARISMA),
    Calling.BARD: (_A.CHARISMA, _A.DEXTERITY, _A.CONSTITUTION, _A.WISDOM, _A.INTELLIGENCE, _A.STRENGTH),
}

# Power -> uses between rests.
POWERS: dict[Calling, dict[Power, int]] = {
    Calling.FIGHTER: {Power.SECOND_WIND: 2},
    Calling.WIZARD: {Power.MAGIC_MISSILE: 2, Power.SHIELD: 2},
    Calling.ROGUE: {Power.SNEAK_ATTACK: 2},
    Calling.CLERIC: {Power.CURE_WOUNDS: 2, Power.TURN: 1},
    Calling.RANGER: {Power.HUNTERS_MARK: 2},
    Calling.BARD: {Power.INSPIRATION: 2, Power.VICIOUS_MOCKERY: 2},
}


class Arms(Value):
    """What a calling fights with: damage dice, the ability behind them, and armour class."""

    weapon: str
    dice: str
    ability: Ability
    armour: str
    armour_class: int = Field(ge=8, le=22, description="before Dexterity, which is already counted in")


# Armour class already holds what the armour and the calling's usual Dexterity give (SRD 5.1, p. 63).
ARMS: dict[Calling, Arms] = {
    Calling.FIGHTER: Arms(
        weapon="longsword", dice="1d8", ability=_A.STRENGTH, armour="mail", armour_class=16
    ),
    Calling.WIZARD: Arms(weapon="staff", dice="1d8", ability=_A.INTELLIGENCE, armour="robe", armour_class=14),
    Calling.ROGUE: Arms(
        weapon="short blade", dice="1d6", ability=_A.DEXTERITY, armour="leathers", armour_class=15
    ),
    Calling.CLERIC: Arms(
        weapon="war hammer", dice="1d8", ability=_A.WISDOM, armour="scale coat", armour_class=15
    ),
    Calling.RANGER: Arms(weapon="longbow", dice="1d8", ability=_A.DEXTERITY, armour="hide", armour_class=15),
    Calling.BARD: Arms(weapon="rapier", dice="1d6", ability=_A.DEXTERITY, armour="leathers", armour_class=14),
}


def modifier(score: int) -> int:
    """An ability's modifier: ``(score - 10) // 2``. SRD 5.1, p. 76."""
    return (score - 10) // 2


class CharacterSheet(Value):
    """Who the hero is. Health, gold and goods change in play and live in the state."""

    name: str = Field(min_length=1, max_length=40)
    ancestry: Ancestry
    ancestry_name: str
    calling: Calling
    calling_name: str
    abilities: dict[Ability, int]
    level: int = Field(default=1, ge=1, le=4)
    arms: Arms
    motive: str = ""
    motive_text: str = ""
    keepsake: str = ""
    left_behind: str = ""

    @field_validator("abilities")
    @classmethod
    def _whole(cls, scores: dict[Ability, int]) -> dict[Ability, int]:
        if set(scores) != set(Ability) or not all(3 <= s <= 18 for s in scores.values()):
            raise ValueError("six abilities from 3 to 18")
        return scores

    def modifier(self, ability: Ability) -> int:
        """The modifier of one of the six abilities."""
        return modifier(self.abilities[ability])

    def trained(self, ability: Ability) -> bool:
        """Whether proficiency is added: in the calling's two leading abilities."""
        return ability in ABILITY_ORDER[self.calling][:2]

    @property
    def powers(self) -> dict[Power, int]:
        """The calling's powers and their uses between rests."""
        return POWERS[self.calling]


def ability_scores(calling: Calling, ancestry: Ancestry) -> dict[Ability, int]:
    """The standard array placed by calling, then the ancestry's bonuses, at most 18."""
    bonus = ANCESTRY_BONUS[ancestry]
    placed = dict(zip(ABILITY_ORDER[calling], STANDARD_ARRAY, strict=True))
    return {ability: min(18, placed[ability] + bonus.get(ability, 0)) for ability in Ability}
