"""Callers who are slow on purpose, send what nobody can read, or show what is not theirs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httpx
import pytest
from serving import OPEN, Caller, host, served, until

from pocket_portals.saves.access import FileAccess
from pocket_portals.saves.files import FileStore
from pocket_portals.web.connection import Connection

KB = 2**10


class Hasty(Connection):
    """Has no patience, so that a test need have none."""

    request_seconds = 0.6
    answer_seconds = 0.6
    look_every = 0.1


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[str]:
    with served(host(FileStore(tmp_path), FileAccess(tmp_path), OPEN), Hasty) as address:
        yield address


@contextlib.asynccontextmanager
async def connected(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    where = urlsplit(address)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * KB)
    line.connect((where.hostname, where.port))
    reader, writer = await asyncio.open_connection(sock=line, limit=4 * KB)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def is_cut(reader: asyncio.StreamReader) -> bool:
    """Whether the other side ends it, within five seconds; what it says before is read."""
    with contextlib.suppress(ConnectionError):
        return not (await asyncio.wait_for(reader.read(), 5)).count(b"\0")
    return True


ASKED = b"POST /action HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "begins",
    [b"", b"GET /health HTTP/1.1\r\nX-Slow: ", ASKED, HEALTH + b"GET /health HTTP/1.1\r\nX-Slow: "],
    ids=["nothing", "headers", "a body", "a second request"],
)
async def test_a_request_that_trickles_in_is_cut_and_others_are_answered(hasty: str, begins: bytes) -> None:
    async with connected(hasty) as (reader, writer), httpx.AsyncClient(base_url=hasty, timeout=30) as http:
        writer.write(begins)
        cut = asyncio.create_task(is_cut(reader))
        caller = await Caller.begin(http)
        while not cut.done():
            if begins:
                writer.write(b"a")
            assert (await caller.get()).status_code == 200
            await asyncio.sleep(0.05)
        assert await cut


async def test_a_connection_that_is_used_now_and_then_is_not_cut(hasty: str) -> None:
    async with connected(hasty) as (reader, writer):
        for _ in range(6):
            writer.write(HEALTH)
            assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b'"}'), 5)
            await asyncio.sleep(0.2)


async def test_headers_without_an_end_are_cut_before_they_fill_the_memory(address: str) -> None:
    async with connected(address) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        with contextlib.suppress(ConnectionError):
            for number in range(2_000):
                writer.write(b"X-Flood-%d: %s\r\n" % (number, b"a" * 32 * KB))
                await writer.drain()
            raise AssertionError("64 megabytes of headers were taken")
        with contextlib.suppress(ConnectionError):
            assert not await reader.read()


async def test_a_body_without_an_end_is_refused_and_cut(hasty: str) -> None:
    async with connected(hasty) as (reader, writer):
        writer.write(b"POST /action HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        answer = asyncio.create_task(reader.read(20))
        with contextlib.suppress(ConnectionError):
            for _ in range(10_000):
                writer.write(b"400\r\n%s\r\n" % (b"a" * KB))
                await writer.drain()
                await asyncio.sleep(0)
        assert b"413" in await answer


async def test_a_reader_who_does_not_read_is_cut_and_others_are_answered(hasty: str) -> None:
    async with httpx.AsyncClient(base_url=hasty, timeout=30) as http:
        caller = await Caller.begin(http)
        await caller.play(12)
        whole = (await caller.get("/history")).content
        asked = f"GET /session/{caller.run}/history HTTP/1.1\r\nHost: x\r\n"
        asked += f"Authorization: Bearer {caller.token}\r\n\r\n"
        often = 2**20 // len(whole)  # more than what the sockets hold by themselves
        async with connected(hasty) as (reader, writer):
            transport = cast("asyncio.Transport", writer.transport)
            transport.pause_reading()
            writer.write(asked.encode() * often)
            stuck = asyncio.create_task(asyncio.sleep(2))
            while not stuck.done():
                assert (await caller.get()).status_code == 200
                await asyncio.sleep(0.1)
            transport.resume_reading()
            taken = 0
            with contextlib.suppress(ConnectionError):
                while data := await asyncio.wait_for(reader.read(64 * KB), 5):
                    taken += len(data)
        assert taken < often * len(whole)


@pytest.mark.parametrize(
    "run",
    ["clear-wren-0001", "ÀMBER-fox-4821", "amber-fox-४८२१", "..%2f..%2fetc", "a" * 4000, "%00", "*", "🦊"],
)
async def test_a_guessed_id_is_like_any_other(http: httpx.AsyncClient, run: str) -> None:
    caller = await Caller.begin(http)
    for path in (f"/session/{run}", f"/session/{run}/history", f"/session/{run}/events"):
        answer = await http.get(path, headers=caller.key)
        assert answer.status_code in (404, 422), answer.text
        assert caller.run not in answer.text
    for call in ("/action", "/stream"):
        body = {"session_id": run, "action": "1"}
        assert (await http.post(call, json=body, headers=caller.key)).status_code in (404, 422)


@pytest.mark.parametrize("token", ["é", "\udcff", "pp_" + "a" * 43, "pp_\n", "🦊"])
async def test_a_token_of_any_letters_opens_nothing(http: httpx.AsyncClient, token: str) -> None:
    caller = await Caller.begin(http)
    shown = b"Bearer " + token.encode("utf-8", "surrogateescape").replace(b"\n", b"\\n")
    answer = await http.get(f"/session/{caller.run}", headers={b"Authorization": shown})
    assert answer.status_code in (401, 404)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 15_000,
        b'{"action": ' + b"9" * 8_000 + b"}",
        b'{"session_id": "amber-fox-4821", "action": "1", "revision": 1e400}',
        b'{"session_id": "amber-fox-4821", "action": "1", "revision": NaN}',
        b'{"session_id": "amber-fox-4821", "action": "\\ud800"}',
        b'{"session_id": "amber-fox-4821", "action": "1", "action": "2", "role": "admin"}',
        b"\x00" * 1_000,
        json.dumps({"session_id": "amber-fox-4821", "action": "🦊" * 401}).encode(),
    ],
    ids=["nested", "a long number", "infinite", "NaN", "half a letter", "too much", "zeroes", "too long"],
)
@pytest.mark.parametrize("call", ["/action", "/stream", "/session/new"])
async def test_what_nobody_can_read_is_refused(http: httpx.AsyncClient, call: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer pp_x"}
    answer = await http.post(call, content=body, headers=headers)
    assert answer.status_code in (400, 404, 413, 422), answer.text
    assert "Traceback" not in answer.text


async def test_a_key_that_was_used_plays_nothing_else(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    assert (await caller.act("skip", key="once")).status_code == 200
    for path in ("/action", "/stream"):
        body = {"session_id": caller.run, "action": "1"}
        again = await caller.post(path, {"Idempotency-Key": "once"}, **body)
        assert (again.status_code, again.json()["code"]) == (422, "key-reused")
    other = await Caller.begin(http)  # keys of one session say nothing to another
    assert (await other.act("skip", key="once")).status_code == 200
    assert (await caller.get()).json()["revision"] == caller.session["revision"]


async def test_a_token_that_was_taken_back_repeats_nothing(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip", key="once")
    old = caller.token
    caller.token = (await caller.post(f"/session/{caller.run}/tokens/rotate")).json()["token"]
    assert (await caller.act("skip", key="once")).status_code == 200
    caller.token = old
    assert (await caller.act("skip", key="once")).status_code == 404


async def test_callers_who_leave_at_once_leave_nothing_behind(hasty: str) -> None:
    async with httpx.AsyncClient(base_url=hasty, timeout=30) as http:
        caller = await Caller.begin(http)
        for _ in range(60):
            async with connected(hasty) as (_, writer):
                writer.write(f"GET /session/{caller.run}/events HTTP/1.1\r\nHost: x\r\n".encode())
                writer.write(f"Authorization: Bearer {caller.token}\r\n\r\n".encode())
                await asyncio.sleep(0.005)
        figures = ""

        async def read() -> None:
            nonlocal figures
            while True:
                figures = (await http.get("/metrics")).text

        reading = asyncio.create_task(read())
        await until(lambda: "pocket_portals_streams 0.0" in figures)
        reading.cancel()
