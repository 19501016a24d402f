"""A turn as lines to read: what every face, export and spectator shows, from the same events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from pocket_portals.rules.checks import EDGE
from pocket_portals.rules.dice import Roll
from pocket_portals.rules.events import (
    HERO,
    AttackRolled,
    CheckRolled,
    ClimaxReached,
    ClockTicked,
    CombatBegun,
    CombatEnded,
    CreationTurnSet,
    DamageRolled,
    Event,
    FactLearned,
    FoeHurt,
    GoldChanged,
    HealthChanged,
    ItemGained,
    ItemLost,
    LevelGained,
    ObjectiveAdvanced,
    PromiseMade,
    PromiseResolved,
    QualityChanged,
    QuestAccepted,
    QuestCompleted,
    QuestLost,
    QuestsOffered,
    Rested,
    TurnAdvanced,
)
from pocket_portals.rules.fighters import Tactic
from pocket_portals.rules.fold import apply
from pocket_portals.rules.state import RUMOUR, ArcPhase, Choice, Degree, GameState, Speech, Voice
from pocket_portals.rules.values import Value
from pocket_portals.session.journal import RunRecord, Turn, replay
from pocket_portals.session.reading import Passage, read
from pocket_portals.story.storyteller import Intent

LAST_TURNS = 5  # it is said when as many are left

EMPHASIS = re.compile(r"\*([^*\n]+)\*")  # how the storytellers' words stress one of them

LABELS: dict[Voice, str] = {
    Voice.NARRATOR: "Narrator",
    Voice.KEEPER: "Keeper",
    Voice.JESTER: "Jester",
    Voice.INNKEEPER: "Innkeeper",
    Voice.INTERVIEWER: "Interviewer",
    Voice.QUEST_DESIGNER: "Quest",
    Voice.CHRONICLER: "Chronicler",
}


INTENTS: dict[Tactic, str] = {
    Tactic.STRIKE: "moves in to strike",
    Tactic.HEAVY: "a heavy blow is coming",
    Tactic.WIND_UP: "winds up: no blow yet",
    Tactic.GUARD: "keeps its guard up",
    Tactic.HOWL: "draws breath to call for help",
    Tactic.HEX: "gathers a hex",
    Tactic.FLEE: "looks for a way out",
    Tactic.REEL: "reels, wide open",
}


ARC: dict[ArcPhase, str] = {
    ArcPhase.SETUP: "the beginning",
    ArcPhase.RISING: "rising",
    ArcPhase.MIDPOINT: "the turn",
    ArcPhase.CLIMAX: "the climax",
    ArcPhase.DENOUEMENT: "the homecoming",
}


VERDICTS: dict[Degree, str] = {
    Degree.STRONG: "strong success",
    Degree.SUCCESS: "success",
    Degree.SETBACK: "setback",
    Degree.DISASTER: "disaster",
}


class Entry(Value):
    """One line or paragraph of a transcript, and what sort of thing it is."""

    sort: Literal["action", "echo", "dice", "change", "quest", "fight", "speech"]
    label: str
    text: str
    voice: Voice | None = None


Line: TypeAlias = Callable[[Event, GameState], Entry | None]  # a fact in a face's words, or none

_IDENT = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)+")  # what packs call things, and nobody else does


def reason(why: str) -> str:
    """Why something changed, in words; empty where only the pack's own name for it is known."""
    return "" if _IDENT.fullmatch(why) else why


def arithmetic(roll: Roll) -> str:
    """``14 + 2 Cha`` or ``[4] 14 + 2 Cha``: every face, the dropped ones in brackets."""
    kept = " + ".join(str(d.face) for d in roll.dice if d.kept)
    dropped = "".join(f"[{d.face}] " for d in roll.dice if not d.kept)
    parts = [f"{'-' if m.value < 0 else '+'} {abs(m.value)} {m.name}" for m in roll.modifiers]
    flat = roll.total - sum(d.face for d in roll.dice if d.kept) - sum(m.value for m in roll.modifiers)
    if flat:
        parts.append(f"{'-' if flat < 0 else '+'} {abs(flat)}")
    return dropped + " ".join([kept, *parts])


def stakes(choice: Choice) -> str:
    """What stands beside a choice: its check, the odds, the price. Empty when nothing is at stake."""
    check = f"{choice.check.ability.value.title()}, DC {choice.check.dc}" if choice.check else ""
    return ", ".join(filter(None, (check, choice.note)))


