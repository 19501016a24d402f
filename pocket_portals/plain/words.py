"""What happens, in words to be heard: to whom, how much, what is left. No sign carries a meaning alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pocket_portals.rules.dice import Roll
from pocket_portals.rules.events import (
    HERO,
    AttackRolled,
    CheckRolled,
    DamageRolled,
    Event,
    FoeHurt,
    GoldChanged,
    HealthChanged,
    ItemGained,
    ItemLost,
    PlaceEntered,
)
from pocket_portals.rules.state import GameState
from pocket_portals.session.transcript import VERDICTS, Entry, arithmetic, entry_of, reason

if TYPE_CHECKING:
    from pocket_portals.worlds.schema import WorldDef

PLACE = "Place: "  # so a line begins that says where the hero is

_OUT_OF = re.compile(r" \((\d+)/(\d+)\)")


class Terms(NamedTuple):
    """What a world calls its money and its places, by id."""

    money: str = "money"
    places: dict[str, str] = {}

    @classmethod
    def of(cls, world: WorldDef) -> Terms:
        """Those of a world."""
        return cls(world.money, {place.id: place.name for place in world.places})


def spoken(event: Event, state: GameState, terms: Terms) -> Entry | None:
    """The line for a fact, or None when it is not for the player's ears. ``state`` is the one after it."""
    match event:
        case PlaceEntered(place=place):
            return place_entry(place, terms)
        case CheckRolled() | AttackRolled() | DamageRolled():
            return Entry(sort="dice", label="Dice", text=_dice(event, state))
        case HealthChanged(by=by):
            return _change(_health(event, state)) if by else None
        case FoeHurt(by=by):
            foe = state.combat_state.foe(event.foe) if state.combat_state else None
            if foe is None or not by:
                return None
            left = f": {foe.health} of {foe.health_max}." if foe.health else ", and is down."
            return _change(f"{_capital(foe.name)} loses {by}{left}", "fight")
        case GoldChanged(by=by):
            how, left = ("gain", "now") if by > 0 else ("lose", "left")
            return _change(f"You {how} {abs(by)} {terms.money}: {state.gold} {left}.") if by else None
        case ItemGained(id=ident, item=item):
            held = state.inventory.get(ident, item).count
            return _change(f"You now carry {item.name}" + (f", {held} in all." if held > 1 else "."))
        case ItemLost(id=ident):
            held = state.inventory[ident].count if ident in state.inventory else 0
            name = reason(event.why) or ident.replace("-", " ")
            return _change(f"{_capital(name)}: {held} left." if held else f"You no longer carry {name}.")
        case _:
            entry = entry_of(event, state)
            return entry.having(text=_ended(said(_OUT_OF.sub(r", \1 of \2", entry.text)))) if entry else None


def place_entry(place: str, terms: Terms) -> Entry | None:
    """Where the hero is, where that has a name."""
    name = terms.places.get(place, "")
    return Entry(sort="change", label=PLACE.rstrip(": "), text=f"{_capital(name)}.") if name else None


def said(text: str) -> str:
    """A line without the dots and crosses that are read out as words of their own, or not at all."""
    return text.replace(" · ", ", ").replace("−", "minus ").replace("×", "times ")


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", '"', "”")) else f"{text}."


def _change(text: str, sort: str = "change") -> Entry:
    return Entry(sort="fight" if sort == "fight" else "change", label="Change", text=text)


def _health(event: HealthChanged, state: GameState) -> str:
    by, why = event.by, reason(event.why)
    foes = state.combat_state.foes if state.combat_state else ()
    if any(foe.name == why for foe in foes):
        why = f", by {why}"
    elif not why[:1].islower() or why.startswith("you "):  # a deed, or something that is told in full
        why = ""
    else:
        why = f", from {why}"
    how = "gain" if by > 0 else "lose"
    return f"You {how} {abs(by)} health{why}: {state.health_current} of {state.health_max}."


def _dice(event: CheckRolled | AttackRolled | DamageRolled, state: GameState) -> str:
    if isinstance(event, CheckRolled):
        edge = f" ({event.why_edge})" if event.why_edge else ""
        asked = f"{event.ability.value.title()}, DC {event.dc}{edge}"
        return f"{asked}: {_sum(event.roll)}, {VERDICTS[event.degree]}."
    if isinstance(event, DamageRolled):
        return f"{_capital(event.with_)}: {_sum(event.roll)}."
    verdict = "critical hit" if event.critical else "hit" if event.hit else "miss"
    harm = f", {_sum(event.damage)} damage" if event.damage else ""
    against = f"{_name(event.target, state)}, {event.armour_class}"
    who = _capital(_name(event.by, state))
    return f"{who} ({event.with_}) against {against}: {_sum(event.roll)}, {verdict}{harm}."


def _sum(roll: Roll) -> str:
    """``14 + 2 Cha = 16``; a die that was dropped is called so."""
    told = re.sub(r"\[(\d+)\] ", r"\1 dropped, ", arithmetic(roll))
    return f"{told.replace(' - ', ' minus ')} = {roll.total}"


def _name(ident: str, state: GameState) -> str:
    if ident == HERO:
        return "you"
    foe = state.combat_state.foe(ident) if state.combat_state else None
    return foe.name if foe else "somebody"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
