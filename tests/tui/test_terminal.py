"""The real program in a real terminal: signals, colour, what is left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pexpect
import pyte
import pytest

HERE = Path(__file__).parent
PROGRAM = """
import sys
sys.path[:0] = [{here!r}, {root!r}]
from fakes import NEW, make
app = make(NEW if sys.argv[1:] == ["new"] else None, motion=True)
status = app.run()
try:
    print(app.goodbye, flush=True)
except OSError:
    sys.stdout = None
sys.exit(status)
"""


class Terminal:
    """A child on a pty, and the screen that a terminal would show."""

    def __init__(self, *args: str, size: tuple[int, int] = (24, 80), **env: str) -> None:
        program = PROGRAM.format(here=str(HERE), root=str(HERE.parent.parent))
        self.child = pexpect.spawn(
            sys.executable,
            ["-c", program, *args],
            dimensions=size,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env},
            timeout=30,
        )
        self.screen = pyte.Screen(size[1], size[0])
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""

    def until(self, words: str) -> str:
        end = time.monotonic() + 30
        while words not in (shown := "\n".join(self.screen.display)):
            if time.monotonic() > end:
                raise AssertionError(f"no {words!r} in\n{shown}")
            self.feed()
        return shown

    def feed(self) -> None:
        try:
            data = self.child.read_nonblocking(65_536, timeout=0.2)
        except pexpect.TIMEOUT:
            return
        self.raw += data
        self.stream.feed(data)

    def gone(self) -> int:
        while True:
            try:
                self.raw += self.child.read_nonblocking(65_536, timeout=10)
            except pexpect.EOF:
                break
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus

    def assert_restored(self) -> None:
        assert self.raw.rfind(b"\x1b[?1049l") > self.raw.rfind(b"\x1b[?1049h")
        assert self.raw.rfind(b"\x1b[?25h") > self.raw.rfind(b"\x1b[?25l")
        assert self.raw.rfind(b"\x1b[?1000l") > self.raw.rfind(b"\x1b[?1000h")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_tidily_with_its_number(number):
    terminal = Terminal("new")
    terminal.until("Who's asking?")
    os.kill(terminal.child.pid, number)
    assert terminal.gone() == 128 + number
    terminal.assert_restored()


def test_ctrl_c_leaves_at_once_and_says_how_to_come_back():
    terminal = Terminal("new")
    terminal.until("Who's asking?")
    terminal.child.send("\x03")
    assert terminal.gone() == 130
    terminal.assert_restored()
    assert b"in memory only" in terminal.raw


def test_a_closed_terminal_ends_the_game():
    terminal = Terminal("new")
    terminal.until("Who's asking?")
    terminal.child.ptyproc.fileobj.close()
    terminal.child.closed = True
    assert terminal.child.wait() == 128 + signal.SIGHUP


def test_going_on_without_having_been_stopped_begins_nothing_anew():
    terminal = Terminal("new")  # a terminal that hangs up sends this: nobody may wait for its keys then
    terminal.until("Who's asking?")
    os.kill(terminal.child.pid, signal.SIGCONT)
    terminal.feed()
    os.kill(terminal.child.pid, signal.SIGTERM)
    assert terminal.gone() == 128 + signal.SIGTERM
    assert terminal.raw.count(b"\x1b[?1049h") == 1


def test_stopped_and_going_on_the_screen_is_there_again():
    terminal = Terminal("new")
    terminal.until("Who's asking?")
    os.kill(terminal.child.pid, signal.SIGTSTP)
    assert os.WIFSTOPPED(os.waitpid(terminal.child.pid, os.WUNTRACED)[1])
    os.kill(terminal.child.pid, signal.SIGCONT)
    while terminal.raw.count(b"\x1b[?1049h") < 2:
        terminal.feed()
    terminal.child.send("\x03")
    assert terminal.gone() == 130
    terminal.assert_restored()


async def test_the_first_reason_to_leave_is_the_one_that_counts(play):
    async with play() as pilot:
        pilot.app.leave(130)
        pilot.app.leave(129)
    assert pilot.app.return_code == 130


def test_no_colour_means_no_colour():
    terminal = Terminal("new", NO_COLOR="1")
    terminal.until("Who's asking?")
    terminal.child.send("\x03")
    terminal.gone()
    assert b"[38;" not in terminal.raw
    assert b";38;2;" not in terminal.raw
    assert b"48;2;" not in terminal.raw


def test_sixteen_colours_are_enough():
    terminal = Terminal("new", COLORTERM="", TERM="xterm", TEXTUAL_COLOR_SYSTEM="standard")
    terminal.until("Who's asking?")
    assert b"38;2;" not in terminal.raw
    line = next(y for y, row in enumerate(terminal.screen.display) if "Who's asking?" in row)
    cells = [terminal.screen.buffer[line][x] for x in range(10, 30)]
    assert all(cell.fg != cell.bg for cell in cells if cell.data != " ")
    terminal.child.send("\x03")
    terminal.gone()


def test_the_title_is_seen_and_left_with_q():
    terminal = Terminal()
    terminal.until("P O C K E T   P O R T A L S")
    terminal.until("New story")
    terminal.child.send("q")
    assert terminal.gone() == 0
    terminal.assert_restored()
