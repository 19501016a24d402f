"""A world begun by the command holds, and can be played to its end at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pocket_portals.errors import WorldError
from pocket_portals.rules.hero import Calling
from pocket_portals.session.playtest import prove
from pocket_portals.worlds.check import Checker
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.loader import Pack, load
from pocket_portals.worlds.new import begin


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    folder = tmp_path / "salt-stair"
    begin(folder)
    return folder


def test_nothing_is_wrong_with_it_and_nothing_to_advise(begun: Path) -> None:
    report = Checker(Pack(begun)).run()
    assert [str(finding) for finding in (*report.errors, *report.warnings)] == []


def test_it_has_three_quests_and_all_six_callings(begun: Path) -> None:
    world = load(begun)
    assert len(world.quests) == 3
    assert {calling.calling for calling in world.callings} == set(Calling)


def test_every_run_ends_and_every_storylet_is_shown(begun: Path) -> None:
    world = load(begun)
    heard: list[int] = []
    tally = prove(world, 48, heard.append)
    assert heard == list(range(1, 49))
    assert sum(tally.endings.values()) == 48
    assert len(tally.endings) >= 2
    assert {s.id for s in world.storylets} <= set(tally.scenes)
    assert {calling for calling, _ in tally.fights} == set(Calling)


def test_it_takes_its_id_from_the_folder_and_its_title_from_that(begun: Path) -> None:
    world = WorldLibrary(begun.parent).get("salt-stair")
    assert (world.id, world.title) == ("salt-stair", "Salt Stair")
    assert "my-world" not in "".join(f.read_text(encoding="utf-8") for f in begun.iterdir())


@pytest.mark.parametrize("title", ["Bread: a 'Tale'", 'The "End" # not', "- [x] {y}", "true"])
def test_any_title_is_kept(tmp_path: Path, title: str) -> None:
    begin(tmp_path / "odd", title)
    assert load(tmp_path / "odd").title == title


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    kept = tmp_path / "mine" / "note.txt"
    kept.parent.mkdir()
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(WorldError, match="already"):
        begin(kept.parent)
    assert [(f.name, f.read_text(encoding="utf-8")) for f in kept.parent.iterdir()] == [("note.txt", "mine")]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    assert begin(tmp_path / "bare")


@pytest.mark.parametrize("name", ["My World", "under_score", "Ümlaut", "-dash"])
def test_a_name_that_is_no_id_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WorldError, match="name of a world"):
        begin(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "way").write_text("", encoding="utf-8")
    with pytest.raises(WorldError, match="can't be written"):
        begin(tmp_path / "way" / "world")


def test_the_template_is_no_world_of_the_library() -> None:
    assert not {"template", "pack", "my-world"} & set(WorldLibrary().folders())
