"""The choices, read out when they are new and not when they are as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pocket_portals.plain.words import said
from pocket_portals.rules.state import GameState
from pocket_portals.session.export import numbered


class Offering:
    """Writes the choices, and remembers which were written last."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._last: list[str] = []
        self._explained = False  # how to hear them again

    def anew(self, state: GameState) -> None:
        """All of them."""
        self._last = deeds(state)
        for line in self._last:
            self._write(line)

    def news(self, state: GameState) -> None:
        """Those that were not written just before."""
        now, before = deeds(state), self._last
        again = state.combat_state is not None or now == before
        lines = list(news(now, before)) if again else now
        for line in lines:
            self._write(line)
        if len(lines) < len(now) and not self._explained:
            self._explained = True
            self._write("Keeper: /choices, or only c, reads all of them.")
        self._last = now


def deeds(state: GameState) -> list[str]:
    """The deeds offered, a line each."""
    return [said(line) for line in numbered(state.current_choices)]


def news(offered: Sequence[str], before: Sequence[str]) -> Iterator[str]:
    """Of deeds that are offered turn after turn, those that were not said just before."""
    if len(offered) != len(before):
        yield from offered
        return
    yield from (line for line, old in zip(offered, before, strict=True) if line != old)
    if same := [number for number, line in enumerate(offered, 1) if line == before[number - 1]]:
        every = f"1 to {len(offered)}" if len(offered) > 1 else "1"
        yield f"Choices: {every if len(same) == len(offered) else 'the others'} as before."
