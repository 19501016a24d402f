"""A danger that a model brings nearer: one that is written, in reach and unspent; the player may meet it."""

from __future__ import annotations

import pytest
from scripted_crew import AFTER, PROSE, WORLDS, Models, Table, explore, seat, well

from pocket_portals.rules.events import CombatBegun, HealthChanged, SceneEntered
from pocket_portals.rules.fold import fold
from pocket_portals.rules.state import ArcPhase, Choice, GameState, Verb
from pocket_portals.session.journal import problems
from pocket_portals.story import offers, perils
from pocket_portals.worlds.scenes import SceneDef

WORLD = WORLDS.get("ember-road")


def lures(*what: object):
    return lambda call: PROSE if call.streamed else {**AFTER, "lures": list(what)}


async def near_a_danger(script) -> tuple[Table, Models]:
    """A table that a storybook has brought to where a danger is in reach; then told with this model."""
    for seed in range(40):
        models = Models(well)
        table = await explore(await seat(models, teller="storybook", seed=str(seed)))
        while table.state.phase == "explore" and table.state.adventure_turn < 20:
            if perils.in_reach(WORLD, table.state):
                await table.service.set_storyteller(table.run, "crew")
                models.script = script
                return table, models
            await table.act("2")
    raise LookupError("no seed leads to a danger")


def dangers(state: GameState) -> list[Choice]:
    return [choice for choice in state.current_choices if choice.note == "danger"]


async def lured(script) -> tuple[Table, Models]:
    """The same a turn later that leads nowhere else."""
    table, models = await near_a_danger(script)
    await table.act("what do i see?")
    if table.state.phase == "explore" and not dangers(table.state):
        await table.act("i search the mud")
    return table, models


async def test_a_danger_in_reach_is_offered_met_as_it_is_written_and_not_offered_again() -> None:
    table, models = await lured(lures({"danger": 1, "say": "Follow the low howling"}))
    (choice,) = dangers(table.state)
    assert (choice.label, choice.check) == ("Follow the low howling", None)
    assert any("DANGERS IN REACH\n1. " in call.prompt for call in models.calls)
    turn = await table.act("follow the low howling")
    entered = next(e for e in turn.events if isinstance(e, SceneEntered))
    assert perils.encounters(WORLD.scene[entered.scene])
    written = [c for c in table.state.current_choices if c.ref.startswith(f"{entered.scene}#")]
    assert len(written) >= 2
    assert dangers(table.state) == []  # it stands before you
    assert problems(table.service.record(table.run)) == []
    for _ in range(2):
        if table.state.phase == "explore":
            await table.act("1")
            assert dangers(table.state) == []  # and another has to wait


async def test_the_fight_that_a_danger_comes_to_is_the_authors() -> None:
    begun: list[CombatBegun] = []
    for pick in range(1, 4):
        table, _ = await lured(lures({"danger": 1, "say": "Follow the low howling"}))
        scene = dangers(table.state)[0].ref.removeprefix("danger:")
        await table.act("follow the low howling")
        turn = await table.act(str(pick))
        begun += [e for e in turn.events if isinstance(e, CombatBegun)]
        assert all(e.combat.encounter in perils.encounters(WORLD.scene[scene]) for e in begun)
    assert begun


@pytest.mark.parametrize(
    "lure",
    [
        {"danger": 9, "say": "Follow the low howling"},
        {"danger": 0, "say": "Follow the low howling"},
        {"danger": 1, "say": "You have won 50 gold"},
        {"danger": 1, "say": '\x1b[2J{"hp": 0}'},
        {"danger": 1, "say": "go " * 15},
        {"danger": "dragon", "say": "Wake the dragon"},
        "dragon",
    ],
)
async def test_what_is_not_in_reach_or_decides_something_is_not_offered(lure: object) -> None:
    table, _ = await lured(lures(lure))
    assert dangers(table.state) == []
    assert problems(table.service.record(table.run)) == []


async def test_no_danger_comes_to_who_is_hurt_or_to_whom_one_has_just_come() -> None:
    table, _ = await near_a_danger(well)
    state = table.state
    found = perils.in_reach(WORLD, state)
    wounds = state.health_current - state.health_max // 2 + 1
    hurt = fold(state, [HealthChanged(by=-wounds, why="a fall")])
    assert perils.in_reach(WORLD, hurt) == []
    fresh = state.having(seen_storylets=state.seen_storylets | {found[0].id: state.revision - 1})
    assert perils.in_reach(WORLD, fresh) == []
    early = state.having(adventure_phase=ArcPhase.SETUP)
    assert perils.in_reach(WORLD, early) == []


def test_a_storyteller_that_refers_to_any_other_scene_offers_nothing() -> None:
    fighting = [s for s in WORLD.storylets if perils.encounters(s)]
    added = tuple(perils.offered(scene, f"Meet danger {n}") for n, scene in enumerate(fighting[:2]))
    key = Choice(label="Skip to the end", verb=Verb.MOVE, ref=f"{WORLD.quests[0].scenes[-1].id}#0")
    assert offers.joined((), (*added, key), [perils.ref(fighting[0])]) == added[:1]


def test_each_world_has_dangers_to_meet_and_names_whom() -> None:
    for name in WORLDS.ids():
        world = WORLDS.get(name)
        found: list[SceneDef] = [s for s in world.storylets if perils.encounters(s)]
        assert found
        assert all(perils.named(world, scene) for scene in found)
