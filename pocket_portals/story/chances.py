"""What goes into the odds of what is offered: the die, what is added to it, what is to be reached."""

from __future__ import annotations

from pocket_portals.rules.checks import bonus, edge_of, percent
from pocket_portals.rules.combat import edge_on
from pocket_portals.rules.hero import PROFICIENCY
from pocket_portals.rules.state import Choice, GameState


def explained(state: GameState) -> str:
    """The sum behind each of the odds on show; in a fight that of a blow first."""
    if state.character_sheet is None:
        return "Nothing is rolled for yet."
    edge, why = edge_of(state)
    sums = [*_blow(state), *(line for c in state.current_choices for line in _check(state, c, edge))]
    reasons = [f"It is rolled twice: {why}."] if why else []
    return " ".join([*sums, *reasons]) or "Nothing that is offered here is rolled for."


def _blow(state: GameState) -> list[str]:
    fight, sheet = state.combat_state, state.hero
    if fight is None or not fight.standing:
        return []
    foe = min(fight.standing, key=lambda f: (f.health, f.id))
    edge, why = edge_on(fight, foe)
    adds = sheet.modifier(sheet.arms.ability) + PROFICIENCY
    because = f" ({', '.join(why)})" if why else ""
    odds = percent(foe.armour_class - adds, edge)
    return [f"To hit {foe.name}: d20{adds:+d} against {foe.armour_class}, {odds}%{because}."]


def _check(state: GameState, choice: Choice, edge: int) -> list[str]:
    if choice.check is None:
        return []
    adds = bonus(state.hero, choice.check.ability)
    odds = percent(choice.check.dc - adds, edge)
    label, ability = choice.label.split(" (")[0].rstrip("."), choice.check.ability.value.title()
    return [f"{label}: d20{adds:+d}, {ability}, against {choice.check.dc}, {odds}%."]
