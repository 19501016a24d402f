"""What the bots count: runs that break off, quests by those taken, scenes that a second run adds."""

from __future__ import annotations

import pytest

from pocket_portals.rules.hero import Calling
from pocket_portals.session import playtest as bots
from pocket_portals.session.balance import TIERS, duel, tier_of
from pocket_portals.session.playtest import SensibleBot, play_run, playtest
from pocket_portals.session.tally import Tally
from pocket_portals.worlds.library import WorldLibrary

WORLD = WorldLibrary().get("ember-road")


async def test_a_tally_counts_quests_by_those_taken_and_scenes_by_pairs_of_runs() -> None:
    one = await play_run(WORLD, "one", SensibleBot("one", Calling.BARD, WORLD))
    two = await play_run(WORLD, "two", SensibleBot("two", Calling.BARD, WORLD))
    tally = Tally()
    tally.add(one)
    assert tally.second == 0
    tally.add(two)
    assert 0 < tally.new < tally.second
    taken = [e.quest for r in (one, two) for t in r.turns for e in t.events if e.kind == "quest_accepted"]
    done = [q for r in (one, two) for q in r.state.completed_quests]
    assert (tally.accepted.total(), tally.finished.total()) == (len(taken), len(done))
    assert tally.completion == len(done) / len(taken)
    again = Tally()
    again.add(one)
    again.add(one)
    assert again.novelty == 0


def test_runs_that_break_off_and_runs_without_an_end_are_counted_and_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken(SensibleBot):
        def act(self, state: object) -> str:
            raise KeyError("a bug")

    monkeypatch.setattr(bots, "SensibleBot", Broken)
    assert playtest(WORLD, ["a", "b"]).failures == ["a: KeyError('a bug')", "b: KeyError('a bug')"]
    monkeypatch.undo()
    monkeypatch.setattr(bots, "MOST_ACTIONS", 9)
    tally = playtest(WORLD, ["a"])
    assert (tally.failures, tally.endless) == ([], ["the run with seed a has no end"])
    assert "dead ends 1" in tally.table(WORLD)


def test_a_bot_that_reads_finishes_more_quests_than_one_that_takes_anything() -> None:
    seeds = [str(n) for n in range(24)]
    assert playtest(WORLD, seeds).completion > playtest(WORLD, seeds, "random").completion + 0.05


def test_a_duel_is_the_same_each_time_and_its_tier_is_one_of_the_table() -> None:
    encounter = WORLD.encounters[0]
    assert tier_of(WORLD, encounter) in TIERS
    fought = [duel(WORLD, encounter.id, Calling.ROGUE, SensibleBot("1"), "1") for _ in range(2)]
    assert fought[0] == fought[1]
    assert fought[0][1] >= 1
