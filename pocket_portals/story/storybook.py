"""The embedded storyteller: authored words, no model, no network."""

from __future__ import annotations

import re

from pocket_portals.errors import Impossible
from pocket_portals.rules import moments
from pocket_portals.rules.state import Degree, GameState, Quest, Speech, Voice
from pocket_portals.story import questing
from pocket_portals.story.storyteller import Intent, Narration, Outcome, Piece, Say
from pocket_portals.story.wording import Wording
from pocket_portals.worlds.schema import EndingDef, WorldDef
from pocket_portals.worlds.voices import Saying

_SENTENCE = re.compile(r"(?<=[.!?…”\"])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\b[A-Z]\.)\s+(?=[A-Z“\"])")
LEAST_WORDS, MOST_WORDS = 150, 200  # of an epilogue
SIFTED = 3  # of what the run left: two deeds and what became of one of them, where there is room


class Storybook:
    """Tells every turn from the world's own pages."""

    name = "storybook"

    async def hear(self, world: WorldDef, state: GameState, intent: Intent) -> Intent:
        """Words mean what they were read as."""
        return intent

    async def interview(self, world: WorldDef, state: GameState, outcome: Outcome, say: Say) -> Narration:
        """The talk at the table."""
        telling = _Telling(world, state, say)
        for piece in outcome.pieces:
            telling.piece(piece, Voice.INTERVIEWER, world.interview.interviewer)
        return telling.narration()

    async def offer_quests(self, world: WorldDef, state: GameState) -> tuple[Quest, ...]:
        """Quests of different kinds that this hero has not had."""
        return questing.fitting(world, state, questing.wanted(state))

    async def tell(
        self, world: WorldDef, state: GameState, outcome: Outcome, voices: tuple[Voice, ...], say: Say
    ) -> Narration:
        """The pieces in order: the Keeper's verdict first, the Jester last."""
        telling = _Telling(world, state, say)
        if Voice.KEEPER in voices:
            telling.verdict(outcome)
        for piece in outcome.pieces:
            telling.piece(piece, Voice.NARRATOR, "")
        telling.at_least_one()
        if (
            Voice.QUEST_DESIGNER in voices
            and state.pending_quest_options
            and outcome.intent.kind != "question"
        ):
            telling.quests(state.pending_quest_options)
        if Voice.INNKEEPER in voices and (outcome.host_speaks or _at_ease(outcome)):
            telling.saying(world.voices.innkeeper, "innkeeper", Voice.INNKEEPER, outcome)
        if Voice.JESTER in voices and not (outcome.scene and outcome.scene.tense):
            telling.saying(world.voices.jester, "jester", Voice.JESTER, outcome)
        if outcome.host_speaks and telling.silent:
            telling.piece(Piece(world.voices.unknown, id="unknown"), Voice.NARRATOR, "")
        return telling.narration()

    async def epilogue(self, world: WorldDef, state: GameState, outcome: Outcome, say: Say) -> Narration:
        """An ending, with two or three of the run's own moments in it."""
        telling = _Telling(world, state, say)
        for piece in outcome.pieces:
            telling.piece(piece, Voice.NARRATOR, "")
        telling.ending(ending_of(world, state))
        return telling.narration()

    async def retell(
        self, world: WorldDef, state: GameState, told: tuple[Speech, ...], action: str, say: Say
    ) -> Narration:
        """Printed words stay as they are. Raises Impossible."""
        raise Impossible(
            "The storybook has no other words for it.",
            "The crew has: /storyteller crew, where a model is set.",
        )


class StandIn(Storybook):
    """The storybook in the place of a storyteller that is not there; every turn says why."""

    def __init__(self, why: str) -> None:
        self._why = f"{why} The storybook tells this turn."

    async def tell(
        self, world: WorldDef, state: GameState, outcome: Outcome, voices: tuple[Voice, ...], say: Say
    ) -> Narration:
        """A turn as the storybook has it, and why."""
        narration = await super().tell(world, state, outcome, voices, say)
        return narration.having(fallback=self._why)


def ending_of(world: WorldDef, state: GameState) -> EndingDef:
    """The most specific ending that fits the run."""
    tags = world.tags(state.place)
    fitting = [e for e in world.endings if e.needs.hold(state, tags)]
    return max(fitting, key=lambda e: e.needs.weight)


