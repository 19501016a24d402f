"""The dice of the last turn that had any: every face, every modifier, where in the stream they lie."""

from __future__ import annotations

from collections.abc import Sequence

from pocket_portals.rules.dice import Roll
from pocket_portals.session.journal import RunRecord, living
from pocket_portals.session.transcript import arithmetic
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.pages import deeds
from pocket_portals.tui.screens.page import PageScreen, line


class DiceScreen(PageScreen):
    """Every die, so that nobody need take it on trust."""

    def __init__(self, record: RunRecord) -> None:
        super().__init__("Dice")
        self._record = record

    def paragraphs(self) -> Sequence[Paragraph]:
        last = next((turn for turn in reversed(living(self._record.turns)) if turn.rolls), None)
        if last is None:
            return [Paragraph(plain("No dice have fallen yet.", "$quiet"))]
        deed = dict(deeds(self._record))[last.revision]
        lines = [line((deed, "italic $quiet")), line(""), *map(rolled, last.rolls)]
        seed = f"Seed “{self._record.state.seed}”: the same seed and the same deeds meet the same dice."
        return [*lines, Paragraph(plain(seed, "$quiet"))]


def rolled(roll: Roll) -> Paragraph:
    """One roll, whole."""
    return line(
        (f"{roll.notation:<10}", "$quiet"),
        arithmetic(roll),
        (" = ", "$quiet"),
        (str(roll.total), "bold"),
        (f"   draw {roll.draw}", "$quiet"),
    )
