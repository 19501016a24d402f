"""What the command refuses: one line that says what and what to do, the right status, nothing changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from processes import Portals
from records import played

from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord


def one_line(text: str) -> bool:
    return text.startswith("pocket-portals: ") and text.count("\n") == 1 and len(text) > 30


# Ids


@pytest.mark.parametrize(
    "ident",
    [
        "nobody",
        "../../etc/passwd",
        "/etc",
        "CON",
        "a" * 5_000,
        "💀",
        "Ämber",
        "amber fox",
        "-",
        "--",
        "*",
    ],
)
@pytest.mark.parametrize("command", ["show", "export", "resume", "delete", "verify"])
def test_an_id_that_is_none_is_one_line_and_status_3(
    here: Portals, amber: RunRecord, saves: FileStore, command: str, ident: str
) -> None:
    done = here(command, *(["--yes"] if command == "delete" else []), "--", ident)
    assert (done.status, done.out) == (3, "")
    assert one_line(done.err)
    assert saves.load(amber.run) == amber


@pytest.mark.parametrize("command", ["show", "export", "delete"])
def test_no_name_at_all_is_never_taken_for_the_latest_run(
    here: Portals, amber: RunRecord, saves: FileStore, command: str
) -> None:
    done = here(command, *(["--yes"] if command == "delete" else []), "")
    assert (done.status, done.out) == (3, "")
    assert saves.load(amber.run) == amber


def test_a_prefix_names_a_run_only_when_no_other_has_it(here: Portals, saves: FileStore) -> None:
    saves.save(played(2, "amber-fox-4821"), "")
    saves.save(played(2, "amber-owl-0007"), "")
    assert here("show", "amber-f").status == 0
    done = here("show", "amber")
    assert done.status == 3
    assert "amber-fox-4821" in done.err
    assert "amber-owl-0007" in done.err


def test_a_mistyped_id_names_the_nearest(here: Portals, amber: RunRecord) -> None:
    assert "Did you mean amber-fox-4821?" in here("show", "amber-fix-4821").err


# Wrong usage and failures


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["plya"], "Did you mean 'play'?"),
        (["play", "--wrld", "x"], "--world"),
        (["play", "--length", "epic"], "standard"),
        (["show"], "RUN"),
        (["export", "amber", "--format", "pdf"], "html"),
        (["resume", "--turn", "-1"], "--turn"),
        (["completion", "csh"], "fish"),
        (["worlds", "check", "/nowhere"], "/nowhere"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(here: Portals, words: list[str], hint: str) -> None:
    done = here(*words)
    assert (done.status, done.out) == (2, "")
    assert one_line(done.err)
    assert hint in done.err


def test_an_unknown_world_is_one_line_that_names_those_there_are(here: Portals, saves: FileStore) -> None:
    done = here("play", "--plain", "--world", "ember-raod")
    assert done.status == 2
    assert one_line(done.err)
    assert "ember-road" in done.err
    assert saves.summaries() == []


@pytest.mark.parametrize("command", ["list", "show", "resume", "verify"])
def test_a_redis_that_is_down_is_one_line_and_status_4(here: Portals, command: str) -> None:
    words = [command, "amber"] if command == "show" else [command]
    done = here(*words, env={"REDIS_URL": "redis://me:hunter2@127.0.0.1:1/0"})
    assert (done.status, done.out) == (4, "")
    assert one_line(done.err)
    assert "hunter2" not in done.err


@pytest.mark.parametrize("url", ["redis://[bad", "http://host", "redis://host:port/0", "nonsense"])
def test_an_address_that_is_none_is_wrong_configuration(here: Portals, url: str) -> None:
    done = here("list", env={"REDIS_URL": url})
    assert done.status == 2
    assert one_line(done.err)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_can_t_be_read_is_one_line_and_status_1(here: Portals, saves: FileStore) -> None:
    saves.root.mkdir(parents=True)
    saves.root.chmod(0o000)
    try:
        done = here("list")
    finally:
        saves.root.chmod(0o700)
    assert done.status == 1
    assert one_line(done.err)


def test_a_file_where_the_saves_should_be_is_one_line_and_status_1(here: Portals, saves: FileStore) -> None:
    saves.root.parent.mkdir(parents=True)
    saves.root.write_text("in the way")
    done = here("list")
    assert done.status == 1
    assert one_line(done.err)
    assert saves.root.read_text() == "in the way"


def test_a_home_that_can_t_be_made_is_told_with_the_first_scene(portals: Portals, tmp_path: Path) -> None:
    done = portals("play", "--plain", env={"POCKET_PORTALS_HOME": "/proc/nowhere", "TMPDIR": str(tmp_path)})
    assert done.status == 0
    assert "Keeper: Not saved! The saves can't be reached" in done.out
    assert one_line(done.err)
    assert str(next(tmp_path.rglob("*.json"))) in done.err


def test_redis_without_an_address_is_wrong_configuration(here: Portals) -> None:
    done = here("list", env={"SESSION_BACKEND": "redis"})
    assert done.status == 2
    assert "REDIS_URL" in done.err


def test_the_crew_that_is_not_there_is_a_model_that_is_down(here: Portals) -> None:
    assert here("play", "--plain", "--storyteller", "crew").status == 4
