"""How each thing that happens is set in type: speeches, deeds, dice, changes, notices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual.content import Content

from pocket_portals.errors import PortalsError
from pocket_portals.rules.dice import Roll
from pocket_portals.rules.events import (
    HERO,
    AdventureCompleted,
    AttackRolled,
    CheckRolled,
    CombatBegun,
    CombatEnded,
    DamageRolled,
    EpilogueBegun,
    Event,
    GoldChanged,
    HealthChanged,
    PlaceEntered,
    SceneEntered,
)
from pocket_portals.rules.state import Degree, GameState, Speech, Voice
from pocket_portals.session.transcript import LABELS, VERDICTS, Entry, entry_of, reason
from pocket_portals.tui.leaf import Paragraph, paragraphs, plain
from pocket_portals.tui.wording import CLOSURES, Setting, capital, difficulty

SOON = 80  # characters in which a speech may name who speaks
MARGIN = 4  # cells that dice and changes stand in from the text
UNNAMED = (Voice.NARRATOR, Voice.CHRONICLER)

_DEED, _NOTICE = plain("›", "$accent"), plain("·", "$accent")  # one of each for thousands of lines

DEGREES: dict[Degree, str] = {
    Degree.STRONG: "bold $good",
    Degree.SUCCESS: "$good",
    Degree.SETBACK: "$warn",
    Degree.DISASTER: "bold $bad",
}


def deed(text: str) -> Paragraph:
    """What the player did: quiet, so that the story stands out."""
    return Paragraph(plain(text, "italic $quiet"), 2, mark=_DEED, opens=True)


def echo(text: str) -> Paragraph:
    """How the player's words were understood."""
    return Paragraph(plain(text, "$quiet"), MARGIN, tight=True, opens=True)


def notice(text: str) -> Paragraph:
    """A word from the game itself, not from the story."""
    return Paragraph(plain(text, "$quiet"), 2, tight=True, mark=_NOTICE)


def trouble(error: PortalsError) -> Paragraph:
    """What went wrong and what to do next, on one quiet line."""
    words = Content.assemble((error.message, ""), (f" {error.hint}", "$quiet"))
    return Paragraph(words, 2, tight=True, mark=plain("!", "bold $bad"))


def heading(text: str) -> Paragraph:
    """A place, as a chapter names it."""
    return Paragraph(plain(text.upper(), "bold $accent"), opens=True)


BREAK = Paragraph(plain("·  ·  ·", "$quiet"), MARGIN, opens=True)  # another scene begins


def following(before: Sequence[Paragraph], lines: list[Paragraph]) -> list[Paragraph]:
    """Lines as they follow others: where something begins anyway, no break says so."""
    return [] if lines == [BREAK] and (not before or before[-1].opens) else lines


def speaker(words: Speech) -> str:
    """Who is named beside a speech; nobody where the narrator speaks."""
    if words.voice in UNNAMED and not words.speaker:
        return ""
    return words.speaker or LABELS[words.voice]


def speech(words: Speech, after: Speech | None = None, shown: int | None = None) -> list[Paragraph]:
    """What a voice said. The narrator's is the page itself; others are set in, and named where they begin.

    A speech that names its speaker soon itself needs no name before it. ``shown``: as many of its characters.
    """
    label = speaker(words)
    text = words.text[:shown]
    if not label:
        return paragraphs(text)
    style = "$quiet" if words.voice is Voice.KEEPER else ""
    said = paragraphs(text, style, indent=2)
    if not said or (after and speaker(after) == label) or _names_itself(words):
        return said
    first = said[0]
    return [
        Paragraph(Content.assemble((label, "bold $accent"), "  ", first.text), first.indent, first.gap),
        *said[1:],
    ]


def told_again(entry: Entry) -> list[Paragraph]:
    """A line of a scene that is told once more."""
    if entry.voice:
        name = "" if entry.label == LABELS[entry.voice] else entry.label
        return speech(Speech(voice=entry.voice, text=entry.text, speaker=name))
    if entry.sort == "action":
        return [deed(entry.text)]
    return [notice(entry.text if entry.sort != "echo" else f"{entry.label}: {entry.text}")]


def _names_itself(words: Speech) -> bool:
    first = words.speaker.split(" ")[0]
    return bool(first) and re.search(rf"\b{re.escape(first)}\b", words.text[:SOON]) is not None


def printed(event: Event, state: GameState, setting: Setting, tumble: int | None = None) -> list[Paragraph]:
    """The lines for a fact; none when it is not for the player's eyes. ``state`` is the one after it.

    While ``tumble`` counts, dice are still rolling and their verdict is not known.
    """
    match event:
        case CheckRolled():
            return _check(event, tumble)
        case AttackRolled():
            return _attack(event, state, tumble)
        case DamageRolled(roll=roll):
            total = [] if tumble is not None else [(f" = {roll.total}", "bold")]
            line = Content.assemble((f"{event.with_}  ", "$quiet"), _dice(roll, tumble), *total)
            return [Paragraph(line, MARGIN, tight=True)]
        case PlaceEntered(place=place):
            return [heading(setting.place(place))]
        case SceneEntered():
            return [BREAK]
        case HealthChanged(by=by, why=why) if by:
            sign, style = ("+", "$good") if by > 0 else ("−", "$bad")
            parts = [
                (f"{sign}{abs(by)} health", f"bold {style}"),
                (_after(why, by, f"{state.health_current} of {state.health_max}"), "$quiet"),
            ]
            return [Paragraph(Content.assemble(*parts), MARGIN, tight=True)]
        case GoldChanged(by=by, why=why) if by:
            text = f"{'+' if by > 0 else '−'}{abs(by)} {setting.money}"
            line = Content.assemble((text, "bold $warn"), (_after(why, by, str(state.gold)), "$quiet"))
            return [Paragraph(line, MARGIN, tight=True)]
        case EpilogueBegun():
            return [heading("Epilogue")]
        case AdventureCompleted():
            return [_colophon(state)]
        case CombatBegun():
            return _initiative(event, state)
        case CombatEnded():
            ending = entry_of(event, state)
            return [Paragraph(plain(ending.text.upper(), "bold $accent"))] if ending else []
        case _:
            return _other(event, state)


