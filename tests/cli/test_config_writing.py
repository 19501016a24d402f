"""Settings that the game writes itself leave the rest of the file as it was."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.config import load
from pocket_portals.config_example import example
from pocket_portals.config_writing import changed, keep
from pocket_portals.errors import ConfigError
from pocket_portals.paths import Paths

MINE = """\
# mine
[story]
world = "last-relay"   # the best one

[screen]
  # I like it dark
theme = "midnight" # "#" is no comment in here
"""


def test_a_value_is_changed_and_every_comment_stays() -> None:
    text = changed(MINE, "screen", "theme", "daylight")
    assert text == MINE.replace('"midnight"', '"daylight"')


def test_a_new_key_goes_below_where_it_is_explained() -> None:
    lines = changed(example(), "screen", "pace", 0).splitlines()
    at = lines.index("pace = 0")
    assert lines[at - 1] == "# pace = 60"
    assert [line for line in lines if line != "pace = 0"] == example().splitlines()


def test_a_section_that_is_not_there_is_added() -> None:
    assert tomllib.loads(changed("[story]\nworld = 'x'\n", "screen", "motion", False)) == {
        "story": {"world": "x"},
        "screen": {"motion": False},
    }


def test_what_was_kept_is_read_again_and_is_private(tmp_path: Path) -> None:
    paths = Paths.of({"POCKET_PORTALS_HOME": str(tmp_path)})
    file = paths.config / "config.toml"
    keep(file, "screen", {"theme": "modern", "motion": False})
    screen = load(paths, {}).screen
    assert (screen.theme, screen.motion, screen.pace) == ("modern", False, 60)
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    keep(file, "screen", {"pace": 30})
    assert file.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("text", ['screen = { theme = "mono" }\n', 'screen.theme = "mono"\n'])
def test_a_file_written_in_another_way_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="can't change"):
        keep(file, "screen", {"theme": "modern"})
    assert file.read_text() == text


@given(value=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20))
def test_any_words_come_back_as_they_were(value: str) -> None:
    text = changed(changed(MINE, "screen", "theme", value), "screen", "theme", value)
    assert tomllib.loads(text)["screen"]["theme"] == value
    assert text.count("theme") == 1