def check_line(event: CheckRolled) -> str:
    """``Charisma DC 12: 14 + 2 Cha = 16, success``."""
    edge = f" ({event.why_edge})" if event.why_edge else ""
    return (
        f"{event.ability.value.title()}, DC {event.dc}{edge}: {arithmetic(event.roll)} = {event.roll.total}"
        f" · {event.degree.value}"
    )


def _foe_name(state: GameState, ident: str) -> str:
    if ident == HERO:
        return "you"
    foe = state.combat_state.foe(ident) if state.combat_state else None
    return foe.name if foe else ident


def entry_of(event: Event, state: GameState) -> Entry | None:
    """The line for a fact, or None when it is not for the player's eyes. ``state`` is the one after it."""
    match event:
        case CheckRolled():
            return Entry(sort="dice", label="Dice", text=check_line(event))
        case AttackRolled(roll=roll):
            who = _foe_name(state, event.by)
            verdict = "critical hit" if event.critical else "hit" if event.hit else "miss"
            harm = f", {arithmetic(event.damage)} = {event.damage.total} damage" if event.damage else ""
            text = (
                f"{who[0].upper()}{who[1:]} ({event.with_}) against {event.armour_class}: {arithmetic(roll)}"
                f" = {roll.total} · {verdict}{harm}"
            )
            return Entry(sort="dice", label="Dice", text=text)
        case DamageRolled(roll=roll):
            return Entry(sort="dice", label="Dice", text=f"{event.with_}: {arithmetic(roll)} = {roll.total}")
        case CombatBegun(combat=combat, initiative=initiative):
            rolls = ", ".join(
                f"{_foe_name(state, who)} {initiative[who].total}"
                for who in combat.order
                if who in initiative
            )
            return Entry(sort="dice", label="Dice", text=f"Initiative: {rolls}")
        case HealthChanged(by=by, why=why):
            left = f"{state.health_current}/{state.health_max}"
            because = f" ({reason(why)})" if reason(why) else ""
            text = f"{'+' if by > 0 else '−'}{abs(by)} health{because} · {left}"
            return Entry(sort="change", label="Change", text=text) if by else None
        case FoeHurt(by=by):
            foe = state.combat_state.foe(event.foe) if state.combat_state else None
            if not foe or not by:
                return None
            left = "down" if foe.health == 0 else f"{foe.health}/{foe.health_max}"
            return Entry(sort="fight", label="Change", text=f"{foe.name}: −{by} · {left}")
        case GoldChanged(by=by):
            # What money is called is the world's to say, and is not in the journal.
            text = f"Purse: {'+' if by > 0 else '−'}{abs(by)} · {state.gold} {'now' if by > 0 else 'left'}"
            return Entry(sort="change", label="Change", text=text)
        case ItemGained(item=item):
            count = f" ×{item.count}" if item.count > 1 else ""
            return Entry(sort="change", label="Change", text=f"You now carry {item.name}{count}")
        case ItemLost(id=ident):
            return Entry(sort="change", label="Change", text=f"You no longer carry: {event.why or ident}")
        case CreationTurnSet(turn=5):
            sheet = state.hero
            who = f"{sheet.ancestry_name} {sheet.calling_name}".lower()
            text = f"You are {sheet.name}, {who}. {sheet.motive_text}".rstrip()
            return Entry(sort="quest", label="Hero", text=text)
        case QualityChanged(name=name, by=by) if name == EDGE and by > 0:
            return Entry(
                sort="change", label="Change", text="You have made an opening: advantage on your next throw"
            )
        case TurnAdvanced() if state.max_turns - state.adventure_turn == LAST_TURNS:
            text = f"The day is nearly done: {LAST_TURNS} more turns, and it ends as it stands then"
            return Entry(sort="quest", label="Story", text=text)
        case LevelGained():
            return Entry(sort="change", label="Change", text=f"You have grown: level {state.hero.level}")
        case Rested():
            return Entry(sort="change", label="Change", text="You rest; your powers return")
        case ClockTicked(id=ident, by=by) if ident in state.clocks:
            clock = state.clocks[ident]
            text = f"{clock.name}: {clock.filled} of {clock.segments}"
            return Entry(sort="change", label="Change", text=text)
        case PromiseMade(what=what):
            return Entry(sort="quest", label="Promise", text=f"You promised: {what}")
        case PromiseResolved(promise=ident, kept=kept):
            what = state.promises[ident].what
            return Entry(sort="quest", label="Promise", text=f"{'Kept' if kept else 'Broken'}: {what}")
        case FactLearned(id=ident, text=text):
            if ident.startswith(RUMOUR):  # told in full a line later
                return None
            return Entry(sort="quest", label="Learned", text=text)
        case QuestAccepted():
            quest = state.active_quest
            return Entry(sort="quest", label="Quest", text=f"Accepted: {quest.title}") if quest else None
        case ObjectiveAdvanced(objective=ident):
            return _objective(state, ident)
        case QuestCompleted():
            return Entry(sort="quest", label="Quest", text="Completed")
        case QuestLost():
            return Entry(sort="quest", label="Quest", text="Lost")
        case ClimaxReached():
            return Entry(sort="quest", label="Story", text="It has come to the point")
        case CombatEnded(result=result):
            words = {"won": "The fight is won", "talked": "The fight is talked down", "fled": "You got away",
                     "fallen": "You fall"}  # fmt: skip
            return Entry(sort="fight", label="Fight", text=words[result])
        case _:
            return None


