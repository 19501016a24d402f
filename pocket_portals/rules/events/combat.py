"""Facts of a fight."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pocket_portals.rules.dice import Roll
from pocket_portals.rules.events.base import Fact
from pocket_portals.rules.fighters import CombatState, Foe, Stance, Tactic
from pocket_portals.rules.state import GameState, Phase

HERO = "hero"


class CombatBegun(Fact):
    """A fight began. Every initiative die is kept."""

    kind: Literal["combat_begun"] = "combat_begun"
    combat: CombatState
    initiative: dict[str, Roll]

    def refusal(self, state: GameState) -> str:
        return "a fight is on already" if state.combat_state else ""

    def apply(self, state: GameState) -> GameState:
        return state.having(combat_state=self.combat, phase=Phase.COMBAT)


class _InCombat(Fact):
    """A fact of the fight that is on."""

    def refusal(self, state: GameState) -> str:
        return "" if state.combat_state else "there is no fight"


class _OfFoe(_InCombat):
    """A fact about one foe."""

    foe: str

    def refusal(self, state: GameState) -> str:
        if state.combat_state and state.combat_state.foe(self.foe) is None:
            return f"there is no foe {self.foe}"
        return super().refusal(state)

    def _with(self, state: GameState, **changes: object) -> GameState:
        combat = state.combat_state
        assert combat is not None
        foes = tuple(f.having(**changes) if f.id == self.foe else f for f in combat.foes)
        return state.having(combat_state=combat.having(foes=foes))

    def _foe(self, state: GameState) -> Foe:
        assert state.combat_state is not None
        foe = state.combat_state.foe(self.foe)
        assert foe is not None
        return foe


class RoundBegun(_InCombat):
    """Another round of the fight."""

    kind: Literal["round_begun"] = "round_begun"

    def apply(self, state: GameState) -> GameState:
        combat = state.combat_state
        assert combat is not None
        return state.having(combat_state=combat.having(round=combat.round + 1))


class StanceTaken(_InCombat):
    """How the hero stands until the foes have acted."""

    kind: Literal["stance_taken"] = "stance_taken"
    stance: Stance

    def apply(self, state: GameState) -> GameState:
        combat = state.combat_state
        assert combat is not None
        return state.having(combat_state=combat.having(stance=self.stance))


class SurroundingsUsed(_InCombat):
    """A feature of the place was turned into a weapon; it can't be again."""

    kind: Literal["surroundings_used"] = "surroundings_used"
    feature: str

    def refusal(self, state: GameState) -> str:
        if state.combat_state and self.feature in state.combat_state.used:
            return "that is spent"
        return super().refusal(state)

    def apply(self, state: GameState) -> GameState:
        combat = state.combat_state
        assert combat is not None
        return state.having(combat_state=combat.having(used=(*combat.used, self.feature)))


class AttackRolled(_InCombat):
    """An attack, whole. ``damage`` is rolled when it hits."""

    kind: Literal["attack_rolled"] = "attack_rolled"
    by: str
    target: str
    with_: str = Field(description="the weapon or the tactic")
    armour_class: int
    roll: Roll
    hit: bool
    critical: bool = False
    damage: Roll | None = None
    why_edge: str = ""


class DamageRolled(_InCombat):
    """Dice that hurt or heal without an attack roll."""

    kind: Literal["damage_rolled"] = "damage_rolled"
    by: str
    target: str
    with_: str
    roll: Roll


class FoeHurt(_OfFoe):
    """A foe lost health; at 0 it is down."""

    kind: Literal["foe_hurt"] = "foe_hurt"
    by: int = Field(ge=0)

    def apply(self, state: GameState) -> GameState:
        return self._with(state, health=max(0, self._foe(state).health - self.by))


class FoeChanged(_OfFoe):
    """A foe is left open, marked, shaken, guarding, or no longer."""

    kind: Literal["foe_changed"] = "foe_changed"
    open: bool | None = None
    guarding: bool | None = None
    marked: bool | None = None
    shaken: bool | None = None

    def apply(self, state: GameState) -> GameState:
        changes = self.model_dump(exclude={"kind", "foe"}, exclude_none=True)
        return self._with(state, **changes)


class FoeIntends(_OfFoe):
    """What a foe is about to do; shown before the hero acts."""

    kind: Literal["foe_intends"] = "foe_intends"
    tactic: Tactic

    def apply(self, state: GameState) -> GameState:
        return self._with(state, tactic=self.tactic)


class FoeLeft(_OfFoe):
    """A foe ran, or was talked out of it."""

    kind: Literal["foe_left"] = "foe_left"
    why: Literal["fled", "talked", "turned"]

    def apply(self, state: GameState) -> GameState:
        return self._with(state, fled=True)


class FoeJoined(_InCombat):
    """A call for help was answered."""

    kind: Literal["foe_joined"] = "foe_joined"
    joined: Foe

    def refusal(self, state: GameState) -> str:
        if state.combat_state and len(state.combat_state.foes) >= 3:
            return "a fight has three foes at most"
        return super().refusal(state)

    def apply(self, state: GameState) -> GameState:
        combat = state.combat_state
        assert combat is not None
        return state.having(
            combat_state=combat.having(
                foes=(*combat.foes, self.joined),
                order=(*combat.order, self.joined.id),
                reserve=(),
            )
        )


class CombatEnded(_InCombat):
    """The fight is over."""

    kind: Literal["combat_ended"] = "combat_ended"
    result: Literal["won", "talked", "fled", "fallen"]

    def apply(self, state: GameState) -> GameState:
        return state.having(combat_state=None, phase=Phase.EXPLORE)
