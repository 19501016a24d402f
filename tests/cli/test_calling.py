"""What the player is told to type works where it is typed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pocket_portals.cli.calling import as_called, command


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python in a folder of the project, which the shell does not find by its name."""
    program = tmp_path / "project" / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "argv", ["somewhere/pocket_portals/__main__.py"])
    monkeypatch.setenv("PATH", "/nowhere")
    return program


def test_where_it_runs_as_a_module_the_commands_name_that(python: Path) -> None:
    assert command() == ".venv/bin/python -m pocket_portals"
    assert as_called("Come back with: pocket-portals resume amber-fox-4821") == (
        "Come back with: .venv/bin/python -m pocket_portals resume amber-fox-4821"
    )
    said = "Keeper: `pocket-portals list` shows them; you say pocket-portals aloud."
    assert as_called(said) == (
        "Keeper: `.venv/bin/python -m pocket_portals list` shows them; you say pocket-portals aloud."
    )


def test_the_shorter_path_is_named(python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = tmp_path / "a" / "b" / "c" / "d" / "e" / "f" / "g" / "h" / "i"
    far.mkdir(parents=True)
    monkeypatch.chdir(far)
    near = "../../../../../../../../../project/.venv/bin/python"
    assert command() == f"{min(near, str(python), key=len)} -m pocket_portals"


def test_what_the_shell_finds_is_called_by_its_name(python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(python.parent))
    assert shutil.which("python") == str(python)
    assert command() == "python -m pocket_portals"


def test_the_command_itself_goes_by_its_name_where_it_is_found(
    python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = python.with_name("pocket-portals")
    script.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert command() == ".venv/bin/pocket-portals"
    monkeypatch.setenv("PATH", str(python.parent))
    assert command() == "pocket-portals"
    monkeypatch.setattr(sys, "argv", ["pytest"])
    assert command() == "pocket-portals"
