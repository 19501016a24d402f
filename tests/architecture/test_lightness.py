"""What is not needed is not imported, proven in processes of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("crewai", "textual", "lancedb", "chromadb", "openai", "opentelemetry", "fastapi")

RUN_COMMAND = """
import runpy, sys
sys.argv = ["pocket-portals", *{arguments!r}]
try:
    runpy.run_module("pocket_portals", run_name="__main__", alter_sys=True)
except SystemExit as end:
    status = end.code or 0
print("\\x00status", status, *sorted(m for m in {heavy!r} if m in sys.modules))
"""

IMPORT_ALL = """
import importlib, pkgutil, sys
for name in {packages!r}:
    package = importlib.import_module("pocket_portals." + name)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
print(*sorted(m for m in {heavy!r} if m in sys.modules))
"""


def python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["play", "--help"], 0),
        (["list"], 0),
        (["list", "--json"], 0),
        (["show", "amber-fox-4821"], 3),
        (["worlds", "list"], 0),
    ],
)
def test_a_command_that_plays_nothing_imports_nothing_heavy(arguments: list[str], status: int) -> None:
    out = python(RUN_COMMAND.format(arguments=arguments, heavy=HEAVY))
    assert out.rpartition("\0")[2].split() == ["status", str(status)]


@pytest.mark.parametrize("packages", [["rules"], ["worlds", "story", "session"], ["plain"]])
def test_the_game_itself_imports_nothing_heavy(packages: list[str]) -> None:
    assert python(IMPORT_ALL.format(packages=packages, heavy=HEAVY)).split() == []


def test_the_engine_can_be_built_without_crewai() -> None:
    program = "import sys, pocket_portals.flow.engine; print('crewai' in sys.modules)"
    assert python(program).strip() == "False"


@pytest.mark.parametrize("packages", [["tui"], ["saves"]])
def test_the_screen_and_the_stores_import_no_crewai(packages: list[str]) -> None:
    assert "crewai" not in python(IMPORT_ALL.format(packages=packages, heavy=HEAVY)).split()


def test_the_rules_import_nothing_of_the_libraries_but_pydantic() -> None:
    program = """
import sys
before = set(sys.modules)
import pydantic
with_pydantic = set(sys.modules)
import importlib, pkgutil, pocket_portals.rules as rules
for module in pkgutil.walk_packages(rules.__path__, "pocket_portals.rules."):
    importlib.import_module(module.name)
new = {m.partition(".")[0] for m in set(sys.modules) - with_pydantic}
print(*sorted(n for n in new if n not in sys.stdlib_module_names and not n.startswith(("pocket", "_"))))
"""
    assert set(python(program).split()) <= {
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "typing_extensions",
    }
