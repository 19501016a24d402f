"""The turn that is being told, set word by word at the player's pace. Knows no widget and no clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pocket_portals.rules.events import AttackRolled, CheckRolled, DamageRolled, Event
from pocket_portals.rules.state import GameState, Speech, Voice
from pocket_portals.tui import ink
from pocket_portals.tui.leaf import Paragraph
from pocket_portals.tui.wording import Setting

TUMBLE = 0.4  # seconds that dice roll
_WORD = re.compile(r"\s*\S+\s*")


@dataclass
class _Fact:
    """A fact and the lines it is shown by. Dice take a moment to come to rest."""

    event: Event
    state: GameState
    setting: Setting
    rest: float = 0.0

    @property
    def paragraphs(self) -> list[Paragraph]:
        tumble = int(self.rest * 20) if self.rest > 0 else None
        return ink.printed(self.event, self.state, self.setting, tumble)


@dataclass
class _Words:
    """A speech: what has come of it, and how much of that is shown (in characters)."""

    voice: Voice
    speaker: str
    after: Speech | None
    text: str = ""
    shown: int = 0

    @property
    def speech(self) -> Speech:
        return Speech(voice=self.voice, speaker=self.speaker, text=self.text)

    @property
    def paragraphs(self) -> list[Paragraph]:
        return ink.speech(self.speech, self.after, self.shown)


@dataclass
class _Line:
    """Something that is simply there."""

    paragraph: Paragraph

    @property
    def paragraphs(self) -> list[Paragraph]:
        return [self.paragraph]


class Typesetter:
    """Takes what one turn is made of as it comes; lets it out in order and in time.

    ``pace`` in words a second, 0 for all at once. ``state`` is the game as far as it has been shown.
    ``shown`` is told of every fact when it is out, its dice at rest.
    """

    def __init__(
        self, pace: int, motion: bool, shown: Callable[[Event, GameState], None] | None = None
    ) -> None:
        self._shown = shown
        self._pace = pace
        self._motion = motion
        self._done: list[Paragraph] = []
        self._pending: list[_Fact | _Words | _Line] = []
        self._speeches: list[_Words] = []
        self._spoken = 0
        self._budget = 0.0
        self._hurry = False
        self.state: GameState | None = None

    @property
    def idle(self) -> bool:
        """Whether all that has come is shown."""
        return all(isinstance(item, _Words) and item.shown >= len(item.text) for item in self._pending)

    @property
    def paragraphs(self) -> list[Paragraph]:
        """What is to be seen now."""
        coming = self._pending[0].paragraphs if self._pending else []
        return [*self._done, *ink.following(self._done, coming)]

    def line(self, paragraph: Paragraph) -> None:
        """Something of the game's own."""
        self._pending.append(_Line(paragraph))
        self._settle()

    def fact(self, event: Event, state: GameState, setting: Setting) -> None:
        """A fact of the turn."""
        rolls = isinstance(event, CheckRolled | AttackRolled | DamageRolled)
        rest = TUMBLE if rolls and self._motion and self._pace and not self._hurry else 0.0
        self._pending.append(_Fact(event, state, setting, rest))
        self._settle()

    def words(
        self, voice: Voice, text: str, speaker: str = "", begins: bool = False, instead: bool = False
    ) -> None:
        """The next words of a speech; ``instead``: the first that stand in for it from here."""
        last = self._pending[-1] if self._pending else None
        if instead and isinstance(last, _Words):
            last.voice, last.speaker, last.text, last.shown = voice, speaker, "", 0
        elif begins or not isinstance(last, _Words) or (last.voice, last.speaker) != (voice, speaker):
            last = self._begin(voice, speaker)
        last.text += text
        self._settle()

    def spoken(self, speech: Speech) -> None:
        """A speech, whole, in the order in which they began: one that did not come in pieces comes now."""
        self._spoken += 1
        if self._spoken > len(self._speeches):
            self._begin(speech.voice, speech.speaker).text = speech.text
        else:  # as it is kept: what came in pieces may have been mended
            self._speeches[self._spoken - 1].text = speech.text
        self._settle()

    def hurry(self) -> None:
        """Show all that has come, and what else comes of this turn, at once."""
        self._hurry = True
        self._settle()

    def advance(self, seconds: float) -> None:
        """Let out what is due after ``seconds`` more."""
        self._budget += seconds * self._pace
        while self._pending:
            item = self._pending[0]
            if isinstance(item, _Fact) and item.rest > 0:
                item.rest -= seconds
                self._budget = 0.0
                if item.rest > 0:
                    return
            if isinstance(item, _Words):
                for cut in _cuts(item):
                    if self._budget < 1:
                        return
                    item.shown, self._budget = cut, self._budget - 1
                if len(self._pending) == 1:  # more of it may come
                    self._budget = min(self._budget, 1.0)
                    return
            self._let_out()

    def take(self) -> list[Paragraph]:
        """The whole turn, for the page."""
        self.hurry()
        while self._pending:
            self._let_out()
        return self._done

    def _begin(self, voice: Voice, speaker: str) -> _Words:
        before = self._speeches[-1].speech if self._speeches else None
        words = _Words(voice, speaker, before)
        self._speeches.append(words)
        self._pending.append(words)
        return words

    def _settle(self) -> None:
        """What needs no time is out at once."""
        if self._hurry or not self._pace:
            for item in self._pending:
                if isinstance(item, _Words):
                    item.shown = len(item.text)
                elif isinstance(item, _Fact):
                    item.rest = 0.0
        while self._pending and self._ready(self._pending[0]):
            self._let_out()

    def _ready(self, item: _Fact | _Words | _Line) -> bool:
        match item:
            case _Words():
                return len(self._pending) > 1 and item.shown >= len(item.text)
            case _Fact():
                return item.rest <= 0
            case _Line():
                return True

    def _let_out(self) -> None:
        item = self._pending.pop(0)
        if isinstance(item, _Fact):
            self.state = item.state
            if self._shown:
                self._shown(item.event, item.state)
        self._done += ink.following(self._done, item.paragraphs)


def _cuts(words: _Words) -> Iterator[int]:
    """Where the words not yet shown end."""
    for word in _WORD.finditer(words.text, words.shown):
        yield word.end()
