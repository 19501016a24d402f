"""A model that answers by a script, driven by the real CrewAI; and a table at which the crew tells."""

from __future__ import annotations

import asyncio
import inspect
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest
from pydantic import BaseModel, PrivateAttr

from pocket_portals.flow.loading import load

with pytest.MonkeyPatch.context() as patched:  # what loading itself puts into the environment has to stay
    patched.setenv("POCKET_PORTALS_HOME", tempfile.mkdtemp())
    load()  # before anything imports crewai, or it would write into the home of whoever tests
from crewai.llms import retry
from crewai.llms.base_llm import BaseLLM, llm_call_context

from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.teller import Crew
from pocket_portals.crew.troubles import ModelTrouble, kind_of
from pocket_portals.rules.dice import Stream
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.playtest import TurnClock
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Storyteller
from pocket_portals.worlds.library import WorldLibrary

WORLDS = WorldLibrary()

AFTER = {
    "deeds": [
        {"say": "Whistle for the goose", "verb": "perform", "ability": "charisma", "difficulty": "fair",
         "stake": "it bites"},
        {"say": "Count the dark posts", "verb": "study", "ability": "wisdom", "difficulty": "easy",
         "stake": ""},
        {"say": "Hide behind the cart", "verb": "sneak", "ability": "dexterity", "difficulty": "fair",
         "stake": "you are seen"},
    ],
    "remember": [{"kind": "person", "about": "the goose", "text": "The goose at the inn is called Bailiff."}],
    "happened": "The hero counted the dark posts beside the road.",
}  # fmt: skip
PROSE = (
    "Rain ticks on the basket. You put your hand to the cold iron, and somebody behind you stops whistling."
)


@dataclass
class Call:
    """One call that was made of the model."""

    agent: str
    messages: list[dict[str, str]]
    shape: type[BaseModel] | None
    streamed: bool

    @property
    def prompt(self) -> str:
        return "\n".join(str(message["content"]) for message in self.messages)


Answer: TypeAlias = "str | Exception | Iterable[str] | Awaitable[str] | dict[str, object]"


class ScriptedLLM(BaseLLM):
    """Answers as ``script`` says: pieces to stream, a whole text, an error to raise, or a coroutine."""

    _script: Callable[[Call], Answer] = PrivateAttr()
    _calls: list[Call] = PrivateAttr()
    _pace: float = PrivateAttr(default=0.0)

    def __init__(self, script: Callable[[Call], Answer], calls: list[Call], pace: float = 0.0) -> None:
        super().__init__(model="scripted")
        retry._LLM_RATE_LIMIT_MAX_ATTEMPTS = 1  # as ``crew.models`` has it
        self._script, self._calls, self._pace = script, calls, pace

    def call(self, *args, **kwargs):
        raise AssertionError("nothing calls a model from a thread")

    async def acall(
        self, messages, tools=None, callbacks=None, available_functions=None, from_task=None, from_agent=None,
        response_model=None,
    ):  # fmt: skip
        with llm_call_context():
            call = Call(from_agent.role, messages, response_model, bool(self._effective_stream()))
            self._calls.append(call)
            answer = self._script(call)
            if inspect.isawaitable(answer):
                answer = await answer
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, dict):
                answer = json.dumps(answer)
            pieces = _words(answer) if isinstance(answer, str) else list(answer)
            if call.streamed:
                for piece in pieces:
                    await asyncio.sleep(self._pace)
                    if isinstance(piece, Exception):
                        raise piece
                    self._emit_stream_chunk_event(piece, from_task, from_agent)
            return "".join(str(piece) for piece in pieces)


def _words(text: str) -> list[str]:
    return [word + " " for word in text.split(" ")] if text else [""]


@dataclass
class Models:
    """The models of a crew, all of them one script."""

    script: Callable[[Call], Answer]
    timeout: float = 5.0
    pace: float = 0.0
    calls: list[Call] = field(default_factory=list)
    _llm: BaseLLM | None = None

    def __call__(self, agent: str, structured: bool = False) -> BaseLLM:
        self._llm = self._llm or ScriptedLLM(self.script, self.calls, self.pace)
        return self._llm

    def trouble(self, error: BaseException, agent: str) -> ModelTrouble:
        if isinstance(error, ModelTrouble):
            return error
        return ModelTrouble(kind_of(error), f"The model failed ({kind_of(error)}).", "Look at it.")

    def asked(self, agent: str) -> list[Call]:
        return [call for call in self.calls if agent in call.agent.lower()]


def well(call: Call) -> Answer:
    """A model that does what it is asked."""
    return PROSE if call.streamed else AFTER


def crew(models: Models) -> Crew:
    return Crew(models, load_agents(), backoff=0.0)


@dataclass
class Table:
    """A session with a crew at it."""

    service: GameSessionService
    run: str
    models: Models

    @property
    def state(self):
        return self.service.state(self.run)

    async def act(self, deed: str, watch=lambda signal: None):
        return await self.service.act(self.run, deed, watch)


async def seat(models: Models, seed: str = "ember", teller: str = "crew", world: str = "ember-road") -> Table:
    """A new run that the crew tells, at its first question."""
    draws = Stream(seed, 0)
    tellers: dict[str, Storyteller] = {"storybook": Storybook(), "crew": crew(models)}
    store, clock = MemoryStore(), TurnClock()
    engine = DirectEngine(store, WORLDS, tellers, clock)
    service = GameSessionService(
        store,
        engine,
        WORLDS,
        clock,
        random_below=lambda n: draws.integer(0, n - 1),
        storytellers=tuple(tellers),
    )
    record = await service.create(NewRun(world=world, seed=seed, length="standard", storyteller=teller))
    return Table(service, record.run, models)


async def explore(table: Table) -> Table:
    """The same table in its first scene."""
    for deed in ("skip", "1", "1"):
        if table.state.phase != "explore":
            await table.act(deed)
    assert table.state.phase == "explore"
    return table


__all__ = ["AFTER", "PROSE", "Call", "Models", "Table", "crew", "explore", "seat", "well"]
