"""The real program on a pty: a run from the title to its epilogue, by keys alone."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pexpect
import pyte
import pytest

ROWS, COLUMNS = 30, 100


class Player:
    """Somebody at a terminal who reads what is on it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        config = home / "config"
        config.mkdir(parents=True, exist_ok=True)
        (config / "config.toml").write_text('[screen]\npace = 0\nmotion = false\n[story]\nlength = "short"\n')
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "pocket_portals", *arguments],
            dimensions=(ROWS, COLUMNS),
            env={
                **{k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "NO_COLOR")},
                "POCKET_PORTALS_HOME": str(home), "TERM": "xterm-256color",
            },
            timeout=60,
        )  # fmt: skip
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)

    def shown(self) -> str:
        return "\n".join(self.screen.display)

    def feed(self, timeout: float = 0.2) -> bool:
        try:
            self.stream.feed(self.child.read_nonblocking(65_536, timeout=timeout))
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        return True

    def until(self, true, seconds: float = 60) -> str:
        end = time.monotonic() + seconds
        while not true(shown := self.shown()):
            assert time.monotonic() < end, shown
            self.feed()
        return shown

    def settle(self) -> None:
        """Read until nothing more comes: a key too early would answer what is not on the screen yet."""
        while self.feed(0.4):
            pass

    def press(self, key: str) -> None:
        self.child.send(key)


@pytest.mark.timeout(300)
def test_a_run_is_played_to_its_epilogue_by_keys_alone(tmp_path):
    player = Player(tmp_path)
    player.until(lambda shown: "Quick start" in shown and "Press Enter" in shown)
    player.press("s")
    player.until(lambda shown: "1  Take up" in shown)
    turns = 0
    while "The End" not in player.shown() and turns < 200:
        before = player.shown()
        player.press("1" if turns % 3 else "2")
        turns += 1
        player.until(lambda shown, before=before: shown != before and ("1  " in shown and "● file" in shown))
        player.settle()
    shown = player.until(lambda shown: "The End" in shown)
    assert "Back to the title" in shown
    player.press("\x11")
    player.child.expect(r"resume ([a-z]+-[a-z]+-\d{4})")
    run = player.child.match[1].decode()
    player.child.expect(pexpect.EOF)
    player.child.close()
    assert player.child.exitstatus == 0
    verified = pexpect.run(
        f"{sys.executable} -m pocket_portals verify {run}",
        env={**os.environ, "POCKET_PORTALS_HOME": str(tmp_path)},
    )
    assert b"holds" in verified
