"""Who may import whom, how big a module may be, and what no file may name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pocket_portals"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Third-party library -> the only places that may import it.
HOMES = {
    "crewai": ("flow/", "crew/"),
    "crewai_core": ("flow/", "crew/"),
    "textual": ("tui/",),
    "redis": ("saves/redis.py", "saves/redis_clients.py"),
    "click": ("cli/",),
    "fastapi": ("web/",),
    "starlette": ("web/",),
    "prometheus_client": ("web/",),
    "uvicorn": ("cli/serve.py", "web/connection.py"),
    "textual_serve": ("cli/visitors.py",),
    "aiohttp": ("cli/visitors.py",),
}
RULES_MAY_IMPORT = {"pydantic", "pocket_portals", *sys.stdlib_module_names}

# Written in parts, so that this file does not hold what it looks for.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "crates" + ".io", "ghcr" + ".io"]
PLACES = [r"/(?:home|Users)/[a-z]", r"/ro" + "ot/", r"/wo" + r"rk/", r"/t" + r"mp/\w", r"/op" + r"t/\w"]
FOREIGN = re.compile("|".join([*map(re.escape, HOSTS), *PLACES]))


def imported(module: Path) -> Iterator[str]:
    """The top-level names of everything a module imports, inside functions too."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name.partition(".")[0]
            case _:
                pass


def project_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    return [path for name in names if name and (path := ROOT / name).is_file()]


def test_the_import_contracts_hold() -> None:
    # In a process of its own: it disables every logger that is there before it.
    linter = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_only_where_it_lives(library: str) -> None:
    users = {str(m.relative_to(PACKAGE)) for m in MODULES if library in imported(m)}
    assert {user for user in users if not user.startswith(HOMES[library])} == set()


def test_the_rules_import_pydantic_and_the_standard_library_only() -> None:
    used = {name for module in (PACKAGE / "rules").rglob("*.py") for name in imported(module)}
    assert used <= RULES_MAY_IMPORT


def test_the_rules_use_no_clock_no_files_and_no_global_dice() -> None:
    used = {name for module in (PACKAGE / "rules").rglob("*.py") for name in imported(module)}
    assert not used & {"random", "secrets", "time", "os", "pathlib", "socket", "subprocess", "asyncio"}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PACKAGE)))
def test_no_module_is_longer_than_400_lines(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= 400


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"util", "utils", "helper", "helpers", "common", "misc", "tools"}
    assert [m for m in MODULES if m.stem in drawers] == []


def test_no_file_names_a_registry_or_a_place_of_one_machine() -> None:
    files = project_files()
    if not files:
        pytest.skip("not a git checkout")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in files
        if path.suffix not in {".png", ".gz", ".zip"}
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert found == []
