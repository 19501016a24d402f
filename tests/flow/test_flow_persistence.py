"""The adapter over every store, used as crewai uses any FlowPersistence."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pocket_portals.errors import Conflict, StoreUnavailable
from pocket_portals.flow.loading import load
from pocket_portals.rules.events import RunBegun
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import RunRecord, Told, Turn, replay, turn_id
from pocket_portals.session.ports import RunStore

sys.path.append(str(Path(__file__).parents[1] / "saves"))

from servers import SERVERS, TTL, Server, start_server

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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start_server(SERVERS["valkey"], tmp_path_factory.mktemp("server"))
    yield server
    server.end()


@pytest.fixture(params=["memory", "files", "redis", "vault", "vault without redis"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunStore]:
    monkeypatch.setattr("pocket_portals.saves.vault.AT_ONCE", 20.0)  # a busy machine is no failure
    with server.client() as client:
        client.flushall()
    stores: dict[str, Callable[[], RunStore]] = {
        "memory": MemoryStore,
        "files": lambda: FileStore(tmp_path / "saves"),
        "redis": lambda: RedisStore(server.url, TTL),
        "vault": lambda: VaultStore(FileStore(tmp_path / "saves"), RedisStore(server.url, TTL)),
        "vault without redis": lambda: VaultStore(FileStore(tmp_path / "saves")),
    }
    store = stores[request.param]()
    yield store
    store.close()


@pytest.fixture
def persistence(store: RunStore) -> RunPersistence:
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


def test_what_is_saved_is_loaded(persistence: RunPersistence, store: RunStore, fresh: Fresh) -> None:
    record = begun(fresh())
    persistence.init_db()
    state = settled(record)
    persistence.save_state(FOX, "settle", state)
    assert state.saved is not None
    assert state.saved.where == store.name
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
    persistence: RunPersistence, store: RunStore, fresh: Fresh
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


async def test_many_flows_at_once_restore_and_save_on_one_store(
    persistence: RunPersistence, store: RunStore, fresh: Fresh
) -> None:
    records = {f"amber-fox-{n:04}": begun(fresh(f"amber-fox-{n:04}", seed=str(n))) for n in range(8)}
    for run, record in records.items():
        persistence.save_state(run, "settle", settled(record))
    flows = {run: flow_with(persistence) for run in records}
    await asyncio.gather(*(flow.kickoff_async(inputs={"id": run}) for run, flow in flows.items()))
    assert {run: flow.state.record for run, flow in flows.items()} == records
    assert {run: store.load(run) for run in records} == records
