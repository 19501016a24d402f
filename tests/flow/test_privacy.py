"""crewai writes nowhere but in our home, speaks to nobody, prints nothing, and takes no signals over.

Twice each: watched from inside by an audit hook, and from outside by strace, which sees what
compiled libraries do too. The second run finds what the first one left.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

PLAY = Path(__file__).with_name("played_in_private.py")


@pytest.fixture
def bait() -> Iterator[socket.socket]:
    """A port that the environment calls a Redis. Nobody should ever knock."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def environment(tmp_path: Path, home: Path, bait: socket.socket) -> dict[str, str]:
    player = tmp_path / "player"
    player.mkdir()
    temporary = home / "tmp"  # the standard library tries it out by making a file and removing it
    temporary.mkdir(parents=True)
    (player / ".env").write_text("CREWAI_TRACING_ENABLED=true\nOTEL_SDK_DISABLED=false\n")
    return {
        "HOME": str(player),
        "PATH": os.environ["PATH"],
        "POCKET_PORTALS_HOME": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "TMPDIR": str(temporary),
        "REDIS_URL": f"redis://127.0.0.1:{bait.getsockname()[1]}/0",
    }


def play(command: list[str], env: dict[str, str], report: Path) -> dict[str, object]:
    done = subprocess.run(
        [*command, sys.executable, str(PLAY), str(report)],
        env=env,
        cwd=env["HOME"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(Path(env["TMPDIR"]).iterdir()) == []
    found: dict[str, object] = json.loads(report.read_text())
    return found


def test_seen_from_inside_it_is_private(tmp_path: Path, home: Path, bait: socket.socket) -> None:
    env = environment(tmp_path, home, bait)
    for _ in range(2):
        found = play([], env, tmp_path / "report")
        assert found.pop("turns") == 13
        assert found.pop("inside")  # so the hook does see writing
        assert found == {"network": [], "processes": [], "outside": [], "signals": {}}
    with pytest.raises(BlockingIOError):
        bait.accept()
    assert [path.name for path in Path(env["HOME"]).iterdir()] == [".env"]


def test_on_a_terminal_it_prints_and_asks_nothing(tmp_path: Path, home: Path, bait: socket.socket) -> None:
    env = environment(tmp_path, home, bait)
    child = pexpect.spawn(
        sys.executable, [str(PLAY), str(tmp_path / "report")], env=env, cwd=env["HOME"], timeout=60
    )
    assert child.read() == b""
    child.close()
    assert child.exitstatus == 0


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")
def test_seen_from_outside_it_is_private(tmp_path: Path, home: Path, bait: socket.socket) -> None:
    env = environment(tmp_path, home, bait)
    trace = tmp_path / "trace"
    calls = "connect,sendto,sendmsg,sendmmsg,execve,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2"
    play(["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}"], env, tmp_path / "report")
    lines = trace.read_text(errors="replace").splitlines()
    assert len(lines) > 1000  # so strace did see
    started = [line for line in lines if "execve(" in line]
    spoken = [line for line in lines if re.search(r"(connect|send\w+)\(", line) and "AF_INET" in line]
    changed = [
        line
        for line in lines
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(|mkdir|rename", line)
        and not re.search(r" = -1 |/dev/null|/dev/tty", line)
        and str(home) not in line
        and str(tmp_path / "report") not in line
    ]
    assert (len(started), spoken, changed) == (1, [], [])
