"""What a blow is struck with: the hero's own weapon, whatever it is called, and no other."""

from __future__ import annotations

import re

from pocket_portals.rules.state import GameState
from pocket_portals.story.lexicon import NOISE, content, stem, tokens

_ARMS = frozenset(
    (
        "sword longsword shortsword blade knife dagger rapier sabre axe hatchet hammer warhammer mace club "
        "staff stave wand bow longbow shortbow crossbow arrow arrows sling spear lance pike halberd whip gun "
        "pistol rifle rod cudgel cutlass scythe flail trident weapon weapons fist fists"
    ).split()
)
_KIN = (  # what any of these is called, the others may be
    frozenset("sword longsword shortsword blade knife dagger rapier sabre cutlass".split()),
    frozenset("bow longbow shortbow crossbow arrow arrows".split()),
    frozenset("hammer warhammer mace club".split()),
    frozenset("staff stave wand rod".split()),
)
_ALWAYS = frozenset("weapon weapons fist fists".split())
_WITH = re.compile(
    r"\b(?:with|using) (?:my |the |a |an )?(?P<arms>(?:[\w'-]+ ){0,2}?[\w'-]+)\s*[.!]*$", re.IGNORECASE
)


def without_arms(said: str) -> str:
    """A deed without the weapon that it is done with, which says nothing of what is meant."""
    found = _WITH.search(said)
    return said[: found.start()].strip() if found and _ARMS & set(tokens(found["arms"])) else said


def not_owned(said: str, state: GameState) -> str:
    """The weapon these words strike with, where the hero has none such; else an empty string."""
    found = _WITH.search(said)
    if found is None or state.character_sheet is None:
        return ""
    named = [word for word in tokens(found["arms"]) if word in _ARMS]
    if not named:
        return ""
    own = {word for part in tokens(state.hero.arms.weapon) for word in part.split("-")}
    held = {word for item in state.inventory.values() for word in content(item.name)}
    kin = set().union(_ALWAYS, own, *(family for family in _KIN if family & own))
    fits = any(word in kin or stem(word) in held or any(word in whole for whole in own) for word in named)
    return "" if fits else " ".join(t for t in tokens(found["arms"]) if t not in NOISE)


def named(words: set[str], state: GameState) -> bool:
    """Whether these words are for what the hero fights with or wears."""
    if state.character_sheet is None:
        return False
    worn = state.hero.arms
    return bool(words & {"weapon", "armour", "armor", *tokens(f"{worn.weapon} {worn.armour}")})


def told(state: GameState) -> str:
    """What the hero fights with and wears, in the numbers of the sheet."""
    worn = state.hero.arms
    armour = f"Your {worn.armour}: armour class {worn.armour_class}."
    return f"Your {worn.weapon}: {worn.dice} where it lands. {armour}"


def instead(said: str, state: GameState) -> str:
    """What is used instead of a weapon that the hero has not, as a sentence; empty where it is theirs."""
    wanted = not_owned(said, state)
    return f"You have no {wanted}; your {state.hero.arms.weapon} it is" if wanted else ""
