"""How the process ends: signals, closed pipes, stray bytes, and errors that nobody foresaw."""

from __future__ import annotations

import json
import logging
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pytest
from processes import Portals
from records import played

from pocket_portals import errors
from pocket_portals.cli.diagnostics import Exit, crashed, status_of
from pocket_portals.cli.game import Game
from pocket_portals.cli.logfile import log_to
from pocket_portals.cli.main import run
from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord

COMMAND = [sys.executable, "-m", "pocket_portals"]


# Exit statuses


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.PortalsError("x"), 1),
        (errors.Impossible("x"), 1),
        (errors.Conflict("x"), 1),
        (errors.ConfigError("x"), 2),
        (errors.WorldError("x"), 2),
        (errors.RunNotFound("x"), 3),
        (errors.RunUnreadable("x"), 3),
        (errors.SaveTooNew("x"), 3),
        (errors.StoreUnavailable("x"), 4),
        (errors.ModelUnavailable("x"), 4),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_failure_has_its_status(error: errors.PortalsError, status: int) -> None:
    assert status_of(error) == status


def test_a_disk_that_is_full_is_no_server_that_is_down() -> None:
    error = errors.StoreUnavailable("x")
    error.__cause__ = OSError(28, "No space left on device")
    assert status_of(error) is Exit.FAILED


# Signals


