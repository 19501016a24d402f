"""A turn is read in one order, as it is played and ever after: dice, words, what changed, where it leads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tables import service

from pocket_portals.rules.events import (
    AdventureCompleted,
    AttackRolled,
    CheckRolled,
    ChoicesSet,
    CombatBegun,
    Event,
    ExchangeAdded,
    HealthChanged,
    ItemGained,
    LinesUsed,
    PlaceEntered,
    QuestCompleted,
    RunBegun,
    SceneTold,
    TurnSettled,
    VoicesNoted,
)
from pocket_portals.rules.state import GameState, Phase, Voice
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import RunRecord, Turn
from pocket_portals.session.playtest import SensibleBot
from pocket_portals.session.ports import Decided, Signal, Words
from pocket_portals.session.reading import Fact, Passage, facts, read

SETTLED = (RunBegun, VoicesNoted, LinesUsed, SceneTold, ExchangeAdded, ChoicesSet, TurnSettled)
WORLDS = ["ember-road", "drowned-bell", "last-relay"]


async def played(world: str, seed: str) -> tuple[RunRecord, list[list[Event | str]]]:
    """A whole run, and what was read of each of its turns as it was played."""
    table, bot = service(), SensibleBot(seed)
    seen: list[list[Event | str]] = [[]]

    def watch(signal: Signal) -> None:
        match signal:
            case Decided(event=event):
                seen[-1].append(event)
            case Words(text=text) if text:
                seen[-1].append(text)
            case _:
                pass

    run = (await table.create(NewRun(world=world, seed=seed), watch)).run
    while not (state := table.state(run)).adventure_completed:
        seen.append([])
        await table.act(run, bot.act(state), watch)
    return table.record(run), seen


def turns(record: RunRecord) -> Iterator[tuple[GameState | None, Turn]]:
    """Each turn with the state before it."""
    before: GameState | None = None
    for turn in record.turns:
        yield before, turn
        *_, (_, before) = facts(before, turn)


def words_or_event(part: Fact | Passage) -> Event | str:
    return part.speech.text if isinstance(part, Passage) else part.event


def facts_read(parts: list[Event | str]) -> list[Event | str]:
    return [part for part in parts if not isinstance(part, SETTLED)]


@pytest.mark.parametrize("world", WORLDS)
async def test_a_recorded_turn_is_read_as_it_was_when_it_was_played(world: str) -> None:
    record, seen = await played(world, "order")
    assert len(record.turns) > 20
    for (before, turn), then in zip(turns(record), seen, strict=True):
        now = [words_or_event(part) for part in read(before, turn)]
        assert facts_read(now) == facts_read(then)


@pytest.mark.parametrize("world", WORLDS)
async def test_dice_come_before_all_words_and_what_changed_after_some(world: str) -> None:
    record, _ = await played(world, "dice")
    rolled = changed = 0
    for before, turn in turns(record):
        if before is None or before.phase is not Phase.EXPLORE:
            continue
        parts = list(read(before, turn))
        first = next(i for i, part in enumerate(parts) if isinstance(part, Passage))
        for index, part in enumerate(parts):
            match words_or_event(part):
                case CheckRolled():
                    rolled += 1
                    assert index < first
                case HealthChanged() | ItemGained() | QuestCompleted():
                    changed += 1
                    assert index > first
    assert rolled > 5
    assert changed > 3


@pytest.mark.parametrize("world", WORLDS)
async def test_a_new_place_is_named_above_its_own_words_and_after_those_of_the_old(world: str) -> None:
    record, _ = await played(world, "places")
    named = 0
    for before, turn in turns(record):
        parts = list(read(before, turn))
        for index, part in enumerate(parts):
            if isinstance(part, Fact) and isinstance(part.event, PlaceEntered) and before and before.scene:
                assert any(isinstance(later, Passage) for later in parts[index:])
                earlier = [p for p in parts[:index] if isinstance(p, Passage)]
                assert earlier or turn.intent is None or turn.intent.kind in ("move", "attempt")
                named += 1
    assert named > 3


async def test_the_first_blows_of_a_fight_come_after_the_words_it_begins_with() -> None:
    struck = 0
    for seed in range(12):
        record, _ = await played("ember-road", str(seed))
        for before, turn in turns(record):
            parts = [words_or_event(part) for part in read(before, turn)]
            begun = next((i for i, part in enumerate(parts) if isinstance(part, CombatBegun)), None)
            blow = next((i for i, part in enumerate(parts) if isinstance(part, AttackRolled)), None)
            if begun is not None and blow is not None:
                assert any(isinstance(part, str) for part in parts[begun:blow])
                struck += 1
    assert struck


async def test_the_story_ends_after_its_last_words() -> None:
    record, _ = await played("ember-road", "end")
    *_, (before, turn) = turns(record)
    read_last = [part for part in read(before, turn) if not isinstance(words_or_event(part), SETTLED)]
    assert isinstance(words_or_event(read_last[-1]), AdventureCompleted)
    told = [part.speech for part in read_last if isinstance(part, Passage)]
    assert told[-1].voice is Voice.CHRONICLER
