"""Anthropic's and Google's own libraries: what is sent through them, and what comes of an answer.

They are extras, so each test is skipped where its library is not installed. The servers here speak as much of
their languages as a turn needs; that the real ones still speak it is not tested.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import pytest

from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.answers import Reading
from pocket_portals.crew.calls import Calls, Spent
from pocket_portals.crew.models import Models
from pocket_portals.crew.troubles import ModelTrouble
from pocket_portals.errors import ConfigError
from pocket_portals.flow.loading import load
from pocket_portals.settings import ModelConfig

WORDS = "The boat holds. Under the keel a light goes by."
READING = {"sort": "deed", "choice": 0, "verb": "climb", "target": "", "ability": "strength",
           "difficulty": "hard", "stake": "a fall"}  # fmt: skip
ASK = [{"role": "system", "content": "You are the Narrator."}, {"role": "user", "content": "Tell it."}]
KEY = "sk-0123456789"


@dataclass
class Asked:
    path: str
    key: str
    body: dict[str, object]


@dataclass
class Dialect:
    """How a provider is called, and how it answers."""

    model: str
    address: str  # the variable by which its library is sent elsewhere
    key: str  # the header that holds the key
    status: int = 200
    asked: list[Asked] = field(default_factory=list)

    def events(self) -> Iterator[dict[str, object]]:
        raise NotImplementedError

    def answer(self, body: dict[str, object]) -> dict[str, object]:
        raise NotImplementedError


class Anthropic(Dialect):
    def events(self) -> Iterator[dict[str, object]]:
        usage = {"input_tokens": 7, "output_tokens": 1}
        message = {"id": "x", "type": "message", "role": "assistant", "content": [], "model": "m",
                   "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip
        yield {"type": "message_start", "message": message}
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        for word in WORDS.split():
            delta = {"type": "text_delta", "text": word + " "}
            yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        end = {"stop_reason": "end_turn", "stop_sequence": None}
        yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": 5}}
        yield {"type": "message_stop"}

    def answer(self, body: dict[str, object]) -> dict[str, object]:
        if body.get("tools"):
            content = {"type": "tool_use", "id": "t", "name": "structured_output", "input": READING}
        else:
            content = {"type": "text", "text": json.dumps(READING)}
        return {"id": "x", "type": "message", "role": "assistant", "model": "m", "content": [content],
                "stop_reason": "end_turn", "stop_sequence": None,
                "usage": {"input_tokens": 7, "output_tokens": 5}}  # fmt: skip


class Gemini(Dialect):
    def events(self) -> Iterator[dict[str, object]]:
        for word in WORDS.split():
            yield self._said(word + " ")

    def answer(self, body: dict[str, object]) -> dict[str, object]:
        return self._said(json.dumps(READING))

    def _said(self, text: str) -> dict[str, object]:
        content = {"role": "model", "parts": [{"text": text}]}
        usage = {"promptTokenCount": 7, "candidatesTokenCount": 5, "totalTokenCount": 12}
        candidate = {"content": content, "index": 0, "finishReason": "STOP"}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        speaks: Dialect = self.server.speaks  # type: ignore[attr-defined]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        speaks.asked.append(Asked(self.path, self.headers.get(speaks.key, ""), body))
        streamed = body.get("stream") or "stream" in self.path
        self.send_response(speaks.status)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.end_headers()
        if speaks.status != 200:
            error = {"type": "x", "message": "no", "code": speaks.status}
            self.wfile.write(json.dumps({"type": "error", "error": error}).encode())
        elif streamed:
            for event in speaks.events():
                name = f"event: {event['type']}\n" if "type" in event else ""
                self.wfile.write(f"{name}data: {json.dumps(event)}\r\n\r\n".encode())
        else:
            self.wfile.write(json.dumps(speaks.answer(body)).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(params=["anthropic", "gemini"])
def provider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dialect]:
    if request.param == "anthropic":
        pytest.importorskip("anthropic")
        haiku = "anthropic/claude-3-5-haiku-latest"
        speaks: Dialect = Anthropic(haiku, "ANTHROPIC_BASE_URL", "x-api-key")
    else:
        pytest.importorskip("google.genai")
        speaks = Gemini("gemini/gemini-2.0-flash", "GOOGLE_GEMINI_BASE_URL", "x-goog-api-key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.speaks = speaks  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv(speaks.address, f"http://127.0.0.1:{server.server_port}")
    try:
        yield speaks
    finally:
        server.shutdown()
        server.server_close()


def calls(provider: Dialect) -> Calls:
    crew = load_agents()
    environ = {"ANTHROPIC_API_KEY": KEY, "GEMINI_API_KEY": KEY}
    models = Models(ModelConfig(model=provider.model, timeout=5), crew.agents, environ, load)
    return Calls(models, crew, backoff=0.0)


async def test_words_are_streamed_with_the_key_the_limit_and_the_temperature(provider: Dialect) -> None:
    pieces: list[str] = []
    spent = Spent()
    hear = lambda piece: pieces.append(piece) or True  # noqa: E731
    text = await calls(provider).stream("narrator", ASK, lambda: hear, spent)
    assert text.split() == WORDS.split()
    assert len(pieces) > 5  # as they came
    (asked,) = provider.asked
    assert asked.key == KEY
    sent = json.dumps(asked.body)
    assert all(words in sent for words in ("You are the Narrator.", "Tell it.", "1024", "0.7"))
    assert (spent.tokens_in, spent.tokens_out) == (7, 5)


async def test_a_structured_answer_is_held_to_its_schema(provider: Dialect) -> None:
    reading = await calls(provider).ask("keeper", ASK, Reading, Spent())
    assert (reading.sort, reading.verb, reading.ability) == ("deed", "climb", "strength")
    (asked,) = provider.asked
    assert "difficulty" in json.dumps(asked.body)  # the schema went with it
    assert "256" in json.dumps(asked.body)


@pytest.mark.parametrize(("status", "kind", "requests"), [(401, "key", 1), (404, "no such model", 1),
                                                          (429, "busy", 2), (503, "down", 2)])  # fmt: skip
async def test_what_fails_is_told_by_its_kind_and_tried_no_more_than_twice(
    provider: Dialect, status: int, kind: str, requests: int
) -> None:
    provider.status = status
    with pytest.raises(ModelTrouble) as raised:
        await calls(provider).stream("narrator", ASK, lambda: lambda piece: True, Spent())
    assert raised.value.kind == kind
    assert len(provider.asked) == requests
    assert KEY not in f"{raised.value} {raised.value.hint}"


@pytest.mark.parametrize(
    ("model", "library", "extra"),
    [
        ("anthropic/claude-sonnet-4-5", "anthropic", "anthropic"),
        ("gemini/gemini-2.5-flash", "google.genai", "gemini"),
    ],
)
def test_without_its_library_one_is_told_the_line_that_installs_it(
    model: str, library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == library else find_spec(name))
    environ = {"ANTHROPIC_API_KEY": KEY, "GEMINI_API_KEY": KEY}
    with pytest.raises(ConfigError, match=rf"pip install 'pocket-portals\[{extra}\]'"):
        Models(ModelConfig(model=model), load_agents().agents, environ, load)
