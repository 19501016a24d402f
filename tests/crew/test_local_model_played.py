"""A model that is being loaded, at a real terminal: picked from a folder, left at once without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

STUB = str(Path(__file__).with_name("stub"))
SECONDS = 6.0  # in which the game has to end; loading takes 60


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF")
    return file


@pytest.fixture
def environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": STUB, "STUB_LOADING": "60", "TERM": "xterm-256color"}


def servers_of(file: Path) -> list[int]:
    """Processes of local_server.py that were started by children of this test."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if b"local_server.py" in arguments and str(file.parent.parent).encode() in environment:
            found.append(int(process.name))
    return found


def gone(file: Path) -> bool:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and servers_of(file):
        time.sleep(0.05)
    return not servers_of(file)


def loading(file: Path) -> None:
    until = time.monotonic() + 30
    while not servers_of(file):
        assert time.monotonic() < until, "the model is not being loaded"
        time.sleep(0.05)


def test_from_plain_mode(file: Path, environ: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pocket_portals", "play", "--plain", "--quick", "--model", f"local:{file}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ,
    ) as game:  # fmt: skip
        loading(file)
        began = time.monotonic()
        game.send_signal(signal.SIGINT)
        game.communicate()
        assert time.monotonic() - began < SECONDS
    assert game.returncode == 130
    assert gone(file)


def test_of_a_folder_one_is_picked_at_the_terminal(file: Path, environ: dict[str, str]) -> None:
    (file.parent / "another.gguf").write_bytes(b"GGUF")
    game = pexpect.spawn(
        sys.executable,
        ["-m", "pocket_portals", "play", "--plain", "--model", f"local:{file.parent}"],
        env=environ,
        timeout=30,
    )
    game.expect("1  another.gguf")
    game.expect("2  tiny.gguf")
    game.expect("Which model")
    game.sendline("2")
    loading(file)
    game.sendintr()
    game.expect(pexpect.EOF)
    game.close()
    assert game.exitstatus == 130
    assert gone(file)


def test_from_the_screen(file: Path, environ: dict[str, str]) -> None:
    game = pexpect.spawn(
        sys.executable,
        ["-m", "pocket_portals", "play", "--model", f"local:{file}"],
        dimensions=(24, 80),
        env=environ,
        timeout=30,
    )
    loading(file)
    began = time.monotonic()
    game.sendcontrol("q")
    game.expect(pexpect.EOF)
    game.close()
    assert time.monotonic() - began < SECONDS
    assert game.exitstatus == 0, game.before
    assert gone(file)
