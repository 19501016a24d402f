"""What is told, in lines as it comes. A line that was written is never changed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pocket_portals.plain.words import PLACE
from pocket_portals.rules.state import Speech
from pocket_portals.session.export import labelled
from pocket_portals.session.ports import Words
from pocket_portals.session.transcript import speech_entry

A_LINE = 80  # characters that are worth a line of their own while more is to come
PATIENCE, MORE_PATIENCE = 3.0, 15.0  # seconds of silence until a word says why, and between such words

AGAIN = "That was not so. It is told again:"
TELLING, STILL = "The story is being told; one moment.", "The story is still being told."


@dataclass(eq=False)
class _Coming:
    """A speech that is coming. ``written``: as many of its characters stand in lines."""

    first: Words
    text: str = ""
    written: int = 0

    @property
    def unwritten(self) -> bool:
        """Whether there are words that do not stand in lines yet."""
        return bool(self.text[self.written :].strip())


class Telling:
    """Writes what voices say, passage by passage, as soon as it will stand; the storybook's whole.

    What becomes true while words wait to be written is written in its place among them.
    """

    def __init__(self, write: Callable[[str], None], keeper: Callable[[str], None]) -> None:
        self._write = write
        self._keeper = keeper
        self._coming: deque[_Coming | list[str]] = deque()

    def begin(self) -> None:
        """A turn begins; what was left of one that was broken off is nothing any more."""
        self._coming.clear()

    def fact(self, lines: Iterable[str]) -> None:
        """Something became true: its lines."""
        self._coming.append(list(lines))
        self._write_facts()

    def words(self, words: Words) -> None:
        """The next words of a voice."""
        speeches = [each for each in self._coming if isinstance(each, _Coming)]
        if words.instead and speeches:
            gone = speeches.pop()
            self._coming.remove(gone)
            self._take_back(gone)
        if words.begins or words.instead or not speeches:
            speeches.append(_Coming(words))
            self._coming.append(speeches[-1])
        coming = speeches[-1]
        coming.text += words.text
        passage = coming.text[coming.written : words.stands]
        if passage.strip() and (not words.text or len(passage) >= A_LINE) and passage.count("*") % 2 == 0:
            whose = coming.first
            self._write_speech(Speech(voice=whose.voice, speaker=whose.speaker, text=passage.strip()))
            coming.written += len(passage)
            self._write_facts()

    def spoken(self, speech: Speech) -> None:
        """A speech, whole: what of it is not written yet."""
        self._write_facts()
        first = self._coming.popleft() if self._coming else None
        coming = first if isinstance(first, _Coming) else _Coming(Words(speech.voice, ""))
        written = coming.text[: coming.written].rstrip()
        if not speech.text.startswith(written):
            self._take_back(coming)
            written = ""
        if rest := speech.text[len(written) :].strip():
            self._write_speech(speech.having(text=rest))
        self._write_facts()

    def end(self) -> None:
        """The turn is told and saved."""
        for left in self._coming:
            if not isinstance(left, _Coming):
                self._write_lines(left)
        self._coming.clear()

    def _write_facts(self) -> None:
        """Write what became true, but for what comes after words that are not written yet."""
        waiting: list[_Coming | list[str]] = []
        for each in self._coming:
            if isinstance(each, _Coming) or any(isinstance(w, _Coming) and w.unwritten for w in waiting):
                waiting.append(each)
            else:
                self._write_lines(each)
        self._coming = deque(waiting)

    def _write_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._write(line)

    def _take_back(self, coming: _Coming) -> None:
        if coming.written:
            self._keeper(AGAIN)

    def _write_speech(self, speech: Speech) -> None:
        self._write_lines(labelled(speech_entry(speech)))


class Lines:
    """Writes lines; of places that are entered one after the other, only the last is named."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._place = ""

    def __call__(self, line: str) -> None:
        """Write a line; that of a place as soon as another follows."""
        if not line.startswith(PLACE):
            self.place()
            self._write(line)
        else:
            self._place = line

    def place(self) -> None:
        """Name the place that was entered last."""
        if self._place:
            self._write(self._place)
        self._place = ""


class Patience:
    """Says that something is still being done, where nothing was written for a while."""

    def __init__(self, keeper: Callable[[str], None]) -> None:
        self._keeper = keeper
        self._due: asyncio.TimerHandle | None = None
        self._said = False

    @contextmanager
    def during(self, slow: bool) -> Iterator[None]:
        """While a turn is told by somebody who may be ``slow``."""
        self._said = False
        if slow:
            self._wait()
        try:
            yield
        finally:
            if self._due:
                self._due.cancel()
            self._due = None

    def written(self) -> None:
        """Something was written: the silence begins anew."""
        if self._due:
            self._due.cancel()
            self._wait()

    def _wait(self) -> None:
        seconds = MORE_PATIENCE if self._said else PATIENCE
        self._due = asyncio.get_running_loop().call_later(seconds, self._say)

    def _say(self) -> None:
        said, self._said = self._said, True
        self._keeper(STILL if said else TELLING)
