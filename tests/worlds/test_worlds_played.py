"""Every shipped world holds together, and a bot proves that every run of it ends."""

from __future__ import annotations

import pytest

from pocket_portals.rules.state import Voice
from pocket_portals.session.journal import RunRecord, problems
from pocket_portals.session.playtest import RandomBot, SensibleBot, play_run
from pocket_portals.session.tally import Tally
from pocket_portals.worlds.check import check
from pocket_portals.worlds.library import WorldLibrary

LIBRARY = WorldLibrary()
SEEDS = 150  # for each of two bots


@pytest.mark.parametrize("world", LIBRARY.ids())
def test_nothing_is_wrong_with_the_pack(world: str) -> None:
    assert [str(finding) for finding in check(LIBRARY.folders()[world])] == []


async def _runs(world: str, bot: type[RandomBot | SensibleBot], seeds: int) -> list[RunRecord]:
    return [await play_run(LIBRARY.get(world), f"{world}{n}", bot(str(n))) for n in range(seeds)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bot", [SensibleBot, RandomBot])
@pytest.mark.parametrize("world", LIBRARY.ids())
async def test_every_run_ends_and_its_journal_adds_up(world: str, bot: type[RandomBot | SensibleBot]) -> None:
    tally = Tally()
    for record in await _runs(world, bot, SEEDS):
        state = record.state
        assert state.adventure_completed
        assert state.closure is not None
        assert state.adventure_turn <= state.max_turns
        tally.add(record)
        if tally.runs % 10 == 0:
            assert problems(record) == []
    assert len(tally.endings) >= 3
    assert tally.quests > 0


@pytest.mark.parametrize("length", ["short", "long"])
async def test_short_and_long_runs_end_too(length: str) -> None:
    for number in range(6):
        record = await play_run(
            LIBRARY.get("ember-road"), f"{length}{number}", SensibleBot(str(number)), length
        )
        assert record.state.adventure_completed


@pytest.mark.parametrize("world", LIBRARY.ids())
async def test_hardly_a_sentence_of_narration_comes_twice_in_a_run(world: str) -> None:
    """One in a thousand: a line of a long fight, when all that were written for it are spent."""
    tally = Tally()
    for record in await _runs(world, SensibleBot, 20):
        tally.add(record)
    assert tally.sentences > 5_000
    assert sum(tally.twice.values()) * 1_000 <= tally.sentences, tally.twice.most_common(5)


async def test_an_epilogue_has_the_length_and_the_memory_of_one() -> None:
    for record in await _runs("ember-road", SensibleBot, 20):
        speeches = [s.text for s in record.turns[-1].speeches if s.voice is Voice.CHRONICLER]
        words = sum(len(text.split()) for text in speeches)
        assert 100 <= words <= 210, speeches
        told = " ".join(speeches)
        assert (
            any(m.text in told for m in record.state.adventure_moments) or not record.state.adventure_moments
        )
