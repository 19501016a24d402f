"""Hostile answers, two hundred, by the real path: each turn valid, saved, with the storybook's own facts."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from scripted_crew import WORLDS, Models, crew, explore, seat, well

from pocket_portals.crew import keeper
from pocket_portals.crew.answers import Reading, Unreadable, read
from pocket_portals.rules.events import Event
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import GameState, Phase
from pocket_portals.saves.codec import decode, encode
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.journal import RunRecord, problems
from pocket_portals.session.playtest import TurnClock
from pocket_portals.session.service import unwatched
from pocket_portals.story import fight_intent
from pocket_portals.story.scope import scope_of
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.scenes import DIFFICULTY

KIT: dict[str, list[object]] = yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text("utf-8"))
ANSWERS = [
    pytest.param(a["x"] * a["times"] if isinstance(a, dict) else a, id=f"{kind}-{n}")
    for kind, answers in KIT.items()
    for n, a in enumerate(answers)
]
TOLD = {
    "scene_told",
    "exchange_added",
    "choices_set",
    "note_taken",
    "story_line_added",
    "turn_settled",
    "quests_offered",
}
"""Events that say how a turn was told, or hold words of it; all others are facts."""
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
DEEDS = {"scene": "1", "fight": "1", "interview": "a smith", "before quests": "skip"}
UNSURE = "i somersault on behalf of justice"


def facts(events: tuple[Event, ...]) -> list[Event]:
    return [event for event in events if event.kind not in TOLD]


async def play(record: RunRecord, deed: str, teller: str, answer: str = "") -> RunRecord:
    """The deed told by the storybook, or by a crew whose model answers so."""
    begun = record.having(state=record.state.having(storyteller=teller))
    models = Models(lambda call: answer, timeout=2.0)
    store = MemoryStore()
    store.save(begun, "")
    tellers = {"storybook": Storybook(), "crew": crew(models)}
    engine = DirectEngine(store, WORLDS, tellers, TurnClock())
    return (await engine.play(begun, deed, unwatched))[0]


def assert_sound(record: RunRecord, deed_of: GameState) -> None:
    turn, state = record.turns[-1], record.state
    assert turn.speeches
    for speech in turn.speeches:
        assert 0 < len(speech.text) <= 6_000
        assert not CONTROLS.search(speech.text)
    assert len(state.current_choices) <= 6
    labels = [choice.label.casefold() for choice in state.current_choices]
    assert len(set(labels)) == len(labels)
    for choice in state.current_choices:
        assert not CONTROLS.search(choice.label + choice.note)
        if not choice.ref:
            assert choice.check is not None
            assert choice.check.dc in DIFFICULTY.values()
    for note in state.memory.notes.values():
        assert not CONTROLS.search(note.text + note.about)
    assert len(turn.told.fallback) < 200
    assert decode(encode(record)) == record


def same_state(crews: GameState, books: GameState) -> bool:
    """Whether they agree in everything but words."""
    words = {"memory", "conversation_history", "current_choices", "storyteller", "last_turn",
             "pending_quest_options", "recent_agents", "turns_since_jester"}  # fmt: skip
    return crews.model_dump(exclude=words) == books.model_dump(exclude=words)


@pytest.fixture(scope="module")
def scenes() -> dict[str, RunRecord]:
    """A run in its interview, before its quests, in a scene and in a fight; and the storybook's next turn."""
    return asyncio.run(_scenes())


async def _scenes() -> dict[str, RunRecord]:
    table = await seat(Models(well), teller="storybook", seed="ember")
    found = {"interview": table.service.record(table.run)}
    await table.act("a smith")
    found["before quests"] = table.service.record(table.run)
    await explore(table)
    found["scene"] = table.service.record(table.run)
    found["fight"] = await _a_fight()
    for where, deed in DEEDS.items():
        found[f"{where}, printed"] = await play(found[where], deed, "storybook")
    return found


async def _a_fight() -> RunRecord:
    for seed in range(40):
        table = await explore(await seat(Models(well), teller="storybook", seed=str(seed)))
        while not table.state.adventure_completed and table.state.adventure_turn < 20:
            if table.state.phase is Phase.COMBAT:
                return table.service.record(table.run)
            await table.act("1")
    raise LookupError("no seed leads to a fight")


