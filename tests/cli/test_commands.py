"""The commands, each in a process of its own: what stdout holds, what stderr says, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from processes import Portals
from records import play, played

from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord

FIELDS = (
    "id hero world quest phase turn revision health_current health_max completed closure "
    "played_at created_at where expires_at"
).split()


def one_line(text: str) -> bool:
    return text.startswith("pocket-portals: ") and text.count("\n") == 1 and len(text) > 30


# list and show


def test_list_prints_one_line_a_run_the_last_played_first(portals: Portals, saves: FileStore) -> None:
    saves.save(played(3, "amber-fox-4821"), "")
    saves.save(played(5, "grey-owl-0001"), "")
    done = portals("list")
    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines()] == ["RUN", "grey-owl-0001", "amber-fox-4821"]
    assert done.err == ""


def test_list_as_json_has_the_fields_that_programs_count_on(portals: Portals, amber: RunRecord) -> None:
    (run,) = json.loads(portals("list", "--json").out)
    assert list(run) == FIELDS
    assert (run["id"], run["where"], run["phase"], run["revision"]) == (amber.run, "file", "combat", 7)


def test_list_of_no_runs_is_words_on_stderr_and_empty_data(portals: Portals) -> None:
    done = portals("list")
    assert (done.status, done.out) == (0, "")
    assert "Start one with `" in done.err
    assert json.loads(portals("list", "--json").out) == []


def test_list_can_be_limited(portals: Portals, saves: FileStore) -> None:
    for number in range(4):
        saves.save(played(1, f"amber-fox-000{number}"), "")
    assert len(json.loads(portals("list", "--json", "--limit", "2").out)) == 2
    assert portals("list", "--limit", "0").status == 2


def test_show_tells_the_hero_the_turns_and_the_last_scene(portals: Portals, amber: RunRecord) -> None:
    done = portals("show", "amber")
    assert done.status == 0
    for words in (amber.run, "Brenna Ólafsdóttir", "storm lamp", "Narrator: Rain", "1. Ask about the lamp"):
        assert words in done.out


def test_show_as_json_holds_the_state(portals: Portals, amber: RunRecord) -> None:
    shown = json.loads(portals("show", amber.run, "--json").out)
    assert list(shown) == [*FIELDS, "state"]
    assert shown["state"]["combat_state"]["foes"][0]["name"] == "Grey wolf"


def test_show_lists_the_last_turns_or_all(portals: Portals, saves: FileStore) -> None:
    saves.save(played(20), "")
    assert "    3  turn 2" not in portals("show", "amber").out
    assert "    3  turn 2" in portals("show", "amber", "--all").out


# export and import


@pytest.mark.parametrize("form", ["md", "html", "txt"])
def test_a_story_is_exported_to_read(portals: Portals, amber: RunRecord, form: str) -> None:
    done = portals("export", "amber", "--format", form)
    assert (done.status, done.err) == (0, "")
    assert "Rain comes down on the Crossroads" in done.out


def test_what_is_exported_as_json_is_taken_in_elsewhere(
    portals: Portals, amber: RunRecord, tmp_path: Path
) -> None:
    file = tmp_path / "amber.json"
    assert portals("export", "amber", "-o", str(file)).status == 0
    elsewhere = {"POCKET_PORTALS_HOME": str(tmp_path / "elsewhere")}
    done = portals("import", str(file), env=elsewhere)
    assert done.status == 0
    assert amber.run in done.out
    assert portals("export", "amber", "--format", "json", env=elsewhere).out == file.read_text()


def test_a_run_goes_from_one_machine_to_another_by_a_pipe(
    portals: Portals, amber: RunRecord, tmp_path: Path
) -> None:
    save = portals("export", "amber", "--format", "json").out
    done = portals("import", "-", stdin=save, env={"POCKET_PORTALS_HOME": str(tmp_path / "elsewhere")})
    assert done.status == 0


def test_importing_what_is_here_already_changes_nothing(
    portals: Portals, amber: RunRecord, saves: FileStore, tmp_path: Path
) -> None:
    file = tmp_path / "amber.json"
    portals("export", "amber", "-o", str(file))
    assert portals("import", str(file)).status == 0
    later = play(amber, "go on")
    saves.save(later, amber.head)
    done = portals("import", str(file))
    assert done.status == 1
    assert one_line(done.err)
    assert saves.load(amber.run) == later


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"\0" * 100, b'{"fmt":99,"sha256":""}', b"\xff\xfe", b"[" * 10_000]
)
def test_what_is_no_save_is_one_line_and_status_3(
    portals: Portals, saves: FileStore, tmp_path: Path, damage: bytes
) -> None:
    file = tmp_path / "save.json"
    file.write_bytes(damage)
    done = portals("import", str(file))
    assert done.status == 3
    assert one_line(done.err)
    assert saves.summaries() == []


def test_an_edited_save_is_refused(portals: Portals, amber: RunRecord, tmp_path: Path) -> None:
    save = portals("export", "amber", "--format", "json").out
    done = portals("import", "-", stdin=save.replace("Rain", "Gold"))
    assert done.status == 3


@pytest.mark.parametrize("file", ["nowhere.json", "."])
def test_a_file_that_is_none_is_one_line_and_status_3(portals: Portals, tmp_path: Path, file: str) -> None:
    done = portals("import", str(tmp_path / file))
    assert done.status == 3
    assert one_line(done.err)


def test_an_export_writes_over_no_file_unless_told_to(
    portals: Portals, amber: RunRecord, tmp_path: Path
) -> None:
    file = tmp_path / "tale.md"
    file.write_text("mine")
    done = portals("export", "amber", "-o", str(file))
    assert (done.status, file.read_text()) == (2, "mine")
    assert "--force" in done.err
    assert portals("export", "amber", "-o", str(file), "--force").status == 0
    assert file.read_text().startswith("# ")


@pytest.mark.parametrize("target", ["/dev/full", "/nowhere/tale.md", "/"])
def test_an_export_that_can_t_be_written_is_one_line(portals: Portals, amber: RunRecord, target: str) -> None:
    done = portals("export", "amber", "--force", "-o", target)
    assert done.status == 1
    assert one_line(done.err)


# delete and verify


def test_delete_removes_a_run_when_it_is_sure(portals: Portals, amber: RunRecord, saves: FileStore) -> None:
    done = portals("delete", "amber")
    assert done.status == 2
    assert "--yes" in done.err
    assert len(saves.summaries()) == 1
    done = portals("delete", "amber", "--yes")
    assert (done.status, done.out) == (0, "Deleted amber-fox-4821\n")
    assert "restore amber-fox-4821` brings it back" in done.err
    assert saves.summaries() == []


def test_a_deleted_run_can_be_brought_back(portals: Portals, amber: RunRecord, saves: FileStore) -> None:
    assert "Nothing was deleted" in portals("restore").err
    portals("delete", "amber", "--yes")
    assert "amber-fox-4821" in portals("restore").out
    assert portals("restore", "grey").status == 3
    done = portals("restore", "amber")
    assert (done.status, done.out) == (0, "Restored amber-fox-4821\n")
    assert saves.load(amber.run) == amber
    assert "no deleted run" in portals("restore", "amber").err


def test_verify_says_which_runs_hold(portals: Portals, saves: FileStore) -> None:
    saves.save(played(3, "amber-fox-4821"), "")
    saves.save(played(3, "grey-owl-0001"), "")
    done = portals("verify")
    assert done.status == 0
    assert set(done.out.splitlines()) == {"amber-fox-4821 holds: 3 turns", "grey-owl-0001 holds: 3 turns"}


def test_verify_finds_a_turn_that_was_altered(portals: Portals, saves: FileStore) -> None:
    record = played(3)
    forged = record.turns[1].having(action="won the lottery")
    turns = (record.turns[0], forged, record.turns[2])
    saves.save(record.having(turns=turns), "")
    done = portals("verify", "amber")
    assert done.status == 3
    assert "turn 1 was altered" in done.err


# worlds, config, completion, doctor


def test_config_init_writes_a_private_file_once(portals: Portals, home: Path) -> None:
    done = portals("config", "init")
    file = Path(done.out.strip())
    assert (done.status, file) == (0, home / "config" / "config.toml")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("[screen]\npace = 5\n")
    assert portals("config", "init").status == 2
    assert file.read_text() == "[screen]\npace = 5\n"


def test_config_show_says_where_each_value_was_set_and_hides_secrets(portals: Portals) -> None:
    done = portals("config", "show", env={"REDIS_URL": "redis://me:hunter2@host", "POCKET_PORTALS_PACE": "0"})
    assert done.status == 0
    assert "hunter2" not in done.out + done.err
    lines = {line.split()[0]: line.split()[1:] for line in done.out.splitlines()}
    assert lines["storage.redis_url"] == ["hidden", "REDIS_URL"]
    assert lines["screen.pace"] == ["0", "POCKET_PORTALS_PACE"]
    assert lines["story.world"] == ["ember-road", "default"]


def test_config_path_prints_where_things_are(portals: Portals, home: Path) -> None:
    out = portals("config", "path").out
    assert {line.split()[0] for line in out.splitlines()} == {"config", "saves", "worlds", "crashes", "log"}
    assert all(str(home) in line for line in out.splitlines())


@pytest.mark.parametrize("command", ["play", "list", "resume", "doctor"])
def test_a_broken_configuration_is_one_line_that_names_the_file(
    portals: Portals, home: Path, command: str
) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[screen]\npaec = 3\n")
    done = portals(command)
    said = done.out + done.err
    assert done.status == (1 if command == "doctor" else 2)
    assert f"{file}, line 2" in said
    assert "Did you mean pace?" in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(portals: Portals, shell: str) -> None:
    done = portals("completion", shell)
    assert done.status == 0
    assert f"{shell}_complete" in done.out


def test_the_shell_completes_ids(portals: Portals, amber: RunRecord) -> None:
    asked = {
        "_POCKET_PORTALS_COMPLETE": "bash_complete",
        "COMP_WORDS": "pocket-portals show a",
        "COMP_CWORD": "2",
    }
    assert portals(env=asked).out == "plain,amber-fox-4821\n"


def test_doctor_shows_no_password_of_a_redis_that_is_down(portals: Portals) -> None:
    done = portals("doctor", env={"REDIS_URL": "redis://me:hunter2@127.0.0.1:1/0"})
    assert done.status == 1
    assert "hunter2" not in done.out + done.err
    assert [line for line in done.out.splitlines() if line.startswith("wrong")] != []


def test_doctor_names_a_variable_that_means_nothing(portals: Portals) -> None:
    assert "Did you mean POCKET_PORTALS_PACE?" in portals("doctor", env={"POCKET_PORTALS_PAEC": "1"}).out


def test_on_a_narrow_terminal_a_run_takes_two_lines_and_nothing_is_cut_off(
    here: Portals, amber: RunRecord, saves: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocket_portals.cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    lines = here("list").out.splitlines()
    state = amber.state
    health = f"health {state.health_current} of {state.health_max}"
    assert lines[0] == f"amber-fox-4821  {state.hero_name}, turn {state.adventure_turn}, {health}, combat"
    assert lines[1].startswith("    The lamp that would not go out; played 2025-11-01 ")
    assert lines[1].endswith("; file")
    assert all("…" not in line and len(line) <= 80 for line in lines)
    monkeypatch.setenv("COLUMNS", "160")
    assert "STANDS AT" in here("list").out
