"""The service on a loopback port, in a thread or in processes of its own, and a caller who plays on it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import httpx
import uvicorn

from pocket_portals.rules.dice import Stream
from pocket_portals.rules.state import Voice
from pocket_portals.session.access import AccessStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.ports import RunStore
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Storyteller
from pocket_portals.web.app import create_app
from pocket_portals.web.connection import Connection
from pocket_portals.web.limits import Limits
from pocket_portals.web.site import Host
from pocket_portals.wiring import SystemClock
from pocket_portals.worlds.library import WorldLibrary

WORLDS = WorldLibrary()
OPEN = Limits(
    actions_per_minute=1e6, actions_in_a_burst=10**6, sessions_per_minute=1e6, sessions_in_a_burst=10**6
)


def host(
    store: RunStore, access: AccessStore, limits: Limits = OPEN, teller: Storyteller | None = None
) -> Host:
    """The real rules, worlds and storybook over these stores."""
    clock = SystemClock()
    engine = DirectEngine(store, WORLDS, {"storybook": teller or Storybook()}, clock)
    service = GameSessionService(store, engine, WORLDS, clock)
    return Host(service, access, clock, NewRun(world="ember-road"), lambda: None, service.close, limits)


@contextlib.contextmanager
def served(host: Host, connection: type[Connection] = Connection) -> Iterator[str]:
    """The address at which it is served."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**16)  # what is not read is soon not sent
    server = uvicorn.Server(
        uvicorn.Config(create_app(host), http=connection, ws="none", log_config=None, lifespan="on")
    )
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@dataclass
class Event:
    """A server-sent event, read."""

    event: str
    data: dict[str, object]
    id: str


class Caller:
    """Somebody who plays one session."""

    def __init__(self, http: httpx.AsyncClient, begun: dict[str, object]) -> None:
        self.http = http
        self.token = str(begun["token"])
        self.session = begun["session"]
        self.run = str(self.session["session_id"])
        self.draws = Stream(self.run, 0)

    @classmethod
    async def begin(cls, http: httpx.AsyncClient, **asked: object) -> Caller:
        answer = await http.post("/session/new", json=asked)
        assert answer.status_code == 201, answer.text
        return cls(http, answer.json())

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def next_action(self) -> str:
        """A choice drawn by lot; the interview is skipped."""
        if self.session["phase"] == "interview":
            return "skip"
        return str(self.draws.integer(1, max(1, len(self.session["choices"]))))

    async def post(self, path: str, headers: dict[str, str] | None = None, **body: object) -> httpx.Response:
        return await self.http.post(path, json=body, headers=self.key | (headers or {}))

    async def act(self, action: str = "", key: str = "", **more: object) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"session_id": self.run, "action": action or self.next_action(), **more}
        answer = await self.post("/action", headers, **body)
        if answer.status_code == 200:
            self.session = answer.json()["session"]
        return answer

    async def play(self, turns: int) -> None:
        for _ in range(turns):
            assert (await self.act()).status_code == 200

    async def get(self, path: str = "", **params: object) -> httpx.Response:
        return await self.http.get(f"/session/{self.run}{path}", headers=self.key, params=params)

    async def events(self, last_id: str = "") -> AsyncIterator[Event]:
        headers = self.key | ({"Last-Event-ID": last_id} if last_id else {})
        async with self.http.stream("GET", f"/session/{self.run}/events", headers=headers) as answer:
            assert answer.status_code == 200
            async for event in read(answer):
                yield event


async def read(answer: httpx.Response) -> AsyncIterator[Event]:
    """The events of a stream."""
    kind, data, ident = "", "", ""
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        match name:
            case "event":
                kind = value
            case "data":
                data += value
            case "id":
                ident = value
            case "" if not line and kind:
                yield Event(kind, json.loads(data), ident)
                kind, data, ident = "", "", ""


async def until(there: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


class Corrected(Storybook):
    """Says something else first, and takes it back, as a crew does whose words can't stand."""

    async def tell(self, world, state, outcome, voices, say):  # type: ignore[no-untyped-def]
        narration = await super().tell(world, state, outcome, voices, lambda *told, **how: None)
        for voice in (Voice.NARRATOR, Voice.JESTER):
            say(voice, "These words never were.", "", True, voice is Voice.JESTER)
        for index, speech in enumerate(narration.speeches):
            say(
                speech.voice, speech.text, speech.speaker, True, not index, arrives=index == narration.arrives
            )
        return narration


class Slow(Storybook):
    """Takes its time once the interview is over."""

    async def tell(self, world, state, outcome, voices, say):  # type: ignore[no-untyped-def]
        await asyncio.sleep(0.5)
        return await super().tell(world, state, outcome, voices, say)
