"""Clocks and fronts: they move when the hero dawdles, tell what is coming, and change the story when full."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from standing import WORLD, standing, world_where

from pocket_portals.rules import checks, pacing
from pocket_portals.rules.events import CheckRolled, ClockStarted, ClockTicked, PlaceEntered
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Clock, Degree, GameState, Stage
from pocket_portals.story import director, intent, offers, questing, referee
from pocket_portals.story.consequences import QUEST_CLOCK, tick
from pocket_portals.story.storyteller import Piece
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.schema import ClockDef, WorldDef

QUEST = WORLD.quest["lamper"]
CLOCK = QUEST.clock


def with_danger(state: GameState, filled: int = 0) -> GameState:
    """The state with the quest's clock running."""
    draft = Draft(state)
    draft.add(ClockStarted(id=CLOCK.id, clock=Clock(name=CLOCK.name, segments=CLOCK.segments, filled=filled)))
    return draft.state


def world_with(clock: ClockDef | None = None, fronts: tuple[ClockDef, ...] = ()) -> WorldDef:
    quest = QUEST.model_copy(update={"clock": clock or CLOCK})
    quests = tuple(quest if q.id == quest.id else q for q in WORLD.quests)
    return world_where(quests=quests, fronts=fronts)


def say(words: str, state: GameState, world: WorldDef = WORLD) -> tuple[list[Piece], Draft]:
    draft = Draft(state)
    return referee.explore(draft, world, intent.read(words, state, world)).pieces, draft


def ticks(draft: Draft, clock: str = CLOCK.id) -> int:
    return sum(e.by for e in draft.events if isinstance(e, ClockTicked) and e.id == clock)


ROAD = with_danger(standing("candlewood"))
HOOK = with_danger(standing("third-post", "lamper-hook", {"mara": "mara-quill"}))


@pytest.mark.parametrize("seed", range(8))
def test_resting_brings_the_danger_nearer_however_it_goes(seed: int) -> None:
    assert ticks(say("rest", ROAD.having(seed=str(seed)))[1]) >= 1


@pytest.mark.parametrize("words", ["wait", "do nothing", "sit down", "don't move"])
def test_to_wait_costs_nothing(words: str) -> None:
    assert not say(words, ROAD)[1].events


def test_a_free_deed_that_goes_well_beyond_need_wins_time() -> None:
    pressed = with_danger(standing("third-post", "lamper-hook", {"mara": "mara-quill"}), filled=2)
    seen = set()
    for seed in range(60):
        _, draft = say("climb the post and wave the coat", pressed.having(seed=str(seed)))
        degree = next(e.degree for e in draft.events if isinstance(e, CheckRolled))
        won = [e.by for e in draft.events if isinstance(e, ClockTicked) and e.by < 0]
        assert won == ([-1] if degree is Degree.STRONG else [])
        seen.add(degree)
    assert seen == set(Degree)


def test_what_is_not_rolled_for_is_not_said_to_be() -> None:
    _, draft = say("rest", ROAD)
    assert not any(isinstance(e, CheckRolled) for e in draft.events)
    assert "DC" not in intent.read("rest", ROAD, WORLD).echo


def test_turning_away_from_what_matters_brings_it_nearer() -> None:
    way = next(iter(WORLD.location["third-post"].exits.values()))
    assert ticks(say(f"go to {WORLD.location[way].name}", HOOK)[1]) >= 1


def test_a_hero_who_wanders_on_is_overtaken_by_what_they_leave_undone() -> None:
    state, moved = ROAD, 0
    for turn in range(12):
        places = [p for p in WORLD.location[state.place].exits.values() if p != WORLD.home]
        draft = Draft(state.having(scene=None, seed=str(turn)))
        place = WORLD.location[places[turn % len(places)]].name
        referee.explore(draft, WORLD, intent.read(f"go to {place}", draft.state, WORLD))
        moved += ticks(draft)
        state = draft.state
        if state.active_quest is None or state.combat_state:
            break
    assert moved >= 3


def test_a_hero_who_takes_what_comes_is_not_hurried() -> None:
    for turn in range(20):
        state = ROAD.having(adventure_turn=turn)
        quest = state.active_quest
        assert quest is not None
        on_time = state.having(active_quest=quest.having(stage=Stage.APPROACH, stage_turn=max(0, turn - 1)))
        assert not pacing.dawdled(on_time)


def test_portents_are_told_in_order_and_the_last_when_it_comes_to_pass() -> None:
    draft = Draft(ROAD)
    told: list[str] = []
    for _ in range(CLOCK.segments):
        told += [str(p.text[0]) for p in tick(draft, WORLD, QUEST_CLOCK, 1) if isinstance(p.text, tuple)]
    assert told == [*CLOCK.portents[: len(told) - 1], CLOCK.portents[-1]]
    assert len(told) >= 3
    assert draft.state.qualities["lamper.late"] == 1
    assert tick(draft, WORLD, QUEST_CLOCK, 1) == []