class _Telling:
    """Speeches as they are told."""

    def __init__(self, world: WorldDef, state: GameState, say: Say) -> None:
        self._world = world
        self._state = state
        self._wording = Wording(world, state)
        self._say = say
        self._speeches: list[Speech] = []
        self._left_out: list[tuple[int, Piece, Voice, str]] = []
        self._arriving = False  # the next words are those for a new place or scene
        self._arrives: int | None = None
        self._said = 0

    def narration(self) -> Narration:
        """All that was told."""
        self._say_last()
        return Narration(
            speeches=tuple(self._speeches), used=tuple(self._wording.used), arrives=self._arrives
        )

    @property
    def silent(self) -> bool:
        """Whether nothing was told."""
        return not self._speeches

    def piece(self, piece: Piece, voice: Voice, speaker: str) -> None:
        """Tell one piece in its own voice, or in the one given where it has none."""
        self._arriving |= piece.arrives
        if piece.once and (told := self._wording.told_at(piece.id, piece.text)) >= 0:
            self._left_out.append((told, piece, voice, speaker))
            return
        self._tell(piece, voice, speaker)

    def at_least_one(self) -> None:
        """Tell what has rested longest of what was left out, where nothing else was told."""
        if self._left_out and not self._speeches:
            _, piece, voice, speaker = min(self._left_out, key=lambda left: left[0])
            self._tell(piece, voice, speaker)

    def _tell(self, piece: Piece, voice: Voice, speaker: str) -> None:
        if isinstance(piece.text, tuple):
            text = self._wording.line(piece.id, piece.text, piece.slots)
        else:
            text = self._wording.tell(piece.text, piece.slots, piece.id)
        whose = piece.voice or voice
        self._add(whose, text, piece.speaker or (speaker if whose is voice else ""), run_on=piece.run_on)

    def verdict(self, outcome: Outcome) -> None:
        """The Keeper: numbers first, under ten words."""
        if outcome.degree is not None:
            line = self._wording.line(f"keeper.{outcome.degree}", self._world.voices.keeper[outcome.degree])
            self._add(Voice.KEEPER, f"{outcome.total}. {line}", "")

    def quests(self, offered: tuple[Quest, ...]) -> None:
        """What is on offer, a line each; what was offered before is only called by its name.

        The rest of a pitch is for who asks about it.
        """
        for quest in offered:
            giver = self._world.person.get(quest.giver)
            again = self._wording.told_at(f"pitch.{quest.id}", quest.pitch) >= 0
            asked = f" {giver.name} asks{' again' if again else ''}." if giver else ""
            pitch = "" if again else " " + _opening(self._wording.line(f"pitch.{quest.id}", (quest.pitch,)))
            self._add(Voice.QUEST_DESIGNER, f"{quest.title}.{asked}{pitch}", "")

    def saying(self, sayings: tuple[Saying, ...], pool: str, voice: Voice, outcome: Outcome) -> None:
        """A line somebody may say now: one whose conditions hold, most specific first, unused first."""
        moods = _moods(outcome, self._state)
        tags = self._world.tags(self._state.place)
        fit = [i for i, s in enumerate(sayings) if s.on in moods and s.needs.hold(self._state, tags)]
        fresh = [i for i in fit if f"{pool}:{i}" not in self._state.seen_storylets]
        if not fresh:
            return
        best = max(sayings[i].needs.weight + (sayings[i].on != "any") for i in fresh)
        good = [i for i in fresh if sayings[i].needs.weight + (sayings[i].on != "any") == best]
        host = self._world.person[self._world.host].name if voice is Voice.INNKEEPER else ""
        text = self._wording.line(pool, [s.text for s in sayings], good=good)
        self._add(voice, text, host)

    def ending(self, ending: EndingDef) -> None:
        """The epilogue: opening, what this run is remembered for, closing. 150 to 200 words."""
        world, state, tags = self._world, self._state, self._world.tags(self._state.place)
        self._arriving = True
        opening = self._wording.tell(ending.opening)
        closing = self._wording.tell(ending.closing)
        echoes = [e for e in world.echoes if e.needs.hold(state, tags)]
        echoes.sort(key=lambda e: -e.needs.weight)
        lines = [self._wording.fill(e.text) for e in echoes[:3]]
        remembered = [m.text for m in moments.best(state, 6)]
        middle: list[str] = []
        words = len(opening.split()) + len(closing.split())
        for line in [*remembered[:2], *lines, *remembered[2:]]:
            count = len(line.split())
            enough = len(middle) >= SIFTED and words >= LEAST_WORDS
            if enough or words + count > MOST_WORDS or line in middle:
                continue
            middle.append(line)
            words += count
        for text in (opening, " ".join(middle), closing):
            if text:
                self._add(Voice.CHRONICLER, text, "")

    def _add(self, voice: Voice, text: str, speaker: str, run_on: bool = False) -> None:
        if not text:
            return
        last = self._speeches[-1] if self._speeches else None
        if run_on and last and last.voice is voice and not self._arriving:
            self._speeches[-1] = last.having(text=f"{last.text} {text}")
            return
        self._say_last()
        if self._arriving and self._arrives is None:
            self._arrives = len(self._speeches)
        self._arriving = False
        self._speeches.append(Speech(voice=voice, text=text, speaker=speaker))

    def _say_last(self) -> None:
        """Say the last speech, to which nothing is added any more."""
        if self._speeches and self._said < len(self._speeches):
            self._said = len(self._speeches)
            voice, text, speaker = (last := self._speeches[-1]).voice, last.text, last.speaker
            self._say(voice, text, speaker, arrives=self._arrives == self._said - 1)
            self._say(voice, "", speaker, begins=False, stands=len(text))


def _opening(text: str) -> str:
    """The first sentence of a text."""
    return _SENTENCE.split(text, maxsplit=1)[0]


def _at_ease(outcome: Outcome) -> bool:
    """Whether the new scene has room for small talk: nothing hangs on it, and nothing just went wrong."""
    scene, went_wrong = outcome.scene, outcome.degree is not None and not outcome.degree.good
    return outcome.new_scene and not went_wrong and not (scene and (scene.quest or scene.tense))


def _moods(outcome: Outcome, state: GameState) -> set[str]:
    moods = {"any"}
    if outcome.degree is not None:
        moods.add("good" if outcome.degree in (Degree.STRONG, Degree.SUCCESS) else "bad")
    if state.combat_state:
        moods.add("fight")
    if state.pending_quest_options:
        moods.add("quest")
    if outcome.new_scene:
        moods.add("scene")
    if outcome.intent.verb == "rest":
        moods.add("rest")
    return moods
