"""The dice of the last turn that had any: every face, every modifier, where in the stream they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pocket_portals.rules.events import CombatBegun
from pocket_portals.rules.state import GameState
from pocket_portals.session.journal import RunRecord, Turn, living, rolls_of
from pocket_portals.session.reading import facts
from pocket_portals.tui import ink
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.pages import deed_of
from pocket_portals.tui.screens.page import PageScreen
from pocket_portals.tui.wording import Setting


class DiceScreen(PageScreen):
    """Every die, so that nobody need take it on trust."""

    def __init__(self, record: RunRecord, setting: Setting) -> None:
        super().__init__("Dice")
        self._record = record
        self._setting = setting

    def paragraphs(self) -> Sequence[Paragraph]:
        lines = next(fallen(self._record, self._setting, draws=True), None)
        if lines is None:
            return [Paragraph(plain("No dice have fallen yet.", "$quiet"))]
        seed = f"Seed “{self._record.state.seed}”: the same seed and the same deeds meet the same dice."
        return [*lines, Paragraph(plain(seed, "$quiet"))]


def fallen(record: RunRecord, setting: Setting, draws: bool = False) -> Iterator[list[Paragraph]]:
    """The dice of each turn that had any, the last turn first; with ``draws``, their places in the stream."""
    turns: list[tuple[GameState | None, Turn]] = []
    state: GameState | None = None
    for turn in living(record.turns):
        if turn.rolls:
            turns.append((state, turn))
        *_, (_, state) = facts(state, turn)
    for before, turn in reversed(turns):
        yield [ink.deed(deed_of(before, turn) or "the beginning"), *_rolled(before, turn, setting, draws)]


def _rolled(before: GameState | None, turn: Turn, setting: Setting, draws: bool) -> Iterator[Paragraph]:
    for event, state in facts(before, turn):
        if rolls := rolls_of(event):
            lines = ink.printed(event, state, setting)
            yield from lines[-1:] if isinstance(event, CombatBegun) else lines
            if draws:
                places = " · ".join(f"{roll.notation}, draw {roll.draw}" for roll in rolls)
                yield Paragraph(plain(places, "$quiet"), ink.MARGIN, gap=0, tight=True)
