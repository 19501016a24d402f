"""Ability checks with degrees. SRD 5.1, pp. 76-77, with the margins this game reads from them."""

from __future__ import annotations

from pocket_portals.rules.dice import Modifier, d20
from pocket_portals.rules.events import CheckRolled, QualityChanged
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import PROFICIENCY, Ability, CharacterSheet
from pocket_portals.rules.state import Degree

MARGIN = 5  # beat or miss the DC by this much for the outer degrees
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


def chance(sheet: CharacterSheet, ability: Ability, dc: int) -> int:
    """Percent of rolls that meet the DC, without advantage."""
    needed = dc - bonus(sheet, ability)
    return max(5, min(95, (21 - needed) * 5))


def check(draft: Draft, deed: str, ability: Ability, dc: int) -> Degree:
    """Roll a check for the hero and record it. Spends an edge if the hero has one."""
    sheet = draft.state.hero
    edge = draft.state.qualities.get(EDGE, 0)
    if edge:
        draft.add(QualityChanged(name=EDGE, by=-edge))
    roll = d20(draft.stream, modifiers(sheet, ability), edge)
    degree = degree_of(roll.natural, roll.total, dc)
    draft.add(
        CheckRolled(
            deed=deed,
            ability=ability,
            dc=dc,
            roll=roll,
            degree=degree,
            why_edge="advantage: you made an opening" if edge else "",
        )
    )
    return degree
