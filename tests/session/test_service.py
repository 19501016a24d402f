from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import new, play_until, reach, service

from pocket_portals.errors import Conflict, Impossible, RunNotFound, WorldError
from pocket_portals.rules.state import Phase
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import problems, replay
from pocket_portals.session.playtest import SensibleBot
from pocket_portals.session.ports import Decided, Heard, Routed, Settled, Spoken, Words
from pocket_portals.session.steps import RETIRE
from pocket_portals.story.storybook import Storybook


async def test_a_run_begins_with_a_question_and_three_answers() -> None:
    table = service()
    record = await table.create(new())
    assert record.state.phase is Phase.INTERVIEW
    assert len(record.state.current_choices) == 3
    assert record.turns[0].speeches
    assert table.store.load(record.run) == record


def test_the_same_seed_and_deeds_give_the_same_journal_in_a_new_process() -> None:
    code = (
        "import asyncio, json, sys; sys.path.insert(0, 'tests/session')\n"
        "from tables import *\n"
        "async def main():\n"
        "    table = service(); run = (await table.create(new('twin'))).run\n"
        "    deeds = '2,1,3,1,1,1,look around,1,2,i climb the wall,1,2'.split(',')\n"
        "    for deed in deeds:\n"
        "        await table.act(run, deed)\n"
        "    print(json.dumps([t.id for t in table.record(run).turns]))\n"
        "asyncio.run(main())"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": salt},
        ).stdout
        for salt in ("1", "2")
    ]
    assert told[0] == told[1]
    assert len(json.loads(told[0])) == 13


async def test_a_whole_run_folds_to_its_state_at_every_turn() -> None:
    table = service()
    run = (await table.create(new("whole"))).run
    bot = SensibleBot("whole")
    while not table.state(run).adventure_completed:
        await table.act(run, bot.act(table.state(run)))
        record = table.record(run)
        assert replay(record.turns) == record.state
    assert problems(table.record(run)) == []
    assert table.state(run).closure is not None


@pytest.mark.parametrize("there", ["interview", "combat", "quest"])
async def test_resume_restores_exactly_and_the_same_dice_come(there: str) -> None:
    if there == "interview":
        table = service()
        run = (await table.create(new("resume"))).run
        await table.act(run, "an elven mage named Ilsa")
    else:
        table, run = await reach(lambda s: s.phase == there)
    before = table.record(run)
    other = service(table.store)
    resumed = await other.resume(run)
    assert resumed == before
    turn = await table.act(run, "1")
    other_store = MemoryStore()
    other_store.save(before, "")
    elsewhere = service(other_store)
    await elsewhere.resume(run)
    same = await elsewhere.act(run, "1")
    assert same.rolls == turn.rolls
    assert same.speeches == turn.speeches
    assert same.choices == turn.choices


async def test_undo_gives_the_turn_back_and_the_same_deed_meets_the_same_dice() -> None:
    table = service()
    run = (await table.create(new("undo"))).run
    await play_until(table, run, lambda s: s.phase is Phase.EXPLORE)
    before = table.state(run)
    first = await table.act(run, "1")
    undone = await table.undo(run)
    assert undone.state.having(last_turn="") == before.having(last_turn="")
    assert problems(undone) == []
    again = await table.act(run, "1")
    assert [e for e in again.events if e.kind != "turn_settled"] == [
        e for e in first.events if e.kind != "turn_settled"
    ]
    assert [t.id for t in table.record(run).story][-1] == again.id
    assert len(table.record(run).story) == again.revision
    assert len(table.record(run).turns) == before.revision + 3  # nothing is lost by undoing
    assert table.store.load(run) == table.record(run)


async def test_undo_stops_at_the_beginning() -> None:
    table = service()
    run = (await table.create(new())).run
    with pytest.raises(Impossible):
        await table.undo(run)


async def test_a_branch_leaves_the_first_run_as_it_is() -> None:
    table = service()
    run = (await table.create(new("branch"))).run
    await play_until(table, run, lambda s: s.adventure_turn >= 4)
    before = table.record(run)
    branch = await table.branch(run, 3)
    assert branch.run != run
    assert branch.state.parent == branch.branch_of
    assert branch.branch_of.revision == 3
    assert problems(branch) == []
    await table.act(branch.run, "1")
    assert table.store.load(run) == before
    assert problems(table.record(branch.run)) == []


async def test_turns_from_before_a_branch_can_be_taken_back_in_it(tmp_path: Path) -> None:
    table = service(FileStore(tmp_path))
    run = (await table.create(new("branch"))).run
    await play_until(table, run, lambda s: s.adventure_turn >= 4)
    branch = (await table.branch(run, 3)).run
    back = await table.undo(branch, 2)
    assert (back.state.revision, back.state.session_id, back.state.parent) == (1, branch, back.branch_of)
    assert problems(table.store.load(branch)) == []
    await table.act(branch, "skip")
    assert problems(table.store.load(branch)) == []


