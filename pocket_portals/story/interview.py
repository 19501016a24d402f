"""Making a hero: what was said at the table, read into a sheet."""

from __future__ import annotations

import re

from pocket_portals.clean import clean_line
from pocket_portals.rules.dice import Stream
from pocket_portals.rules.events import (
    CreationTurnSet,
    DescriptionSet,
    PhaseSet,
    PlaceEntered,
    QualityChanged,
    SheetSet,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import ARMS, STARTING_GOLD, Ancestry, Calling, CharacterSheet, ability_scores
from pocket_portals.rules.state import Choice, GameState, Item, Phase, Verb, Voice
from pocket_portals.story import ordinals
from pocket_portals.story.consequences import carry, meet
from pocket_portals.story.lexicon import NOISE, stem, tokens
from pocket_portals.story.storyteller import Intent, Outcome, Piece
from pocket_portals.story.wording import Wording, base_slots
from pocket_portals.worlds.schema import Concept, WorldDef

QUESTIONS = 4
CONCEPTS = 3  # offered with each question
ANSWER = 300  # characters kept of each answer

ACCEPT, REROLL, CHANGE = "hero:accept", "hero:reroll", "hero:change"
_REROLLS = "engine.rerolls"

_WORD = r"[^\W\d_][\w'-]*"
_GIVEN = re.compile(
    rf"\b(?:named|called|name is|name's|name:|call me|known as)\s+({_WORD}(?:\s+{_WORD})*)",
    re.IGNORECASE,
)
_SELF = re.compile(
    rf"\b(?:i am|i'm|im)\s+({_WORD}(?:\s+(?:of\s+the\s+|of\s+|the\s+)?{_WORD})*)", re.IGNORECASE
)
_ASKS = re.compile(  # asked back at the table: "what can I be?"
    r"^(?:help|huh|pardon|sorry|repeat|(?:come|say (?:that|it)) again)\b[^.!]*\??$"
    r"|^(?:what|who are you|how (?:do|can)|can i|do i)\b[^.!]*\??$"
    r"|^[^.!]*\b(?:what|who|how|which)\b[^.!]*\?$"
)
_AGREES = frozenset(
    "accept yes ok okay y yep yup yeah sure good ready skip fine great perfect nice begin start go done "
    "looks sounds right love alright cool".split()
)
_OVER = frozenset("change go back no not nope restart start over begin again wrong".split())
_MINE = frozenset("let's lets me that's thats him her".split())
_SMALL = frozenset({"of", "the", "von", "de", "van", "af"})
_STOP = frozenset("a an and who but from with that which i am my is was has have in on at to for as".split())


def opening(
    world: WorldDef, seed: str, name: str
) -> tuple[list[Piece], tuple[Choice, ...], DescriptionSet | None]:
    """The first words of a run: through the portal, to the table, and the first question."""
    first = world.interview.questions[0]
    pieces = [Piece(world.portal.arrival, voice=Voice.NARRATOR), Piece(first.ask)]
    given = clean_line(name, 40)
    return pieces, _concepts(world, seed, 0), DescriptionSet(text=f"name: {given}") if given else None


def _concepts(world: WorldDef, seed: str, turn: int) -> tuple[Choice, ...]:
    """Three ready answers to a question, drawn for this run."""
    question = world.interview.questions[turn]
    drawn = Stream(f"{seed}/concepts", turn).sample(range(len(question.concepts)), CONCEPTS)
    return tuple(
        Choice(label=question.concepts[i].say, verb=Verb.TALK, ref=f"concept:{question.id}:{i}")
        for i in sorted(drawn)
    )


def hear(words: str, state: GameState) -> Intent:
    """An answer at the table: one of the concepts, free text, or "skip"."""
    said = clean_line(words, ANSWER)
    if not said:
        return Intent(kind="nothing")
    index = ordinals.index_of(said, len(state.current_choices))
    if index is not None:
        return Intent(kind="choice", said=said, choice=index, verb=Verb.TALK)
    if ordinals.beyond(said, len(state.current_choices)) or _ASKS.search(said.lower()):
        return Intent(kind="question", said=said, verb=Verb.TALK)
    return Intent(kind="attempt", said=said, verb=Verb.TALK)


def exchange(draft: Draft, world: WorldDef, intent: Intent) -> Outcome:
    """Play one exchange of the interview."""
    outcome = Outcome(intent)
    if intent.kind == "question":
        asked = draft.state.creation_turn
        again = world.interview.questions[asked].ask if asked < QUESTIONS else world.interview.summary
        outcome.pieces = [Piece(_what_to_say(draft.state, world), voice=Voice.KEEPER), Piece(again)]
        return outcome
    if draft.state.creation_turn >= QUESTIONS:
        return _verdict(draft, world, intent, outcome)
    question = world.interview.questions[draft.state.creation_turn]
    if tokens(intent.said) in (["skip"], ["quick", "start"], ["surprise", "me"]):
        _draw_up(draft, world)
        return _accept(draft, world, outcome)
    answer = intent.said
    if intent.choice is not None:
        answer = draft.state.current_choices[intent.choice].label
    lines = [draft.state.character_description, f"{question.id}: {answer}"]
    draft.add(DescriptionSet(text="\n".join(filter(None, lines))[:2000]))
    wording = Wording(world, draft.state)
    reply = wording.line(f"reply.{question.id}", question.replies)
    turn = draft.state.creation_turn + 1
    draft.add(CreationTurnSet(turn=turn))
    if turn < QUESTIONS:
        outcome.pieces = [Piece(reply), Piece(world.interview.questions[turn].ask)]
    else:
        _draw_up(draft, world)
        outcome.pieces = [Piece(reply), *_taken_as(draft.state, world), Piece(world.interview.summary)]
    return outcome


def _taken_as(state: GameState, world: WorldDef) -> list[Piece]:
    """What typed answers became that mean nothing in this world: nobody is to wonder where they went."""
    sheet, slots = state.hero, base_slots(world, state)
    ready = {c.say for q in world.interview.questions for c in q.concepts}
    tables = {
        "skill": (
            [(c.calling.value, (*tokens(c.name), *c.words)) for c in world.callings],
            sheet.calling_name,
        ),
        "drive": ([(m.id, m.words) for m in world.motives], sheet.motive_text),
        "carry": ([(k.id, k.words) for k in world.keepsakes], slots["keepsake"]),
    }
    became = [
        f"“{said[:40]}” became: {drawn.rstrip('.')}"
        for asked, (table, drawn) in tables.items()
        if (said := _said(state, asked)) and said not in ready and not _of(said, table)
    ]
    if not became:
        return []
    hint = "Say otherwise, and it is written anew."
    return [Piece(f"Not all of it is known here. {'; '.join(became)}. {hint}", voice=Voice.KEEPER)]


def _what_to_say(state: GameState, world: WorldDef) -> str:
    """For who asks back at the table: what there is to be, and how to say it."""
    if state.creation_turn >= QUESTIONS:
        return "A number takes what is offered; anything else you say is added to your hero."
    how = "A number takes what is offered, your own words do as well, and “skip” makes a hero at once."
    if state.creation_turn > 1:
        return how
    callings = ", ".join(c.name for c in world.callings)
    peoples = ", ".join(a.name for a in world.ancestries)
    return f"You may be any of these: {callings}; and of these: {peoples}. {how}"


def _verdict(draft: Draft, world: WorldDef, intent: Intent, outcome: Outcome) -> Outcome:
    """The sheet lies on the table: accept, draw again, or start over."""
    words = set(tokens(intent.said))
    ref = draft.state.current_choices[intent.choice].ref if intent.choice is not None else ""
    if ref == REROLL or words & {"reroll", "again", "redraw", "another", "different"}:
        draft.add(QualityChanged(name=_REROLLS, by=1))
        _draw_up(draft, world)
        outcome.pieces = [Piece(world.interview.summary)]
        return outcome
    if ref == CHANGE or (words & _OVER and not words - _OVER - NOISE - _MINE):
        name = _said(draft.state, "name")
        draft.add(DescriptionSet(text=f"name: {name}" if name else ""), CreationTurnSet(turn=0))
        outcome.pieces = [Piece(world.interview.questions[0].ask)]
        return outcome
    if intent.choice is None and not _agrees(intent.said):
        # More said about the hero: it may name, or change, any of it.
        text = f"{draft.state.character_description}\nmore: {intent.said}"
        draft.add(DescriptionSet(text=text[:2000]))
        _draw_up(draft, world)
        outcome.pieces = [Piece(world.interview.summary)]
        return outcome
    return _accept(draft, world, outcome)


def _agrees(said: str) -> bool:
    """Whether the hero is taken as drawn: "yes", "looks good", "let's go", "that's me"."""
    words = tokens(said)
    rest = [word for word in words if word not in NOISE and word not in _MINE]
    return bool(words) and (words[0] in _AGREES or all(word in _AGREES for word in rest))


def _accept(draft: Draft, world: WorldDef, outcome: Outcome) -> Outcome:
    sheet = draft.state.hero
    draft.add(CreationTurnSet(turn=5))
    for name in (f"motive.{sheet.motive}", f"keepsake.{sheet.keepsake}"):
        if not name.endswith("."):
            draft.add(QualityChanged(name=name, by=1))
    draft.add(PlaceEntered(place=world.home), PhaseSet(phase=Phase.QUEST))
    meet(draft, world, world.host)
    outcome.pieces = [Piece(world.interview.ready)]
    return outcome


def choices(world: WorldDef, state: GameState) -> tuple[Choice, ...]:
    """What is offered next at the table."""
    if state.creation_turn < QUESTIONS:
        return _concepts(world, state.seed, state.creation_turn)
    return (
        Choice(label="Begin as this hero", verb=Verb.TALK, ref=ACCEPT),
        Choice(label="Draw again what you left open", verb=Verb.TALK, ref=REROLL),
        Choice(label="Start over", verb=Verb.TALK, ref=CHANGE),
    )


# Reading what was said


def _said(state: GameState, key: str) -> str:
    prefix = f"{key}: "
    found = [
        line.removeprefix(prefix)
        for line in state.character_description.splitlines()
        if line.startswith(prefix)
    ]
    return found[-1] if found else ""


def _draw_up(draft: Draft, world: WorldDef) -> None:
    state = draft.state
    draws = Stream(f"{state.seed}/hero", state.qualities.get(_REROLLS, 0))
    lines = state.character_description.splitlines()
    answers = [line.partition(": ")[2] for line in lines if not line.startswith("name:")]
    concepts = [c for q in world.interview.questions for c in q.concepts if c.say in answers]
    free = [a for a in answers if a not in {c.say for c in concepts}]
    text = " ".join(free)

    def to(*asked: str) -> str:
        """What was typed when this was asked, or later: "I owe a man money" makes nobody human."""
        of = (*asked, "more")
        return " ".join(a for line in lines for q, _, a in [line.partition(": ")] if q in of and a in free)

    calling = _calling(world, to("who", "skill"), concepts) or _calling(world, text, [])
    ancestry = _ancestry(world, to("who"), concepts) or _ancestry(world, text, [])
    motives = [(m.id, m.words) for m in world.motives]
    keepsakes = [(k.id, k.words) for k in world.keepsakes]
    motive = _of(to("drive"), motives) or _picked(concepts, "motive") or _of(text, motives)
    keepsake = _of(to("carry"), keepsakes) or _picked(concepts, "keepsake") or _of(text, keepsakes)
    calling = calling or draws.pick(list(Calling))
    ancestry = ancestry or draws.pick(list(Ancestry))
    motive = motive or draws.pick([m.id for m in world.motives])
    keepsake = keepsake or draws.pick([k.id for k in world.keepsakes])
    first = _said(state, world.interview.questions[0].id)
    given = _said(state, "name")
    name = _name(free, "" if given and first not in free else first, world) or given
    name = name or draws.pick(world.names)
    named = next(c for c in world.callings if c.calling is calling)
    why = next(m for m in world.motives if m.id == motive)
    arms = ARMS[calling].having(weapon=named.weapon, armour=named.armour)
    sheet = CharacterSheet(
        name=name,
        ancestry=ancestry,
        ancestry_name=next(a.name for a in world.ancestries if a.ancestry is ancestry),
        calling=calling,
        calling_name=named.name,
        abilities=ability_scores(calling, ancestry),
        arms=arms,
        motive=motive,
        motive_text=why.text,
        keepsake=keepsake,
        left_behind=why.left,
    )
    items: dict[str, Item] = {}
    for thing in named.gear:
        count = named.gear.count(thing)
        items[thing] = carry(world, thing, count)
    draft.add(SheetSet(sheet=sheet, gold=STARTING_GOLD, items=items))


def _picked(concepts: list[Concept], field: str) -> str:
    found = [c.motive if field == "motive" else c.keepsake for c in concepts]
    return next((f for f in reversed(found) if f), "")


def _of(text: str, table: list[tuple[str, tuple[str, ...]]]) -> str:
    """The last entry of a table one of whose words stands in the text as a whole word."""
    said = [stem(t) for t in tokens(text)]
    best, at = "", -1
    for ident, words in table:
        for word in words:
            positions = [i for i, t in enumerate(said) if t == stem(word.lower())]
            if positions and positions[-1] > at:
                best, at = ident, positions[-1]
    return best


def _calling(world: WorldDef, text: str, concepts: list[Concept]) -> Calling | None:
    table = [(c.calling.value, (c.calling.value, *tokens(c.name), *c.words)) for c in world.callings]
    found = _of(text, table)
    if found:
        return Calling(found)
    return next((c.calling for c in reversed(concepts) if c.calling), None)


def _ancestry(world: WorldDef, text: str, concepts: list[Concept]) -> Ancestry | None:
    usual = {"elf": ("elven", "elvish", "elfin"), "dwarf": ("dwarven", "dwarvish"), "halfling": ("hobbit",)}
    table = [
        (a.ancestry.value, (a.ancestry.value, *tokens(a.name), *usual.get(a.ancestry.value, ()), *a.words))
        for a in world.ancestries
    ]
    found = _of(text, table)
    if found:
        return Ancestry(found)
    return next((c.ancestry for c in reversed(concepts) if c.ancestry), None)


def _name(answers: list[str], first: str, world: WorldDef) -> str:
    """The name as it was typed, whole: "an elven mage named Ilsa"; or as the first answer opens."""
    taken = {w.lower() for a in world.ancestries for w in (*tokens(a.name), *a.words)}
    taken |= {w.lower() for c in world.callings for w in (*tokens(c.name), *c.words)}
    for answer in reversed(answers):
        if found := _GIVEN.search(answer):
            return _trim(found[1], [])
        if found := _SELF.search(answer):
            name = _trim(found[1], taken, capitals=True)
            if name:
                return name
    return _leading_name(first, taken)


def _leading_name(answer: str, taken: set[str]) -> str:
    """ "Mirren Hale", or "Ilsa, the elven mage": capitals up to the first word that is no name."""
    head = re.split(r"[,.!:;(]| the | an? ", f"{answer} ", maxsplit=1)[0]
    words = head.split()
    is_name = all(w[:1].isupper() or w in _SMALL for w in words) and not {w.lower() for w in words} & (
        taken | _STOP
    )
    return " ".join(words)[:40] if 1 <= len(words) <= 4 and is_name else ""


def _trim(run: str, taken: set[str] | list[str], capitals: bool = False) -> str:
    """The part of a run of words that is a name: up to the first word that can't belong to it."""
    kept: list[str] = []
    shouting = any(w[:1].isupper() for w in run.split())
    for word in run.split():
        low = word.lower()
        if low in _SMALL and kept:
            kept.append(low)
        elif (
            low in _STOP
            or low in taken
            or ((capitals or (shouting and kept)) and not word[:1].isupper())
            or (not shouting and len(kept) >= 1)
        ):
            break
        else:
            kept.append(word if shouting else word.title())
    while kept and kept[-1] in _SMALL:
        kept.pop()
    return " ".join(kept)[:40]
