"""What the screen costs while one plays: key to paint, bytes, memory; over a pty."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import measure
import pexpect
import pyte

TITLE = "The screen, 80x24 over a pty"
KEYS = 120
TURNS = 25
LONG = (100, 1_500, 5_000)  # by the second, Textual's caches are full
MEMORY = """
import asyncio, gc, random, sys, tracemalloc
sys.path[:0] = [{tui!r}, {root!r}]
from driving import game, settled
from fakes import NEW, make
from pocket_portals.tui import ink
from pocket_portals.rules.state import Speech, Voice

pick = random.Random("words")
WORDS = ["".join(pick.choices("etaoinshrdlu", k=pick.randint(2, 8))) for _ in range(2_000)]

async def main(turns):
    app = make(NEW)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        page = game(pilot).query_one("Transcript")
        tracemalloc.start()
        for n in range(turns):
            said = Speech(voice=Voice.NARRATOR, text=" ".join(pick.choices(WORDS, k=100)))
            page.live([ink.deed(f"deed {{n}}"), *ink.speech(said)])
            page.begin()
            if n % 50 == 0:
                await pilot.pause()
        await pilot.pause(0.5)
        gc.collect()
        print(tracemalloc.get_traced_memory()[0])

asyncio.run(main(int(sys.argv[1])))
"""


class Terminal:
    """The program on a pty, and a count of what it sends."""

    def __init__(self, *arguments: str, pace: int = 0) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = 0
        environment = {**os.environ, "TERM": "xterm-256color", "POCKET_PORTALS_PACE": str(pace)}
        self.child = pexpect.spawn(
            sys.executable, list(arguments), dimensions=(24, 80), timeout=60, env=environment
        )

    def until(self, words: str) -> float:
        """Milliseconds until what shows these words on the screen has come."""
        came = began = time.perf_counter()
        while words not in "\n".join(self.screen.display):
            data = self.child.read_nonblocking(65536, timeout=60)
            came = time.perf_counter()  # what reading a screen of it takes is not ours
            self.sent += len(data)
            self._stream.feed(data)
        return (came - began) * 1000

    def quiet(self, seconds: float = 0.25) -> None:
        """Read until nothing comes any more."""
        while self._heard(seconds):
            pass

    def listen(self, seconds: float) -> None:
        """Read what comes in this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._heard(left):
            pass

    def _heard(self, seconds: float) -> bool:
        """Take in what comes next; whether anything did in this time."""
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return False
        self.sent += len(data)
        self._stream.feed(data)
        return True

    def press(self, keys: str, words: str) -> float:
        """Milliseconds from the key to its paint."""
        self.child.send(keys)
        return self.until(words)


def rows() -> list[measure.Row]:
    """Typing on the line, turns by number, keys while words appear, and a long story in memory."""
    with measure.home():
        typing, key_bytes, turn_bytes = _typed()
        streaming = _while_words_appear()
    pages = [_memory(turns) for turns in LONG]
    grown = (pages[-1] - pages[-2]) / (LONG[-1] - LONG[-2])
    return [
        measure.Row("key to paint, typing, p50", measure.percentile(typing, 50), "ms"),
        measure.Row("key to paint, typing, p99", measure.percentile(typing, 99), "ms"),
        measure.Row("key to paint, words appearing, p50", measure.percentile(streaming, 50), "ms"),
        measure.Row("key to paint, words appearing, p99", measure.percentile(streaming, 99), "ms"),
        measure.Row("bytes a key", key_bytes, "B"),
        measure.Row("bytes a turn", turn_bytes, "B"),
        *(
            measure.Row(f"page of {turns:,} turns", page / 1024, "KiB")
            for turns, page in zip(LONG, pages, strict=True)
        ),
        measure.Row("growth a turn, in the end", grown, "B"),
    ]


def _typed() -> tuple[list[float], float, float]:
    terminal = Terminal("-m", "pocket_portals", "play", "--quick", "--seed", "axle")
    try:
        terminal.until("1  Take up")
        terminal.quiet()
        before, times, line = terminal.sent, [], ""
        for number in range(KEYS):
            if number % 40 == 0:
                terminal.child.send("\x15")
                terminal.quiet()
                line = ""
            line += "abcdefghij"[number % 10]
            times.append(terminal.press(line[-1], f"   {line}"))
            terminal.quiet(0.02)
        key_bytes = (terminal.sent - before) / KEYS
        terminal.child.send("\x15")
        terminal.quiet()
        before = terminal.sent
        for _ in range(TURNS):
            terminal.child.send("1")
            terminal.quiet(0.5)
        return times, key_bytes, (terminal.sent - before) / TURNS
    finally:
        measure.end(terminal.child)


def _while_words_appear() -> list[float]:
    terminal = Terminal("-m", "pocket_portals", "play", "--quick", "--seed", "axle", pace=20)
    times = []
    try:
        terminal.until("› Surprise me")
        for _ in range(TURNS):
            terminal.child.send("z")
            terminal.until("1  ")
            terminal.child.send("\x15")
            terminal.quiet()
            terminal.child.send("1")
            terminal.listen(0.6)  # a dozen words
            times.append(terminal.press("z", "   z"))
        return times
    finally:
        measure.end(terminal.child)


def _memory(turns: int) -> int:
    here = Path(__file__).parent.parent
    script = MEMORY.format(tui=str(here / "tui"), root=str(here.parent))
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", script, str(turns)],
            check=True, capture_output=True, text=True, cwd=folder,
        )  # fmt: skip
    return int(done.stdout.split()[-1])
