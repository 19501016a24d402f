"""What is shipped, and what is installed with it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(name: str) -> dict[str, str]:
    """Distribution -> the version that a requirements file pins."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_what_the_project_asks_for_is_locked(lock: str) -> None:
    wanted = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
    if lock == "dev.txt":
        wanted += [Requirement(line) for line in PROJECT["dependency-groups"]["dev"]]
    pinned = locked(lock)
    assert [str(w) for w in wanted if pinned.get(w.name.lower(), "none") not in w.specifier] == []


def test_the_game_plays_on_what_it_is_tested_with() -> None:
    assert locked("run.txt").items() <= locked("dev.txt").items()


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    pins = re.findall(r"^\S.*(?:\n {4}.*)*", text, re.MULTILINE)
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    assert "://" not in text
    assert "--index" not in text


def test_a_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "pocket_portals").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= shipped
    assert {suffix for name in ours if (suffix := Path(name).suffix)} >= {".py", ".yaml", ".tcss"}


def test_the_redis_of_docker_compose_keeps_its_data_and_to_itself() -> None:
    redis = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]["redis"]
    assert redis["command"][1:3] == ["--appendonly", "yes"]
    assert [volume.rpartition(":")[2] for volume in redis["volumes"]] == ["/data"]
    assert all(port.startswith("127.0.0.1:") for port in redis["ports"])
    assert redis["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]
