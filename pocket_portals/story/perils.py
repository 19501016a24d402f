"""Dangers that a storyteller may bring nearer: written scenes in reach, not spent, that can come to blows.

To bring one nearer is to offer the way to it. The player takes it or not, and what it holds is as written.
"""

from __future__ import annotations

from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import ArcPhase, Choice, GameState, Verb
from pocket_portals.story import director
from pocket_portals.worlds.scenes import SceneDef
from pocket_portals.worlds.schema import WorldDef
from pocket_portals.worlds.walk import choice_effects

REST = 6  # turns between two scenes that can come to blows
MOST = 3  # are told to a storyteller
_REF = "danger:"
_QUIET = frozenset((ArcPhase.SETUP, ArcPhase.DENOUEMENT))


def in_reach(world: WorldDef, state: GameState) -> list[SceneDef]:
    """The dangers of this place; none for the badly hurt, fresh from one, or before what a quest hangs on."""
    scene = world.scene.get(state.scene.id) if state.scene else None
    busy = state.combat_state or (scene and (scene.quest or encounters(scene)))
    hurt = state.health_current * 2 < state.health_max
    if busy or hurt or state.adventure_phase in _QUIET or _lately(world, state):
        return []
    return [s for s in director.fitting(Draft(state), world, state.place) if encounters(s)][:MOST]


def encounters(scene: SceneDef) -> list[str]:
    """The fights that a scene can come to."""
    return [do.fight for choice in scene.choices for do in choice_effects(choice) if do.fight]


def named(world: WorldDef, scene: SceneDef) -> str:
    """Whom one would meet there."""
    foes = dict.fromkeys(kind for fight in encounters(scene) for kind in world.encounter[fight].foes)
    return ", ".join(world.foe[kind].called for kind in foes)


def ref(scene: SceneDef) -> str:
    """What a choice refers to that leads to a danger."""
    return f"{_REF}{scene.id}"


def offered(scene: SceneDef, say: str) -> Choice:
    """The way to a danger, in a storyteller's words."""
    return Choice(label=say, verb=Verb.MOVE, ref=ref(scene), note="danger")


def met(world: WorldDef, choice: Choice) -> str:
    """The scene that a choice of meeting a danger leads to; "" for any other."""
    ident = choice.ref.removeprefix(_REF) if choice.ref.startswith(_REF) else ""
    return ident if ident in world.scene else ""


def _lately(world: WorldDef, state: GameState) -> bool:
    """Whether a scene like that was met a short while ago."""
    seen = (i for i, revision in state.seen_storylets.items() if state.revision - revision < REST)
    return any(encounters(world.scene[ident]) for ident in seen if ident in world.scene)
