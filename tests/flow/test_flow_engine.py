"""Real turns through crewai, against the same turns without it."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable

import pytest

from pocket_portals.errors import Impossible, ModelUnavailable, PortalsError
from pocket_portals.flow.engine import FlowEngine
from pocket_portals.flow.loading import load
from pocket_portals.rules.events import Event, TurnSettled
from pocket_portals.rules.state import GameState, Voice
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.journal import RunRecord, problems
from pocket_portals.session.playtest import RandomBot, TurnClock
from pocket_portals.session.ports import Decided, Engine, Heard, Saved, Settled, Signal, Spoken
from pocket_portals.session.service import unwatched
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Narration, Outcome, Say
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.schema import WorldDef

Engines = Callable[..., FlowEngine]
Fresh = Callable[..., RunRecord]


class Halting(Storybook):
    """Stops in the middle of the interview's words until it is let go on."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self._trouble = trouble

    async def interview(self, world: WorldDef, state: GameState, outcome: Outcome, say: Say) -> Narration:
        say(Voice.NARRATOR, "A door")
        self.reached.set()
        if self._trouble:
            raise self._trouble
        await self.go_on.wait()
        return await super().interview(world, state, outcome, say)


class SlowStore(MemoryStore):
    """Takes its time to save, until told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def save(self, record: RunRecord, expected: str) -> Saved:
        self.reached.set()
        assert self.go_on.wait(30)
        return super().save(record, expected)


class Forgetful(MemoryStore):
    """Keeps nothing, so that one turn can be played again and again."""

    def save(self, record: RunRecord, expected: str) -> Saved:
        return Saved("memory")


async def play(engine: Engine, record: RunRecord, turns: int, bot: RandomBot) -> RunRecord:
    record, _ = await engine.play(record, "", unwatched)
    for _ in range(turns):
        if record.state.adventure_completed:
            break
        record, _ = await engine.play(record, bot.act(record.state), unwatched)
    return record


def facts(record: RunRecord) -> list[Event]:
    """What happened, without when."""
    return [event for turn in record.turns for event in turn.events if not isinstance(event, TurnSettled)]


@pytest.mark.parametrize("seed", ["one", "two", "three"])
async def test_a_whole_run_has_the_same_journal_as_without_crewai(
    engines: Engines, worlds: WorldLibrary, fresh: Fresh, seed: str
) -> None:
    with_crewai = await play(engines(MemoryStore()), fresh(seed=seed), 200, RandomBot(seed))
    direct = DirectEngine(MemoryStore(), worlds, {"storybook": Storybook()}, TurnClock(), "test")
    without = await play(direct, fresh(seed=seed), 200, RandomBot(seed))
    assert with_crewai.state.adventure_completed
    assert with_crewai == without
    assert problems(with_crewai) == []


async def test_each_turn_is_saved_when_it_is_returned(
    engines: Engines, store: MemoryStore, fresh: Fresh
) -> None:
    engine, bot = engines(store), RandomBot("saved")
    record, saved = await engine.play(fresh(), "", unwatched)
    for _ in range(8):
        assert saved == Saved("memory")
        assert store.load(record.run) == record
        record, saved = await engine.play(record, bot.act(record.state), unwatched)


async def test_two_runs_played_at_once_do_not_touch_each_other(engines: Engines, fresh: Fresh) -> None:
    runs = {"amber-fox-4821": "one", "misty-owl-1204": "two"}
    engine = engines(MemoryStore())
    together = await asyncio.gather(
        *(play(engine, fresh(run, seed), 20, RandomBot(seed)) for run, seed in runs.items())
    )
    alone = [
        await play(engines(MemoryStore()), fresh(run, seed), 20, RandomBot(seed))
        for run, seed in runs.items()
    ]
    assert [facts(record) for record in together] == [facts(record) for record in alone]


async def test_the_watcher_hears_the_turn_in_order(
    engines: Engines, store: MemoryStore, fresh: Fresh
) -> None:
    seen: list[Signal] = []
    engine = engines(store)
    record, _ = await engine.play(fresh(), "", unwatched)
    record, saved = await engine.play(record, "1", seen.append)
    kinds = [type(signal) for signal in seen]
    assert kinds[0] is Heard
    assert kinds.index(Decided) < kinds.index(Spoken) < kinds.index(Settled)
    assert seen[-1] == Settled(record.turns[-1], record.state, saved)


async def test_what_the_player_can_not_do_reaches_the_caller_as_it_is(
    engines: Engines, store: MemoryStore, fresh: Fresh
) -> None:
    engine = engines(store)
    record, _ = await engine.play(fresh(), "", unwatched)
    with pytest.raises(Impossible) as refused:
        await engine.play(record, "  ", unwatched)
    assert refused.value.hint
    assert store.load(record.run) == record


async def test_a_failing_step_leaves_the_store_untouched(
    engines: Engines,
    store: MemoryStore,
    fresh: Fresh,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    record, _ = await engines(store).play(fresh(), "", unwatched)
    with pytest.raises(PortalsError, match="could not be played"):
        await engines(store, Halting(KeyError("oops"))).play(record, "1", unwatched)
    with pytest.raises(ModelUnavailable):
        await engines(store, Halting(ModelUnavailable("It is gone."))).play(record, "1", unwatched)
    assert store.load(record.run) == record
    assert any(r.exc_info and r.name == "pocket_portals.flow.engine" for r in caplog.records)
    assert capfd.readouterr() == ("", "")

    again, _ = await engines(store).play(record, "1", unwatched)
    assert store.load(record.run) == again


async def test_a_flow_that_ends_early_is_an_error_and_saves_nothing(
    engines: Engines, store: MemoryStore, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engines(store)
    record, _ = await engine.play(fresh(), "", unwatched)
    await asyncio.to_thread(load)
    from pocket_portals.flow.game_flow import GameSessionFlow

    async def nothing(flow: GameSessionFlow) -> None:
        """A router that knows no way on ends a flow without a word."""

    monkeypatch.setattr(GameSessionFlow, "kickoff_async", nothing)
    with pytest.raises(PortalsError, match="could not be played"):
        await engine.play(record, "1", unwatched)
    assert store.load(record.run) == record


async def test_the_opening_does_not_wait_for_crewai(
    engines: Engines, store: MemoryStore, fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> None:
        raise AssertionError("the first words waited for crewai")

    monkeypatch.setattr("pocket_portals.flow.engine.load", never)
    monkeypatch.setattr("pocket_portals.flow.engine.loaded", threading.Event())
    record, _ = await engines(store).play(fresh(), "", unwatched)
    assert record.turns[0].speeches


async def test_a_turn_called_off_before_it_is_settled_leaves_nothing(
    engines: Engines, store: MemoryStore, fresh: Fresh
) -> None:
    record, _ = await engines(store).play(fresh(), "", unwatched)
    teller = Halting()
    turn = asyncio.create_task(engines(store, teller).play(record, "1", unwatched))
    await asyncio.wait_for(teller.reached.wait(), 30)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert store.load(record.run) == record
    teller.go_on.set()
    await asyncio.sleep(0)
    assert store.load(record.run) == record


async def test_a_turn_called_off_while_it_is_saved_is_saved(engines: Engines, fresh: Fresh) -> None:
    store = SlowStore()
    turn = asyncio.create_task(engines(store).play(fresh(), "", unwatched))
    assert await asyncio.to_thread(store.reached.wait, 30)
    turn.cancel()
    await asyncio.sleep(0)
    store.go_on.set()
    record, saved = await turn
    assert saved == Saved("memory")
    assert store.load(record.run) == record


async def test_two_hundred_turns_leave_nothing_lying_about(engines: Engines, fresh: Fresh) -> None:
    engine = engines(Forgetful())
    from crewai.events.event_bus import crewai_event_bus

    from pocket_portals.flow.game_flow import GameSessionFlow

    record, _ = await engine.play(fresh(), "", unwatched)

    async def counted(turns: int) -> tuple[int, int, int]:
        for _ in range(turns):
            await engine.play(record, "1", unwatched)
        gc.collect()
        listeners = sum(len(handlers) for handlers in crewai_event_bus._sync_handlers.values())
        flows = sum(isinstance(thing, GameSessionFlow) for thing in gc.get_objects())
        return len(gc.get_objects()), listeners, flows

    await counted(50)  # what is made once is made
    before, *_ = await counted(50)
    after, listeners, flows = await counted(200)
    assert (listeners, flows) == (0, 0)
    assert after - before < 100  # half an object a turn


async def test_crewai_says_little_in_the_log(
    engines: Engines, store: MemoryStore, fresh: Fresh, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await play(engines(store), fresh(), 5, RandomBot("log"))
    assert [r for r in caplog.records if r.name.startswith("crewai")] == []
