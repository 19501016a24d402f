"""The service under load: `make bench-web`, or `make bench-web ARGS="--sessions 200 --seconds 10"`.

Two workers behind one Redis. First an empty route that does one GET and one SET. Then sessions that nobody
plays are weighed; then as many are played as fast as it goes, at a steady rate, and while a worker is killed
and Redis stands still for five seconds. At the end the journals are compared with what was acknowledged.
What calls shares the processor with what answers, so what each of them takes of it is told, too.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import measure

sys.path.append(str(Path(__file__).parents[1] / "saves"))

from servers import SERVERS, Server, free_port, start_server

from pocket_portals.saves.redis import RedisStore
from pocket_portals.session.journal import problems

EMPTY = Path(__file__).with_name("empty_route.py")
AT_ONCE = 24  # callers who wait for an answer at any time
STEADY = 150  # turns a second that are asked for, whether those before were answered or not
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Player:
    """A session, and every turn of it that was acknowledged."""

    run: str
    token: str
    draws: random.Random
    options: int = 0
    acknowledged: list[str] = field(default_factory=list)
    actions: int = 0
    over: bool = False


@dataclass
class Load:
    """What came of a phase."""

    seconds: float
    latencies: list[float]  # ms, of the requests that were answered
    retries: int = 0
    spent: dict[str, float] = field(default_factory=dict)  # ms of processor time, by whose it was

    def rows(self, what: str, beside: Load | None = None) -> list[measure.Row]:
        """Its figures."""
        against = ("answers a second of the empty route", beside.rate) if beside else ()
        times = [(f"{what}: p{p}", measure.percentile(self.latencies, p), "ms") for p in (50, 95, 99)]
        times += [
            (f"{what}: {who}, each", spent / len(self.latencies), "ms") for who, spent in self.spent.items()
        ]
        return [measure.Row(what, self.rate, "a second", *against), *(measure.Row(*time) for time in times)]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


@contextmanager
def service(command: list[str], environ: dict[str, str], address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A service that answers, in a group of its own."""
    process = subprocess.Popen(
        command, env=os.environ | environ, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        asyncio.run(_answering(address))
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


async def _answering(address: str) -> None:
    until = time.monotonic() + 60
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < until:
            try:
                async with http.get(address) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
    raise RuntimeError(f"{address} does not answer")


async def driven(seconds: float, once: Callable[[], Awaitable[int]]) -> Load:
    """Call ``once`` from so many callers for so long. It gives the number of its retries."""
    load = Load(seconds, [])
    end = time.monotonic() + seconds

    async def caller() -> None:
        while time.monotonic() < end:
            start = time.perf_counter()
            load.retries += await once()
            load.latencies.append((time.perf_counter() - start) * 1000)

    start = time.monotonic()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    load.seconds = time.monotonic() - start
    return load


async def paced(seconds: float, rate: float, once: Callable[[], Awaitable[int]]) -> Load:
    """Call ``once`` so often, and count each from when it was due: what stands in a queue waits, too."""
    load = Load(seconds, [])
    start = time.perf_counter()

    async def call(due: float) -> None:
        load.retries += await once()
        load.latencies.append((time.perf_counter() - due) * 1000)

    async with asyncio.TaskGroup() as calls:
        for number in range(int(seconds * rate)):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            calls.create_task(call(due))
    load.seconds = time.perf_counter() - start
    return load


async def begin(http: aiohttp.ClientSession, base: str, number: int) -> Player:
    async with http.post(f"{base}/session/new", json={"seed": f"load {number}", "length": "long"}) as answer:
        begun = await answer.json()
    player = Player(begun["session"]["session_id"], begun["token"], random.Random(number))
    player.acknowledged.append(begun["turn"]["id"])
    await act(http, base, player, "skip")
    return player


async def act(http: aiohttp.ClientSession, base: str, player: Player, action: str) -> int:
    """One action, asked for again with the same key until it is answered; how often it was."""
    player.actions += 1
    headers = {"Authorization": f"Bearer {player.token}", "Idempotency-Key": f"{player.actions}"}
    body = {"session_id": player.run, "action": action}
    for tries in range(200):
        try:
            async with http.post(f"{base}/action", json=body, headers=headers) as answer:
                if answer.status == 200:
                    played = await answer.json()
                    player.acknowledged.append(played["turn"]["id"])
                    player.options = len(played["session"]["choices"])
                    player.over = played["session"]["completed"]
                    return tries
                assert answer.status in (429, 503), await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("never answered")


def in_turn(http: aiohttp.ClientSession, base: str, players: list[Player]) -> Callable[[], Awaitable[int]]:
    """Whoever is free plays next, so that no session is asked twice at once."""
    free: asyncio.Queue[Player] = asyncio.Queue()
    for player in random.Random(1).sample(players, len(players)):
        free.put_nowait(player)

    async def once() -> int:
        player = await free.get()
        try:
            return await act(http, base, player, str(player.draws.randint(1, max(1, player.options))))
        finally:
            if not player.over:
                free.put_nowait(player)

    return once


def workers_of(parent: int) -> list[int]:
    """The processes that answer."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "spawn_main" in line]


def processor_time(process: int) -> float:
    """What a process has taken of the processor so far, in ms."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS * 1000


def spent(workers: list[int], server: Server) -> dict[str, float]:
    """What everybody has taken of it."""
    return {
        "processor time of the workers": sum(map(processor_time, workers)),
        "of Redis": processor_time(server.process.pid),
        "of what calls them": time.process_time() * 1000,
    }


async def accounted(load: Awaitable[Load], workers: list[int], server: Server) -> Load:
    """A load, and what it took of the processor."""
    before = spent(workers, server)
    done = await load
    done.spent = {who: ms - before[who] for who, ms in spent(workers, server).items()}
    return done


def resident(processes: list[int]) -> float:
    """Their memory in MB."""
    status = (Path(f"/proc/{p}/status").read_text() for p in processes)
    return sum(int(s.split("VmRSS:")[1].split()[0]) for s in status) / 1024


def lost_or_doubled(server: Server, players: list[Player]) -> tuple[int, int]:
    """Turns that were acknowledged and are not in the journals, or are there more often than asked for."""
    store = RedisStore(server.url, 0)
    lost = doubled = 0
    for player in players:
        record = store.load(player.run)
        assert problems(record) == []
        ids = [turn.id for turn in record.turns]
        lost += len(set(player.acknowledged) - set(ids))
        doubled += len(ids) - len(player.acknowledged)
    store.close()
    return lost, doubled


async def begun(http: aiohttp.ClientSession, base: str, numbers: range) -> list[Player]:
    """So many sessions, begun by all callers together."""
    waiting = iter(numbers)

    async def some() -> list[Player]:
        return [await begin(http, base, number) for number in waiting]

    return list(itertools.chain(*await asyncio.gather(*(some() for _ in range(AT_ONCE)))))


async def disturbed(server: Server, parent: int, after: float) -> None:
    """Kill a worker; stop Redis for five seconds."""
    await asyncio.sleep(after)
    os.kill(workers_of(parent)[0], signal.SIGKILL)
    await asyncio.sleep(after)
    os.kill(server.process.pid, signal.SIGSTOP)
    await asyncio.sleep(5)
    os.kill(server.process.pid, signal.SIGCONT)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sessions", type=int, default=1000)
    asked.add_argument("--seconds", type=float, default=30)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(SERVERS["valkey"], Path(folder))
        try:
            return measured(server, Path(folder), options.sessions, options.seconds)
        finally:
            server.end()


def measured(server: Server, folder: Path, sessions: int, seconds: float) -> int:
    environ = {
        "POCKET_PORTALS_HOME": str(folder / "home"),
        "REDIS_URL": server.url,
        "POCKET_PORTALS_SESSIONS_PER_MINUTE": "100000",
        "POCKET_PORTALS_ACTIONS_PER_MINUTE": "100000",
    }
    python = sys.executable
    port = free_port()
    bare_command = [
        python,
        "-m",
        "uvicorn",
        "empty_route:app",
        "--app-dir",
        str(EMPTY.parent),
        "--port",
        str(port),
    ]
    with service([*bare_command, "--workers", "2", "--no-access-log"], environ, f"http://127.0.0.1:{port}/"):
        bare = asyncio.run(empty(f"http://127.0.0.1:{port}/", min(seconds, 10)))
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [python, "-m", "pocket_portals", "serve", "--api", "--workers", "2", "--port", str(port)]
    with service(command, environ, f"{base}/ready") as process:
        found = asyncio.run(played(server, process.pid, base, sessions, seconds))
    lost, doubled = lost_or_doubled(server, found.players)
    rows = bare.rows("an empty route: one GET, one SET")
    rows += found.fast.rows(f"{sessions} sessions, as fast as it goes", bare)
    rows += found.steady.rows(f"at {STEADY} a second")
    rows += found.rough.rows("a worker killed, Redis stopped for 5 s", bare)
    acknowledged = sum(len(player.acknowledged) for player in found.players)
    rows += [
        measure.Row(
            "the first thousand sessions, idle again", found.idle[0], "MB", "of both workers, resident"
        ),
        measure.Row("the next thousand", found.idle[1], "MB", "what is kept at hand is full by then"),
        measure.Row("requests sent again", found.rough.retries, "times"),
        measure.Row("acknowledged turns lost", lost, "turns", f"of {acknowledged}"),
        measure.Row("turns played twice", doubled, "turns"),
    ]
    measure.show(f"The service, two workers, {AT_ONCE} callers at once", rows)
    return int(bool(lost or doubled))


async def empty(address: str, seconds: float) -> Load:
    async with aiohttp.ClientSession() as http:

        async def once() -> int:
            async with http.get(address) as answer:
                await answer.read()
            return 0

        return await driven(seconds, once)


@dataclass
class Found:
    """What came of all phases. ``idle``: MB that a thousand sessions hold, and a thousand more."""

    players: list[Player]
    idle: list[float]
    fast: Load
    steady: Load
    rough: Load


async def played(server: Server, parent: int, base: str, sessions: int, seconds: float) -> Found:
    timeout = aiohttp.ClientTimeout(total=15)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as http:
        workers = workers_of(parent)
        players = await begun(http, base, range(AT_ONCE))
        await driven(3, in_turn(http, base, players))  # what is learned once is learned
        await nothing_at_hand(http, base)
        weights = [resident(workers)]
        for first in (1, 2):
            players += await begun(http, base, range(first * sessions, (first + 1) * sessions))
            await nothing_at_hand(http, base)
            weights.append(resident(workers))
        idle = [(after - before) * 1000 / sessions for before, after in itertools.pairwise(weights)]
        once = in_turn(http, base, players[-sessions:])
        fast = await accounted(driven(seconds, once), workers, server)
        steady = await accounted(paced(seconds, STEADY, once), workers, server)
        trouble = asyncio.create_task(disturbed(server, parent, seconds / 4))
        rough = await driven(seconds, once)
        await trouble
        return Found(players, idle, fast, steady, rough)


async def nothing_at_hand(http: aiohttp.ClientSession, base: str) -> None:
    """Wait until the workers have let go of every session."""
    for _ in range(120):
        async with http.get(f"{base}/metrics") as answer:
            if "pocket_portals_open_sessions 0.0" in await answer.text():
                return
        await asyncio.sleep(1)
    raise RuntimeError("sessions are kept for ever")


if __name__ == "__main__":
    sys.exit(main())
