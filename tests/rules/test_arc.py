from __future__ import annotations

import pytest
from heroes import draft
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.errors import Refused
from pocket_portals.rules import moments, pacing, quests
from pocket_portals.rules.events import (
    AdventureCompleted,
    ArcAdvanced,
    EpilogueBegun,
    HealthChanged,
    MomentMarked,
    QualityChanged,
    QuestAccepted,
    QuestsOffered,
    RegardChanged,
    Rewound,
    VoicesNoted,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import (
    MOMENTS,
    STAGES,
    ArcPhase,
    Clock,
    Closure,
    Moment,
    Objective,
    Quest,
    Reward,
    Stage,
    Voice,
)
from pocket_portals.worlds.needs import Needs


def quest(count: int = 1) -> Quest:
    return Quest(
        id="toll",
        title="The Toll",
        pitch="Pay it.",
        kind="talk",
        giver="ossa",
        clock="riders",
        objectives=(Objective(id="cross", text="Cross", count=count),),
        reward=Reward(gold=20),
    )


def under_way(count: int = 1) -> Draft:
    made = draft()
    made.add(QuestsOffered(quests=(quest(count),)))
    quests.accept(made, "toll", Clock(name="Riders", segments=4))
    return made


@pytest.mark.parametrize(
    ("turn", "phase"),
    [(1, "setup"), (5, "setup"), (6, "rising"), (20, "rising"), (21, "midpoint"), (30, "midpoint"),
     (31, "climax"), (42, "climax"), (43, "denouement"), (50, "denouement")],
)  # fmt: skip
def test_the_arc_of_fifty_turns(turn: int, phase: str) -> None:
    assert pacing.phase_at(turn, 50) == phase
    assert pacing.phase_at(turn // 2, 25) in (phase, pacing.phase_at(turn - 1, 50))


@given(st.sampled_from([25, 50, 100]))
def test_the_arc_only_moves_forward_and_time_runs_out(max_turns: int) -> None:
    made = draft()
    made.state = made.state.having(max_turns=max_turns)
    seen = [made.state.adventure_phase]
    for _ in range(max_turns):
        pacing.advance(made)
        seen.append(made.state.adventure_phase)
        assert 0 <= pacing.urgency(made.state) <= 1
    assert seen == sorted(seen, key=list(ArcPhase).index)
    assert seen[-1] is ArcPhase.DENOUEMENT
    with pytest.raises(Refused):
        pacing.advance(made)


def test_the_arc_never_goes_back() -> None:
    made = draft()
    made.add(ArcAdvanced(to=ArcPhase.CLIMAX))
    with pytest.raises(Refused):
        made.add(ArcAdvanced(to=ArcPhase.RISING))


def test_a_quest_can_be_completed_and_pays_once() -> None:
    made = under_way()
    quests.progress(made, "cross", 1)
    gold = made.state.gold
    assert quests.close(made)
    assert made.state.gold == gold + 20
    assert made.state.completed_quests == ("toll",)
    assert made.state.active_quest is None
    assert "riders" not in made.state.clocks
    assert not quests.close(made)


def test_a_quest_with_open_objectives_is_lost_not_completed() -> None:
    made = under_way(count=2)
    quests.progress(made, "cross", 1)
    assert not quests.close(made)
    assert made.state.completed_quests == ()
    assert made.state.qualities["lost.toll"] == 1


def test_what_belongs_to_a_quest_is_forgotten_with_it() -> None:
    made = under_way()
    made.add(QualityChanged(name="quest.lied", by=2), QualityChanged(name="mercy", by=1))
    quests.close(made)
    assert "quest.lied" not in made.state.qualities
    assert made.state.qualities["mercy"] == 1


def test_what_is_done_of_an_objective_can_be_read() -> None:
    made = under_way(count=2)
    needs = Needs.model_validate({"objective": {"cross": 1}})
    assert needs.weight == 1
    assert not needs.hold(made.state)
    quests.progress(made, "cross", 1)
    assert needs.hold(made.state)
    assert not Needs.model_validate({"objective": {"cross": 2}}).hold(made.state)


def test_no_quest_is_laid_on_the_table_that_can_not_be_finished() -> None:
    made = draft()
    for turn, room in ((38, True), (39, False)):
        assert pacing.room_for_a_quest(made.state.having(adventure_turn=turn)) is room
        assert pacing.room_for_a_quest(made.state.having(adventure_turn=turn // 2, max_turns=25)) or not room


def test_an_objective_takes_no_more_than_it_asks_for() -> None:
    made = under_way(count=2)
    quests.progress(made, "cross", 9)
    assert made.state.active_quest.objectives[0].done == 2
    quests.progress(made, "cross", 1)
    quests.progress(made, "no-such", 1)
    assert made.state.active_quest.objectives[0].done == 2


def test_the_spine_moves_to_its_end_and_never_back() -> None:
    made = under_way()
    walked = [made.state.active_quest.stage]
    while quests.next_stage(made):
        walked.append(made.state.active_quest.stage)
    assert tuple(walked) == STAGES
    assert not quests.next_stage(made, Stage.HOOK)


def test_a_quest_under_way_is_not_replaced() -> None:
    made = under_way()
    made.add(QuestsOffered(quests=(quest().having(id="other"),)))
    with pytest.raises(Refused):
        made.add(QuestAccepted(quest="other"))


def test_the_epilogue_comes_once() -> None:
    made = draft()
    with pytest.raises(Refused):
        made.add(AdventureCompleted(ending="x"))
    made.add(EpilogueBegun(closure=Closure.RETIRED), AdventureCompleted(ending="x"))
    for event in (EpilogueBegun(closure=Closure.HARD_CAP), AdventureCompleted(ending="y")):
        with pytest.raises(Refused):
            made.add(event)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=40))
def test_the_heaviest_moments_are_kept(weights: list[int]) -> None:
    made = draft()
    for turn, weight in enumerate(weights):
        made.add(MomentMarked(moment=Moment(kind="deed", text=f"m{turn}", turn=turn, weight=weight)))
    kept = made.state.adventure_moments
    assert len(kept) == min(len(weights), MOMENTS)
    assert sorted((m.weight for m in kept), reverse=True) == sorted(weights, reverse=True)[:MOMENTS]
    assert [m.turn for m in moments.best(made.state, 3)] == sorted(
        m.turn for m in moments.best(made.state, 3)
    )


def test_the_jesters_turns_are_counted() -> None:
    made = draft()
    made.add(VoicesNoted(voices=(Voice.NARRATOR, Voice.JESTER)))
    assert made.state.turns_since_jester == 0
    made.add(VoicesNoted(voices=(Voice.NARRATOR,)))
    assert made.state.turns_since_jester == 1


@pytest.mark.parametrize("event", [HealthChanged(by=-999, why="x"), HealthChanged(by=5, why="x"),
                                   RegardChanged(id="nobody", by=1), Rewound(to=4)])  # fmt: skip
def test_an_impossible_fact_is_refused_and_leaves_no_trace(event) -> None:
    made = draft()
    before, count = made.state, len(made.events)
    assert not made.propose(event)
    assert made.state == before
    assert len(made.events) == count


@pytest.mark.parametrize(("max_turns", "taken_at"), [(25, 1), (50, 1), (50, 26), (50, 38), (100, 1)])
def test_a_quests_key_scenes_all_come_due_before_the_last_turn(max_turns: int, taken_at: int) -> None:
    made = draft()
    made.state = made.state.having(max_turns=max_turns)
    for _ in range(taken_at):
        pacing.advance(made)
    made.add(QuestsOffered(quests=(quest(),)))
    quests.accept(made, "toll", None)
    played: list[Stage] = []
    while made.state.adventure_turn < max_turns and made.state.active_quest.stage not in played:
        if pacing.key_scene_due(made.state):
            played.append(made.state.active_quest.stage)
            quests.next_stage(made)
        pacing.advance(made)
    assert played == list(STAGES)