def _after(why: str, by: int, have: str) -> str:
    """What follows a gain or a loss: why, and what there is then."""
    return f"  {' · '.join(filter(None, (reason(why), have)))} {'now' if by > 0 else 'left'}"


def _other(event: Event, state: GameState) -> list[Paragraph]:
    line = entry_of(event, state)
    if line is None:
        return []
    if line.sort != "quest":
        return [Paragraph(plain(line.text, "$quiet"), MARGIN, tight=True)]
    words = Content.assemble((f"{line.label}  ", "$quiet"), line.text)
    return [Paragraph(words, MARGIN + 2, tight=True, mark=Content.assemble(" " * MARGIN, ("◆", "$accent")))]


def _colophon(state: GameState) -> Paragraph:
    """The last line of a story."""
    sheet = state.character_sheet
    who = f", {sheet.ancestry_name.lower()} {sheet.calling_name.lower()}" if sheet else ""
    how = f" {CLOSURES[state.closure]}." if state.closure else ""
    words = f"Here ends the story of {state.hero_name}{who}.{how}"
    return Paragraph(plain(words, "italic $quiet"), 2, mark=plain("◆", "$accent"))


def _check(event: CheckRolled, tumble: int | None) -> list[Paragraph]:
    edge = f", {event.why_edge}" if event.why_edge else ""
    head = Content.assemble(
        (event.ability.value.title(), "bold"), (f", {difficulty(event.dc)} ({event.dc}){edge}", "$quiet")
    )
    sum_ = _dice(event.roll, tumble)
    if tumble is None:
        style = DEGREES[event.degree]
        sum_ = Content.assemble(
            sum_, (" = ", "$quiet"), (str(event.roll.total), "bold"), "   ", (VERDICTS[event.degree], style)
        )
    return [Paragraph(head, MARGIN), Paragraph(sum_, MARGIN, gap=0, tight=True)]


def _attack(event: AttackRolled, state: GameState, tumble: int | None) -> list[Paragraph]:
    who = name(event.by, state)
    whom = f" → {name(event.target, state).lower()}" if event.by != HERO else ""
    edge = f", {event.why_edge}" if event.why_edge else ""
    head = Content.assemble(
        (who, "bold"), (f"{whom}, {event.with_} against {event.armour_class}{edge}", "$quiet")
    )
    sum_ = _dice(event.roll, tumble)
    if tumble is None:
        word, style = blow(event)
        parts: list[Content | tuple[str, str]] = [
            sum_, (" = ", "$quiet"), (str(event.roll.total), "bold"), (f"   {word}", style),
        ]  # fmt: skip
        if event.damage:
            parts += [("   ", ""), _dice(event.damage, None), (f" = {event.damage.total} damage", style)]
        sum_ = Content.assemble(*parts)
    return [Paragraph(head, MARGIN), Paragraph(sum_, MARGIN, gap=0, tight=True)]


def blow(event: AttackRolled) -> tuple[str, str]:
    """What came of an attack in a word, and its style."""
    style = "$quiet" if not event.hit else "$good" if event.by == HERO else "$bad"
    if event.critical:
        return "critical hit", f"bold {style}"
    return "hit" if event.hit else "miss", style


def _initiative(event: CombatBegun, state: GameState) -> list[Paragraph]:
    line: list[tuple[str, str]] = [("Initiative  ", "$quiet")]
    for who in event.combat.order:
        if roll := event.initiative.get(who):
            line += [(f"{name(who, state)} ", "bold" if who == HERO else ""), (f"{roll.total}   ", "$quiet")]
    return [
        Paragraph(plain("A FIGHT", "bold $accent"), opens=True),
        Paragraph(Content.assemble(*line), MARGIN, tight=True),
    ]


def _faces(roll: Roll, tumble: int | None) -> Content:
    """Every face as a small block; a discarded one is struck out."""
    blocks: list[Content] = []
    for index, die in enumerate(roll.dice):
        face = die.face if tumble is None else (tumble * 7 + index * 5 + die.face) % die.sides + 1
        kept = "bold $page on $accent" if die.kept or tumble is not None else "strike $quiet on $raised"
        blocks.append(Content.styled(f" {face} ", kept))
    return Content(" ").join(blocks)


def _dice(roll: Roll, tumble: int | None) -> Content:
    """The faces, then the modifiers by name."""
    parts: list[tuple[str, str]] = []
    if tumble is None:
        for modifier in roll.modifiers:
            sign = "−" if modifier.value < 0 else "+"
            parts.append((f" {sign} {abs(modifier.value)} {modifier.name}", "$quiet"))
        flat = roll.total - sum(d.face for d in roll.dice if d.kept) - sum(m.value for m in roll.modifiers)
        if flat:
            parts.append((f" {'−' if flat < 0 else '+'} {abs(flat)}", "$quiet"))
    return Content.assemble(_faces(roll, tumble), *parts)


def name(who: str, state: GameState) -> str:
    """What one who fights is called; ``state`` is one in which the fight is on."""
    if who == HERO:
        return "You"
    foe = state.combat_state.foe(who) if state.combat_state else None
    return capital(foe.name) if foe else who
