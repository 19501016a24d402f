"""Deeds the epilogue may remember."""

from __future__ import annotations

from pocket_portals.rules.events import MomentMarked
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import GameState, Moment


def mark(draft: Draft, text: str, weight: int = 5, kind: str = "deed") -> None:
    """Remember a deed, told in the past tense."""
    turn = draft.state.adventure_turn
    if all(m.text != text for m in draft.state.adventure_moments):
        draft.add(MomentMarked(moment=Moment(kind=kind, text=text, turn=turn, weight=weight)))


def best(state: GameState, count: int) -> list[Moment]:
    """The heaviest moments, in the order in which they happened."""
    chosen = sorted(state.adventure_moments, key=lambda m: (-m.weight, m.turn))[:count]
    return sorted(chosen, key=lambda m: m.turn)
