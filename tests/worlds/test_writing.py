"""The guide for writers is true: its tables are whole, its scene plays, and its way of publishing works."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from pocket_portals.rules.state import Verb
from pocket_portals.session.playtest import SensibleBot, play_run
from pocket_portals.worlds.check import Checker
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.loader import Pack
from pocket_portals.worlds.needs import Needs
from pocket_portals.worlds.new import begin
from pocket_portals.worlds.schema import WorldDef

GUIDE = Path(__file__).parents[2].joinpath("docs", "writing-a-world.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """The names in the first column of the table under this heading."""
    part = GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    firsts = re.findall(r"^\| (`[^|]*`) \|", part, re.MULTILINE)
    return [name for first in firsts for name in re.findall(r"`([^`]+)`", first)]


@pytest.mark.parametrize(("heading", "model"), [("Needs", Needs), ("Effects", Effects), ("Files", WorldDef)])
def test_each_table_names_every_field_and_no_other(
    heading: str, model: type[Needs | Effects | WorldDef]
) -> None:
    fields = [field.alias or name for name, field in model.model_fields.items()]
    assert sorted(rows(heading)) == sorted(fields)


def test_effects_are_listed_in_the_order_they_are_made() -> None:
    assert rows("Effects") == [field.alias or name for name, field in Effects.model_fields.items()]


def test_every_verb_is_named() -> None:
    part = GUIDE.split("\n## Choices and checks\n")[1].split("\n## ")[0]
    assert {v.value for v in Verb} <= set(re.findall(r"[a-z-]+", part))


def test_the_scene_of_the_first_ten_minutes_holds(tmp_path: Path) -> None:
    begin(tmp_path / "salt-stair")
    scene = re.search(r"```yaml\n(  - id: lost-glove.*?)```", GUIDE, re.DOTALL)
    assert scene
    with (tmp_path / "salt-stair" / "storylets.yaml").open("a", encoding="utf-8") as storylets:
        storylets.write(scene[1])
    checker = Checker(Pack(tmp_path / "salt-stair"))
    report = checker.run()
    assert (report.errors, report.warnings) == ((), ())
    assert "lost-glove" in checker.world.scene


async def test_a_world_from_an_installed_package_is_played_and_its_code_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "salt_stair_world"
    begin(package / "salt-stair")
    (package / "__init__.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    info = tmp_path / "salt_stair_world-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: salt-stair-world\nVersion: 1.0\n", encoding="utf-8"
    )
    entry = re.search(
        r"```toml\n.*?\[project\.entry-points\.\"(.+?)\"\]\n(.+?) = \"(.+?)\"", GUIDE, re.DOTALL
    )
    assert entry
    (info / "entry_points.txt").write_text(f"[{entry[1]}]\n{entry[2]} = {entry[3]}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    library = WorldLibrary()
    assert library.folders()["salt-stair"] == package / "salt-stair"
    record = await play_run(library.get("salt-stair"), "installed", SensibleBot("installed"))
    assert record.state.adventure_completed
    assert "salt_stair_world" not in sys.modules