def test_a_danger_without_portents_comes_to_pass_all_the_same() -> None:
    bare = CLOCK.model_copy(update={"portents": ()})
    draft = Draft(with_danger(ROAD.having(clocks={}), CLOCK.segments - 1))
    (piece,) = tick(draft, world_with(bare), QUEST_CLOCK, 1)
    assert CLOCK.name in str(piece.text)
    assert draft.state.qualities["lamper.late"] == 1


def test_where_nothing_is_written_for_it_whoever_gave_the_quest_holds_it_against_the_hero() -> None:
    plain = ClockDef(id=CLOCK.id, name=CLOCK.name, segments=6)
    state = with_danger(standing("third-post", "", {"mara": QUEST.giver}), 5)
    draft = Draft(state)
    tick(draft, world_with(plain), QUEST_CLOCK, 1)
    assert draft.state.people[QUEST.giver].regard == state.people[QUEST.giver].regard - 1


def test_a_danger_that_has_come_to_pass_weighs_on_what_is_done_about_it_and_hurries_it() -> None:
    before, after = (
        with_danger(standing("third-post", "lamper-hook", {"mara": "mara-quill"}), n) for n in (0, 6)
    )
    draft = Draft(after)
    checks.check(draft, "try", Ability.WISDOM, 12)
    (rolled,) = [e for e in draft.events if isinstance(e, CheckRolled)]
    assert rolled.roll.notation == "2d20kl1"
    assert rolled.why_edge == f"disadvantage: {CLOCK.name}"
    quest = after.active_quest
    assert quest is not None
    early = quest.having(stage=Stage.COMPLICATION, stage_turn=5)
    assert not pacing.key_scene_due(before.having(adventure_turn=6, active_quest=early))
    assert pacing.key_scene_due(after.having(adventure_turn=6, active_quest=early))


def test_the_odds_beside_a_choice_are_those_it_is_rolled_with() -> None:
    scene = next(s for s in WORLD.storylets if any(c.check for c in s.choices[:3]))

    def shown(state: GameState) -> list[int]:
        return [int(c.note.split("%")[0]) for c in offers.scene_choices(WORLD, state, scene) if c.check]

    plain, opened, late = (
        shown(s)
        for s in (
            ROAD,
            ROAD.having(qualities={checks.EDGE: 1}),
            with_danger(ROAD.having(clocks={}), CLOCK.segments),
        )
    )
    assert all(low < middle < high for low, middle, high in zip(late, plain, opened, strict=True))


def test_a_full_clock_may_bring_a_scene_of_its_own_once() -> None:
    scene = next(s.id for s in WORLD.storylets if not s.cast)
    brings = ClockDef.model_validate(
        {"id": CLOCK.id, "name": "Dark", "segments": 4, "full": {"scene": scene}}
    )
    draft = Draft(with_danger(ROAD.having(clocks={}), CLOCK.segments))
    world = world_with(brings)
    first = director.next_scene(draft, world)
    assert first is not None
    assert first.id == scene
    director.enter(draft, world, first)
    second = director.next_scene(draft, world)
    assert second is None or second.id != scene


@pytest.mark.parametrize("sudden", [{"end": True}, {"fight": "any"}])
def test_a_full_clock_ends_nothing_without_a_scene(sudden: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="scene"):
        ClockDef.model_validate({"id": "x", "name": "X", "segments": 4, "full": sudden})


FLOOD = ClockDef.model_validate(
    {"id": "flood", "name": "The flood", "segments": 4, "portents": ["Wet.", "Wetter.", "Here."],
     "full": {"quality": "flooded"}}
)  # fmt: skip


def test_a_front_of_the_world_runs_from_the_first_quest_and_moves_with_time_and_the_arc() -> None:
    world = world_with(fronts=(FLOOD,))
    table = standing("crossroads-inn").having(active_quest=None)
    quest = questing.quest_of(world, world.quest["lamper"])
    table = table.having(pending_quest_options=(quest,))
    table = table.having(current_choices=questing.choices(table))
    draft = Draft(table)
    questing.settle_on(draft, world, intent.read("1", table, world))
    assert draft.state.clocks["flood"] == Clock(name="The flood", segments=4)
    away = Draft(draft.state.having(scene=None))
    away.add(PlaceEntered(place="candlewood"))
    _, rested = say("rest", away.state, world)
    assert ticks(rested, "flood") == 1
    turned = away.state.having(adventure_turn=5)
    _, risen = say("press on", turned, world)
    assert risen.state.adventure_phase == "rising"
    assert ticks(risen, "flood") == 1
    full = Draft(rested.state)
    for _ in range(4):
        tick(full, world, "flood", 1)
    assert full.state.qualities["flooded"] == 1


def test_a_danger_that_has_come_is_not_lost_by_a_deed_nobody_wrote() -> None:
    world = WorldLibrary().get("last-relay")
    state = standing("low-ring", "air-sour", world=world)
    for said in ("climb the ladder", "sing to them", "it is not your fault"):
        draft = Draft(state)
        referee.explore(draft, world, intent.read(said, state, world))
        assert draft.state.scene == state.scene, said
        assert draft.state.adventure_turn > state.adventure_turn
