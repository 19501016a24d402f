"""What the slash commands show, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pocket_portals.errors import Impossible
from pocket_portals.rules.state import GameState, Person, Promise, Quest
from pocket_portals.session.atlas import Spot
from pocket_portals.session.commands import COMMANDS, Command
from pocket_portals.session.hall import hall
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.service import GameSessionService
from pocket_portals.session.transcript import ARC, INTENTS, Line, chapters, quest_titles

LEARNED = 12  # facts the journal shows, the newest
FOUND = 9  # places that a search shows, the last


OWN: tuple[Command, ...] = (
    Command("quick", "", "at the first questions: take a ready hero"),
    Command("new", "", "leave this story, which is saved, and begin another"),
    Command("hall", "", "the heroes of finished stories"),
)  # commands that other faces have keys or pages for


def help_page(storyteller: str) -> Iterator[str]:
    """What can be typed, where this storyteller tells."""
    yield "Type the number of a choice, or say in your own words what you do."
    for command in (*COMMANDS, *OWN):
        if command.name == "settings" or (command.name == "retell" and storyteller == "storybook"):
            continue
        yield f"/{command.name} {command.argument}".rstrip() + f": {command.about}"


def sheet_page(state: GameState, money: str) -> Iterator[str]:
    """The hero. ``money``: what it is called in this world."""
    sheet = state.character_sheet
    if sheet is None:
        yield "You are nobody yet. Answer the questions, and you will be somebody."
        return
    yield f"{sheet.name}, {sheet.ancestry_name} {sheet.calling_name}, level {sheet.level}"
    yield f"Health: {state.health_current} of {state.health_max}. Purse: {state.gold} {money}."
    yield ", ".join(
        f"{ability.value.title()} {score} ({_signed(sheet.modifier(ability))})"
        for ability, score in sheet.abilities.items()
    )
    yield f"Weapon: {sheet.arms.weapon}, {sheet.arms.dice}. Armour class: {sheet.arms.armour_class}."
    for power, left in state.powers_left.items():
        yield f"{power.title}: {left} of {sheet.powers[power]} left until you rest"
    if sheet.motive_text:
        yield f"Why you go: {sheet.motive_text}"
    yield from carried(state)


def _signed(value: int) -> str:
    return f"minus {-value}" if value < 0 else f"plus {value}"


def carried(state: GameState) -> Iterator[str]:
    """What the hero has."""
    if not state.inventory:
        yield "You carry nothing but your weapon."
    for item in state.inventory.values():
        count = f", {item.count} of them" if item.count > 1 else ""
        yield f"You carry {item.name}{count}" + (f": {item.about}" if item.about else "")


def quest_page(record: RunRecord) -> Iterator[str]:
    """What the hero has set out to do, could do, and has done."""
    state = record.state
    quest = state.active_quest
    titles = quest_titles(record)
    for ident in state.completed_quests:
        yield f"Done: {titles.get(ident, ident)}"
    if quest is None:
        yield "You have not set out to do anything yet."
        for offer in state.pending_quest_options:
            yield f"Offered: {offer.title}. {offer.pitch}"
        return
    yield quest.title
    yield quest.pitch
    yield from _objectives(quest)
    for clock in state.clocks.values():
        yield f"{clock.name}: {clock.filled} of {clock.segments}"
    yield f"Turn {state.adventure_turn} of {state.max_turns}: {ARC[state.adventure_phase]}."


def _objectives(quest: Quest) -> Iterator[str]:
    for objective in quest.objectives:
        done = "done" if objective.complete else f"{objective.done} of {objective.count}"
        yield f"{objective.text}: {done}"


def journal_page(state: GameState) -> Iterator[str]:
    """Who the hero has met, what was promised, what is known."""
    if not (state.people or state.facts):
        yield "Your journal is empty so far."
    for person in state.people.values():
        yield _about(person)
        for promise in person.promises:
            yield f"You promised {person.name}: {promise.what} ({_standing(promise)})"
    if state.known_places:
        known = len(state.known_places)
        places = "one place" if known == 1 else f"{known} places"
        yield f"You have been in {places}; /map names what you know."
    for fact in list(state.facts.values())[-LEARNED:]:
        yield f"You know: {fact.text}"
    for moment in state.adventure_moments:
        yield f"Turn {moment.turn}: {moment.text}"


def _about(person: Person) -> str:
    who = f", {person.who}" if person.who else ""
    regard = "thinks well of you" if person.regard > 0 else "thinks ill of you" if person.regard < 0 else ""
    rest = "; ".join(filter(None, (regard, person.gone)))
    return f"{person.name}{who}" + (f": {rest}" if rest else "")


def _standing(promise: Promise) -> str:
    return {None: "still open", True: "kept", False: "broken"}[promise.kept]


def dice_page(record: RunRecord, line_of: Line) -> Iterator[str]:
    """Every die of the last turn that had any part in the story."""
    *_, (_, entries) = chapters(record, line_of)
    rolled = [entry.text for entry in entries if entry.sort == "dice"]
    yield from rolled or ["No dice were rolled in the last turn."]


def map_page(spots: Sequence[Spot]) -> Iterator[str]:
    """The places, each with the ways that lead on from it. Said in words: a drawing can't be read out."""
    line: list[str] = []
    for spot in spots:
        depth = len(spot.branch) // 3
        del line[depth:]
        where = f"from {line[-1] or 'there'}, {spot.way}: " if line else ""
        also = f" Also to {', '.join(spot.others)}." if spot.others else ""
        yield f"{where}{spot.name or 'not seen yet'}{', where you are' if spot.here else ''}.{also}"
        line.append(spot.name)
    if not spots:
        yield "You have been nowhere yet."


def hall_page(service: GameSessionService) -> Iterator[str]:
    """Who came to an end, and what is said of them. Blocking."""
    heroes = list(hall(service))
    for hero in heroes:
        deeds = "".join(f" {deed}" for deed in hero.deeds)
        yield f"{hero.hero}, {hero.who}. {hero.fate}.{deeds} {hero.turns} turns; {hero.run}"
    if not heroes:
        yield "Nobody yet. A story has to end before its hero is spoken of."


def found(record: RunRecord, words: str, line_of: Line) -> Iterator[str]:
    """Where words stand in the story, the last first."""
    if not words:
        raise Impossible("Which words?", "For example: /find the bridge")
    sought = " ".join(words.lower().split())
    lines = [
        f"turn {turn.revision}, {entry.label}: {entry.text}"
        for turn, entries in chapters(record, line_of)
        for entry in entries
        if sought in " ".join(entry.text.lower().split())
    ]
    yield from lines[: -FOUND - 1 : -1]
    if len(lines) > FOUND:
        yield f"and {len(lines) - FOUND} times before that"
    if not lines:
        yield "nowhere in this story"


def fight_line(state: GameState) -> Iterator[str]:
    """How a fight stands."""
    if state.combat_state:
        foes = "; ".join(
            f"{f.name} {f.health} of {f.health_max}, {INTENTS[f.tactic]}" for f in state.combat_state.standing
        )
        yield f"you {state.health_current} of {state.health_max}; {foes}"
