"""The game where nothing can be written: it is played all the same, and what was played is not lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pyte
import pytest
from processes import Portals, portals_at
from records import play

from pocket_portals.saves import codec
from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A home on a disk that takes nothing."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_story_is_played_said_to_be_unsaved_and_taken_in_later(
    read_only: Path, portals: Portals, tmp_path: Path
) -> None:
    environment = {"TMPDIR": str(tmp_path)}
    played = portals_at(read_only)("play", "--plain", stdin="1\n1\n/save\n", env=environment)
    assert played.status == 0, played.err
    assert played.out.count("Not saved! The disk with the saves is read-only.") == 4
    assert "Every turn is saved" not in played.out
    assert played.out.splitlines()[-1].startswith("Not saved: ")
    copy = re.search(r"pocket-portals import (\S+)`", played.err)
    assert copy
    assert re.fullmatch(r"Imported .*\n", portals("import", copy[1]).out)
    assert portals("verify").out.endswith("holds: 3 turns\n")
    assert portals("resume", stdin="/quit\n").status == 0


def test_the_title_says_why_no_run_is_shown_and_begins_one(home: Path, portals: Portals) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "saves").write_text("no folder")
    played = portals("--plain", stdin="1\n/quit\n", env={"TMPDIR": str(home)})
    assert played.status == 0, played.err
    assert "Keeper: The saves can't be reached" in played.out
    assert "Narrator: " in played.out


def test_a_run_that_went_on_elsewhere_can_be_taken_in_again(
    here: Portals, amber: RunRecord, saves: FileStore, tmp_path: Path
) -> None:
    further, file = play(amber), tmp_path / "run.json"
    file.write_bytes(codec.encode(further))
    assert here("import", str(file)).status == 0
    assert saves.load(amber.run) == further
    file.write_bytes(codec.encode(play(amber, "another way")))
    refused = here("import", str(file))
    assert (refused.status, "nothing was overwritten" in refused.err) == (1, True)
    assert saves.load(amber.run) == further


def test_the_full_screen_keeps_its_warning_until_all_is_saved(read_only: Path, tmp_path: Path) -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "pocket_portals", "play", "--seed", "x"],
        env={
            **os.environ,
            "TERM": "xterm-256color",
            "POCKET_PORTALS_HOME": str(read_only),
            "POCKET_PORTALS_PACE": "0",
            "TMPDIR": str(tmp_path),
        },
        dimensions=(30, 100),
    )
    screen = pyte.Screen(100, 30)
    stream = pyte.ByteStream(screen)

    def until(words: str) -> None:
        end = time.monotonic() + 45
        while words not in (shown := "\n".join(screen.display)):
            assert time.monotonic() < end, shown
            try:
                stream.feed(child.read_nonblocking(65_536, timeout=0.2))
            except pexpect.TIMEOUT:
                continue

    until("▲ Not saved! The disk with the saves is read-only.")
    subprocess.run(["mount", "-o", "remount,rw", str(read_only)], check=True)
    until("● file")
    assert list((read_only / "data" / "saves").glob("*/state.json"))
    child.sendcontrol("c")
    assert re.search(rb"Come back with: \S+ -m pocket_portals resume ", child.read())
    child.close()
