from __future__ import annotations

from itertools import pairwise

import pytest

from pocket_portals.rules.events import GoldChanged, HealthChanged
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import Phase, Voice
from pocket_portals.session.playtest import RandomBot, SensibleBot, play_run
from pocket_portals.story.router import JESTER_REST, AgentRouter
from pocket_portals.story.wording import Wording
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.needs import Needs
from pocket_portals.worlds.scenes import Alternative, Telling

WORLD = WorldLibrary().get("ember-road")


async def finished(seed: str = "voices"):
    return await play_run(WORLD, seed, SensibleBot(seed))


@pytest.mark.parametrize("seed", ["a", "b", "c", "d", "e", "f"])
async def test_the_jester_rests_between_two_lines(seed: str) -> None:
    record = await play_run(WORLD, f"jest{seed}", RandomBot(seed))
    spoke = [t.revision for t in record.turns if any(s.voice is Voice.JESTER for s in t.speeches)]
    assert all(b - a > JESTER_REST for a, b in pairwise(spoke))


async def test_the_jester_speaks_in_some_runs_and_not_always() -> None:
    counts = []
    for seed in range(10):
        record = await finished(f"often{seed}")
        counts.append(sum(s.voice is Voice.JESTER for t in record.turns for s in t.speeches))
    assert sum(counts) > 0
    assert max(counts) < len(record.turns) / JESTER_REST


async def test_the_keeper_speaks_for_dice_and_health_and_for_nothing_else() -> None:
    state = (await finished()).state.having(
        closure=None, adventure_completed=False, phase=Phase.EXPLORE, place=""
    )
    router = AgentRouter(WORLD.home)
    quiet = Draft(state)
    quiet.add(GoldChanged(by=1, why="the word health is only a word"))
    assert Voice.KEEPER not in router.route(quiet, Phase.EXPLORE)
    hurt = Draft(state)
    hurt.add(HealthChanged(by=-1 if state.health_current else 1, why="a nettle"))
    assert Voice.KEEPER in router.route(hurt, Phase.EXPLORE)


async def test_each_phase_has_its_voice() -> None:
    record = await finished()
    assert {s.voice for s in record.turns[1].speeches} == {Voice.INTERVIEWER}
    offered = next(t for t in record.turns if any(e.kind == "quests_offered" for e in t.events))
    assert Voice.QUEST_DESIGNER in {s.voice for s in offered.speeches}
    assert Voice.CHRONICLER in {s.voice for s in record.turns[-1].speeches}


async def test_a_slot_that_opens_a_sentence_has_a_capital() -> None:
    state = (await finished()).state
    wording = Wording(WORLD, state)
    slots = {"foe": "the wolf"}
    assert wording.fill('{foe} turns. "{foe}!" Then {foe} runs. {foe} is gone.', slots) == (
        'The wolf turns. "The wolf!" Then the wolf runs. The wolf is gone.'
    )
    assert wording.fill("{hero} and {nothing-known}.") == f"{state.hero_name} and ."


async def test_a_text_reads_what_came_before_it() -> None:
    state = (await finished()).state.having(qualities={"spared.wolf": 1}, gold=3)
    text = Telling(
        text="plain",
        when=(
            Alternative(needs=Needs(gold=1), text="rich"),
            Alternative(needs=Needs.model_validate({"gold": 1, "quality": {"spared.wolf": 1}}), text="kind"),
        ),
        also=(
            Alternative(needs=Needs.model_validate({"quality": {"spared.wolf": 1}}), text="It remembers."),
        ),
    )
    assert Wording(WORLD, state).tell(text) == "kind It remembers."
    assert Wording(WORLD, state.having(qualities={})).tell(text) == "rich"
    assert Wording(WORLD, state.having(qualities={}, gold=0)).tell(text) == "plain"


async def test_a_pool_gives_every_line_before_one_comes_again() -> None:
    state = (await finished()).state.having(seen_storylets={})
    lines = tuple(f"line {n}" for n in range(6))
    heard: list[str] = []
    for revision in range(6):
        wording = Wording(WORLD, state.having(revision=revision))
        heard.append(wording.line("pool", lines))
        state = state.having(seen_storylets=state.seen_storylets | dict.fromkeys(wording.used, revision))
    assert sorted(heard) == sorted(lines)
