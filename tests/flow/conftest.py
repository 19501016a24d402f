from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pocket_portals.flow.engine import FlowEngine
from pocket_portals.flow.loading import load
from pocket_portals.rules.events import RunBegun
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.playtest import TurnClock
from pocket_portals.session.ports import RunStore
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Storyteller
from pocket_portals.worlds.library import WorldLibrary

Engines = Callable[..., FlowEngine]


@pytest.fixture(scope="session")
def worlds() -> WorldLibrary:
    return WorldLibrary()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def engines(worlds: WorldLibrary) -> Engines:
    """Engines over any store and storyteller, with crewai loaded."""
    load()

    def build(store: RunStore, teller: Storyteller | None = None) -> FlowEngine:
        return FlowEngine(store, worlds, {"storybook": teller or Storybook()}, TurnClock(), "test")

    return build


@pytest.fixture
def fresh() -> Callable[..., RunRecord]:
    """Runs of which nothing has been played."""

    def begin(run: str = "amber-fox-4821", seed: str = "seven") -> RunRecord:
        begun = RunBegun(
            session_id=run,
            seed=seed,
            world="ember-road",
            storyteller="storybook",
            max_turns=25,
            at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        return RunRecord(run=run, state=begun.state(), turns=())

    return begin
