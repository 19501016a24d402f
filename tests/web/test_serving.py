"""The command that serves, its workers, and the guests of the screen."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import httpx
import pytest
from browser import CHROMIUM, browser
from servers import SERVERS, TTL, Server, free_port, start_server
from serving import OPEN, Caller, host, served, until

from pocket_portals.cli.main import run
from pocket_portals.saves.access import RedisAccess
from pocket_portals.saves.redis import RedisStore
from pocket_portals.story.storybook import Storybook


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "--workers", "2"], "Set REDIS_URL"),
        (["serve", "--tui", "--mine", "--host", "0.0.0.0"], "this machine alone"),
        (["serve", "--port", "0"], "--port"),
    ],
)
def test_what_can_not_be_served_is_refused_in_a_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert words in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run(["serve"]) == 2
    assert "pip install 'pocket-portals[web]'" in capsys.readouterr().err


@pytest.fixture
def two(valkey: Server) -> Iterator[tuple[str, str]]:
    """Two workers that know of each other through Redis alone."""
    with valkey.client() as client:
        client.flushall()
    first, second = [RedisStore(valkey.url, TTL) for _ in range(2)]
    with (
        served(host(first, RedisAccess(first))) as one,
        served(host(second, RedisAccess(second))) as other,
    ):
        yield one, other


async def test_any_worker_serves_any_session(two: tuple[str, str]) -> None:
    async with httpx.AsyncClient(base_url=two[0]) as one, httpx.AsyncClient(base_url=two[1]) as other:
        caller = await Caller.begin(one)
        for turn in range(8):
            caller.http = (one, other)[turn % 2]
            assert (await caller.act()).status_code == 200
        told = [
            (await http.get(f"/session/{caller.run}/history", headers=caller.key)).json()
            for http in (one, other)
        ]
        assert told[0] == told[1]
        assert len(told[0]["turns"]) == 9


async def test_of_two_actions_on_two_workers_one_is_played(two: tuple[str, str], valkey: Server) -> None:
    async with httpx.AsyncClient(base_url=two[0]) as one, httpx.AsyncClient(base_url=two[1]) as other:
        caller = await Caller.begin(one)
        await caller.act("skip")
        for _ in range(10):
            revision = caller.session["revision"]
            body = {"session_id": caller.run, "action": "1", "revision": revision}
            answers = await asyncio.gather(
                *(http.post("/action", json=body, headers=caller.key) for http in (one, other))
            )
            assert sorted(a.status_code for a in answers) == [200, 409]
            assert next(a for a in answers if a.status_code == 409).json()["revision"] == revision + 1
            caller.session = (await caller.get()).json()
            if caller.session["completed"]:
                break


async def test_a_request_repeated_on_the_other_worker_is_not_played_again(two: tuple[str, str]) -> None:
    async with httpx.AsyncClient(base_url=two[0]) as one, httpx.AsyncClient(base_url=two[1]) as other:
        caller = await Caller.begin(one)
        await caller.act("skip")
        first = await caller.act("1", key="once")
        caller.http = other
        assert (await caller.act("1", key="once")).json() == first.json()


class Held(Storybook):
    """Tells nothing while it is held."""

    held = holds = False

    async def tell(self, world, state, outcome, voices, say):  # type: ignore[no-untyped-def]
        while self.held:
            self.holds = True
            await asyncio.sleep(0.01)
        return await super().tell(world, state, outcome, voices, say)


async def test_a_request_that_waited_is_not_played_after_its_repeat_on_the_other_worker(
    valkey: Server,
) -> None:
    first, second = [RedisStore(valkey.url, TTL) for _ in range(2)]
    one_at_a_time = replace(OPEN, turns_at_once=1)
    teller = Held()
    slow = host(first, RedisAccess(first), one_at_a_time, teller)
    with served(slow) as busy, served(host(second, RedisAccess(second))) as free:
        async with (
            httpx.AsyncClient(base_url=busy, timeout=30) as one,
            httpx.AsyncClient(base_url=free) as two,
        ):
            other, caller = [await Caller.begin(one) for _ in range(2)]
            for each in (other, caller):
                await each.act("skip")
            teller.held = True
            holding = asyncio.create_task(other.act("1"))
            await until(lambda: teller.holds)
            waiting = asyncio.create_task(caller.act("1", key="once"))
            await asyncio.sleep(0.3)
            caller.http = two
            repeated = await caller.act("1", key="once")
            caller.http = one
            again = asyncio.create_task(caller.act("1", key="once"))
            await until(lambda: slow.service.record(caller.run).rev == 3)  # read anew by that
            teller.held = False
            await holding
            assert (await waiting).json() == (await again).json() == repeated.json()
    assert second.load(caller.run).rev == 3


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of the screen in the browser, for one visitor at a time, and where guests live."""
    guests = tmp_path / "guests"
    guests.mkdir()
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "pocket_portals",
        "serve",
        "--tui",
        "--visitors",
        "1",
        "--port",
        str(port - 1),
    ]
    process = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(guests)}, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(address)
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield address, guests
    process.send_signal(signal.SIGINT)
    process.wait(20)


