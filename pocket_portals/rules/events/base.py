"""What an event is: a fact, why it may be refused, and what it does to the state."""

from __future__ import annotations

from typing import TypeVar

from pocket_portals.rules.state import GameState
from pocket_portals.rules.values import Value

V = TypeVar("V")


class Fact(Value):
    """A fact about a run. Subclasses say when it is refused and what it changes."""

    def refusal(self, state: GameState) -> str:
        """Why this can't be true of ``state``; empty when it can."""
        return ""

    def apply(self, state: GameState) -> GameState:
        """The state in which it is true."""
        return state


def without(mapping: dict[str, V], key: str) -> dict[str, V]:
    """A copy of ``mapping`` that lacks ``key``."""
    return {k: v for k, v in mapping.items() if k != key}
