"""One call of a model: streamed or structured, in time, twice at most, ended for good when cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel

from pocket_portals.crew.agents import CrewDef
from pocket_portals.crew.answers import Answer, Unreadable, read
from pocket_portals.crew.troubles import ModelTrouble

if TYPE_CHECKING:
    from crewai import Agent
    from crewai.events.base_events import BaseEvent
    from crewai.llms.base_llm import BaseLLM
    from crewai.utilities.types import LLMMessage

log = logging.getLogger(__name__)

Messages: TypeAlias = "list[LLMMessage]"
Hear: TypeAlias = Callable[[str], bool]
"""Hears the next piece of an answer; whether there should be more."""
T = TypeVar("T")

BACKOFF = 0.8  # seconds before the second try
WHOLE = 4  # times the silence that is borne: the longest a whole answer may take
PER_TOKEN = 4  # characters: an estimate, where a model does not count for itself
_NEEDS_TIME = frozenset({"busy", "down", "timeout"})  # troubles that a moment's wait may mend
_OF_THE_SCHEMA = frozenset({"refused", "unknown", "garbled"})  # troubles that asking in words may mend
_READ = ("prompt_tokens", "input_tokens", "prompt_token_count")
_WROTE = ("completion_tokens", "output_tokens", "candidates_token_count")
MOST_CHARACTERS = 6_000  # of one answer; what runs on beyond is cut


class Models(Protocol):
    """The models, as ``crew.models`` makes them."""

    timeout: float

    def __call__(self, agent: str, structured: bool = False) -> BaseLLM:
        """The model for an agent's words, or its structured answers. May block. Raises ModelUnavailable."""
        ...

    def trouble(self, error: BaseException, agent: str) -> ModelTrouble:
        """What went wrong, in words."""
        ...


@dataclass
class Spent:
    """Tokens that calls took, and whose they were; ``lost``: a failure after which no other call is made."""

    tokens_in: int = 0
    tokens_out: int = 0
    model: str = ""
    lost: ModelTrouble | None = None

    def add(self, other: Spent) -> None:
        """Count another's too."""
        self.tokens_in += other.tokens_in
        self.tokens_out += other.tokens_out
        self.model = self.model or other.model


class Calls:
    """Calls models for agents. Knows no game."""

    def __init__(self, models: Models, crew: CrewDef, backoff: float = BACKOFF) -> None:
        self._models = models
        self._crew = crew
        self._backoff = backoff
        self._unstructured: set[tuple[str, type[BaseModel]]] = set()  # what is better asked in words
        self._agents: dict[tuple[str, bool], Agent] = {}

    async def stream(self, agent: str, messages: Messages, fresh: Callable[[], Hear], spent: Spent) -> str:
        """An agent's words. ``fresh`` gives, for each try, who hears the pieces as they come.

        Raises ModelTrouble.
        """

        async def attempt(llm: BaseLLM) -> str:
            hear = fresh()
            listening = _Listening(hear, self._models.timeout)
            answer = await listening.to(self._agent(agent, llm), llm, messages, spent)
            text = listening.text or (answer if isinstance(answer, str) else "")
            if text and not listening.text:
                hear(text)  # a model that does not stream
            if not text.strip():
                raise ModelTrouble("garbled", "The model said nothing.", "`pocket-portals doctor` tests it.")
            return text

        return await self._twice(agent, False, attempt)

    async def ask(self, agent: str, messages: Messages, shape: type[Answer], spent: Spent) -> Answer:
        """A structured answer, held to a schema where the model can do that. Raises ModelTrouble."""

        in_words = False  # this try, for the one held to the schema failed

        async def attempt(llm: BaseLLM) -> Answer:
            nonlocal in_words
            held = not in_words and (llm.model, shape) not in self._unstructured
            listening = _Listening(None, self._models.timeout)
            try:
                seat = self._agent(agent, llm, structured=True)
                answer = await listening.to(seat, llm, messages, spent, shape if held else None)
                found = read(answer, shape)
            except Exception as error:
                with suppress(Unreadable):
                    return read(_cut_off(error), shape)
                garbled = isinstance(error, Unreadable)
                if garbled or (held and self._models.trouble(error, agent).kind in _OF_THE_SCHEMA):
                    in_words = held
                    raise ModelTrouble("garbled", "The model's answer could not be read.") from error
                raise
            if in_words:
                self._unstructured.add((llm.model, shape))
            return found

        return await self._twice(agent, True, attempt)

    async def _twice(self, agent: str, structured: bool, attempt: Callable[[BaseLLM], Awaitable[T]]) -> T:
        tried = False
        while True:
            try:
                return await attempt(await asyncio.to_thread(self._models, agent, structured))
            except Exception as error:
                trouble = self._models.trouble(error, agent)
                log.warning("a call for the %s failed: %s, %s", agent, trouble.kind, type(error).__name__)
                if tried or not trouble.passing:
                    raise trouble from error
            tried = True
            if trouble.kind in _NEEDS_TIME:
                await asyncio.sleep(self._backoff)

    def _agent(self, name: str, llm: BaseLLM, structured: bool = False) -> Agent:
        """CrewAI's agent: role data that goes with a call."""
        from crewai import Agent

        known = self._agents.get((name, structured))
        if known is None or known.llm is not llm:
            card = self._crew.agents[name]
            known = Agent(role=card.role, goal=card.goal, backstory=card.backstory, llm=llm)
            self._agents[name, structured] = known
        return known


