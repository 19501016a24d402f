"""Packs from elsewhere: found, refused with file and line, and never more than data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pocket_portals.errors import WorldError
from pocket_portals.worlds.check import check
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.loader import PackError, load
from pocket_portals.worlds.needs import Needs, counts

SHIPPED = WorldLibrary().folders()["ember-road"]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A player's own world, copied from the shipped one."""
    folder = tmp_path / "worlds" / "my-road"
    shutil.copytree(SHIPPED, folder)
    world = folder / "world.yaml"
    world.write_text(
        world.read_text(encoding="utf-8").replace("id: ember-road", "id: my-road", 1), encoding="utf-8"
    )
    return folder


def test_a_world_in_the_players_directory_is_found_and_loads(pack: Path) -> None:
    library = WorldLibrary(pack.parent)
    assert library.ids()[0] == "ember-road"
    assert library.get("my-road").id == "my-road"


def test_a_players_world_can_not_take_the_place_of_a_shipped_one(pack: Path) -> None:
    pack.rename(pack.parent / "ember_road")
    assert WorldLibrary(pack.parent).folders()["ember-road"] == SHIPPED


def test_a_wrong_key_is_named_with_file_and_line(pack: Path) -> None:
    things = pack / "things.yaml"
    things.write_text(
        things.read_text(encoding="utf-8") + "\n- id: odd-thing\n  nmae: odd\n", encoding="utf-8"
    )
    last = things.read_text(encoding="utf-8").count("\n")
    with pytest.raises(PackError) as refused:
        load(pack)
    places = {(f.file, f.line) for f in refused.value.findings}
    assert {file for file, _ in places} == {"things.yaml"}
    assert all(last - 2 <= line <= last for _, line in places)


def test_broken_yaml_is_one_finding_with_its_line(pack: Path) -> None:
    (pack / "things.yaml").write_text("things:\n  - id: [unclosed\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"things\.yaml:\d"):
        load(pack)


def test_a_name_that_dangles_is_found(pack: Path) -> None:
    extra = pack / "storylets" / "extra.yaml"
    extra.write_text(
        "storylets:\n"
        "  - id: extra-scene\n"
        "    place: nowhere-at-all\n"
        "    text: A door stands in the road and {stranger} leans on it.\n"
        "    choices:\n"
        "      - {say: Open the door, verb: force, text: It opens., do: {item: no-such-thing}}\n"
        "      - {say: Knock on the door, verb: use, text: Nobody.}\n"
        "      - {say: Walk round the door, verb: move, text: Round you go., do: {scene: no-such-scene}}\n",
        encoding="utf-8",
    )
    found = [str(f) for f in check(pack) if "extra-scene" in f.what]
    for name in ("nowhere-at-all", "stranger", "no-such-thing", "no-such-scene"):
        assert any(name in line and "extra.yaml:2" in line for line in found), (name, found)


@pytest.mark.parametrize(
    "evil",
    [
        "things: !!python/object/apply:os.system ['true']",
        "things: !!python/name:os.system",
        "a: &a [x, x]\nb: &b [*a, *a]\n? !!python/tuple [1]\n: 2",
    ],
)
def test_a_pack_can_not_run_code(pack: Path, evil: str) -> None:
    (pack / "evil.yaml").write_text(evil, encoding="utf-8")
    with pytest.raises(WorldError):
        load(pack)


def test_a_pack_can_not_reach_out_of_its_folder(pack: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("title: stolen\n", encoding="utf-8")
    (pack / "link.yaml").symlink_to(secret)
    with pytest.raises(WorldError):
        load(pack)


def test_control_sequences_in_a_pack_are_neutralised(pack: Path) -> None:
    names = pack / "grammar.yaml"
    names.write_text("grammar:\n  weather: ['rain\u202e \u200bagain']\n", encoding="utf-8")
    assert load(pack).grammar["weather"] == ("rain again",)


def test_an_empty_folder_is_no_world(tmp_path: Path) -> None:
    with pytest.raises(WorldError):
        load(tmp_path)


@pytest.mark.parametrize(
    ("test", "value", "holds"),
    [
        (2, 2, True),
        (2, 1, False),
        (0, 0, True),
        (0, 1, False),
        ("<3", 2, True),
        ("=1", 2, False),
        (True, 1, True),
    ],
)
def test_counts(test: object, value: int, holds: bool) -> None:
    needs = Needs.model_validate({"gold": test})
    assert needs.gold is not None
    assert counts(needs.gold, value) is holds
