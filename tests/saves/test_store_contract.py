"""What every store promises."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from records import BEGUN, begin, branch, history, play, played, undo

from pocket_portals.errors import Conflict, PortalsError, RunNotFound
from pocket_portals.session.journal import problems
from pocket_portals.session.ports import RunStore, summary

HOSTILE = [
    "",
    ".",
    "..",
    "../amber-fox-4821",
    "amber-fox-4821/../x",
    "amber-fox-4821\n",
    "amber-fox-4821\0",
    "AMBER-FOX-4821",
    "CON",
    "*",
    "amber-fox-*",
    "~",
    "/etc/passwd",
    "amber-fox-4821" + "-b1" * 200,
    "ámber-fox-4821",
    "\x1b]0;title\x07",
]


def test_a_new_run_is_loaded_as_it_was_saved(store: RunStore) -> None:
    record = begin(device="lamp")
    saved = store.save(record, "")
    assert store.load(record.run) == record
    assert (saved.where, saved.warning) == (store.name, "")


def test_every_turn_of_a_run_is_kept_word_for_word(open_store: Callable[[], RunStore]) -> None:
    record = played(12)
    writer = open_store()
    expected = ""
    for step in history(record):
        writer.save(step, expected)
        expected = step.head
    loaded = open_store().load(record.run)
    assert loaded == record
    assert problems(loaded) == []


def test_the_head_of_a_run_is_told_without_reading_it(open_store: Callable[[], RunStore]) -> None:
    record = played(3)
    store, other = open_store(), open_store()
    assert store.head(record.run) == ""
    for step in history(record):
        store.save(step, step.turns[-1].parent)
        assert other.head(record.run) == store.head(record.run) == step.head
    store.delete(record.run)
    assert other.head(record.run) == ""


def test_a_run_may_be_saved_first_when_it_is_long_already(store: RunStore) -> None:
    record = played(9)
    store.save(record, "")
    assert store.load(record.run) == record


def test_several_turns_may_come_at_once(store: RunStore) -> None:
    first, *_, last = history(played(9))
    store.save(first, "")
    store.save(last, first.head)
    assert store.load(last.run) == last


def test_turns_taken_back_stay_in_the_journal(store: RunStore) -> None:
    record = played(5)
    store.save(record, "")
    back = undo(record, to=3)
    store.save(back, record.head)
    again = play(back, "another way")
    store.save(again, back.head)
    assert store.load(record.run) == again
    assert again.rev == 7


def test_a_stale_head_is_refused_and_nothing_is_overwritten(store: RunStore) -> None:
    record = begin()
    store.save(record, "")
    theirs, mine = play(record, "go left"), play(record, "go right")
    store.save(theirs, record.head)
    with pytest.raises(Conflict):
        store.save(mine, record.head)
    assert store.load(record.run) == theirs


def test_a_new_run_does_not_overwrite_another_of_its_name(store: RunStore) -> None:
    store.save(begin(), "")
    with pytest.raises(Conflict):
        store.save(begin(seed="snow"), "")
    assert store.load("amber-fox-4821").state.seed == "rain"


def test_saving_the_same_head_again_is_harmless(store: RunStore) -> None:
    before, record = history(played(4))[-2:]
    store.save(before, "")
    for expected in (before.head, before.head, record.head, "", "somebody else's"):
        store.save(record, expected)
    assert store.load(record.run) == record


def test_a_run_that_vanished_is_written_again_whole(store: RunStore) -> None:
    record = played(4)
    store.save(record, "")
    store.delete(record.run)
    further = play(record)
    store.save(further, record.head)
    assert store.load(record.run) == further


def test_an_unknown_run_is_not_found(store: RunStore) -> None:
    with pytest.raises(RunNotFound, match="amber-fox-4821"):
        store.load("amber-fox-4821")
    assert store.delete("amber-fox-4821") is False


@pytest.mark.parametrize("run", HOSTILE)
def test_a_hostile_id_touches_nothing(store: RunStore, run: str) -> None:
    with pytest.raises(RunNotFound):
        store.load(run)
    with pytest.raises(RunNotFound):
        store.save(begin().having(run=run), "")
    assert store.delete(run) is False
    assert store.summaries() == []


def test_runs_are_listed_the_last_played_first(store: RunStore) -> None:
    runs = ["amber-fox-0001", "brass-owl-0002", "coral-elk-0003", "dusky-hare-0004"]
    for number, run in enumerate(runs):
        store.save(played(2, run, at=BEGUN + timedelta(days=[2, 0, 3, 1][number])), "")
    assert [line.id for line in store.summaries()] == [runs[i] for i in (2, 0, 3, 1)]
    assert [line.id for line in store.summaries(2)] == [runs[2], runs[0]]
    assert store.summaries(0) == []


def test_playing_on_moves_a_run_to_the_top(store: RunStore) -> None:
    old = begin("amber-fox-0001")
    store.save(old, "")
    store.save(begin("brass-owl-0002", at=BEGUN + timedelta(minutes=1)), "")
    store.save(play(old), old.head)
    assert [line.id for line in store.summaries()] == ["amber-fox-0001", "brass-owl-0002"]


def test_a_list_shows_what_the_state_holds(store: RunStore) -> None:
    record = played(8)
    store.save(record, "")
    (line,) = store.summaries()
    assert line.having(expires_at=None) == summary(record, store.name)
    assert (line.hero, line.quest, line.turn) == (
        "Brenna Ólafsdóttir",
        "The lamp that would not go out",
        record.state.adventure_turn,
    )


def test_a_deleted_run_is_gone_and_the_others_stay(store: RunStore) -> None:
    first, second = played(3), branch(played(3), "brass-owl-0002")
    store.save(first, "")
    store.save(second, "")
    assert store.delete(first.run) is True
    assert store.delete(first.run) is False
    assert [line.id for line in store.summaries()] == [second.run]
    with pytest.raises(RunNotFound):
        store.load(first.run)
    store.save(begin(first.run, seed="anew"), "")
    assert store.load(first.run).state.seed == "anew"


def test_of_many_writers_exactly_one_takes_a_turn(open_store: Callable[[], RunStore]) -> None:
    record = begin()
    open_store().save(record, "")
    writers = [open_store() for _ in range(6)]
    start = Barrier(len(writers))

    def attempt(number: int) -> bool:
        mine = play(record, f"writer {number}")
        start.wait()
        try:
            writers[number].save(mine, record.head)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(len(writers)) as pool:
        taken = list(pool.map(attempt, range(len(writers))))
    assert taken.count(True) == 1
    assert open_store().load(record.run).turns[-1].action == f"writer {taken.index(True)}"


def test_writers_who_read_again_after_a_conflict_lose_nothing(open_store: Callable[[], RunStore]) -> None:
    open_store().save(begin(), "")
    writers = [open_store() for _ in range(4)]

    def insist(number: int) -> None:
        for turn in range(5):
            while True:
                record = writers[number].load("amber-fox-4821")
                try:
                    writers[number].save(play(record, f"{number}:{turn}"), record.head)
                    break
                except Conflict:
                    continue

    with ThreadPoolExecutor(len(writers)) as pool:
        list(pool.map(insist, range(len(writers))))
    record = open_store().load("amber-fox-4821")
    assert sorted(turn.action for turn in record.turns[1:]) == [
        f"{n}:{t}" for n in range(4) for t in range(5)
    ]
    assert problems(record) == []


def test_errors_are_the_player_s_kind(store: RunStore) -> None:
    with pytest.raises(PortalsError) as caught:
        store.load("amber-fox-4821")
    assert caught.value.message
    assert caught.value.hint
