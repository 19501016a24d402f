"""Runs for the tests, made as the game makes them: through events that the rules accept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pocket_portals.rules.dice import Modifier, Stream, d20, roll
from pocket_portals.rules.events import (
    AttackRolled,
    CheckRolled,
    ChoicesSet,
    ClockStarted,
    ClockTicked,
    CombatBegun,
    Event,
    ExchangeAdded,
    FactLearned,
    FoeHurt,
    GoldChanged,
    HealthChanged,
    ItemGained,
    PersonMet,
    PhaseSet,
    PlaceEntered,
    QualityChanged,
    QuestAccepted,
    QuestsOffered,
    Rewound,
    RunBegun,
    SheetSet,
    TurnAdvanced,
    TurnSettled,
    VoicesNoted,
)
from pocket_portals.rules.fighters import Behaviour, CombatState, Foe
from pocket_portals.rules.fold import Draft, fold
from pocket_portals.rules.hero import ARMS, Ability, Ancestry, Calling, CharacterSheet, ability_scores
from pocket_portals.rules.state import (
    Choice,
    Clock,
    Degree,
    Item,
    Objective,
    Phase,
    Quest,
    Speech,
    Verb,
    Voice,
)
from pocket_portals.session.journal import RunRecord, Told, Turn, replay, settle, turn_id
from pocket_portals.story.storyteller import Intent

BEGUN = datetime(2025, 11, 1, 18, 30, tzinfo=UTC)
PROSE = (
    "Rain comes down on the Crossroads as if it had been promised. The innkeeper sets a lamp in the "
    "window, looks at your boots, and says nothing about the mud — “you came by the east road”, it is "
    "not a question. Somewhere above, a shutter that nobody closed tells the wind what it thinks of it. "
)


def begin(
    run: str = "amber-fox-4821", *, seed: str = "rain", at: datetime = BEGUN, device: str = ""
) -> RunRecord:
    """A run after its opening turn."""
    begun = RunBegun(
        session_id=run, seed=seed, world="ember-road", storyteller="storybook", max_turns=100, at=at
    )
    events: list[Event] = [begun, *_told("", PROSE), TurnSettled(at=at)]
    turn = _turn(None, "", events, revision=1, at=at)
    return RunRecord(run=run, device=device, state=replay([turn]), turns=(turn,))


def play(record: RunRecord, action: str = "look around", *, words: str = PROSE) -> RunRecord:
    """The run one turn further: an interview, a quest, then days on the road with a fight in them."""
    state = record.state
    at = state.played_at + timedelta(minutes=2)
    draft = Draft(state)
    if state.revision == 1:
        draft.add(*_hero(), PhaseSet(phase=Phase.QUEST))
    elif state.revision == 2:
        draft.add(QuestsOffered(quests=(_quest("lamp"), _quest("well"), _quest("mill"))))
    elif state.revision == 3:
        draft.add(
            QuestAccepted(quest="lamp"), PhaseSet(phase=Phase.EXPLORE), PlaceEntered(place="crossroads")
        )
        draft.add(ClockStarted(id="fog", clock=Clock(name="The fog comes down", segments=12)))
    elif state.revision == 6:
        draft.add(_fight(draft.stream))
    else:
        _adventure(draft)
    draft.add(*_told(action, words), TurnSettled(at=at))
    turn = _turn(record, action, draft.events, revision=state.revision + 1, at=at)
    return record.extended(turn, settle(state, turn))


def undo(record: RunRecord, to: int) -> RunRecord:
    """The run with its story taken back to revision ``to``."""
    at = record.state.played_at
    turn = _turn(record, "/undo", [Rewound(to=to)], revision=to, at=at)
    return record.extended(turn, replay((*record.turns, turn)))


def played(turns: int, run: str = "amber-fox-4821", *, words: str = PROSE, at: datetime = BEGUN) -> RunRecord:
    """A run of so many turns."""
    record = begin(run, at=at)
    while record.rev < turns:
        record = play(record, f"turn {record.rev}", words=words)
    return record


def history(record: RunRecord) -> list[RunRecord]:
    """The record as it was after each of its turns."""
    return [
        record.having(turns=record.turns[:n], state=replay(record.turns[:n]))
        for n in range(1, record.rev + 1)
    ]


def _turn(before: RunRecord | None, action: str, events: list[Event], *, revision: int, at: datetime) -> Turn:
    parent = before.head if before else ""
    return Turn(
        id=turn_id(parent, action, events),
        parent=parent,
        number=before.rev if before else 0,
        revision=revision,
        at=at,
        action=action,
        intent=Intent(kind="attempt", said=action, echo=f"You try: {action}."),
        events=tuple(events),
        told=Told(storyteller="storybook"),
    )


def _told(action: str, words: str) -> list[Event]:
    speeches = (
        Speech(voice=Voice.NARRATOR, text=words),
        Speech(voice=Voice.INNKEEPER, text=words[: len(words) // 2] + "\n\n“And now?”", speaker="Theron"),
    )
    choices = tuple(
        Choice(label=label, verb=verb)
        for label, verb in (
            ("Ask about the lamp", Verb.TALK),
            ("Go up", Verb.MOVE),
            ("Wait it out", Verb.WAIT),
        )
    )
    return [
        ExchangeAdded(action=action, speeches=speeches),
        ChoicesSet(choices=choices),
        VoicesNoted(voices=(Voice.NARRATOR, Voice.INNKEEPER)),
    ]


def _hero() -> list[Event]:
    sheet = CharacterSheet(
        name="Brenna Ólafsdóttir",
        ancestry=Ancestry.DWARF,
        ancestry_name="Hillfolk",
        calling=Calling.RANGER,
        calling_name="Wayfinder",
        abilities=ability_scores(Calling.RANGER, Ancestry.DWARF),
        arms=ARMS[Calling.RANGER],
    )
    return [SheetSet(sheet=sheet, gold=10, items={"lamp": Item(name="storm lamp")})]


def _quest(name: str) -> Quest:
    return Quest(
        id=name,
        title=f"The {name} that would not go out",
        pitch=PROSE,
        kind="find",
        giver="theron",
        objectives=(Objective(id="find", text=f"find the {name}", count=3),),
    )


def _fight(stream: Stream) -> CombatBegun:
    wolf = Foe(
        id="wolf",
        kind="wolf",
        name="Grey wolf",
        health=90,
        health_max=90,
        armour_class=12,
        attack=3,
        damage="1d6+1",
        behaviour=Behaviour.PACK,
    )
    combat = CombatState(encounter="wolves", foes=(wolf,), order=("hero", "wolf"))
    return CombatBegun(combat=combat, initiative={"hero": d20(stream, ()), "wolf": d20(stream, ())})


def _adventure(draft: Draft) -> None:
    stream, turn = draft.stream, draft.state.revision
    modifiers = (Modifier(name="Dexterity", value=3), Modifier(name="Proficiency", value=2))
    check = d20(stream, modifiers, edge=turn % 3 - 1)
    degree = Degree.SUCCESS if check.total >= 13 else Degree.SETBACK
    draft.add(
        CheckRolled(deed="slip past", ability=Ability.DEXTERITY, dc=13, roll=check, degree=degree),
        QualityChanged(name=f"seen.{turn}", by=1),
        FactLearned(id=f"fact-{turn}", text=PROSE[:120]),
        PersonMet(id=f"person-{turn % 8}", name=f"Traveller {turn % 8}", who="on the same road"),
    )
    # After a thousand turns there is too much to carry.
    draft.propose(ItemGained(id=f"thing-{turn % 12}", item=Item(name="ration", heal="1d4")))
    draft.propose(GoldChanged(by=turn % 5, why="found on the road"))
    draft.propose(TurnAdvanced())
    draft.propose(ClockTicked(id="fog", by=1, why="an hour went by"))
    draft.propose(HealthChanged(by=-1 if turn % 2 else 1, why="thorns"))
    if draft.state.combat_state:
        hit, harm = d20(stream, modifiers), roll("1d8", stream, modifiers)
        draft.add(
            AttackRolled(
                by="hero", target="wolf", with_="longbow", armour_class=12, roll=hit, hit=True, damage=harm
            ),
            FoeHurt(foe="wolf", by=1),
        )


def branch(record: RunRecord, run: str) -> RunRecord:
    """The same story under another id, as an import from another machine might bring it."""
    events = [
        event.having(session_id=run) if isinstance(event, RunBegun) else event
        for event in record.turns[0].events
    ]
    state = fold(RunBegun.state(events[0]), events[1:]) if isinstance(events[0], RunBegun) else record.state
    turn = record.turns[0]
    ident = turn_id("", turn.action, events)
    turn = turn.having(id=ident, events=tuple(events))
    return RunRecord(run=run, state=state.having(last_turn=ident), turns=(turn,))
