"""Try a model out, with real calls: how quick it is, whether its answers keep their form, what to change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import yaml
from pydantic import BaseModel, Field

from pocket_portals.clean import clean_line
from pocket_portals.crew.models import Models
from pocket_portals.crew.naming import SERVER, Model
from pocket_portals.errors import ModelUnavailable

if TYPE_CHECKING:
    from crewai.events.base_events import BaseEvent
    from crewai.llms.base_llm import BaseLLM

SLOW_START = 8.0  # seconds to the first word, from which on a player should be told
READING = 4.0  # words a second that people read
TRIES = 2  # of a structured answer


class Checked(NamedTuple):
    """One thing that was looked at."""

    state: Literal["ok", "note", "wrong"]
    what: str
    advice: str = ""


class Answer(BaseModel):
    """The smallest structured answer that is like those of the game."""

    choices: Annotated[list[Annotated[str, Field(max_length=80)]], Field(min_length=3, max_length=3)]
    mood: Literal["calm", "tense", "eerie"]


class Pace(NamedTuple):
    """Seconds to the first word, words, and words a second after the first."""

    first: float
    words: int
    rate: float


def checkup(models: Models) -> Iterator[Checked]:
    """Call every model of the crew once or twice. Blocking, as long as they take."""
    asked: dict[Model, str] = {}
    for agent in models.agents:
        asked.setdefault(models.model_of(agent), agent)
    for model, agent in asked.items():
        yield from _one(models, model, agent)


def _one(models: Models, model: Model, agent: str) -> Iterator[Checked]:
    began = time.perf_counter()
    try:
        llm = models(agent)
    except ModelUnavailable as error:
        yield Checked("wrong", error.message, error.hint)
        return
    ready = time.perf_counter() - began
    name, agents = model.label.removeprefix("the "), _agents(models, model)
    yield Checked("ok", f"The {name} speaks for {agents} (ready in {ready:.1f} s).")
    if not model.on_loopback and model.provider is SERVER and model.address.startswith("http://"):
        yield Checked("note", "The way to it is not encrypted.", "Use https:// where the server offers it.")
    prompts: dict[str, str] = yaml.safe_load(Path(__file__).with_name("checkup.yaml").read_text("utf-8"))
    try:
        pace, form = asyncio.run(_called(llm, prompts, models, agent))
    except Exception as error:
        told = models.trouble(error, agent)
        yield Checked("wrong", told.message, told.hint)
        return
    yield from _judged(pace)
    yield form


async def _called(llm: BaseLLM, prompts: dict[str, str], models: Models, agent: str) -> tuple[Pace, Checked]:
    """All calls in one loop, for the connections that a model keeps open belong to it."""
    pace = await _told(llm, prompts["tell"], models)
    return pace, await _answers(llm, prompts["answer"], models, agent)


def _judged(pace: Pace) -> Iterator[Checked]:
    if not pace.words:
        advice = "It may think for longer than it is allowed to speak: take one that does not."
        yield Checked("wrong", "It answered without a word.", advice)
        return
    what = f"First word after {pace.first:.1f} s, then {pace.rate:.0f} words a second."
    if pace.first > SLOW_START:
        yield Checked("note", what, "Turns will start late: take a smaller or a nearer model.")
    elif pace.rate < READING:
        yield Checked("note", what, "That is slower than reading: take a smaller model.")
    else:
        yield Checked("ok", what)


async def _told(llm: BaseLLM, prompt: str, models: Models) -> Pace:
    """Stream a short scene, by the way that the game takes."""
    from crewai.events.stream_context import add_stream_sink
    from crewai.llms.base_llm import call_stream_override

    began = time.perf_counter()
    heard: list[float] = []

    def hear(source: object, event: BaseEvent) -> None:
        if getattr(event, "chunk", ""):
            heard.append(time.perf_counter() - began)

    add_stream_sink(hear)
    with call_stream_override(llm, stream=True):
        text = await asyncio.wait_for(llm.acall([{"role": "user", "content": prompt}]), models.timeout * 2)
    took = time.perf_counter() - began
    words = len(clean_line(str(text)).split())
    first = heard[0] if heard else took
    return Pace(first, words, (words - 1) / max(took - first, 0.001))


async def _answers(llm: BaseLLM, prompt: str, models: Models, agent: str) -> Checked:
    held, failed = 0, ""
    for _ in range(TRIES):
        call = llm.acall([{"role": "user", "content": prompt}], response_model=Answer)
        try:
            held += isinstance(await asyncio.wait_for(call, models.timeout), Answer)
        except Exception as error:
            failed = models.trouble(error, agent).message
    if held == TRIES:
        return Checked("ok", "Its structured answers hold.")
    what = f"{held} of {TRIES} structured answers held. {failed}".strip()
    advice = (
        "Where one fails, the storybook gives the choices. A server that keeps to a JSON schema (llama.cpp, "
        "vLLM, Ollama) or a larger model does better."
    )
    return Checked("note", what, advice)


def _agents(models: Models, model: Model) -> str:
    mine = [agent for agent in models.agents if models.model_of(agent) == model]
    return "all agents" if len(mine) == len(models.agents) else f"the {', '.join(mine)}".replace("_", " ")
