"""A turn as agents tell it, part by part, and as the storybook tells it where they fail."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from pocket_portals.crew.calls import Calls, Hear, Messages, Spent
from pocket_portals.crew.checks import Bounds, faults, hopeless
from pocket_portals.crew.prompts import Prompter
from pocket_portals.crew.sieve import Sieve, sifted
from pocket_portals.crew.troubles import ModelTrouble
from pocket_portals.rules.events import Event
from pocket_portals.rules.state import Choice, Speech, Voice
from pocket_portals.story.storyteller import Narration, Say

log = logging.getLogger(__name__)

TRIES = 2  # of a voice: its words, and once more when they can't stand
SLACK = 2  # times as many words as asked for are let through
LOOK_EVERY = 120  # characters of a stream, to see whether it is worth waiting for the rest
_SENTENCE = re.compile(r"[.!?…][\"”’')*]*(?=\s|$)")


@dataclass(frozen=True)
class Part:
    """What one voice says at a stretch, as the storybook has it."""

    voice: Voice
    speaker: str
    speeches: tuple[Speech, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(speech.text for speech in self.speeches)


def parts(speeches: tuple[Speech, ...]) -> Iterator[Part]:
    """The speeches, those of one voice after another together."""
    for (voice, speaker), group in groupby(speeches, key=lambda s: (s.voice, s.speaker)):
        yield Part(voice, speaker, tuple(group))


@dataclass
class Telling:
    """A turn as it is told: what was said, what it took, what went wrong."""

    calls: Calls
    prompter: Prompter
    spent: Spent
    say: Say
    said: list[Speech] = field(default_factory=list)
    choices: tuple[Choice, ...] = ()
    proposals: tuple[Event, ...] = ()
    trouble: str = ""
    asked: int = 0  # agents that were asked to speak
    talk: Messages = field(default_factory=list)  # what the narrator was told last, and answered
    shown: bool = False  # words of the part being told are on the screen

    def narration(self, used: tuple[str, ...] = ()) -> Narration:
        """All of it."""
        return Narration(
            speeches=tuple(self.said),
            choices=self.choices,
            proposals=self.proposals,
            used=used,
            model=self.spent.model,
            fallback=self.trouble,
            tokens_in=self.spent.tokens_in,
            tokens_out=self.spent.tokens_out,
        )

    def print(self, part: Part, instead: bool = False) -> None:
        """The storybook's own words; ``instead`` of what is on the screen."""
        for speech in part.speeches:
            self.say(speech.voice, speech.text, speech.speaker, instead=instead)
            self._ended(speech)
            instead = False

    def give_up(self, trouble: ModelTrouble) -> None:
        """Ask no agent any more: the storybook tells what else comes of the turn."""
        self.trouble = f"{trouble.message} The storybook tells this turn."

    async def part(self, part: Part, agent: str, messages: Messages, bounds: Bounds) -> None:
        """One voice, told once more if what it says can't stand. Raises ModelTrouble."""
        self.shown = False
        self.asked += 1
        most = self.prompter.most_words(agent)
        for _ in range(TRIES):
            raw = await self.calls.stream(
                agent, messages, lambda: self._hearing(part, most, bounds), self.spent
            )
            words = _in_bounds(sifted(raw), most)
            wrong = faults(words, bounds)
            if not wrong:
                self._ended(Speech(voice=part.voice, speaker=part.speaker, text=words))
                if part.voice is Voice.NARRATOR:
                    self.talk = [*messages, {"role": "assistant", "content": words}]
                return
            log.info("the %s was told to mend: %s", agent, " ".join(wrong))
            messages = self.prompter.mending(messages, words, wrong)
        raise ModelTrouble("garbled", "The model told it otherwise than it was decided.")

    def _ended(self, speech: Speech) -> None:
        """A speech is whole, and stands."""
        self.say(speech.voice, "", speech.speaker, begins=False, stands=len(speech.text))
        self.said.append(speech)

    def _hearing(self, part: Part, most: int, bounds: Bounds) -> Hear:
        """Who shows the pieces of a try, until it is enough; a second try takes the place of the first."""
        sieve = Sieve()
        begun = False
        looked = 0  # characters that were looked through
        stands = 0  # characters up to the last sentence that can stand

        def hear(piece: str) -> bool:
            nonlocal begun, looked, stands
            text = sieve.feed(piece)
            if not text:
                return True
            told = sieve.text
            if _SENTENCE.search(text) and len(told.split()) <= most * SLACK and not faults(told, bounds):
                *_, last = _SENTENCE.finditer(told)
                stands = last.end()
            instead = not begun and self.shown
            self.say(part.voice, text, part.speaker, begins=not begun, instead=instead, stands=stands)
            begun = self.shown = True
            if len(told) - looked < LOOK_EVERY:
                return True
            looked = len(told)
            return len(told.split()) <= most * SLACK and not hopeless(told)

        return hear


def _in_bounds(words: str, most: int) -> str:
    """Words that run on too long, cut after the last sentence there is room for."""
    room = most * SLACK
    spoken = [(found.end(), len(words[: found.end()].split())) for found in _SENTENCE.finditer(words)]
    if len(words.split()) <= room:
        return words.strip()
    ends = [end for end, count in spoken if count <= room]
    return words[: ends[-1]].strip() if ends else " ".join(words.split()[:room])
