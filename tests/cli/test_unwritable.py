"""The game where nothing can be written: it is played all the same, and what was played is not lost."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Portals, portals_at


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


def test_a_run_that_goes_on_where_it_was_copied_from_can_be_taken_in_again(
    portals: Portals, tmp_path: Path
) -> None:
    portals("play", "--plain", stdin="1\n")
    run = portals("list").out.splitlines()[1].split()[0]
    other = portals_at(tmp_path / "other")
    assert portals("export", run, "-o", str(tmp_path / "run.json")).status == 0
    assert other("import", str(tmp_path / "run.json")).status == 0
    assert other("resume", run, stdin="1\n1\n").status == 0
    assert other("export", run, "-o", str(tmp_path / "further.json")).status == 0
    assert portals("import", str(tmp_path / "further.json")).status == 0
    assert "4 turns" in portals("verify").out
    earlier = portals("import", str(tmp_path / "run.json"))
    assert (earlier.status, "nothing was overwritten" in earlier.err) == (1, True)