def guests_in(folder: Path) -> list[Path]:
    return list(folder.glob("pocket-portals-guest-*"))


async def screenful(socket: aiohttp.ClientWebSocketResponse, words: bytes) -> None:
    """Read until these words are drawn."""
    drawn = b""
    while words not in drawn:
        message = await socket.receive(timeout=30)
        assert message.type is aiohttp.WSMsgType.BINARY, message
        drawn += message.data


async def test_a_guest_plays_in_a_home_that_goes_when_they_leave(screen: tuple[str, Path]) -> None:
    address, guests = screen
    async with aiohttp.ClientSession(headers={"Origin": address}) as http:
        async with http.ws_connect(f"{address}/ws?width=100&height=30") as socket:
            await screenful(socket, b"New story")
            assert len(guests_in(guests)) == 1
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(f"{address}/ws")
            assert refused.value.status == 503
        await until(lambda: guests_in(guests) == [], 20)
        async with http.ws_connect(f"{address}/ws?width=100&height=30") as socket:
            await screenful(socket, b"New story")


async def test_the_pages_of_others_can_not_play_here(screen: tuple[str, Path]) -> None:
    address, guests = screen
    async with aiohttp.ClientSession() as http:
        for headers in (
            {"Origin": "http://elsewhere.example"},
            {"Origin": "null"},
            {},
            {
                "Origin": "http://elsewhere.example",
                "Host": "elsewhere.example",
            },  # a name made to mean this machine
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(f"{address}/ws", headers=headers)
            assert refused.value.status == 403
        async with http.get(address, headers={"Host": "elsewhere.example"}) as page:
            assert page.status == 403
    assert guests_in(guests) == []


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
async def test_the_screen_is_played_in_a_browser_and_asks_nobody_else(
    screen: tuple[str, Path], tmp_path: Path
) -> None:
    address = screen[0].replace("127.0.0.1", "localhost")  # by any name of this machine
    async with browser(tmp_path / "browser") as page:
        await page.resize(1100, 760)
        await page.open(address)
        await page.until("document.body.classList.contains('-first-byte')", 30)
        asked = await page.run("performance.getEntriesByType('resource').map(e => new URL(e.name).host)")
        assert set(asked) == {urlsplit(address).netloc}
        assert not [told for told in page.complaints if "Security Policy" in told]
        await page.until("document.activeElement.className === 'xterm-helper-textarea'")  # no click is needed
        if folder := os.environ.get("PICTURES"):
            await page.picture(Path(folder) / "screen.png")


@pytest.mark.parametrize("kind", sorted(SERVERS))
async def test_the_documented_rights_in_redis_are_enough_for_a_service(kind: str, tmp_path: Path) -> None:
    saves = (Path(__file__).parents[2] / "docs" / "saves.md").read_text()
    granted = saves[saves.index("ACL SETUSER") :].partition("```")[0].replace("PASSWORD", "secret").split()
    more = re.search(r"`((?:\+\w+ ?)+)` as well", saves)
    assert more
    server = start_server(SERVERS[kind], tmp_path)
    with server.client() as admin:
        admin.execute_command(*granted, *more[1].split())
    store = RedisStore(f"redis://hero:secret@127.0.0.1:{server.port}/0", TTL)
    with served(host(store, RedisAccess(store))) as address:
        async with httpx.AsyncClient(base_url=address, timeout=30) as http:
            assert (await http.get("/ready")).json() == {"status": "ready", "store": "redis"}
            caller = await Caller.begin(http)
            await caller.act("skip", key="once")
            await caller.act("/retire")
            asked = [await caller.act("skip", key="once"), await caller.get(), await caller.get("/events")]
            asked += [await caller.post(f"/session/{caller.run}/{call}") for call in ("tokens", "undo")]
            asked += [await http.delete(f"/session/{caller.run}/tokens", headers=caller.key)]
            asked += [rotated := await caller.post(f"/session/{caller.run}/tokens/rotate")]
            caller.token = rotated.json()["token"]
            asked += [await http.delete(f"/session/{caller.run}", headers=caller.key)]
            assert all(answer.is_success for answer in asked), [answer.text for answer in asked]
    assert store.summaries() == []
    server.end()


def test_a_worker_without_a_crew_imports_no_crewai(tmp_path: Path) -> None:
    """Its flow would be a third of what a turn costs."""
    script = (
        "import asyncio, sys, httpx\n"
        "from pocket_portals.cli.serve import worker\n"
        "app = worker()\n"
        "async def play():\n"
        "    transport = httpx.ASGITransport(app)\n"
        "    async with app.router.lifespan_context(app), "
        "httpx.AsyncClient(transport=transport, base_url='http://here') as http:\n"
        "        new = (await http.post('/session/new', json={})).json()\n"
        "        key = {'Authorization': 'Bearer ' + new['token']}\n"
        "        done = await http.post('/action', headers=key, "
        "json={'session_id': new['session']['session_id'], 'action': '1'})\n"
        "        assert done.status_code == 200, done.text\n"
        "asyncio.run(play())\n"
        "assert 'crewai' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "POCKET_PORTALS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