class _Listening:
    """What comes of one call, as it comes."""

    def __init__(self, hear: Hear | None, silence: float) -> None:
        self.hear = hear
        self.text = ""
        self._silence = silence
        self._counted: tuple[int, int] | None = None
        self._full = False

    async def to(
        self,
        agent: Agent,
        llm: BaseLLM,
        messages: Messages,
        spent: Spent,
        shape: type[BaseModel] | None = None,
    ) -> object:
        """Make the call. Cancelling it ends the request. Raises TimeoutError after too long a silence."""
        from crewai.llms.base_llm import call_stream_override

        answer: object = None
        end = asyncio.get_running_loop().time() + self._silence * WHOLE
        try:
            async with asyncio.timeout(self._silence) as self._deadline:
                self._end = end
                with (
                    _heard_by(self._on_words, self._on_event),
                    call_stream_override(llm, self.hear is not None),
                ):
                    answer = await llm.acall(messages, from_agent=agent, response_model=shape)
        except TimeoutError:
            if not self._full:
                raise
        finally:
            written = self.text or str(answer or "")
            read_, wrote = self._counted or (
                sum(len(str(m["content"])) for m in messages) // PER_TOKEN,
                len(written) // PER_TOKEN,
            )
            spent.add(Spent(read_, wrote, llm.model))
        return answer

    def _on_words(self, words: str) -> None:
        now = self._alive()
        if self._full or self.hear is None:
            return
        words = words[: MOST_CHARACTERS - len(self.text)]
        self.text += words
        if (words and not self.hear(words)) or len(self.text) >= MOST_CHARACTERS:
            self._full = True
            self._deadline.reschedule(now)

    def _on_event(self, _source: object, event: BaseEvent) -> None:
        self._alive()
        if usage := getattr(event, "usage", None):
            self._counted = _counted(usage)

    def _alive(self) -> float:
        """Note that the model is not silent; the time by the loop's clock."""
        now = asyncio.get_running_loop().time()
        if not self._full:
            self._deadline.reschedule(min(now + self._silence, self._end))
        return now


def _cut_off(error: Exception) -> str:
    """What there was of an answer that reached its limit of tokens: OpenAI's library raises it."""
    for cause in (error, error.__cause__):
        if choices := getattr(getattr(cause, "completion", None), "choices", None):
            return str(choices[0].message.content or "")
    return ""


def _counted(usage: dict[str, int]) -> tuple[int, int] | None:
    """Tokens read and written, by any of the names that providers have for them."""
    read_ = next((usage[name] for name in _READ if usage.get(name)), 0)
    wrote = next((usage[name] for name in _WROTE if usage.get(name)), 0)
    return (read_, wrote) if read_ or wrote else None


_ear: ContextVar[Callable[[str], None] | None] = ContextVar("ear", default=None)
"""Who hears the words of the call that is being made."""


@contextmanager
def _heard_by(
    on_words: Callable[[str], None], on_event: Callable[[object, BaseEvent], None]
) -> Iterator[None]:
    """Let these hear what calls made in here say and emit, and nobody else's."""
    from crewai.events.stream_context import add_stream_sink, reset_stream_sinks

    _past_the_bus()
    listening, sinks = _ear.set(on_words), add_stream_sink(on_event)
    try:
        yield
    finally:
        reset_stream_sinks(sinks)
        _ear.reset(listening)


@cache
def _past_the_bus() -> None:
    """Give the words of a stream to whoever listens, once and for all.

    CrewAI makes, numbers and keeps an event for every word: half of what a turn cost beside its calls.
    """
    from crewai.llms.base_llm import BaseLLM

    by_the_bus = BaseLLM._emit_stream_chunk_event

    def emit(llm: BaseLLM, chunk: str, *args: object, **kwargs: object) -> None:
        if ear := _ear.get():
            ear(chunk)
        else:
            by_the_bus(llm, chunk, *args, **kwargs)  # type: ignore[arg-type]

    BaseLLM._emit_stream_chunk_event = emit  # type: ignore[method-assign, assignment]
