"""What the hero carries to eat, drink or put on a wound, used outside a fight as the sheet says."""

from __future__ import annotations

from pocket_portals.rules.dice import roll
from pocket_portals.rules.events import ItemLost
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import GameState
from pocket_portals.story.consequences import mend
from pocket_portals.story.lexicon import content, stem, tokens
from pocket_portals.story.storyteller import Piece
from pocket_portals.worlds.schema import WorldDef

_TAKEN_IN = frozenset(
    "eat drink sip swig quaff swallow gulp devour consume munch nibble chew taste bite have".split()
)
_PUT_ON = frozenset("use apply take put rub heal bandage treat cure".split())


def meant(said: str, word: str, state: GameState, world: WorldDef) -> str:
    """The thing that these words use up, by id: one that is carried, named, and heals; or an empty string."""
    words = tokens(said)
    root = word.split(" ")[0]
    if {"on", "with", "to", "at"} & set(words) and root not in ("heal", "bandage", "treat", "cure"):
        mine = {"me", "myself", "wound", "wounds", "cut", "cuts"} & set(words)
        if not mine:  # salve for the mule is another's
            return ""
    if root not in _TAKEN_IN | _PUT_ON and not {"sip", "bite", "drink"} & set(word.split()):
        return ""
    named = {stem(w) for w in words}
    for ident, item in state.inventory.items():
        nouns = world.thing[ident].nouns if ident in world.thing else ()
        if item.heal and named & content(" ".join((item.name, *nouns))):
            return ident
    return ""


def takes_in(word: str) -> bool:
    """Whether a verb is to eat or drink."""
    return word.split(" ")[0] in _TAKEN_IN - {"have", "taste", "bite"}


def use(draft: Draft, ident: str) -> list[Piece]:
    """Use it up and heal by its dice; where nothing is to heal it is kept."""
    item = draft.state.inventory[ident]
    if draft.state.health_current >= draft.state.health_max:
        return [Piece(f"You are whole, and {item.name} would heal nothing. You keep it.")]
    before = draft.state.health_current
    mend(draft, roll(item.heal, draft.stream).total, item.name)
    draft.propose(ItemLost(id=ident, why=item.name))
    state = draft.state
    gained = state.health_current - before
    health = f"{gained} health back, {state.health_current} of {state.health_max}"
    return [Piece(f"{item.name[:1].upper()}{item.name[1:]} used: {health}.")]


def carried(state: GameState, world: WorldDef) -> str:
    """What there is to eat, drink or put on a wound."""
    names = [item.name for item in state.inventory.values() if item.heal]
    if not names:
        return "You carry nothing to eat, drink or put on a wound."
    return f"To eat, drink or put on a wound you have: {', '.join(names)}."
