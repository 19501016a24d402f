"""One call: streamed, structured, in time, twice at most, ended for good."""

from __future__ import annotations

import asyncio
import json
import time
from types import SimpleNamespace

import pytest
from crewai.llms.base_llm import llm_call_context
from scripted_crew import AFTER, Call, Models

from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.answers import Aftermath
from pocket_portals.crew.calls import MOST_CHARACTERS, Calls, Spent
from pocket_portals.crew.troubles import ModelTrouble

ASK = [{"role": "user", "content": "Tell it."}]


class Busy(Exception):
    status_code = 429


class Ear:
    """Hears every try by itself."""

    def __init__(self) -> None:
        self.tries: list[list[str]] = []

    def fresh(self):
        pieces: list[str] = []
        self.tries.append(pieces)
        return lambda piece: pieces.append(piece) or True


def calls(models: Models) -> Calls:
    return Calls(models, load_agents(), backoff=0.0)


async def test_words_are_heard_as_they_come_and_tokens_are_counted() -> None:
    ear, spent = Ear(), Spent()
    models = Models(lambda call: "Rain on the road.")
    assert (await calls(models).stream("narrator", ASK, ear.fresh, spent)).strip() == "Rain on the road."
    assert ear.tries == [["Rain ", "on ", "the ", "road. "]]
    assert (spent.tokens_in, spent.tokens_out, spent.model) == (2, 4, "scripted")
    assert models.calls[0].streamed


async def test_a_structured_answer_is_not_streamed_and_is_held_to_its_schema() -> None:
    models = Models(lambda call: AFTER)
    after = await calls(models).ask("narrator", ASK, Aftermath, Spent())
    assert len(after.deeds) == 3
    assert [(call.streamed, call.shape) for call in models.calls] == [(False, Aftermath)]


@pytest.mark.parametrize(
    "error", [Busy("rate limit"), TimeoutError(), ConnectionResetError(), ValueError("?")]
)
async def test_a_passing_trouble_is_tried_once_more_and_others_are_not(error: Exception) -> None:
    models = Models(lambda call: error)
    with pytest.raises(ModelTrouble) as raised:
        await calls(models).stream("narrator", ASK, Ear().fresh, Spent())
    assert len(models.calls) == (2 if raised.value.passing else 1)


async def test_words_cut_off_by_a_failure_are_told_afresh() -> None:
    ear = Ear()
    answers = iter([["Rain on", TimeoutError()], "Rain on the road."])
    text = await calls(Models(lambda call: next(answers))).stream("narrator", ASK, ear.fresh, Spent())
    assert text.strip() == "Rain on the road."
    assert [len(pieces) for pieces in ear.tries] == [1, 4]


async def test_nothing_said_is_a_trouble() -> None:
    with pytest.raises(ModelTrouble, match="said nothing"):
        await calls(Models(lambda call: "  \n ")).stream("narrator", ASK, Ear().fresh, Spent())


async def test_a_model_that_can_hold_no_schema_is_asked_in_words_from_then_on() -> None:
    class Refused(Exception):
        status_code = 400

    def script(call: Call):
        return Refused("json_schema is not supported") if call.shape else f"Here: {AFTER}".replace("'", '"')

    models = Models(script)
    asking = calls(models)
    for _ in range(2):
        assert (await asking.ask("narrator", ASK, Aftermath, Spent())).deeds
    assert [call.shape is not None for call in models.calls] == [True, False, False]


async def test_of_an_answer_that_reached_its_limit_the_whole_entries_are_taken() -> None:
    class LengthFinishReasonError(Exception):
        def __init__(self, text: str) -> None:
            super().__init__("cut off")
            message = SimpleNamespace(content=text)
            self.completion = SimpleNamespace(choices=[SimpleNamespace(message=message)])

    text = json.dumps({"happened": "It rained.", "remember": [], "deeds": AFTER["deeds"]})
    models = Models(lambda call: LengthFinishReasonError(text[: text.index("Hide")]))
    after = await calls(models).ask("narrator", ASK, Aftermath, Spent())
    assert [deed.say for deed in after.deeds] == ["Whistle for the goose", "Count the dark posts"]
    assert len(models.calls) == 1


