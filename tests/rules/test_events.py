from __future__ import annotations

from datetime import UTC

import pytest
from heroes import draft
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pocket_portals.rules import events as facts
from pocket_portals.rules.events import EVENTS, Event
from pocket_portals.rules.fold import fold
from pocket_portals.rules.state import HISTORY, ArcPhase, Clock, GameState, Item, Moment, Phase, Speech, Voice

IDS = st.sampled_from(["a", "b", "c"])
SMALL = st.integers(-30, 30)
TEXT = st.text(max_size=12)

ANY_EVENT: st.SearchStrategy[Event] = st.one_of(
    st.builds(facts.HealthChanged, by=SMALL, why=TEXT),
    st.builds(facts.GoldChanged, by=SMALL, why=TEXT),
    st.builds(facts.ItemGained, id=IDS, item=st.builds(Item, name=TEXT, count=st.integers(1, 60))),
    st.builds(facts.ItemLost, id=IDS, count=st.integers(1, 99)),
    st.builds(facts.QualityChanged, name=IDS, by=SMALL),
    st.builds(facts.ClockStarted, id=IDS, clock=st.builds(Clock, name=TEXT, segments=st.integers(4, 8))),
    st.builds(facts.ClockTicked, id=IDS, by=SMALL),
    st.builds(facts.ClockStopped, id=IDS),
    st.builds(facts.PersonMet, id=IDS, name=TEXT),
    st.builds(facts.RegardChanged, id=IDS, by=SMALL),
    st.builds(facts.PromiseMade, id=IDS, promise=IDS, what=TEXT),
    st.builds(facts.PromiseResolved, promise=IDS, kept=st.booleans()),
    st.builds(facts.FactLearned, id=st.text(min_size=1, max_size=3), text=TEXT),
    st.builds(facts.MomentMarked, moment=st.builds(Moment, kind=TEXT, text=TEXT, turn=st.integers(0, 50))),
    st.builds(facts.TurnAdvanced),
    st.builds(facts.ArcAdvanced, to=st.sampled_from(ArcPhase)),
    st.builds(facts.PhaseSet, phase=st.sampled_from(Phase)),
    st.builds(facts.LevelGained),
    st.builds(facts.Rested),
    st.builds(facts.EpilogueBegun, closure=st.sampled_from(["retired", "hard_cap"])),
    st.builds(facts.AdventureCompleted, ending=TEXT),
    st.builds(facts.ObjectiveAdvanced, objective=IDS, by=st.integers(1, 5)),
    st.builds(facts.QuestCompleted),
    st.builds(facts.CombatEnded, result=st.just("won")),
    st.builds(facts.FoeHurt, foe=IDS, by=st.integers(0, 9)),
    st.builds(
        facts.ExchangeAdded,
        action=TEXT,
        speeches=st.just((Speech(voice=Voice.NARRATOR, text="words"),)),
    ),
    st.builds(facts.TurnSettled, at=st.datetimes(timezones=st.just(UTC))),
)


def holds(state: GameState) -> bool:
    """Every invariant that a save relies on."""
    GameState.model_validate_json(state.model_dump_json())
    return (
        0 <= state.health_current <= state.health_max
        and state.gold >= 0
        and all(1 <= i.count <= 99 for i in state.inventory.values())
        and all(0 <= c.filled <= c.segments for c in state.clocks.values())
        and all(v > 0 for v in state.qualities.values())
        and all(-5 <= p.regard <= 5 for p in state.people.values())
        and len(state.conversation_history) <= HISTORY
        and state.adventure_turn <= state.max_turns
        and (state.combat_state is not None or state.phase is not Phase.COMBAT)
        and (not state.adventure_completed or state.closure is not None)
    )


@given(st.lists(ANY_EVENT, max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_is_proposed_the_invariants_hold_and_the_fold_agrees(proposed: list[Event]) -> None:
    made = draft()
    before = made.before
    for event in proposed:
        made.propose(event)
        assert holds(made.state)
    assert fold(before, made.events) == made.state


@given(ANY_EVENT)
def test_an_event_survives_being_written_and_read(event: Event) -> None:
    assert EVENTS.validate_json(EVENTS.dump_json(event)) == event


def test_every_event_has_its_own_kind() -> None:
    kinds = [c.model_fields["kind"].default for c in vars(facts).values() if _is_fact(c)]
    assert len(kinds) == len(set(kinds))
    assert len(kinds) > 50


def _is_fact(candidate: object) -> bool:
    return isinstance(candidate, type) and "kind" in getattr(candidate, "model_fields", {})


def test_a_state_with_an_unknown_field_is_refused() -> None:
    data = draft().state.model_dump(mode="json") | {"cheat": True}
    with pytest.raises(ValidationError, match="cheat"):
        GameState.model_validate(data)
