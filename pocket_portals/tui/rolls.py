"""The last rolls as a log beside the page: what fell, what it had to meet, what came of it and of what."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from pocket_portals.rules.dice import Roll
from pocket_portals.rules.events import HERO, AttackRolled, CheckRolled, DamageRolled, Event
from pocket_portals.rules.state import GameState
from pocket_portals.tui import ink
from pocket_portals.tui.wording import capital

KEPT = 8  # rolls that the log remembers
INDENT = 5  # cells that a face takes
_FACE, _DROPPED = "bold on $raised", "strike $quiet on $raised"


@dataclass(frozen=True)
class Logged:
    """A roll on two lines: the arithmetic, and what came of what."""

    arithmetic: Content
    outcome: Content


def logged(event: Event, state: GameState) -> Logged | None:
    """The log's lines for a roll; None for any other fact. ``state`` is the one after it."""
    match event:
        case CheckRolled(roll=roll, dc=dc, degree=degree):
            return Logged(_sum(roll, dc), _outcome(degree.value, ink.DEGREES[degree], event.deed))
        case AttackRolled(roll=roll, armour_class=armour):
            verdict, style = ink.blow(event)
            harm = f", {event.damage.total} damage" if event.damage else ""
            who = event.target if event.by == HERO else event.by
            return Logged(_sum(roll, armour), _outcome(verdict + harm, style, ink.name(who, state)))
        case DamageRolled(roll=roll, with_=what):
            return Logged(_sum(roll), _outcome("", "", what))
        case _:
            return None


def _sum(roll: Roll, against: int | None = None) -> Content:
    """`` 12  + 4 = 16 against 12``; what was added, in one number."""
    parts: list[tuple[str, str]] = []
    for die in roll.dice:
        parts += [(f" {die.face:>2} ", _FACE if die.kept else _DROPPED), (" ", "")]
    added = roll.total - sum(die.face for die in roll.dice if die.kept)
    if added:
        parts.append((f"{'−' if added < 0 else '+'} {abs(added)} ", "$quiet"))
    if added or len(roll.dice) > 1:
        parts += [("= ", "$quiet"), (f"{roll.total} ", "bold")]
    if against is not None:
        parts.append((f"against {against}", "$quiet"))
    return Content.assemble(*parts)


def _outcome(verdict: str, style: str, what: str) -> Content:
    """``success  Look closer at the ham``, under the sum."""
    return Content.assemble(
        " " * INDENT, (f"{verdict}  " if verdict else "", style), (capital(what), "$quiet")
    )
