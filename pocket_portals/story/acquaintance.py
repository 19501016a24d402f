"""People as the hero knows them: who they are, where to look for them, what stands between them."""

from __future__ import annotations

from pocket_portals.rules.state import GameState
from pocket_portals.story.scope import present
from pocket_portals.story.wording import mid_sentence
from pocket_portals.worlds.schema import PersonDef, WorldDef

_DEEP = 3  # regard, either way, from which it is more than liking


def listed(person: PersonDef) -> str:
    """A name and who that is, as part of a list."""
    return f"{person.name}, {person.who}"


def who_is(world: WorldDef, state: GameState, person: PersonDef) -> str:
    """Who somebody is, how they think of the hero, and what was promised them."""
    here = person.id in present(world, state)
    told = [f"That {'is' if here else 'would be'} {listed(person).rstrip('.')}."]
    if known := state.people.get(person.id):
        name, owed = person.short or person.name, [p.what for p in known.promises if p.kept is None]
        if known.gone:
            told.append(f"{name} is gone: {known.gone.rstrip('.')}.")
        if known.regard:
            told.append(f"{name} {_thinks(known.regard)}.")
        if owed:
            told.append(f"You gave your word: {'; '.join(what.rstrip('.') for what in owed)}.")
    return " ".join(told)


def _thinks(regard: int) -> str:
    if regard > 0:
        return "would stand by you" if regard >= _DEEP else "likes you"
    return "hates you" if regard <= -_DEEP else "is wary of you"


def whereabouts(world: WorldDef, state: GameState, person: PersonDef) -> str:
    """Where somebody is, as far as the hero can know."""
    if person.id in present(world, state):
        return f"{person.name} is here."
    if person.place in world.location and not _gone(state, person):
        return f"When not on the road, {person.name} is at {_found_at(world, person)}."
    return not_here(world, state, person)


def not_here(world: WorldDef, state: GameState, person: PersonDef) -> str:
    """What there is to say where somebody is spoken to, or sought, who is elsewhere."""
    if gone := _gone(state, person):
        return f"{person.name} is gone: {gone.rstrip('.')}."
    if person.place in world.location:
        return f"{person.name} is not here. You could try {_found_at(world, person)}."
    return f"Nobody can tell you where {person.name} is tonight."


def _gone(state: GameState, person: PersonDef) -> str:
    known = state.people.get(person.id)
    return known.gone if known else ""


def _found_at(world: WorldDef, person: PersonDef) -> str:
    return mid_sentence(world.location[person.place].name)