async def test_one_slip_does_not_cost_a_model_its_schema() -> None:
    answers = iter(["no", "no", AFTER])
    models = Models(lambda call: next(answers))
    asking = calls(models)
    with pytest.raises(ModelTrouble):
        await asking.ask("narrator", ASK, Aftermath, Spent())
    await asking.ask("narrator", ASK, Aftermath, Spent())
    assert [call.shape is not None for call in models.calls] == [True, False, True]


async def test_silence_is_given_up_and_a_slow_stream_is_not() -> None:
    async def silent(call: Call) -> str:
        await asyncio.sleep(60)
        return ""

    began = time.perf_counter()
    with pytest.raises(ModelTrouble) as raised:
        await calls(Models(silent, timeout=0.1)).stream("narrator", ASK, Ear().fresh, Spent())
    assert raised.value.kind == "timeout"
    assert time.perf_counter() - began < 4
    slow = Models(lambda call: "one two three four five six", timeout=1.0, pace=0.25)
    assert "six" in await calls(slow).stream("narrator", ASK, Ear().fresh, Spent())


async def test_a_drip_that_never_ends_is_given_up() -> None:
    endless = Models(lambda call: "word " * 500, timeout=0.1, pace=0.02)
    began = time.perf_counter()
    with pytest.raises(ModelTrouble):
        await calls(endless).stream("narrator", ASK, Ear().fresh, Spent())
    assert time.perf_counter() - began < 4


async def test_an_answer_without_end_is_cut() -> None:
    ear = Ear()
    text = await calls(Models(lambda call: "word " * 90_000)).stream("narrator", ASK, ear.fresh, Spent())
    assert len(text) == MOST_CHARACTERS


async def test_whoever_has_heard_enough_ends_the_answer() -> None:
    heard: list[str] = []

    def enough(piece: str) -> bool:
        heard.append(piece)
        return len(heard) < 5

    models = Models(lambda call: "word " * 90_000, pace=0.001)
    text = await calls(models).stream("narrator", ASK, lambda: enough, Spent())
    assert len(heard) == 5
    assert text == "word " * 5


async def test_a_cancelled_call_ends_at_once() -> None:
    ended = asyncio.Event()

    async def hanging(call: Call) -> str:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return ""

    task = asyncio.create_task(calls(Models(hanging)).stream("narrator", ASK, Ear().fresh, Spent()))
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
    assert time.perf_counter() - began < 4


async def test_calls_at_once_hear_only_their_own() -> None:
    asking = calls(Models(lambda call: f"{call.prompt} " * 20, pace=0.001))
    ears = [Ear() for _ in range(5)]
    await asyncio.gather(
        *(
            asking.stream("narrator", [{"role": "user", "content": f"w{n}"}], ear.fresh, Spent())
            for n, ear in enumerate(ears)
        )
    )
    for n, ear in enumerate(ears):
        assert {piece.strip() for piece in ear.tries[0]} <= {f"w{n}", ""}


async def test_a_streamed_word_makes_no_event_on_the_bus_and_one_that_nobody_asked_for_does() -> None:
    from crewai.events.stream_context import add_stream_sink, reset_stream_sinks

    seen: list[str] = []
    ear, models = Ear(), Models(lambda call: "Rain on the road.")
    token = add_stream_sink(lambda source, event: seen.append(event.type))
    try:
        await calls(models).stream("narrator", ASK, ear.fresh, Spent())
        assert ear.tries == [["Rain ", "on ", "the ", "road. "]]
        assert seen == []  # heard by its own turn, past the bus
        with llm_call_context():
            models("narrator")._emit_stream_chunk_event("elsewhere")
    finally:
        reset_stream_sinks(token)
    assert seen == ["llm_stream_chunk"]