def test_the_kit_is_large_enough() -> None:
    assert len(ANSWERS) >= 200


@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_hostile_answer_ends_in_a_valid_turn_with_the_storybooks_facts(
    scenes: dict[str, RunRecord], answer: str
) -> None:
    for where, deed in DEEDS.items():
        told = await play(scenes[where], deed, "crew", answer)
        printed = scenes[f"{where}, printed"]
        assert_sound(told, scenes[where].state)
        assert facts(told.turns[-1].events) == facts(printed.turns[-1].events)
        assert same_state(told.state, printed.state)
        written = [c for c in told.state.current_choices if c.ref]
        bare = lambda cs: [c.model_dump(exclude={"label"}) for c in cs]  # noqa: E731 - titles of quests are words
        assert bare(written) == bare(printed.state.current_choices)


@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_hostile_reading_of_free_words_stays_a_fair_deed(
    scenes: dict[str, RunRecord], answer: str
) -> None:
    record = scenes["scene"]
    told = await play(record, UNSURE, "crew", answer)
    assert_sound(told, record.state)
    intent = told.turns[-1].intent
    assert intent is not None
    assert intent.said == UNSURE
    assert intent.ability is None or intent.ability in Ability
    assert intent.dc is None or intent.dc in {*DIFFICULTY.values(), 13}
    assert not CONTROLS.search(intent.echo + intent.stake)
    world = WORLDS.get("ember-road")
    reach = scope_of(world, record.state)
    sort, _, ident = intent.target.partition(":")
    if sort == "topic":  # not understood: it is answered, and costs nothing
        assert intent.kind == "question"
        return
    assert not ident or ident in {*reach.people.values(), *reach.places.values(), *reach.things.values(),
                                  *reach.features.values()}  # fmt: skip


def test_a_hostile_reading_in_a_fight_is_a_deed_of_the_fight(scenes: dict[str, RunRecord]) -> None:
    state, world = scenes["fight"].state, WORLDS.get("ember-road")
    fight = state.combat_state
    assert fight is not None
    foes = {foe.id for foe in fight.standing}
    reach = {
        "attack": foes, "talk": foes, "improvise": foes, "item": set(state.inventory),
        "power": {power.value for power, left in state.powers_left.items() if left},
        "use": {place.id for place in world.encounter[fight.encounter].surroundings},
    }  # fmt: skip
    heard = fight_intent.hear(UNSURE, state, world)
    for param in ANSWERS:
        with suppress(Unreadable):
            intent = keeper.intent_of(read(param.values[0], Reading), heard, state, world)
            what, deed, *refs = intent.target.split(":")
            assert what == "topic" or deed in {*reach, "defend", "flee"}
            assert what == "topic" or not refs or refs[0] in reach[deed]
            assert not CONTROLS.search(intent.echo + intent.stake)


NEVER = frozenset(KIT) - {"null bytes", "escape codes", "new items", "labels and forms"}
"""Kinds of which no word may be shown. Of the others some are fit to be, once they are cleaned."""


@pytest.mark.parametrize("answer", [p for p in ANSWERS if str(p.id).rpartition("-")[0] in NEVER])
async def test_words_that_claim_or_leak_or_make_no_sense_are_never_shown(
    scenes: dict[str, RunRecord], answer: str
) -> None:
    told = await play(scenes["scene"], "1", "crew", answer)
    assert told.turns[-1].speeches == scenes["scene, printed"].turns[-1].speeches
    assert "The storybook tells this turn." in told.turns[-1].told.fallback


async def test_a_whole_run_of_hostile_answers_keeps_its_journal() -> None:
    answers = [param.values[0] for param in ANSWERS]
    turn = 0

    def script(call):
        nonlocal turn
        turn += 1
        return answers[turn % len(answers)]

    table = await explore(await seat(Models(script)))
    while not table.state.adventure_completed:
        await table.act("1")
    record = table.service.record(table.run)
    assert problems(record) == []
    assert record.state.closure is not None
