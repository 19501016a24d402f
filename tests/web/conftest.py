"""The service over files and over a real Redis-compatible server."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

sys.path += [str(Path(__file__).parents[1] / "saves")]  # the servers are started as they are there

from servers import SERVERS, TTL, Server, start_server
from serving import host, served

from pocket_portals.saves.access import FileAccess, RedisAccess
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.web.site import Host


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests; each finds it empty."""
    server = start_server(SERVERS["valkey"], tmp_path_factory.mktemp("server"))
    yield server
    server.end()


@pytest.fixture(params=["files", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Host:
    """The sessions of one worker."""
    if request.param == "files":
        return host(FileStore(tmp_path / "saves"), FileAccess(tmp_path / "saves"))
    server: Server = request.getfixturevalue("valkey")
    with server.client() as client:
        client.flushall()
    store = RedisStore(server.url, TTL)
    return host(store, RedisAccess(store))


@pytest.fixture
def address(place: Host) -> Iterator[str]:
    """Where it is served."""
    with served(place) as address:
        yield address


@pytest.fixture
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it."""
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield client
