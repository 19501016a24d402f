"""Facts about the hero: who they are, how they fare, what they carry and know."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pocket_portals.rules.dice import Roll
from pocket_portals.rules.events.base import Fact, without
from pocket_portals.rules.hero import HEALTH_PER_LEVEL, STARTING_HEALTH, Ability, CharacterSheet, Power
from pocket_portals.rules.state import Degree, GameState, Item


class CreationTurnSet(Fact):
    """The interview stands at this exchange."""

    kind: Literal["creation_turn_set"] = "creation_turn_set"
    turn: int = Field(ge=0, le=5)

    def apply(self, state: GameState) -> GameState:
        return state.having(creation_turn=self.turn)


class DescriptionSet(Fact):
    """What the player has said of the hero so far."""

    kind: Literal["description_set"] = "description_set"
    text: str = Field(max_length=2000)

    def apply(self, state: GameState) -> GameState:
        return state.having(character_description=self.text)


class SheetSet(Fact):
    """The hero as drawn up, with what they set out with."""

    kind: Literal["sheet_set"] = "sheet_set"
    sheet: CharacterSheet
    gold: int = Field(ge=0)
    items: dict[str, Item]

    def refusal(self, state: GameState) -> str:
        return "the hero has set out already" if state.adventure_turn else ""

    def apply(self, state: GameState) -> GameState:
        return state.having(
            character_sheet=self.sheet,
            health_current=STARTING_HEALTH,
            health_max=STARTING_HEALTH,
            gold=self.gold,
            inventory=self.items,
        )


class LevelGained(Fact):
    """A milestone: one level, and health with it."""

    kind: Literal["level_gained"] = "level_gained"

    def refusal(self, state: GameState) -> str:
        sheet = state.character_sheet
        return "" if sheet and sheet.level < 4 else "the hero can rise no further"

    def apply(self, state: GameState) -> GameState:
        return state.having(
            character_sheet=state.hero.having(level=state.hero.level + 1),
            health_max=state.health_max + HEALTH_PER_LEVEL,
            health_current=state.health_current + HEALTH_PER_LEVEL,
        )


class HealthChanged(Fact):
    """Health won or lost, and why."""

    kind: Literal["health_changed"] = "health_changed"
    by: int
    why: str

    def refusal(self, state: GameState) -> str:
        after = state.health_current + self.by
        return "" if 0 <= after <= state.health_max else f"health can't be {after}"

    def apply(self, state: GameState) -> GameState:
        return state.having(health_current=state.health_current + self.by)


class GoldChanged(Fact):
    """Money won or spent, and why."""

    kind: Literal["gold_changed"] = "gold_changed"
    by: int
    why: str

    def refusal(self, state: GameState) -> str:
        return "" if state.gold + self.by >= 0 else "there is not that much gold"

    def apply(self, state: GameState) -> GameState:
        return state.having(gold=state.gold + self.by)


class ItemGained(Fact):
    """Something is carried now."""

    kind: Literal["item_gained"] = "item_gained"
    id: str
    item: Item

    def refusal(self, state: GameState) -> str:
        held = state.inventory.get(self.id)
        return "too many to carry" if held and held.count + self.item.count > 99 else ""

    def apply(self, state: GameState) -> GameState:
        held = state.inventory.get(self.id)
        item = self.item.having(count=self.item.count + held.count) if held else self.item
        return state.having(inventory=state.inventory | {self.id: item})


class ItemLost(Fact):
    """Something is no longer carried."""

    kind: Literal["item_lost"] = "item_lost"
    id: str
    count: int = Field(default=1, ge=1)
    why: str = ""

    def refusal(self, state: GameState) -> str:
        held = state.inventory.get(self.id)
        return "" if held and held.count >= self.count else f"the hero has no {self.id}"

    def apply(self, state: GameState) -> GameState:
        held = state.inventory[self.id]
        if held.count == self.count:
            return state.having(inventory=without(state.inventory, self.id))
        left = held.having(count=held.count - self.count)
        return state.having(inventory=state.inventory | {self.id: left})


class PowerUsed(Fact):
    """A calling's power was spent until the next rest."""

    kind: Literal["power_used"] = "power_used"
    power: Power

    def refusal(self, state: GameState) -> str:
        return "" if state.powers_left.get(self.power, 0) > 0 else f"{self.power.title} is spent"

    def apply(self, state: GameState) -> GameState:
        used = state.powers_used | {self.power: state.powers_used.get(self.power, 0) + 1}
        return state.having(powers_used=used)


class Rested(Fact):
    """The hero rested: powers come back."""

    kind: Literal["rested"] = "rested"

    def apply(self, state: GameState) -> GameState:
        return state.having(powers_used={})


class CheckRolled(Fact):
    """A check, whole: what was tried, every die, the arithmetic and the verdict."""

    kind: Literal["check_rolled"] = "check_rolled"
    deed: str
    ability: Ability
    dc: int
    roll: Roll
    degree: Degree
    why_edge: str = ""
