"""Where a turn stands, in words for a prompt: one text a part, each cut to its share of the budget."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pocket_portals.clean import clean_line
from pocket_portals.rules import pacing
from pocket_portals.rules.state import Exchange, GameState, Speech
from pocket_portals.story.memory import relevant, remembered, so_far
from pocket_portals.story.scope import present
from pocket_portals.story.storyteller import Outcome
from pocket_portals.worlds.schema import PersonDef, WorldDef

DEED_LENGTH = 400  # characters of the player's words
_TAGS = re.compile(r"[<>]")
Parts = dict[str, str]


def situation(
    world: WorldDef, state: GameState, room: Mapping[str, int], directives: Mapping[str, str], about: str
) -> Parts:
    """What holds whatever is told: hero, place, people, memory. ``room``: characters for each part.

    ``about``: the words of this turn, by which memory is searched.
    """
    here = present(world, state)
    known = [world.person[p] for p in sorted(here) if p in world.person]
    place = world.location.get(state.place)
    now = " ".join([about, place.name if place else "", *(p.name for p in known), _deeds(state)])
    turn = state.adventure_turn
    parts: Parts = {
        "hero": _hero(state, world),
        "place": f"{place.name}. {place.text.text}" if place else "",
        "arc": _arc(state, directives),
        "quest": _quest(state),
        "people": "\n".join(_person(p, state) for p in known),
        "away": ", ".join(p.name for p in state.people.values() if p.gone),
        "memory": "\n".join(
            f"- {r.text}" for r in relevant(remembered(state), now, turn, room.get("memory", 0))
        ),
        "story": "\n".join(so_far(state, now, room.get("story", 0))),
        "turns": _turns(state.conversation_history, room.get("turns", 0)),
        "offered": "\n".join(f"{n}. {c.label}" for n, c in enumerate(state.current_choices, start=1)),
    }
    return parts


def decided(outcome: Outcome, state: GameState, degrees: Mapping[str, str]) -> Parts:
    """What this turn is: the player's deed, how it went, what became true."""
    went = ""
    if outcome.degree:
        went = f"{outcome.degree.value}: {degrees.get(outcome.degree.value, '')}."
    picked, offered = outcome.intent.choice, state.current_choices  # as they were, until the turn is settled
    chosen = picked is not None and picked < len(offered)
    said = offered[picked].label if chosen and picked is not None else outcome.intent.said
    fight = state.combat_state
    standing = [f"{f.name} still stands" for f in fight.standing] if fight else []
    return {
        "deed": quoted(said),
        "outcome": went,
        "facts": "\n".join(f"- {fact}" for fact in (*outcome.facts, *standing)),
    }


def quoted(said: str) -> str:
    """The player's words as data: one line between tags that they can't close."""
    return f"<player>{_TAGS.sub('', clean_line(said, DEED_LENGTH))}</player>" if said else ""


def told(speeches: Iterable[Speech]) -> str:
    """Speeches as a script."""
    return "\n".join(f"{s.speaker or s.voice.value}: {s.text}" for s in speeches)


def cut(text: str, room: int) -> str:
    """At most ``room`` characters, ended at a word."""
    if len(text) <= room:
        return text
    return text[: max(0, room - 1)].rsplit(" ", 1)[0].rstrip() + "…" if room > 1 else ""


def _hero(state: GameState, world: WorldDef) -> str:
    sheet = state.character_sheet
    if sheet is None:
        return f"Not made yet. Said so far: {quoted(state.character_description)}"
    keepsake = next((k.name for k in world.keepsakes if k.id == sheet.keepsake), "")
    has = [*(i.name for i in state.inventory.values()), sheet.arms.weapon, sheet.arms.armour, keepsake]
    hurt = "hurt" if state.health_current * 2 < state.health_max else "sound"
    about = f"{sheet.name}, {sheet.ancestry_name} {sheet.calling_name}, {hurt}. {sheet.motive_text}"
    return f"{about} Has: {', '.join(filter(None, has))}."


def _arc(state: GameState, directives: Mapping[str, str]) -> str:
    word = pacing.directive(state)
    urgency = "high" if pacing.urgency(state) > 0.7 else "middling" if pacing.urgency(state) > 0.35 else "low"
    return f"{state.adventure_phase.value}; {word}: {directives.get(word, '')}. Urgency {urgency}."


def _quest(state: GameState) -> str:
    quest = state.active_quest
    if quest is None:
        return ""
    open_ = [o.text for o in quest.objectives if not o.complete]
    clocks = [f"{c.name}: {'come to pass' if c.full else 'drawing nearer' if c.filled else 'far off'}"
              for c in state.clocks.values()]  # fmt: skip
    return f"{quest.title}. {quest.pitch} Still to do: {'; '.join([*open_, *clocks])}."


def _person(person: PersonDef, state: GameState) -> str:
    met = state.people.get(person.id)
    regard = 0 if met is None else met.regard
    feels = " Likes the hero." if regard > 0 else " Has something against the hero." if regard < 0 else ""
    return f"- {person.name} ({person.pronouns}), {person.who}. {person.voice} Wants: {person.wants}{feels}"


def _turns(history: Iterable[Exchange], room: int) -> str:
    """The last turns, the newest whole, older ones as far as there is room."""
    found: list[str] = []
    for exchange in reversed(tuple(history)):
        said = "" if exchange.action.isdecimal() else quoted(exchange.action)
        text = f"{said}\n{told(exchange.speeches)}".strip()
        if len(text) > room:
            if not found:
                found.append(cut(text, room))
            break
        found.append(text)
        room -= len(text) + 1
    return "\n".join(reversed(found))


def _deeds(state: GameState) -> str:
    return " ".join(e.action for e in state.conversation_history[-2:])
