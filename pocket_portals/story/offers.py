"""The deeds offered: three of a scene's choices that this hero can do, with what is at stake."""

from __future__ import annotations

from collections.abc import Container

from pocket_portals.rules.checks import chance, edge_of
from pocket_portals.rules.state import Choice, GameState
from pocket_portals.story.wording import Wording, cast_slots
from pocket_portals.worlds.needs import Needs
from pocket_portals.worlds.scenes import ChoiceDef, SceneDef
from pocket_portals.worlds.schema import WorldDef

SHOWN = 3
ADDED = 2  # deeds that a storyteller may add below those that are written


def scene_choices(world: WorldDef, state: GameState, scene: SceneDef) -> tuple[Choice, ...]:
    """The choices of a scene, as offered to this hero now."""
    wording = Wording(world, state)
    slots = cast_slots(world, state.scene.cast if state.scene else {})
    open_to_hero = [
        (index, choice)
        for index, choice in enumerate(scene.choices)
        if choice.needs.hold(state, wording.tags)
    ]
    # A choice that this hero earned replaces the plainest one, and keeps its place in the order.
    earned = [pair for pair in open_to_hero if pair[1].needs != Needs()][: SHOWN - 1]
    plain = [pair for pair in open_to_hero if pair[1].needs == Needs()][: SHOWN - len(earned)]
    shown = sorted([*earned, *plain], key=lambda pair: pair[0])
    return tuple(
        Choice(
            label=wording.fill(choice.say, slots),
            verb=choice.verb,
            ref=f"{scene.id}#{index}",
            check=choice.check,
            note=_note(state, choice),
            nouns=choice.nouns,
        )
        for index, choice in shown
    )


def joined(
    written: tuple[Choice, ...], added: tuple[Choice, ...], lures: Container[str] = ()
) -> tuple[Choice, ...]:
    """The written deeds in their places, and below them what a storyteller adds: enough, and no more.

    ``lures``: what an added deed may refer to.
    """
    taken = {c.label.split(" (")[0].casefold() for c in written}
    fair = [c for c in added if not c.ref or c.ref in lures]
    new = [c for c in fair if c.label.split(" (")[0].casefold() not in taken]
    return (*written, *new[: max(ADDED, SHOWN - len(written))])[: SHOWN + ADDED]


def _note(state: GameState, choice: ChoiceDef) -> str:
    """What stands beside a choice: its price as written, and the odds of its check."""
    edge, _ = edge_of(state)
    odds = f"{chance(state.hero, choice.check.ability, choice.check.dc, edge)}%" if choice.check else ""
    return " · ".join(filter(None, (odds, choice.note)))


def chosen(world: WorldDef, choice: Choice) -> tuple[SceneDef, ChoiceDef] | None:
    """The scene and choice behind an offer, if its outcome is written."""
    scene_id, _, index = choice.ref.rpartition("#")
    scene = world.scene.get(scene_id)
    if scene is None or not index.isdigit() or int(index) >= len(scene.choices):
        return None
    return scene, scene.choices[int(index)]
