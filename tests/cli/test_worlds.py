"""The commands for writers: begin a world, check it, list it, play it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from processes import Portals

from pocket_portals.rules.hero import Calling


@pytest.fixture
def own(here: Portals, home: Path) -> Path:
    """A world begun in the player's directory."""
    folder = home / "data" / "worlds" / "salt-stair"
    assert here("worlds", "new", str(folder), "--title", "The Salt Stair").status == 0
    return folder


def break_(folder: Path) -> None:
    storylets = folder / "storylets.yaml"
    text = storylets.read_text(encoding="utf-8")
    storylets.write_text(text.replace("place: quay\n", "place: nowhere\n", 1), encoding="utf-8")


def test_new_prints_the_files_and_says_what_to_do_next(here: Portals, tmp_path: Path) -> None:
    done = here("worlds", "new", str(tmp_path / "salt-stair"))
    assert done.status == 0
    files = [Path(line) for line in done.out.splitlines()]
    assert files
    assert all(file.is_file() for file in files)
    assert "worlds check" in done.err
    assert str(Path("data") / "worlds") in done.err


def test_new_refuses_to_overwrite(here: Portals, own: Path) -> None:
    before = {f.name: f.read_bytes() for f in own.iterdir()}
    done = here("worlds", "new", str(own))
    assert done.status == 2
    assert "already" in done.err
    assert {f.name: f.read_bytes() for f in own.iterdir()} == before


def test_a_world_begun_in_its_place_is_listed(here: Portals, own: Path) -> None:
    assert any(line.split()[0] == "salt-stair" for line in here("worlds", "list").out.splitlines())


def test_a_world_begun_in_its_place_is_played(portals: Portals, own: Path) -> None:
    done = portals("play", "--world", "salt-stair", "--seed", "one", "--plain", stdin="1\n1\n")
    assert done.status == 0
    assert "Nan Tolliver" in done.out


def test_check_plays_and_prints_what_the_runs_add_up_to(here: Portals, own: Path) -> None:
    done = here("worlds", "check", str(own), "--runs", "12")
    assert done.status == 0
    for words in ("salt-stair holds", "runs 12", "endings", "scenes repeated", "storylets never shown"):
        assert words in done.out
    assert any(str(calling) in done.out for calling in Calling)
    assert done.err == ""


def test_check_of_no_runs_only_reads(here: Portals, own: Path) -> None:
    done = here("worlds", "check", str(own), "--runs", "0")
    assert (done.status, done.out) == (0, "salt-stair holds; 0 warnings\n")


def test_check_is_the_same_each_time(here: Portals, own: Path) -> None:
    first = here("worlds", "check", str(own), "--runs", "8")
    assert here("worlds", "check", str(own), "--runs", "8").out == first.out


def test_an_error_is_a_line_with_file_and_mend_and_status_1(here: Portals, own: Path) -> None:
    break_(own)
    done = here("worlds", "check", str(own))
    assert done.status == 1
    assert "error    storylets.yaml:5: rope-breathes: there is no place `nowhere` → one of:" in done.out
    assert "runs" not in done.out


def test_a_warning_alone_is_status_0(here: Portals, own: Path) -> None:
    storylets = own / "storylets.yaml"
    text = storylets.read_text(encoding="utf-8")
    storylets.write_text(text.replace("Low water has", "Suddenly low water has", 1), encoding="utf-8")
    done = here("worlds", "check", str(own), "--runs", "0")
    assert done.status == 0
    assert "warning  storylets.yaml:" in done.out
    assert "salt-stair holds; 1 warning\n" in done.out


def test_a_pack_that_does_not_load_is_status_1(here: Portals, own: Path) -> None:
    (own / "world.yaml").write_text("id: [\n", encoding="utf-8")
    done = here("worlds", "check", str(own))
    assert done.status == 1
    assert "error    world.yaml:" in done.out


def test_progress_is_shown_to_a_terminal(here: Portals, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda self: True, raising=False)
    done = here("worlds", "check", str(own), "--runs", "3")
    assert "3 of 3 runs" in done.err
    assert "3 of 3 runs" not in done.out


def test_a_negative_number_of_runs_is_wrong_usage(here: Portals, own: Path) -> None:
    assert here("worlds", "check", str(own), "--runs", "-1").status == 2
