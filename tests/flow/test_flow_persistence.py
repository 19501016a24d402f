"""The adapter, used as crewai uses any FlowPersistence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pocket_portals.errors import Conflict, StoreUnavailable
from pocket_portals.flow.loading import load
from pocket_portals.rules.events import RunBegun
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.journal import RunRecord, Told, Turn, replay, turn_id
from pocket_portals.session.ports import RunStore

if TYPE_CHECKING:
    from crewai.flow.flow import Flow

    from pocket_portals.flow.persistence import RunPersistence, TurnState

FOX, OWL = "amber-fox-4821", "misty-owl-1204"
Fresh = Callable[..., RunRecord]


def begun(record: RunRecord) -> RunRecord:
    """The run with its first turn."""
    state = record.state
    event = RunBegun(
        session_id=record.run,
        seed=state.seed,
        world=state.world,
        storyteller=state.storyteller,
        max_turns=state.max_turns,
        at=state.created_at,
    )
    turn = Turn(
        id=turn_id("", "", [event]),
        parent="",
        number=0,
        revision=0,
        at=state.created_at,
        action="",
        events=(event,),
        told=Told(storyteller="storybook"),
    )
    return RunRecord(run=record.run, state=replay([turn]), turns=(turn,))


@pytest.fixture
def persistence(store: MemoryStore) -> RunPersistence:
    return over(store)


def over(store: RunStore) -> RunPersistence:
    load()
    from pocket_portals.flow.persistence import RunPersistence

    return RunPersistence(store)


def settled(record: RunRecord) -> TurnState:
    from pocket_portals.flow.persistence import TurnState

    return TurnState(id=record.run, game=record.state, record=record)


def flow_with(persistence: RunPersistence) -> Flow[TurnState]:
    """A flow that saves by crewai's own decorator after its only step."""
    from crewai.flow.flow import Flow, start
    from crewai.flow.persistence import persist

    from pocket_portals.flow.persistence import TurnState

    class Turns(Flow[TurnState]):
        _skip_auto_memory = True
        initial_state = TurnState(id="none")

        @persist(persistence)
        @start()
        async def step(self) -> None:
            """Nothing to decide."""

    return Turns(persistence=persistence, suppress_flow_events=True)


def test_what_is_saved_is_loaded(persistence: RunPersistence, fresh: Fresh) -> None:
    record = begun(fresh())
    persistence.init_db()
    state = settled(record)
    persistence.save_state(FOX, "settle", state)
    assert state.saved is not None
    assert state.saved.where == "memory"
    assert persistence.load_state(FOX) == {"id": FOX, "game": record.state, "record": record}


def test_a_loaded_state_is_a_state_again(persistence: RunPersistence, fresh: Fresh) -> None:
    record = begun(fresh())
    persistence.save_state(FOX, "settle", settled(record))
    stored = persistence.load_state(FOX)
    assert stored is not None
    assert type(settled(record)).model_validate(stored) == settled(record)
    persistence.save_state(FOX, "settle", stored)  # the same head again is harmless


def test_an_unknown_run_is_none(persistence: RunPersistence) -> None:
    assert persistence.load_state("never-was-0000") is None


def test_nothing_settled_is_nothing_saved(persistence: RunPersistence, fresh: Fresh) -> None:
    state = settled(begun(fresh()))
    with pytest.raises(ValueError, match="settled no turn"):
        persistence.save_state(FOX, "hear", state.model_copy(update={"record": None}))
    with pytest.raises(ValueError, match="settled no turn"):
        persistence.save_state(OWL, "settle", state)
    assert persistence.load_state(FOX) is None


def test_a_run_that_moved_on_elsewhere_is_a_conflict(
    persistence: RunPersistence, store: MemoryStore, fresh: Fresh
) -> None:
    first = begun(fresh())
    other = first.turns[0].having(id="somebody-else's")
    store.save(first.having(turns=(other,), state=first.state.having(last_turn=other.id)), "")
    with pytest.raises(Conflict):
        persistence.save_state(FOX, "settle", settled(first))


def test_a_store_that_is_down_says_so(fresh: Fresh) -> None:
    class Down(MemoryStore):
        def load(self, run: str) -> RunRecord:
            raise StoreUnavailable("The store is down.")

    with pytest.raises(StoreUnavailable):
        over(Down()).load_state(FOX)


async def test_crewai_restores_a_run_by_its_id(persistence: RunPersistence, fresh: Fresh) -> None:
    record = begun(fresh())
    persistence.save_state(FOX, "settle", settled(record))
    flow = flow_with(persistence)
    await flow.kickoff_async(inputs={"id": FOX})
    assert (flow.state.id, flow.state.game, flow.state.record) == (FOX, record.state, record)


async def test_two_flows_on_one_store_keep_to_their_own_runs(
    persistence: RunPersistence, fresh: Fresh
) -> None:
    records = {run: begun(fresh(run, seed=run)) for run in (FOX, OWL)}
    for run, record in records.items():
        persistence.save_state(run, "settle", settled(record))
    flows = {run: flow_with(persistence) for run in records}
    for run in (FOX, OWL, FOX):
        await flows[run].kickoff_async(inputs={"id": run})
    assert {run: flow.state.record for run, flow in flows.items()} == records
