"""A small server that speaks OpenAI's language on loopback, and can behave badly in every way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = "The boat holds. Under the keel a light goes by, slow and green, and you stop rowing."


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, object]


@dataclass
class Behaviour:
    """What the server does. ``status`` other than 200 answers with ``detail`` as the error's message."""

    status: int = 200
    detail: str = "no"
    text: str = WORDS
    structured: str = '{"choices": ["Row on", "Turn back", "Reach down"], "mood": "eerie"}'
    finish: str = "stop"
    raw: bytes | None = None
    delay: float = 0.0  # seconds before it says anything
    gap: float = 0.0  # seconds between two words
    models: tuple[tuple[str, str], ...] = (("small-model", "llamacpp"),)
    listed: bytes | None = None
    list_status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class ModelServer(ThreadingHTTPServer):
    """Keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.does = Behaviour()
        self.moods: Iterator[Behaviour] | None = None  # if set, one after another, a call each

    def mood(self) -> Behaviour:
        """What the next call gets."""
        return next(self.moods) if self.moods else self.does

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def calls(self) -> list[Asked]:
        """The requests for an answer, without those for a list."""
        return [asked for asked in self.asked if asked.path.endswith("/chat/completions")]

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # whoever asked has gone


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_GET(self) -> None:
        self._note({})
        does = self.server.does
        time.sleep(does.delay)
        if does.listed is not None or does.list_status != 200:
            self._answer(does.list_status, does.listed or b"")
        else:
            self._send([{"id": name, "owned_by": owner} for name, owner in does.models], "data")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._note(body)
        does = self.server.mood()
        time.sleep(does.delay)
        if does.status != 200:
            error = {"message": does.detail, "type": "x", "code": "x"}
            self._answer(does.status, json.dumps({"error": error}).encode())
        elif does.raw is not None:
            self._answer(200, does.raw)
        elif body.get("stream"):
            self._stream(does)
        else:
            text = does.structured if "response_format" in body else does.text
            message = {"role": "assistant", "content": text}
            self._send([{"index": 0, "message": message, "finish_reason": does.finish}], "choices")

    def _note(self, body: dict[str, object]) -> None:
        self.server.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))

    def _stream(self, does: Behaviour) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for word in does.text.split(" "):
            self._event({"choices": [{"index": 0, "delta": {"content": word + " "}, "finish_reason": None}]})
            time.sleep(does.gap)
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": does.finish}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, part: dict[str, object]) -> None:
        whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", **part}
        self.wfile.write(f"data: {json.dumps(whole)}\n\n".encode())
        self.wfile.flush()

    def _send(self, items: list[dict[str, object]], name: str) -> None:
        usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        whole = {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            name: items,
            "usage": usage,
        }
        self._answer(200, json.dumps(whole).encode())

    def _answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in self.server.does.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server, for as long as the block lasts."""
    server = ModelServer()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
