"""What is remembered: kept within bounds, shown and mended by the player, read by no scene."""

from __future__ import annotations

import pytest
from tables import new, service

from pocket_portals.errors import Impossible
from pocket_portals.rules.events import NoteForgotten, NoteTaken, PersonMet, PromiseMade, StoryLineAdded
from pocket_portals.rules.fold import fold
from pocket_portals.rules.memory import LINES, NOTES, Note, NoteKind
from pocket_portals.rules.state import GameState
from pocket_portals.session.remembrance import mind
from pocket_portals.story.memory import relevant, remembered


async def begun() -> tuple[object, str, GameState]:
    table = service()
    run = (await table.create(new())).run
    return table, run, table.state(run)


async def test_what_the_player_adds_mends_and_forgets_stands_in_memory_and_journal() -> None:
    table = service()
    run = (await table.create(new())).run
    lines = await mind(table, run, "add Ossa hates the \x1b[31msea")
    assert lines[0] == "1. (fact) Ossa hates the sea"
    assert (await mind(table, run, "correct 1 Ossa hates rivers"))[0] == "1. (fact) Ossa hates rivers"
    assert (await mind(table, run, "forget 1"))[0] == "Nothing is remembered yet."
    assert [t.action for t in table.record(run).turns[1:]] == [
        "/memory add", "/memory correct", "/memory forget",
    ]  # fmt: skip


async def test_a_promise_that_was_told_is_settled_and_the_games_own_is_not() -> None:
    table = service()
    run = (await table.create(new())).run
    record = table.record(run)
    told = [
        NoteTaken(id="p", note=Note(kind=NoteKind.PROMISE, text="to bring Ossa a plum", turn=1)),
        NoteTaken(id="f", note=Note(kind=NoteKind.FACT, text="Ossa hates rivers", turn=1)),
        PersonMet(id="ossa-grey", name="Ossa Grey", who="toll-keeper"),
        PromiseMade(id="ossa-grey", promise="son", what="bring word of her son"),
    ]
    state = fold(record.state, told)
    table._open[run] = record.having(state=state)
    number = {entry.key: n for n, entry in enumerate(remembered(state), start=1)}
    assert {e.key: e.weight for e in remembered(state)}["p"] > 0  # open: it comes before what else there is
    for wrong in ("f", "promise:son"):
        with pytest.raises(Impossible):
            await mind(table, run, f"keep {number[wrong]}")
    lines = await mind(table, run, f"keep {number['p']}")
    assert lines[number["p"] - 1].endswith("to bring Ossa a plum (kept)")
    with pytest.raises(Impossible):
        await mind(table, run, f"keep {number['p']}")
    lines = await mind(table, run, f"break {number['p']}")
    assert lines[number["p"] - 1].endswith("to bring Ossa a plum (broken)")
    assert [t.action for t in table.record(run).turns[1:]] == ["/memory keep", "/memory break"]
    after = table.state(run)
    assert after.promises["son"].kept is None
    assert {e.key: e.weight for e in remembered(after)}["p"] == 0
    assert await mind(table, run, f"forget {number['p']}")
    assert table.state(run).memory.settled == {}


@pytest.mark.parametrize(
    "asked", ["add", "add \x1b", "forget 1", "forget x", "correct 9 a", "burn 1", "keep 1", "break x"]
)
async def test_what_memory_cant_do_is_said_and_changes_nothing(asked: str) -> None:
    table = service()
    run = (await table.create(new())).run
    with pytest.raises(Impossible):
        await mind(table, run, asked)
    assert len(table.record(run).turns) == 1


async def test_what_the_game_decided_is_left_unsaid_but_stays_true() -> None:
    _, _, state = await begun()
    state = fold(
        state,
        [
            PersonMet(id="ossa-grey", name="Ossa Grey", who="toll-keeper"),
            PromiseMade(id="ossa-grey", promise="son", what="bring word of her son"),
            NoteForgotten(id="promise:son"),
        ],
    )
    assert [r.key for r in remembered(state)] == ["person:ossa-grey"]
    assert state.promises["son"].kept is None


async def test_memory_is_bounded_and_forgets_promises_and_the_players_own_words_last() -> None:
    _, _, state = await begun()
    first = [
        NoteTaken(id="p", note=Note(kind=NoteKind.PROMISE, text="to come back", turn=1)),
        NoteTaken(id="own", note=Note(kind=NoteKind.FACT, text="mine", turn=1, by="player")),
    ]
    flood = [
        NoteTaken(id=f"n{i}", note=Note(kind=NoteKind.FACT, text=f"fact {i}", turn=2)) for i in range(300)
    ]
    lines = [StoryLineAdded(text=f"line {i}") for i in range(300)]
    state = fold(state, [*first, *flood, *lines])
    assert len(state.memory.notes) == NOTES
    assert {"p", "own", "n299"} <= set(state.memory.notes)
    assert len(state.memory.story) == LINES


async def test_an_open_promise_outweighs_what_was_said_since() -> None:
    _, _, state = await begun()
    state = fold(
        state,
        [
            PersonMet(id="ossa", name="Ossa"),
            PromiseMade(id="ossa", promise="son", what="bring word of her son"),
        ],
    )
    chatter = [
        NoteTaken(id=f"n{i}", note=Note(kind=NoteKind.FACT, text=f"the mule {i} is grey", turn=40))
        for i in range(60)
    ]
    state = fold(state, chatter)
    chosen = relevant(remembered(state), "the inn, a mule", 45, 400)
    assert any("bring word of her son" in r.text for r in chosen)
    assert sum(r.size for r in chosen) <= 400