def _objective(state: GameState, ident: str) -> Entry | None:
    quest = state.active_quest
    objective = next((o for o in quest.objectives if o.id == ident), None) if quest else None
    if objective is None:
        return None
    count = f" ({objective.done}/{objective.count})" if objective.count > 1 else ""
    text = f"{'Done' if objective.complete else 'Progress'}: {objective.text}{count}"
    return Entry(sort="quest", label="Quest", text=text)


def speech_entry(speech: Speech) -> Entry:
    """The paragraph for what a voice said."""
    label = speech.speaker or LABELS[speech.voice]
    return Entry(sort="speech", label=label, text=speech.text, voice=speech.voice)


def narrated(entry: Entry) -> bool:
    """Whether it is the narrator's own: what a person answers stands under their name."""
    return entry.voice is Voice.NARRATOR and entry.label == LABELS[Voice.NARRATOR]


def understood(intent: Intent) -> str:
    """What words were taken to mean; empty for a choice picked by its number, which means itself."""
    return "" if picked(intent) else intent.echo


def picked(intent: Intent) -> bool:
    """Whether a deed was taken by its number."""
    return intent.choice is not None and intent.said.strip(" .)#").isdecimal()


def intent_entries(intent: Intent, before: GameState) -> Iterator[Entry]:
    """What the player did, and what it was taken to mean where that is not the same."""
    if picked(intent) and intent.choice is not None and intent.choice < len(before.current_choices):
        yield Entry(sort="action", label="You", text=before.current_choices[intent.choice].label)
        return
    if intent.said:
        yield Entry(sort="action", label="You", text=intent.said)
    if intent.echo:
        yield Entry(sort="echo", label="Keeper", text=intent.echo)


def entries(before: GameState, turn: Turn, line_of: Line = entry_of) -> Iterator[Entry]:
    """A whole turn, in the order in which it was read.

    ``line_of``: a face's own words for a fact.
    """
    if turn.number and turn.intent:
        yield from intent_entries(turn.intent, before)
    for part in read(before, turn):
        if isinstance(part, Passage):
            yield speech_entry(part.speech)
        elif line := line_of(part.event, part.state):
            yield line


def chapters(record: RunRecord, line_of: Line = entry_of) -> Iterator[tuple[Turn, list[Entry]]]:
    """The living story, turn by turn, as entries. ``line_of``: a face's own words for a fact."""
    story = record.story
    state = story[0].events[0].state() if story[0].events[0].kind == "run_begun" else record.state
    for index, turn in enumerate(story):
        yield turn, list(entries(state, turn, line_of))
        state = replay(story[: index + 1]) if turn.rewinds_to is not None else _after(state, turn)


def quest_titles(record: RunRecord) -> dict[str, str]:
    """The titles of all quests that were ever offered, by id; a finished one is no longer in the state."""
    events = (event for turn in record.story for event in turn.events)
    return {q.id: q.title for event in events if isinstance(event, QuestsOffered) for q in event.quests}


def _after(state: GameState, turn: Turn) -> GameState:
    for event in turn.events:
        if event.kind != "run_begun":
            state = apply(state, event)
    return state
