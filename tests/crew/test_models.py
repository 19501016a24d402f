"""Models made from settings, called through CrewAI's own code, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from model_server import WORDS, ModelServer, model_server
from pydantic import BaseModel, Field

from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.models import Models
from pocket_portals.crew.troubles import Kind, ModelTrouble
from pocket_portals.errors import ConfigError
from pocket_portals.flow.loading import load
from pocket_portals.setting_kinds import Secret
from pocket_portals.settings import ModelConfig

AGENTS = load_agents().agents
ASK = [{"role": "user", "content": "What now?"}]
DEAD = "http://127.0.0.1:1/v1"


class Three(BaseModel):
    choices: list[str] = Field(min_length=3, max_length=3)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


def made(config: ModelConfig, environ: dict[str, str] | None = None) -> Models:
    return Models(config, AGENTS, environ or {}, load)


def at(server: ModelServer, name: str = "small-model", timeout: float = 5, **settings: object) -> Models:
    return made(ModelConfig(model=f"{server.address}#{name}", timeout=timeout, **settings))  # type: ignore[arg-type]


async def told(models: Models, agent: str = "narrator") -> str:
    from crewai.llms.base_llm import call_stream_override

    llm = models(agent)
    with call_stream_override(llm, stream=True):
        return str(await llm.acall(ASK))


async def test_an_agent_speaks_through_the_server_with_its_temperature_and_limit(server: ModelServer) -> None:
    models = at(server, "openai/gpt-oss-20b")
    assert (await told(models, "jester")).strip() == WORDS
    (asked,) = server.calls
    jester = AGENTS["jester"]
    assert asked.body["model"] == "openai/gpt-oss-20b"
    assert (asked.body["temperature"], asked.body["max_tokens"]) == (jester.temperature, jester.max_tokens)
    assert asked.headers["authorization"] == "Bearer none"


async def test_words_and_structured_answers_have_limits_of_their_own(server: ModelServer) -> None:
    models = at(server)
    await told(models)
    for agent in ("narrator", "keeper"):
        await models(agent, structured=True).acall(ASK, response_model=Three)
    narrator, keeper = AGENTS["narrator"], AGENTS["keeper"]
    assert narrator.answer_tokens != narrator.max_tokens
    limits = [asked.body["max_tokens"] for asked in server.calls]
    assert limits == [narrator.max_tokens, narrator.answer_tokens, keeper.max_tokens]
    assert models("keeper", structured=True) is models("keeper")  # of one limit one model is made


async def test_a_structured_answer_is_asked_for_by_its_schema(server: ModelServer) -> None:
    answer = await at(server)("keeper").acall(ASK, response_model=Three)
    assert isinstance(answer, Three)
    assert "json_schema" in str(server.calls[0].body["response_format"])


async def test_nobody_is_asked_before_an_agent_speaks_and_one_model_is_made_once(server: ModelServer) -> None:
    models = at(server)
    assert models("narrator") is models("narrator")
    assert server.asked == []


async def test_agents_may_have_models_of_their_own(server: ModelServer) -> None:
    with model_server() as other:
        models = at(server, agents=f"keeper={other.address}#wise")
        await told(models, "narrator")
        await told(models, "keeper")
        assert [len(server.calls), len(other.calls)] == [1, 1]
        assert other.calls[0].body["model"] == "wise"


async def test_of_a_server_without_a_name_the_only_model_is_taken(server: ModelServer) -> None:
    await told(made(ModelConfig(model=server.address)))
    assert server.calls[0].body["model"] == "small-model"


@pytest.mark.parametrize("count", [0, 2])
def test_of_several_models_one_has_to_be_named(server: ModelServer, count: int) -> None:
    server.does.models = (("one", "x"), ("two", "x"))[:count]
    with pytest.raises(ModelTrouble, match=f"{count} models") as caught:
        made(ModelConfig(model=server.address))("narrator")
    assert f"{server.address}#" in caught.value.hint


async def test_the_environments_own_key_and_address_of_openai_are_not_used(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    monkeypatch.setenv("OPENAI_BASE_URL", DEAD)
    await told(made(ModelConfig(model=f"{server.address}#x"), {"OPENAI_API_KEY": "sk-of-openai"}))
    assert server.calls[0].headers["authorization"] == "Bearer none"


async def test_a_server_gets_the_key_that_was_set_for_it(server: ModelServer) -> None:
    models = at(server, api_key=Secret("sk-mine"))
    await told(models)
    assert server.calls[0].headers["authorization"] == "Bearer sk-mine"
    assert "sk-mine" not in f"{models} {vars(models)} {models('narrator')!r}"


async def test_no_proxy_comes_between_the_game_and_this_machine(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "example.org")
    monkeypatch.delenv("no_proxy", raising=False)
    assert (await told(at(server))).strip() == WORDS


def test_of_openai_itself_models_that_think_are_asked_as_they_can_be() -> None:
    environ = {"OPENAI_API_KEY": "sk-x"}
    quick, slow = (
        made(ModelConfig(model=f"openai/{name}"), environ)("narrator") for name in ("gpt-4o", "gpt-5-mini")
    )
    assert quick.temperature == AGENTS["narrator"].temperature
    assert slow.temperature is None
    assert slow.max_completion_tokens > quick.max_completion_tokens  # type: ignore[attr-defined]


def test_agents_without_a_model_are_named() -> None:
    with pytest.raises(ConfigError, match="jester"):
        made(ModelConfig(agents=f"keeper={DEAD}#x"))


# What fails


def limited(server: ModelServer) -> None:
    server.does.status = 429
    server.does.headers = {"Retry-After": "3600"}


def status(number: int) -> Callable[[ModelServer], None]:
    def put(server: ModelServer) -> None:
        server.does.status = number
        server.does.detail = "\x1b[2Jthe key sk-mine is wrong"

    return put


def raw(content: bytes) -> Callable[[ModelServer], None]:
    return lambda server: setattr(server.does, "raw", content)


FAILURES: list[tuple[Callable[[ModelServer], None], Kind, str]] = [
    (status(401), "key", "api_key_file"),
    (status(403), "key", "api_key_file"),
    (status(402), "credit", "account"),
    (status(404), "no such model", "pocket-portals models"),
    (limited, "busy", "Wait"),
    (status(500), "down", "later"),
    (status(503), "down", "later"),
    (status(400), "refused", "log"),
    (lambda server: setattr(server.does, "delay", 2.0), "timeout", "timeout under [model]"),
    (raw(b"<html>welcome</html>"), "garbled", "doctor"),
    (raw(b'{"choices": []}'), "garbled", "doctor"),
    (raw(b"{}"), "garbled", "doctor"),
    (raw(b"\xff\xfe"), "garbled", "doctor"),
]


@pytest.mark.parametrize(("misbehave", "kind", "advice"), FAILURES)
async def test_a_failure_is_one_sentence_of_ours_after_one_request(
    server: ModelServer, misbehave: Callable[[ModelServer], None], kind: Kind, advice: str
) -> None:
    misbehave(server)
    models = at(server, timeout=0.5, api_key=Secret("sk-mine"))
    llm = models("narrator")
    began = time.perf_counter()
    with pytest.raises(Exception) as caught:
        await llm.acall(ASK, response_model=Three)
    failure = models.trouble(caught.value, "narrator")
    assert failure.kind == kind
    assert advice in failure.hint
    assert not any(word in str(failure) for word in ("sk-mine", "\x1b", "html"))
    assert len(server.calls) == 1
    assert time.perf_counter() - began < 4


async def test_an_answer_that_is_cut_off_is_told(server: ModelServer) -> None:
    server.does.structured, server.does.finish = '{"choices": ["Row', "length"
    models = at(server)
    with pytest.raises(Exception) as caught:
        await models("narrator").acall(ASK, response_model=Three)
    assert models.trouble(caught.value, "narrator").kind == "cut off"


async def test_a_server_that_is_not_there_is_told_at_once() -> None:
    models = made(ModelConfig(model=f"{DEAD}#x", timeout=5))
    began = time.perf_counter()
    with pytest.raises(Exception) as caught:
        await told(models)
    assert models.trouble(caught.value, "narrator").kind == "unreachable"
    assert time.perf_counter() - began < 4
    with pytest.raises(ModelTrouble, match="Nobody answers"):
        made(ModelConfig(model=DEAD))("narrator")


FIRST_CALL = """
import asyncio, sys
from pocket_portals.settings import ModelConfig
from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.models import Models
from pocket_portals.flow.loading import load
models = Models(ModelConfig(model=sys.argv[1]), load_agents().agents, {}, load)
llm = models("narrator")
before = set(sys.modules)
asyncio.run(llm.acall([{"role": "user", "content": "x"}]))
print(*sorted(name for name in set(sys.modules) - before if name.startswith(("openai", "anyio", "httpx"))))
"""


def test_the_first_call_stops_no_screen_to_import_what_it_needs(server: ModelServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_CALL, f"{server.address}#m"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


async def test_a_call_that_is_cancelled_really_ends(server: ModelServer) -> None:
    server.does.gap = 0.05
    server.does.text = "word " * 1000
    speaking = asyncio.create_task(told(at(server)))
    await asyncio.sleep(0.5)
    assert server.calls
    assert not speaking.done()
    began = time.perf_counter()
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert time.perf_counter() - began < 4
