"""Facts about what is remembered of the telling. They move no story: nothing in a world reads them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pocket_portals.rules.events.base import Fact, without
from pocket_portals.rules.memory import LINE_LENGTH, LINES, NOTE_LENGTH, NOTES, Note, NoteKind, StoryLine
from pocket_portals.rules.state import GameState, Speech

ASIDE = 60  # of the game's own facts may be set aside


class NoteTaken(Fact):
    """Something is to be remembered. What is known already is refused."""

    kind: Literal["note_taken"] = "note_taken"
    id: str = Field(max_length=40)
    note: Note

    def refusal(self, state: GameState) -> str:
        held = state.memory.notes
        same = any(n.text.casefold() == self.note.text.casefold() for n in held.values())
        return "that is remembered already" if same or self.id in held else ""

    def apply(self, state: GameState) -> GameState:
        memory = state.memory
        notes = memory.notes | {self.id: self.note}
        while len(notes) > NOTES:
            notes = without(notes, _least(notes, memory.settled))
        settled = {key: kept for key, kept in memory.settled.items() if key in notes}
        return state.having(memory=memory.having(notes=notes, settled=settled))


def _least(notes: dict[str, Note], settled: dict[str, bool]) -> str:
    """The note to forget first: told before the player's own, the oldest, open promises last."""

    def worth(key: str) -> tuple[bool, bool, int]:
        note = notes[key]
        return note.by == "player", note.kind is NoteKind.PROMISE and key not in settled, note.turn

    return min(notes, key=worth)


class NoteCorrected(Fact):
    """A note reads otherwise from here."""

    kind: Literal["note_corrected"] = "note_corrected"
    id: str
    text: str = Field(min_length=1, max_length=NOTE_LENGTH)

    def refusal(self, state: GameState) -> str:
        return "" if self.id in state.memory.notes else "there is no such note"

    def apply(self, state: GameState) -> GameState:
        note = state.memory.notes[self.id].having(text=self.text, by="player")
        return state.having(memory=state.memory.having(notes=state.memory.notes | {self.id: note}))


class NoteSettled(Fact):
    """A promise that was told is open no longer: it was kept, or broken. The game's own are not notes."""

    kind: Literal["note_settled"] = "note_settled"
    id: str = Field(max_length=40)
    kept: bool

    def refusal(self, state: GameState) -> str:
        note = state.memory.notes.get(self.id)
        if note is None or note.kind is not NoteKind.PROMISE:
            return "there is no such promise among the notes"
        return "that is settled already" if state.memory.settled.get(self.id) is self.kept else ""

    def apply(self, state: GameState) -> GameState:
        settled = state.memory.settled | {self.id: self.kept}
        return state.having(memory=state.memory.having(settled=settled))


class NoteForgotten(Fact):
    """A note is gone; one of the game's own facts stays true, and is not brought up any more."""

    kind: Literal["note_forgotten"] = "note_forgotten"
    id: str = Field(max_length=120)

    def refusal(self, state: GameState) -> str:
        return "that is forgotten already" if self.id in state.memory.aside else ""

    def apply(self, state: GameState) -> GameState:
        memory = state.memory
        if self.id in memory.notes:
            settled = without(memory.settled, self.id) if self.id in memory.settled else memory.settled
            return state.having(memory=memory.having(notes=without(memory.notes, self.id), settled=settled))
        return state.having(memory=memory.having(aside=(*memory.aside, self.id)[-ASIDE:]))


class StoryLineAdded(Fact):
    """What this turn was, in a sentence: the story so far grows by it."""

    kind: Literal["story_line_added"] = "story_line_added"
    text: str = Field(min_length=1, max_length=LINE_LENGTH)

    def apply(self, state: GameState) -> GameState:
        line = StoryLine(text=self.text, turn=state.adventure_turn)
        return state.having(memory=state.memory.having(story=(*state.memory.story, line)[-LINES:]))


class Retold(Fact):
    """The last words were told again in others. What they tell stays as it was."""

    kind: Literal["retold"] = "retold"
    speeches: tuple[Speech, ...] = Field(min_length=1)

    def refusal(self, state: GameState) -> str:
        return "" if state.conversation_history else "nothing was told yet"

    def apply(self, state: GameState) -> GameState:
        last = state.conversation_history[-1].having(speeches=self.speeches)
        return state.having(conversation_history=(*state.conversation_history[:-1], last))
