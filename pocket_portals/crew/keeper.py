"""The Keeper's side of an answer: what a model reads or offers becomes a fair deed, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pocket_portals.crew.answers import Aftermath, Deed, Reading
from pocket_portals.crew.checks import claims
from pocket_portals.crew.prompts import FREE
from pocket_portals.rules.checks import chance, edge_of
from pocket_portals.rules.events import Event, NoteSettled, NoteTaken, StoryLineAdded
from pocket_portals.rules.memory import Note
from pocket_portals.rules.state import CheckSpec, Choice, GameState, Phase, Verb
from pocket_portals.story import fight_intent, perils
from pocket_portals.story.intent import attempt, attempt_of
from pocket_portals.story.lexicon import content, tokens
from pocket_portals.story.memory import remembered, told_promises
from pocket_portals.story.scope import named, scope_of
from pocket_portals.story.storyteller import Intent
from pocket_portals.worlds.scenes import DIFFICULTY, SceneDef
from pocket_portals.worlds.schema import WorldDef

MOST_WORDS = 8  # of a deed offered; six are asked for
NEW_NOTES = 3  # a turn
MOST_PROMISES = 5  # that a turn can settle one of
_OUT_OF_FIGHT = frozenset((Verb.REST, Verb.PRESS_ON))
_PLAIN = {Verb.FIGHT: "attack", Verb.MAGIC: "use", Verb.PRAY: "use", Verb.TAKE: "use"}
_TEXT = re.compile(r"[A-Za-z][\w ,'’()-]*")


def near(state: GameState, world: WorldDef) -> str:
    """What words may be about, by name: features and ways; in a fight foes, powers, things, surroundings."""
    scope = scope_of(world, state)
    found = {*scope.features.values(), *(world.location[p].name for p in scope.places.values())}
    return ", ".join(_in_reach(state, world) if state.combat_state else sorted(found))


def intent_of(reading: Reading, heard: Intent, state: GameState, world: WorldDef) -> Intent:
    """The intent that a reading comes to; the one that was heard where it names what is not there."""
    if state.combat_state:
        return _in_a_fight(reading, heard, state, world)
    if state.phase is Phase.QUEST and reading.sort != "choice":
        return heard  # at the table one can take a quest up or talk
    scope = scope_of(world, state)
    sort, ident = scope.target(named(tokens(reading.target), scope, state, world))
    target = f"{sort}:{ident}" if ident else ""
    match reading.sort:
        case "choice" if 1 <= reading.choice <= len(state.current_choices):
            choice = state.current_choices[reading.choice - 1]
            return heard.having(
                kind="choice",
                choice=reading.choice - 1,
                verb=choice.verb,
                ability=choice.check.ability if choice.check else None,
                dc=choice.check.dc if choice.check else None,
                echo=choice.label,
            )
        case "move" if place := scope.place_named(tokens(reading.target)):
            name = world.location[place].name
            return heard.having(kind="move", verb=Verb.MOVE, target=place, echo=f"You set out for {name}")
        case "question" if target:
            return heard.having(kind="question", verb=Verb.TALK, target=target, echo="")
        case "deed":
            return _deed(reading, heard, target, state, world)
        case _:
            return heard


def _in_reach(state: GameState, world: WorldDef) -> list[str]:
    fight = state.combat_state
    if fight is None:
        return []
    powers = [power.title for power, left in state.powers_left.items() if left > 0]
    things = [item.name for item in state.inventory.values() if item.heal or item.harm]
    around = [f.say for f in world.encounter[fight.encounter].surroundings if f.id not in fight.used]
    return [*(foe.name for foe in fight.standing), *powers, *things, *around]


def _in_a_fight(reading: Reading, heard: Intent, state: GameState, world: WorldDef) -> Intent:
    """The deed of a fight that a reading comes to: said again in the few words that a fight knows for sure.

    So a foe that is not there, a power that is spent, a thing that is not held are not heard there either.
    """
    offered = state.current_choices
    if reading.sort == "choice" and 1 <= reading.choice <= len(offered):
        plain = str(reading.choice)
    elif reading.sort == "move":
        plain = Verb.FLEE.value
    elif reading.verb in _OUT_OF_FIGHT:
        return heard
    else:
        verb = Verb.LOOK if reading.sort == "question" else reading.verb
        aim = content(reading.target)
        reach = [name for name in _in_reach(state, world) if aim & content(name)]
        target = max(reach, key=lambda name: len(aim & content(name)), default="")
        plain = f"{_PLAIN.get(verb, verb.value) if target else verb.value} {target}"
    meant = fight_intent.hear(plain, state, world)
    if meant.kind != "nothing" and not meant.target.startswith("fight:improvise"):
        return meant.having(said=heard.said)
    if heard.kind != "attempt":
        heard = fight_intent.improvised(heard.said, reading.verb, state, world)
    ability = reading.ability or heard.ability
    if ability is None:
        return heard
    deed = heard.echo.split(" · ")[0]
    echo = f"{deed} · {ability.value.title()}, DC {heard.dc}"
    return heard.having(verb=reading.verb, ability=ability, echo=echo)


def _deed(reading: Reading, heard: Intent, target: str, state: GameState, world: WorldDef) -> Intent:
    verb = reading.verb if reading.verb in FREE else heard.verb
    read = attempt(heard.said, verb, target, state, world)
    ability, dc = reading.ability or read.ability, DIFFICULTY[reading.difficulty]
    if ability is None:
        return read
    stake = "" if claims(reading.stake) else reading.stake.rstrip(".")
    deed = read.echo.split(" · ")[0]
    echo = f"{deed} · {ability.value.title()}, DC {dc}" + (f" ({stake})" if stake else "")
    return read.having(ability=ability, dc=dc, stake=stake, echo=echo)


def choices(
    deeds: Iterable[Deed], state: GameState, world: WorldDef, offered: Iterable[Choice]
) -> Iterator[Choice]:
    """The deeds that may be offered: fair checks, of a class that is free, unlike what is offered already."""
    taken = [content(choice.label.split(" (")[0]) for choice in offered]
    sheet, (edge, _) = state.hero, edge_of(state)
    for deed in deeds:
        say = deed.say.strip(" .!")
        words = content(say)
        written = attempt_of(world, deed.verb)
        ability = deed.ability or (written.ability if written else None)
        if deed.verb not in FREE or ability is None or not _can_be_offered(say):
            continue
        if any(_alike(words, other) for other in taken):
            continue
        taken.append(words)
        dc = DIFFICULTY[deed.difficulty]
        stake = "" if claims(deed.stake) else deed.stake.rstrip(".")
        note = " · ".join(filter(None, (f"{chance(sheet, ability, dc, edge)}%", stake)))
        yield Choice(
            label=say[0].upper() + say[1:], verb=deed.verb, check=CheckSpec(ability=ability, dc=dc), note=note
        )


def lures(after: Aftermath, dangers: Sequence[SceneDef]) -> Iterator[Choice]:
    """The ways to dangers that may be offered: those that are in reach, in words that decide nothing."""
    for lure in after.lures:
        say = lure.say.strip(" .!")
        if lure.danger <= len(dangers) and _can_be_offered(say):
            yield perils.offered(dangers[lure.danger - 1], say[0].upper() + say[1:])


def _can_be_offered(say: str) -> bool:
    short = bool(content(say)) and len(say.split()) <= MOST_WORDS
    return short and bool(_TEXT.fullmatch(say)) and not claims(say)


def _alike(words: set[str], other: set[str]) -> bool:
    return len(words & other) * 3 >= len(words | other) * 2


def open_promises(state: GameState) -> list[str]:
    """The promises that a turn may settle, by id, as they are numbered for the storyteller."""
    return told_promises(state)[-MOST_PROMISES:]


def proposals(after: Aftermath, state: GameState) -> Iterator[Event]:
    """What is to be remembered, as events that the rules accept or refuse; nothing that is known already."""
    turn = state.adventure_turn
    known = [content(entry.text) for entry in remembered(state)]
    for number, told in enumerate(after.remember[:NEW_NOTES]):
        words = content(f"{told.about} {told.text}")
        if words and not claims(told.text) and not any(_alike(words, other) for other in known):
            known.append(words)
            note = Note(kind=told.kind, about=told.about, text=told.text, turn=turn)
            yield NoteTaken(id=f"told-{state.revision}-{number}", note=note)
    promises = open_promises(state)
    for settled in after.settled:
        if settled.promise <= len(promises):
            yield NoteSettled(id=promises[settled.promise - 1], kept=settled.kept)
    if after.happened and not claims(after.happened):
        yield StoryLineAdded(text=after.happened)
