"""What the hero knows of a matter that nobody here speaks of: why they came, whom they met."""

from __future__ import annotations

from pocket_portals.rules.state import GameState
from pocket_portals.story.acquaintance import whereabouts, who_is
from pocket_portals.story.lexicon import COMMON, QUESTIONS, content, stem, tokens
from pocket_portals.story.wording import base_slots, mid_sentence
from pocket_portals.worlds.schema import WorldDef


def known(said: str, asked: set[str], state: GameState, world: WorldDef) -> str:
    """What there is to tell of this matter, or an empty string."""
    matter = asked - QUESTIONS
    if not matter:
        return ""
    return (
        of_the_hero(said, matter, state, world)
        or _person(matter, state, world)
        or _promise(matter, state)
        or _quest(matter, state)
        or _place(matter, state, world)
    )


def keepsake(words: set[str], state: GameState, world: WorldDef) -> str:
    """The keepsake that these words name, by id."""
    held = state.character_sheet.keepsake if state.character_sheet else ""
    found = next((k for k in world.keepsakes if k.id == held), None)
    return held if found and words & content(found.name) - {"half"} else ""


def of_the_hero(said: str, matter: set[str], state: GameState, world: WorldDef) -> str:
    """What drives the hero, and what they left behind, where they ask for what is theirs."""
    if not {"my", "mine"} & set(tokens(said)):
        return ""
    sheet = state.character_sheet
    motive = next((m for m in world.motives if sheet and m.id == sheet.motive), None)
    if motive and matter & content(" ".join((motive.name, motive.text))):
        return f"Of that you know what you set out with. {motive.text}"
    if sheet and matter & content(sheet.left_behind):
        return f"You left behind {sheet.left_behind}."
    if keepsake(matter, state, world):
        return f"Yours is {base_slots(world, state)['keepsake']}."
    return ""


def _person(matter: set[str], state: GameState, world: WorldDef) -> str:
    for ident in state.people:
        person = world.person.get(ident)
        if person and matter & ({stem(n) for n in person.nouns} | content(f"{person.name} {person.short}")):
            return f"{who_is(world, state, person)} {whereabouts(world, state, person)}"
    return ""


def _promise(matter: set[str], state: GameState) -> str:
    owed = (p for known in state.people.values() for p in known.promises if p.kept is None)
    return next((f"You gave your word: {p.what}." for p in owed if len(matter & content(p.what)) > 1), "")


def _quest(matter: set[str], state: GameState) -> str:
    quest = state.active_quest
    plain = {stem(word) for word in COMMON}  # "to find" is a word of every errand
    told = content(f"{quest.title} {quest.pitch}") if quest else set()
    named = matter - plain
    about = named and (named <= told or len(named & told) > 1)  # Brother Fennel is another's brother
    return f"“{quest.title}”: {quest.pitch}" if quest and about else ""


def _place(matter: set[str], state: GameState, world: WorldDef) -> str:
    here = world.location.get(state.place)
    for way, place in here.exits.items() if here else ():
        if place in world.location and matter & content(world.location[place].name):
            return f"{mid_sentence(world.location[place].name)} lies {way} of here."
    return ""