async def test_a_branch_from_a_turn_that_is_not_there_says_which_are() -> None:
    table = service()
    run = (await table.create(new())).run
    with pytest.raises(Impossible, match="no turn 99"):
        await table.branch(run, 99)


async def test_two_windows_on_one_run_do_not_overwrite_each_other() -> None:
    store = MemoryStore()
    first, second = service(store), service(store)
    run = (await first.create(new())).run
    await second.resume(run)
    await first.act(run, "1")
    with pytest.raises(Conflict):
        await second.act(run, "2")
    assert store.load(run) == first.record(run)
    await second.act(run, "2")  # it has caught up, and may go on
    assert len(store.load(run).turns) == 3


class Broken(MemoryStore):
    """A store that fails when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = False

    def save(self, record, expected):
        if self.broken:
            raise OSError("the disk is gone")
        return super().save(record, expected)


async def test_a_turn_that_can_not_be_saved_did_not_happen() -> None:
    store = Broken()
    table = service(store)
    run = (await table.create(new())).run
    before = table.record(run)
    store.broken = True
    with pytest.raises(OSError, match="disk"):
        await table.act(run, "1")
    assert table.record(run) == before
    store.broken = False
    await table.act(run, "1")
    assert len(table.record(run).turns) == 2


class Slow(Storybook):
    """A storyteller that has begun to speak and takes its time."""

    def __init__(self) -> None:
        self.speaking = asyncio.Event()

    async def tell(self, world, state, outcome, voices, say):
        self.speaking.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody waits for this")


async def test_a_turn_cancelled_while_it_is_told_leaves_nothing_behind() -> None:
    table, run = await reach(lambda s: s.phase is Phase.EXPLORE)
    before = table.record(run)
    slow = Slow()
    halting = service(table.store, teller=slow)
    await halting.resume(run)
    turn = asyncio.ensure_future(halting.act(run, "1"))
    await slow.speaking.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert halting.record(run) == before
    assert table.store.load(run) == before
    await table.act(run, "1")


class Gated(MemoryStore):
    """A store whose writing can be held up."""

    def __init__(self) -> None:
        super().__init__()
        self.writing, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def save(self, record, expected):
        self.writing.set()
        self.go_on.wait(10)
        return super().save(record, expected)


async def test_a_turn_cancelled_while_it_is_saved_is_kept_and_known_to_be() -> None:
    store = Gated()
    table = service(store)
    run = (await table.create(new())).run
    store.writing.clear()
    store.go_on.clear()
    turn = asyncio.ensure_future(table.act(run, "1"))
    await asyncio.to_thread(store.writing.wait, 10)
    turn.cancel()
    store.go_on.set()
    await turn
    assert len(store.load(run).turns) == 2
    assert store.load(run) == table.record(run)


async def test_the_watcher_hears_dice_words_and_at_last_that_it_is_saved() -> None:
    table = service()
    run = (await table.create(new("watch"))).run
    await play_until(table, run, lambda s: s.phase is Phase.EXPLORE)
    signals: list[object] = []
    turn = await table.act(run, "1", signals.append)
    sorts = [type(s) for s in signals]
    assert sorts[0] is Heard
    assert sorts[-1] is Settled
    assert {Decided, Routed, Words, Spoken} <= set(sorts)
    said = "".join(s.text for s in signals if isinstance(s, Words))
    assert said == "".join(s.text for s in turn.speeches)
    assert [s.event for s in signals if isinstance(s, Decided)] == list(turn.events)


@given(words=st.text(max_size=300))
@settings(max_examples=120, deadline=None)
def test_anything_may_be_typed_at_any_time(words: str) -> None:
    """Whatever is said, the turn is valid or refused in words; never a crash, never a broken save."""

    async def say() -> None:
        table = service()
        run = (await table.create(new("any"))).run
        for deed in ("1", "1", "1", "1", "1", "1"):
            await table.act(run, deed)
            try:
                await table.act(run, words)
            except Impossible:
                continue
            if table.state(run).adventure_completed:
                break
        assert problems(table.store.load(run)) == []

    asyncio.run(say())


async def test_a_run_that_is_over_takes_no_more_turns() -> None:
    table = service()
    run = (await table.create(new())).run
    await play_until(table, run, lambda s: s.phase is Phase.EXPLORE)
    turn = await table.act(run, RETIRE)
    assert table.state(run).adventure_completed
    assert any(s.voice == "chronicler" for s in turn.speeches)
    with pytest.raises(Impossible):
        await table.act(run, "1")


async def test_an_unknown_world_starts_nothing() -> None:
    table = service()
    with pytest.raises(WorldError, match="ember-road"):
        await table.create(NewRun(world="ember-raod"))
    assert table.runs() == []


async def test_a_unique_prefix_finds_a_run_and_a_wrong_one_says_what_is_near() -> None:
    table = service()
    run = (await table.create(new())).run
    assert table.find(run[:3]) == run
    assert table.find() == run
    with pytest.raises(RunNotFound, match=run):
        table.find(run[:-1] + "x")
    for hostile in ("../../etc/passwd", "con", "a" * 500, "é", "; rm"):
        with pytest.raises(RunNotFound):
            table.find(hostile)


async def test_names_come_whole_from_what_was_typed() -> None:
    table = service()
    run = (await table.create(new())).run
    for answer in ("an elven mage named Ilsa of the Reeds", "I read old books", "my debt", "a knife"):
        await table.act(run, answer)
    sheet = table.state(run).hero
    assert (sheet.name, sheet.ancestry, sheet.calling) == ("Ilsa of the Reeds", "elf", "wizard")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("an elven mage named Ilsa", "Ilsa"),
        ("call me Brand", "Brand"),
        ("I'm Odo Pike, a halfling thief", "Odo Pike"),
        ("Mirren Hale", "Mirren Hale"),
        ("Ilsa the elven mage", "Ilsa"),
        ("Tam, a thief from the hills", "Tam"),
        ("a dwarf called thora", "Thora"),
        ("I am a wizard named Zed", "Zed"),
        ("My name is Wulf and I fight", "Wulf"),
    ],
)
async def test_ways_to_say_a_name(said: str, name: str) -> None:
    table = service()
    run = (await table.create(new())).run
    await table.act(run, said)
    for _ in range(3):
        await table.act(run, "1")
    assert table.state(run).hero.name == name


async def test_a_hero_who_is_picked_keeps_the_name_they_were_offered_by() -> None:
    table = service()
    run = (await table.create(new())).run
    offered = table.state(run).current_choices[1].label
    for answer in ("2", "Pirates", "1", "1"):
        await table.act(run, answer)
    assert table.state(run).hero.name == offered.partition(",")[0]


async def test_skip_makes_a_sound_hero_at_once() -> None:
    table = service()
    run = (await table.create(new())).run
    await table.act(run, "skip")
    state = table.state(run)
    assert state.phase is Phase.QUEST
    assert state.hero.name
    assert len(state.pending_quest_options) == 3


async def test_the_interview_takes_at_most_five_exchanges() -> None:
    table = service()
    run = (await table.create(new())).run
    exchanges = 0
    while table.state(run).phase is Phase.INTERVIEW:
        await table.act(run, "1")
        exchanges += 1
    assert exchanges <= 5


async def test_the_sheet_can_be_drawn_again_or_begun_again() -> None:
    table = service()
    run = (await table.create(new())).run
    for answer in ("Mirren Hale", "a fighter", "1", "1"):
        await table.act(run, answer)
    first = table.state(run).hero
    await table.act(run, "2")
    assert table.state(run).hero.name == first.name
    assert table.state(run).hero.calling == first.calling
    await table.act(run, "3")
    assert table.state(run).creation_turn == 0


async def test_deleting_removes_the_run() -> None:
    table = service()
    run = (await table.create(new())).run
    assert await table.delete(run)
    assert not await table.delete(run)
    assert table.runs() == []


@pytest.mark.parametrize("odd", ["²", "١", "①", "0", "-1", "99999999999999999999", "1e5", "¹."])
async def test_odd_numbers_are_no_crash(odd: str) -> None:
    table, run = await reach(lambda s: s.phase is Phase.COMBAT)
    with contextlib.suppress(Impossible):
        await table.act(run, odd)
    assert problems(table.store.load(run)) == []
    fresh = service()
    run = (await fresh.create(new())).run
    await fresh.act(run, odd)
    assert problems(fresh.store.load(run)) == []


async def test_a_new_run_never_takes_the_id_of_another_even_one_that_cannot_be_read(tmp_path: Path) -> None:
    first = (await service(FileStore(tmp_path)).create(new())).run
    (tmp_path / first / "state.json").write_text("not a save")
    second = (await service(FileStore(tmp_path)).create(new())).run  # draws the same ids
    assert second != first
    assert (tmp_path / first / "state.json").read_text() == "not a save"


async def test_a_run_that_is_left_is_read_anew_when_it_is_opened_again() -> None:
    table = service()
    run = (await table.create(new())).run
    table.leave(run)
    with pytest.raises(KeyError):
        table.state(run)
    assert (await table.resume(run)).run == run
