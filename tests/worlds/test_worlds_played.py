"""Every shipped world holds together, and a bot proves that every run of it ends."""

from __future__ import annotations

import pytest

from pocket_portals.rules.events import ArcAdvanced, SceneEntered
from pocket_portals.rules.state import ArcPhase, Stage, Voice
from pocket_portals.session.journal import RunRecord, problems
from pocket_portals.session.playtest import RandomBot, SensibleBot, play_run
from pocket_portals.session.tally import Tally
from pocket_portals.story.wording import Wording
from pocket_portals.worlds.check import check
from pocket_portals.worlds.library import WorldLibrary

LIBRARY = WorldLibrary()
SEEDS = 40  # for each of two bots; `make playtest` plays 1,000


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


@pytest.mark.parametrize("world", LIBRARY.ids())
async def test_an_epilogue_has_the_length_and_the_memory_of_one(world: str) -> None:
    """150 to 200 words, two deeds of the run, and nearly always what became of one of them."""
    pack, echoed = LIBRARY.get(world), 0
    for record in await _runs(world, SensibleBot, 20):
        state = record.state
        speeches = [s.text for s in record.turns[-1].speeches if s.voice is Voice.CHRONICLER]
        assert 140 <= sum(len(text.split()) for text in speeches) <= 210, speeches
        told, deeds = " ".join(speeches), [m.text for m in state.adventure_moments]
        assert sum(deed in told for deed in deeds) >= min(2, len(deeds))
        wording = Wording(pack, state)
        echoed += any(wording.fill(echo.text) in told for echo in pack.echoes)
    assert echoed >= 15


@pytest.mark.parametrize("world", LIBRARY.ids())
async def test_a_run_has_a_setup_a_turn_a_climax_about_a_decision_and_an_aftermath(world: str) -> None:
    pack, decided = LIBRARY.get(world), 0
    for record in await _runs(world, SensibleBot, 20):
        played: list[tuple[Stage | None, ArcPhase]] = []
        phase = ArcPhase.SETUP
        for event in (e for turn in record.turns for e in turn.events):
            if isinstance(event, ArcAdvanced):
                phase = event.to
            elif isinstance(event, SceneEntered):
                played.append((pack.scene[event.scene].stage, phase))
        stages = [stage for stage, _ in played]
        assert stages[0] is Stage.HOOK
        assert Stage.REVEAL in stages
        assert ArcPhase.SETUP not in [p for s, p in played if s in (Stage.REVEAL, Stage.DECISION)]
        assert Stage.AFTERMATH in stages
        decided += bool(
            {(Stage.DECISION, ArcPhase.CLIMAX), (Stage.CONFRONTATION, ArcPhase.CLIMAX)} & set(played)
        )
    assert decided >= 17, "the climax of a run is the decision of its quest"
