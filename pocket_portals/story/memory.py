"""What is remembered of a run, the game's own facts and what was told; and what of it matters now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pocket_portals.rules.memory import NoteKind
from pocket_portals.rules.state import GameState, Person
from pocket_portals.story.lexicon import content

_KEPT = {None: "open", True: "kept", False: "broken"}
_OPEN_PROMISE, _TOLD_PROMISE, _MINE = 6.0, 4.0, 2.0  # how much more than a shared word it weighs


@dataclass(frozen=True)
class Remembered:
    """One thing remembered. ``key`` names it to ``forget`` and, if it is a note, to ``correct``."""

    key: str
    kind: NoteKind
    text: str
    turn: int
    weight: float = 0.0
    note: bool = False

    @property
    def size(self) -> int:
        """Characters it takes in a prompt."""
        return len(self.text) + 3


def remembered(state: GameState) -> list[Remembered]:
    """Everything, by kind: people, places, promises, facts. What the player set aside is left out."""
    order = list(NoteKind)
    found = [r for r in (*_known(state), *_noted(state)) if r.key not in state.memory.aside]
    return sorted(found, key=lambda r: (order.index(r.kind), r.turn))


def relevant(entries: Iterable[Remembered], here: str, turn: int, budget: int) -> list[Remembered]:
    """What matters to words like ``here``, in at most ``budget`` characters, in the order of their turns.

    Open promises come first, in up to half of the room. Then a point for each word in common, more for the
    player's own notes, some for being recent.
    """
    now = content(here)

    def worth(entry: Remembered) -> float:
        recent = 1.0 / (1 + max(0, turn - entry.turn) / 5)
        return entry.weight + len(now & content(entry.text)) + recent

    ranked = sorted(entries, key=lambda e: (-worth(e), e.key))
    promised = _fitting([e for e in ranked if e.weight >= _TOLD_PROMISE], budget // 2)
    left = budget - sum(e.size for e in promised)
    chosen = promised + _fitting([e for e in ranked if e not in promised], left)
    return sorted(chosen, key=lambda e: (e.turn, e.key))


def _fitting(ranked: Iterable[Remembered], room: int) -> list[Remembered]:
    chosen: list[Remembered] = []
    for entry in ranked:
        if entry.size <= room:
            chosen.append(entry)
            room -= entry.size
    return chosen


def so_far(state: GameState, here: str, budget: int) -> list[str]:
    """The story so far, a line a turn: the last ones, and of the others what matters to ``here``."""
    lines = [
        Remembered(f"line-{i}", NoteKind.FACT, line.text, line.turn)
        for i, line in enumerate(state.memory.story)
    ]
    lines += [
        Remembered(f"moment-{i}", NoteKind.FACT, moment.text, moment.turn, moment.weight / 3)
        for i, moment in enumerate(state.adventure_moments)
    ]
    return [f"Turn {r.turn}: {r.text}" for r in relevant(lines, here, state.adventure_turn, budget)]


def _known(state: GameState) -> Iterator[Remembered]:
    """What the game itself decided."""
    for ident, person in state.people.items():
        yield Remembered(f"person:{ident}", NoteKind.PERSON, _of(person), person.met_turn)
        for promise in person.promises:
            text = f"The hero promised {person.name}: {promise.what} ({_KEPT[promise.kept]})"
            weight = _OPEN_PROMISE if promise.kept is None else 0.0
            yield Remembered(f"promise:{promise.id}", NoteKind.PROMISE, text, promise.turn, weight)
    for ident, fact in state.facts.items():
        yield Remembered(f"fact:{ident}", NoteKind.FACT, fact.text, fact.turn)


def _of(person: Person) -> str:
    regard = "thinks well of the hero" if person.regard > 0 else "thinks ill of the hero"
    about = [person.who, regard if person.regard else "", f"gone: {person.gone}" if person.gone else ""]
    return f"{person.name}: " + ("; ".join(filter(None, about)) or "met on the way")


def _noted(state: GameState) -> Iterator[Remembered]:
    for ident, note in state.memory.notes.items():
        became = state.memory.settled.get(ident)
        promised = _TOLD_PROMISE if note.kind is NoteKind.PROMISE and became is None else 0.0
        weight = max(promised, _MINE if note.by == "player" else 0.0)
        about = f"{note.about}: " if note.about and note.about.casefold() not in note.text.casefold() else ""
        text = about + note.text + (f" ({_KEPT[became]})" if became is not None else "")
        yield Remembered(ident, note.kind, text, note.turn, weight, note=True)


def told_promises(state: GameState) -> list[str]:
    """The notes on promises that a storyteller took and that are open still, the newest last, by id."""
    memory = state.memory
    return [
        ident
        for ident, note in memory.notes.items()
        if note.kind is NoteKind.PROMISE and note.by == "told" and ident not in memory.settled
    ]
