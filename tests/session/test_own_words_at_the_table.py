"""What is said at the table in one's own words is kept, or it is said what became of it."""

from __future__ import annotations

import pytest
from tables import WORLDS, service

from pocket_portals.rules.state import Phase, Voice
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.service import GameSessionService

SUMMARY = 4  # creation turns after which the hero is read back


async def answered(*answers: str, world: str = "ember-road") -> tuple[GameSessionService, str]:
    table = service()
    run = (await table.create(NewRun(world=world, seed="own"))).run
    for answer in answers:
        await table.act(run, answer)
    return table, run


def told(table: GameSessionService, run: str) -> str:
    return " ".join(speech.text for speech in table.state(run).conversation_history[-1].speeches)


async def test_words_that_mean_nothing_here_are_not_dropped_in_silence() -> None:
    table, run = await answered("Odo Pike", "juggling toasters", "treasure", "a periscope")
    assert table.state(run).creation_turn == SUMMARY
    assert "“juggling toasters” became" in told(table, run)
    assert "“a periscope” became" in told(table, run)


async def test_words_that_are_known_need_no_explaining() -> None:
    table, run = await answered("Odo Pike, a dwarf fighter", "fighting", "my brother went west", "2")
    assert "became" not in told(table, run)


@pytest.mark.parametrize(
    "said", ["No, I'm a harper, and I am blind", "no no, call me Hob", "and I go back home one day"]
)
async def test_more_about_the_hero_wipes_nothing(said: str) -> None:
    table, run = await answered("Odo Pike", "1", "1", "1", said)
    assert table.state(run).creation_turn == SUMMARY


@pytest.mark.parametrize("said", ["no", "start over", "go back", "no, change it", "3"])
async def test_starting_over_is_what_is_asked_for(said: str) -> None:
    table, run = await answered("Odo Pike", "1", "1", "1", said)
    assert table.state(run).creation_turn == 0


@pytest.mark.parametrize("said", ["pardon?", "sorry?", "repeat", "say that again", "what can I be?"])
async def test_who_did_not_hear_is_asked_again(said: str) -> None:
    table, run = await answered(said)
    assert table.state(run).creation_turn == 0
    assert "when you're dry?" in told(table, run) or "asking for them?" in told(table, run)


async def test_at_the_quest_table_it_is_said_that_nothing_begins_yet() -> None:
    table, run = await answered("skip")
    assert table.state(run).phase is Phase.QUEST
    await table.act(run, "sweep the floor with a broom")
    spoke = table.state(run).conversation_history[-1].speeches
    assert any(s.voice is Voice.KEEPER and "take up one of them" in s.text for s in spoke)


async def test_a_quest_on_the_table_takes_a_sentence_and_the_rest_is_for_who_asks() -> None:
    table, run = await answered("skip")
    offered = table.state(run).pending_quest_options
    assert offered
    for quest in offered:
        assert quest.pitch.split(". ")[0] in told(table, run)
        assert quest.pitch not in told(table, run) or quest.pitch.count(". ") == 0
    await table.act(run, f"what is “{offered[0].title}” about?")
    assert offered[0].pitch in told(table, run)


@pytest.mark.parametrize("world", ["ember-road", "drowned-bell", "last-relay"])
async def test_whatever_stands_in_the_room_can_be_asked_about(world: str) -> None:
    table, run = await answered("skip", world=world)
    pack = WORLDS.get(world)
    things = [(feature, noun) for feature in pack.location[pack.home].features for noun in feature.nouns]
    assert things
    for _, noun in things:
        await table.act(run, f"ask what a {noun} costs")
        assert told(table, run)