@pytest.fixture
def resumed(amber: RunRecord) -> Iterator[subprocess.Popen[str]]:
    """A plain game that has shown its scene and waits for a line."""
    with subprocess.Popen(
        [*COMMAND, "resume"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("3. "):
                break
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_signal_ends_the_game_in_order_and_loses_nothing(
    resumed: subprocess.Popen[str], saves: FileStore, amber: RunRecord, number: signal.Signals, status: int
) -> None:
    resumed.send_signal(number)
    out, err = resumed.communicate()
    assert (resumed.returncode, err.strip()) == (status, "")
    assert out.splitlines()[-1] == f"Saved {amber.run}"
    assert saves.load(amber.run) == amber


def test_an_interrupt_in_the_middle_of_a_turn_loses_nothing(
    resumed: subprocess.Popen[str], saves: FileStore, amber: RunRecord
) -> None:
    assert resumed.stdin is not None
    resumed.stdin.write("wait it out\n")  # the engine is being loaded now, for seconds
    resumed.stdin.flush()
    resumed.send_signal(signal.SIGINT)
    out, err = resumed.communicate()
    assert (resumed.returncode, err.strip()) == (130, "")
    assert out.splitlines()[-1] == f"Saved {amber.run}"
    assert saves.load(amber.run).turns[: amber.rev] == amber.turns


# Streams


def test_a_reader_that_goes_away_is_no_error(saves: FileStore) -> None:
    saves.save(played(3), "")
    with subprocess.Popen(
        [*COMMAND, "list", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 128 + signal.SIGPIPE


def test_a_reader_that_goes_away_in_the_middle_of_a_game_is_no_error(amber: RunRecord) -> None:
    with subprocess.Popen(
        [*COMMAND, "resume"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, err = process.communicate(b"/look\n/sheet\n")
        assert (process.returncode, err) == (128 + signal.SIGPIPE, b"")


def test_bytes_that_are_no_text_are_read_as_well_as_can_be(portals: Portals, amber: RunRecord) -> None:
    done = portals("resume", stdin="/\udcff\udcfe\udc80\n/sheet\n")
    assert done.status == 0
    assert "Sheet: Brenna" in done.out


def test_a_line_without_an_end_is_cut(portals: Portals, amber: RunRecord) -> None:
    done = portals("resume", stdin="/" + "x" * 200_000 + "\n/sheet\n")
    assert done.status == 0
    assert done.out.count("There is no command") == 1
    assert "Sheet: Brenna" in done.out


def test_a_terminal_that_knows_no_such_letters_gets_others(portals: Portals, amber: RunRecord) -> None:
    done = portals("show", "amber", env={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert done.status == 0
    assert "Brenna ?lafsd?ttir" in done.out


def test_what_a_save_says_is_never_a_command_to_the_terminal(portals: Portals, saves: FileStore) -> None:
    saves.save(played(4, words="[red]Fire[/red] [/] [link=x]y[/link] "), "")
    for command in (["list"], ["show", "amber"], ["export", "amber", "--format", "txt"]):
        done = portals(*command)
        assert done.status == 0
        assert "\x1b" not in done.out
    assert "[red]Fire[/red]" in portals("show", "amber").out


# A terminal


def terminal(*arguments: str, **variables: str) -> pexpect.spawn[str]:
    sizes = {"COLUMNS", "LINES"}  # which would win over the size of the terminal
    inherited = {k: v for k, v in os.environ.items() if k not in sizes}
    env = {**inherited, "TERM": "xterm-256color", **variables}
    return pexpect.spawn(
        sys.executable, ["-m", "pocket_portals", *arguments], env=env, encoding="utf-8", dimensions=(24, 60)
    )


def test_on_a_terminal_words_are_wrapped_and_a_sign_asks_for_the_next(amber: RunRecord) -> None:
    game = terminal("resume", "--plain")
    game.expect("> ")
    assert max(len(line) for line in game.before.splitlines()) <= 60
    assert "\x1b" not in game.before
    game.sendeof()
    game.expect(f"Saved {amber.run}")
    game.expect(pexpect.EOF)
    game.close()
    assert game.exitstatus == 0


def test_ctrl_c_on_a_terminal_is_status_130(amber: RunRecord) -> None:
    game = terminal("resume", "--plain")
    game.expect("> ")
    game.sendintr()
    game.expect(f"Saved {amber.run}")
    game.expect(pexpect.EOF)
    game.close()
    assert game.exitstatus == 130


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")
def test_ctrl_c_is_heard_between_the_prompt_and_the_reading(amber: RunRecord) -> None:
    held = "strace -f -qq -o /dev/null -e trace=write -e inject=write:delay_exit=300000 -P $(tty)"
    command = shlex.join([sys.executable, "-m", "pocket_portals", "resume", "--plain"])
    game = pexpect.spawn("/bin/sh", ["-c", f"exec {held} {command}"], encoding="utf-8", timeout=60)
    game.expect("\n> ")
    game.sendintr()  # the program stands still for a moment after each thing it wrote
    game.expect(f"Saved {amber.run}")
    game.expect(pexpect.EOF)
    game.close()
    assert game.exitstatus == 130


def test_a_dumb_terminal_is_spoken_to_plainly(amber: RunRecord) -> None:
    game = terminal("resume", TERM="dumb")
    game.expect("> ")
    assert "Narrator: Rain" in game.before
    game.sendline("/quit")
    game.expect(f"Saved {amber.run}")
    game.expect(pexpect.EOF)
    game.close()
    assert game.exitstatus == 0


def test_delete_asks_and_a_no_keeps_the_run(saves: FileStore, amber: RunRecord) -> None:
    asked = terminal("delete", "amber")
    asked.expect("Delete amber-fox-4821?")
    asked.sendline("n")
    asked.expect("Nothing was deleted")
    asked.expect(pexpect.EOF)
    assert saves.load(amber.run) == amber


def test_no_color_is_honoured_in_tables(amber: RunRecord) -> None:
    listed = terminal("list", NO_COLOR="1")
    listed.expect(pexpect.EOF)
    assert "amber-fox-4821" in listed.before
    assert "\x1b[3" not in listed.before


# Errors that nobody foresaw


@pytest.fixture
def root_logger() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def test_a_crash_is_one_line_and_a_report_without_values(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    root_logger: logging.Logger,
) -> None:
    def fall_over(*_: object) -> None:
        diary = "dear diary"
        raise KeyError(f"redis://me:hunter2@host {len(diary)}")

    monkeypatch.setattr("pocket_portals.wiring.open_store", fall_over)
    monkeypatch.setattr("pocket_portals.cli.main.end_on_signals", lambda: None)
    status = run(["list"], Game({**os.environ, "REDIS_URL": "redis://me:hunter2@host"}))
    (report,) = (home / "state" / "crashes").iterdir()
    out, err = capsys.readouterr()
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert str(report) in err
    text = report.read_text()
    assert "fall_over" in text
    assert "KeyError" in text
    assert "dear diary" not in text
    assert "hunter2" not in text + err
    assert report.stat().st_mode & 0o777 == 0o600
    log = (home / "log" / "pocket-portals.log").read_text()
    assert "fall_over" in log
    assert "hunter2" not in log


def test_a_crash_whose_report_can_t_be_written_is_told_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    status = crashed(ValueError("x"), tmp_path / "file" / "crashes", [], datetime(2026, 1, 1, tzinfo=UTC))
    assert status is Exit.FAILED
    assert "No report" in capsys.readouterr().err


def test_the_log_is_lines_of_json_without_secrets_for_the_player_alone(
    tmp_path: Path, root_logger: logging.Logger
) -> None:
    file = tmp_path / "log" / "portals.log"
    log_to(file, ["hunter2"])
    assert not file.exists()
    try:
        int("hunter2\nsays so")
    except ValueError:
        logging.getLogger("pocket_portals.saves").exception("it is %s", "hunter2")
    (line,) = file.read_text().splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["from"]) == ("error", "pocket_portals.saves")
    assert entry["message"] == "it is [hidden]"
    assert "says so" in entry["error"]
    assert "hunter2" not in line
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_log_that_can_t_be_written_stops_nothing(
    tmp_path: Path, root_logger: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    log_to(tmp_path / "file" / "portals.log", [])
    logging.getLogger("pocket_portals").error("lost")
    assert capfd.readouterr() == ("", "")
