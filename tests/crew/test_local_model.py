"""A model from a file: served on loopback, for this game alone, and gone with it."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pocket_portals.crew import discovery
from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.local import Loading, LocalServer, sensible_threads
from pocket_portals.crew.models import Models
from pocket_portals.errors import ConfigError, ModelUnavailable
from pocket_portals.flow.loading import load
from pocket_portals.settings import ModelConfig

STUB = str(Path(__file__).with_name("stub"))

PARENT = """
import sys, time
from pocket_portals.crew.local import LocalServer
server = LocalServer(sys.argv[1], 2048, 1)
print("begun", flush=True)
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", STUB)
    monkeypatch.syspath_prepend(STUB)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.Q4.gguf"
    file.write_bytes(b"GGUF" + b"\0" * 2_000_000)
    return file


@pytest.fixture
def server(file: Path) -> Iterator[LocalServer]:
    server = LocalServer(str(file), 4096, 3)
    yield server
    server.close()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def soon(holds: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not holds():
        time.sleep(0.01)
    return holds()


def test_it_is_served_on_loopback_to_who_has_the_key(server: LocalServer) -> None:
    server.start()
    assert server.running
    assert server.address.startswith("http://127.0.0.1:")
    (given,) = discovery.served(server.address, server.key)
    assert json.loads(given) == {"context": 4096, "threads": 3, "cache": 128}
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{server.address}/models")


def test_its_key_shows_nowhere(server: LocalServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.start()
    seen = [Path(f"/proc/{server.pid}/{what}").read_bytes() for what in ("cmdline", "environ")]
    key = server.key.reveal()
    assert len(key) >= 32
    assert not any(key.encode() in what for what in seen)
    assert key not in f"{caplog.text} {server!r} {vars(server)}"


def test_two_servers_have_keys_and_ports_of_their_own(server: LocalServer, file: Path) -> None:
    other = LocalServer(str(file), 2048, 1)
    server.start()
    other.start()
    assert server.key != other.key
    assert server.address != other.address
    other.close()


def test_its_loading_is_shown(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_LOADING", "0.5")
    steps: list[Loading] = []
    server.start(steps.append)
    assert len(steps) >= 3
    assert all(step.share is None or 0 <= step.share <= 1 for step in steps)
    assert str(Loading("tiny", 98, 1.2, 0.5)) == "Loading tiny (98 MB): 50%"
    assert str(Loading("tiny", 98, 1.2, None)) == "Loading tiny (98 MB): 1 s"


def test_closing_ends_it_and_may_be_done_twice(server: LocalServer) -> None:
    server.start()
    pid = server.pid
    server.close()
    assert not alive(pid)
    assert not server.running
    server.close()


def test_closing_while_it_loads_ends_it(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_LOADING", "30")
    failed: list[Exception] = []

    def start() -> None:
        try:
            server.start()
        except ModelUnavailable as error:
            failed.append(error)

    starting = threading.Thread(target=start)
    starting.start()
    assert soon(lambda: server.pid > 0)
    pid = server.pid
    began = time.monotonic()
    server.close()
    starting.join(5)
    assert len(failed) == 1
    assert not alive(pid)
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(("loading", "said"), [("0", 2), ("1", 1)])
def test_it_ends_when_the_game_is_killed(
    file: Path, monkeypatch: pytest.MonkeyPatch, loading: str, said: int
) -> None:
    monkeypatch.setenv("STUB_LOADING", loading)
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(file)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        lines = [parent.stdout.readline() for _ in range(said)]
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        assert soon(lambda: children.read_text() != "")
        child = int(children.read_text())
        assert lines[1:] in ([], [f"{child}\n"])
        parent.send_signal(signal.SIGKILL)
    assert soon(lambda: not alive(child))


def test_an_interrupt_at_the_terminal_is_for_the_game(server: LocalServer) -> None:
    server.start()
    assert os.getpgid(server.pid) != os.getpgid(0)


def test_a_file_that_can_t_be_loaded_is_told_and_the_reason_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUFbad")
    server = LocalServer(str(file), 2048, 1)
    with pytest.raises(ModelUnavailable, match=r"broken\.gguf can't be loaded"):
        server.start()
    assert "Failed to init server" in caplog.text
    assert not server.running
    server.close()


def test_a_server_that_dies_is_started_anew_for_the_next_turn(file: Path) -> None:
    models = Models(ModelConfig(model=f"local:{file}"), load_agents().agents, {}, load)
    first = models("narrator").base_url
    assert models("jester").base_url == first
    (server,) = models._servers.values()
    os.kill(server.pid, signal.SIGKILL)
    assert soon(lambda: not server.running)
    assert models("narrator").base_url == models("jester").base_url == f"{server.address}"
    assert server.running
    models.close()


def test_without_the_library_the_line_that_installs_it_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'pocket-portals\[local\]'"):
        Models(ModelConfig(model=f"local:{file}"), load_agents().agents, {}, load)


def test_the_game_keeps_half_of_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    for count, threads in ((1, 1), (2, 1), (8, 4), (64, 8)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, count=count: set(range(count)), raising=False)
        assert sensible_threads() == threads
