"""Stores for the tests, and the servers behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers import SERVERS, TTL, Server, start_server

from pocket_portals.saves.files import FileStore
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.ports import RunStore


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


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn waits until it is in both places, however slow the machine is."""
    monkeypatch.setattr("pocket_portals.saves.vault.AT_ONCE", 20.0)
    monkeypatch.setattr("pocket_portals.saves.vault.ON_LEAVING", 20.0)


@pytest.fixture(params=["memory", "files", "vault", "vault, packed", "vault without redis", *sorted(SERVERS)])
def open_store(
    request: pytest.FixtureRequest, servers: Callable[[str], Server], tmp_path: Path, patient: None
) -> Iterator[Callable[[], RunStore]]:
    """Opens the same place again and again, as other processes would."""
    opened: list[RunStore] = []
    server = servers("valkey") if request.param in ("vault", "vault, packed") else None
    url = servers(request.param).url if request.param in SERVERS else ""

    def start() -> RunStore:
        match request.param:
            case "memory":
                opened.append(opened[0] if opened else MemoryStore())
            case "files":
                opened.append(FileStore(tmp_path / "saves"))
            case "vault" | "vault, packed" | "vault without redis":
                packing = "packed" in request.param
                redis = RedisStore(server.url, TTL, packing=packing) if server else None
                opened.append(VaultStore(FileStore(tmp_path / "saves", packing=packing), redis))
            case _:
                opened.append(RedisStore(url, TTL))
        return opened[-1]

    yield start
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], RunStore]) -> RunStore:
    return open_store()
