"""Ability checks with degrees. SRD 5.1, pp. 76-77, with the margins this game reads from them."""

from __future__ import annotations

from pocket_portals.rules.dice import Modifier, d20
from pocket_portals.rules.events import CheckRolled, QualityChanged
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import PROFICIENCY, Ability, CharacterSheet
from pocket_portals.rules.state import Degree, GameState

MARGIN = 5  # beat or miss the DC by this much for the outer degrees
_NAMES = {1: "advantage", 0: "even", -1: "disadvantage"}
EDGE = "engine.edge"  # a quality: advantage on the next check, won by a clever deed


def degree_of(natural: int, total: int, dc: int) -> Degree:
    """The degree of a d20 check: a natural 20 is strong, a natural 1 a disaster."""
    if natural == 20:
        return Degree.STRONG
    if natural == 1 or total <= dc - MARGIN:
        return Degree.DISASTER
    if total >= dc + MARGIN:
        return Degree.STRONG
    return Degree.SUCCESS if total >= dc else Degree.SETBACK


def modifiers(sheet: CharacterSheet, ability: Ability) -> list[Modifier]:
    """What the hero adds to a check of this ability, part by part."""
    parts = [Modifier(name=ability.short, value=sheet.modifier(ability))]
    if sheet.trained(ability):
        parts.append(Modifier(name="trained", value=PROFICIENCY))
    return parts


def bonus(sheet: CharacterSheet, ability: Ability) -> int:
    """The sum of what the hero adds to a check of this ability."""
    return sum(part.value for part in modifiers(sheet, ability))


def edge_of(state: GameState) -> tuple[int, str]:
    """Advantage (over 0) or disadvantage (under 0) on the hero's next check, and why.

    A deed that made an opening helps; a quest's danger that has come to pass weighs on all that
    is done about it, outside fights. The two cancel.
    """
    opening = min(1, state.qualities.get(EDGE, 0))
    danger = "" if state.combat_state else _come_to_pass(state)
    why = " · ".join(filter(None, ("you made an opening" if opening else "", danger)))
    return opening - bool(danger), why


def _come_to_pass(state: GameState) -> str:
    """The name of the quest's danger, where it has come to pass."""
    quest = state.active_quest
    clock = state.clocks.get(quest.clock) if quest else None
    return clock.name if clock and clock.full else ""


def chance(sheet: CharacterSheet, ability: Ability, dc: int, edge: int = 0) -> int:
    """Percent of rolls that meet the DC, with advantage (``edge`` over 0) or disadvantage (under 0)."""
    return percent(dc - bonus(sheet, ability), edge)


def percent(needed: int, edge: int = 0) -> int:
    """Percent of d20 that show ``needed`` or more, where 20 always does and 1 never, with the ``edge``."""
    plain = max(5, min(95, (21 - needed) * 5))
    if not edge:
        return plain
    one = plain / 100
    return round(100 * (1 - (1 - one) ** 2 if edge > 0 else one**2))


def check(draft: Draft, deed: str, ability: Ability, dc: int) -> Degree:
    """Roll a check for the hero and record it. Spends an edge if the hero has one."""
    sheet = draft.state.hero
    edge, why = edge_of(draft.state)
    if held := draft.state.qualities.get(EDGE, 0):
        draft.add(QualityChanged(name=EDGE, by=-held))
    roll = d20(draft.stream, modifiers(sheet, ability), edge)
    degree = degree_of(roll.natural, roll.total, dc)
    draft.add(
        CheckRolled(
            deed=deed,
            ability=ability,
            dc=dc,
            roll=roll,
            degree=degree,
            why_edge=f"{_NAMES[(edge > 0) - (edge < 0)]}: {why}" if why else "",
        )
    )
    return degree
