"""Two machines and one Redis: whatever happens between them, no turn is lost and no fork unseen."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from proxy import proxied
from records import begin, history, play, played, undo
from servers import SERVERS, TTL, Server, start_server

from pocket_portals.errors import Conflict, PortalsError, RunNotFound, RunUnreadable, StoreUnavailable
from pocket_portals.rules.state import Parent
from pocket_portals.saves.files import STATE, FileStore
from pocket_portals.saves.ids import is_run_id
from pocket_portals.saves.redis import RedisStore, history_key, session_key
from pocket_portals.saves.sync import holds, parted, parting
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import RunRecord, problems
from pocket_portals.session.ports import Saved

RUN = "amber-fox-4821"
STEPS = history(played(6))

Machines = Callable[[str], VaultStore]
pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture
def valkey(servers: Callable[[str], Server]) -> Server:
    return servers("valkey")


@pytest.fixture
def machine(tmp_path: Path, valkey: Server) -> Iterator[Machines]:
    """A vault on a machine with a data directory of its own; as a new process each time."""
    vaults: list[VaultStore] = []

    def start(name: str) -> VaultStore:
        vaults.append(VaultStore(FileStore(tmp_path / name), RedisStore(valkey.url, TTL), device=name))
        return vaults[-1]

    yield start
    for each in vaults:
        each.close()


def listed(store: VaultStore) -> dict[str, str]:
    return {line.id: line.where for line in store.summaries()}


# The five steps


def test_a_run_goes_from_machine_to_machine(machine: Machines) -> None:
    machine("tavern").save(STEPS[2], "")
    assert machine("tower").load(RUN) == STEPS[2]
    machine("tower").save(STEPS[3], STEPS[2].head)
    assert machine("tavern").sync(RUN).did == "pulled"
    assert machine("tavern").load(RUN) == STEPS[3]
    assert machine("tavern").sync(RUN).did == "nothing"
    assert listed(machine("tavern")) == listed(machine("tower")) == {RUN: "both"}


def test_what_one_machine_has_alone_is_sent(machine: Machines, tmp_path: Path) -> None:
    FileStore(tmp_path / "tavern").save(STEPS[4], "")
    assert listed(machine("tavern")) == {RUN: "file"}
    assert machine("tavern").sync(RUN).did == "sent"
    assert listed(machine("tavern")) == {RUN: "both"}
    assert listed(machine("tower")) == {RUN: "redis"}


def test_lines_that_parted_are_both_kept_and_explained(machine: Machines, tmp_path: Path) -> None:
    machine("tavern").save(STEPS[3], "")
    machine("tower").load(RUN)
    there = play(STEPS[3], "from the tower")
    machine("tower").save(there, STEPS[3].head)
    here = play(play(STEPS[3], "from the tavern"), "and on")
    FileStore(tmp_path / "tavern").save(here, STEPS[3].head)

    store = machine("tavern")
    done = store.sync(RUN)
    assert (done.did, done.branch, done.record) == ("branched", f"{RUN}-b4", there)
    branch = store.load(f"{RUN}-b4")
    assert branch.turns[:-1] == here.turns
    assert branch.branch_of == Parent(run=RUN, revision=STEPS[3].state.revision)
    assert problems(branch) == []
    assert listed(store) == {RUN: "both", f"{RUN}-b4": "both"}
    assert "in two places" in store.save(play(there), there.head).warning
    assert set(listed(machine("tower"))) == {RUN, f"{RUN}-b4"}
    assert store.sync(RUN).did == "nothing"


def test_a_turn_of_an_open_run_that_parted_is_kept_and_told_once(machine: Machines) -> None:
    here, there = machine("tavern"), machine("tower")
    here.save(STEPS[3], "")
    record = there.load(RUN)
    here.save(play(record, "from the tavern"), record.head)
    mine = play(record, "from the tower")
    first = there.save(mine, record.head)
    assert (first.where, "also played elsewhere" in first.warning) == ("file", True)
    second = play(mine)
    assert there.save(second, mine.head).where == "file"
    assert holds(there.files.load(RUN), second.head)
    there.sync(RUN)
    assert holds(there.load(f"{RUN}-b4"), second.head)


def test_two_new_runs_that_drew_the_same_name_are_both_kept(machine: Machines, tmp_path: Path) -> None:
    machine("tavern").save(begin(seed="rain"), "")
    FileStore(tmp_path / "tower").save(begin(seed="snow"), "")
    done = machine("tower").sync(RUN)
    assert done.branch == f"{RUN}-b0"
    assert machine("tower").load(RUN).state.seed == "rain"
    assert machine("tower").load(f"{RUN}-b0").state.seed == "snow"


def test_a_branch_may_part_again_and_again(machine: Machines, tmp_path: Path) -> None:
    machine("tavern").save(STEPS[1], "")
    for number in range(4):
        record = machine("tower").load(RUN)
        machine("tower").save(play(record, f"tower {number}"), record.head)
        FileStore(tmp_path / "tavern").save(play(record, f"tavern {number}"), record.head)
        machine("tavern").sync(RUN)
    assert {run.removeprefix(RUN) for run in listed(machine("tavern"))} == {"", "-b2", "-b3", "-b4", "-b5"}
    for run in listed(machine("tavern")):
        assert problems(machine("tower").load(run)) == []


def test_a_taken_branch_name_is_not_overwritten(machine: Machines, tmp_path: Path) -> None:
    taken = begin(f"{RUN}-b4", seed="another")
    FileStore(tmp_path / "tavern").save(taken, "")
    machine("tavern").save(STEPS[3], "")
    there = play(STEPS[3], "there")
    machine("tower").load(RUN)
    machine("tower").save(there, STEPS[3].head)
    FileStore(tmp_path / "tavern").save(play(STEPS[3], "here"), STEPS[3].head)
    assert machine("tavern").sync(RUN).branch == f"{RUN}-b4-b1"
    assert machine("tavern").load(taken.run) == taken


def test_parting_is_the_same_however_often_it_is_done() -> None:
    ours, theirs = play(STEPS[3], "ours"), play(STEPS[3], "theirs")
    assert parting(ours, theirs) == parting(theirs, ours) == 4
    assert parting(ours, STEPS[3]) == 4
    assert parted(ours, 4, f"{RUN}-b4") == parted(ours, 4, f"{RUN}-b4")
    assert is_run_id(f"{RUN}-b4")


def test_a_branch_with_turns_taken_back_still_holds(machine: Machines, tmp_path: Path) -> None:
    machine("tavern").save(STEPS[3], "")
    machine("tower").load(RUN)
    machine("tower").save(play(STEPS[3], "there"), STEPS[3].head)
    back = play(undo(play(STEPS[3], "here"), to=2), "another way")
    FileStore(tmp_path / "tavern").save(back, STEPS[3].head)
    branch = machine("tavern").load(machine("tavern").sync(RUN).branch)
    assert problems(branch) == []
    assert holds(branch, back.head)


# The faults that killing found in prototypes


def test_a_pull_does_not_race_a_save(machine: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = machine("tavern"), machine("tower")
    here.save(STEPS[3], "")
    record = there.load(RUN)
    there.save(play(record, "there"), record.head)
    late = play(record, "saved while the pull was on its way")
    load = RedisStore.load

    def loading(self: RedisStore, run: str) -> RunRecord:
        found = load(self, run)
        if not holds(here.files.load(RUN), late.head):
            here.files.save(late, record.head)
        return found

    monkeypatch.setattr(RedisStore, "load", loading)
    done = here.sync(RUN)
    assert done.did == "branched"
    assert holds(here.files.load(done.branch), late.head)


def test_after_a_pull_play_goes_on_from_what_was_pulled(machine: Machines) -> None:
    here = machine("tavern")
    here.save(STEPS[3], "")
    there = machine("tower")
    there.load(RUN)
    there.save(STEPS[4], STEPS[3].head)
    record = here.load(RUN)
    assert here.save(play(record), record.head).where == "both"
    with pytest.raises(Conflict):
        here.save(play(STEPS[3], "stale"), STEPS[3].head)


def test_no_branch_names_itself(machine: Machines, tmp_path: Path) -> None:
    run = f"{RUN}-b4"
    steps = [step.having(run=run, state=step.state.having(session_id=run)) for step in STEPS]
    machine("tavern").save(steps[3], "")
    machine("tower").load(run)
    machine("tower").save(play(steps[3], "there"), steps[3].head)
    FileStore(tmp_path / "tavern").save(play(steps[3], "here"), steps[3].head)
    done = machine("tavern").sync(run)
    assert done.branch == f"{RUN}-b4-b4"
    branch = machine("tavern").load(done.branch)
    assert (branch.run, branch.branch_of) == (done.branch, Parent(run=run, revision=4))


@pytest.mark.parametrize("evicted", [history_key(RUN), session_key(RUN)])
def test_evicted_keys_are_never_taken_for_an_empty_run(
    machine: Machines, valkey: Server, evicted: str
) -> None:
    machine("tavern").save(STEPS[5], "")
    with valkey.client() as admin:
        admin.delete(evicted)
    with pytest.raises((RunUnreadable, RunNotFound)):
        machine("tower").load(RUN)
    assert machine("tavern").load(RUN) == STEPS[5]
    assert machine("tower").load(RUN) == STEPS[5]


def test_an_unreadable_line_in_redis_overwrites_nothing(machine: Machines, valkey: Server) -> None:
    machine("tavern").save(STEPS[3], "")
    machine("tower").load(RUN)
    machine("tower").save(STEPS[4], STEPS[3].head)
    with valkey.client() as admin:
        admin.delete(history_key(RUN))
    with pytest.raises(RunUnreadable, match="damaged"):
        machine("tavern").sync(RUN)
    store = machine("tavern")
    assert store.load(RUN) == STEPS[3]
    assert "are damaged" in store.standing(RUN).warning
    assert machine("tavern").files.load(RUN) == STEPS[3]
    machine("tower").sync(RUN)
    assert machine("tavern").load(RUN) == STEPS[4]


# Two processes on one machine


def play_away(root: Path, url: str, name: str, turns: int) -> None:
    store = VaultStore(FileStore(root), RedisStore(url, TTL), device="tavern")
    record = store.load(RUN)
    while turns:
        further = play(record, f"{name} {turns}")
        try:
            store.save(further, record.head)
        except Conflict:
            record = store.load(RUN)
            continue
        record, turns = further, turns - 1
    store.close()


def test_two_processes_on_one_run_lose_nothing(machine: Machines, tmp_path: Path, valkey: Server) -> None:
    machine("tavern").save(begin(), "")
    fork = multiprocessing.get_context("fork")
    players = [
        fork.Process(target=play_away, args=(tmp_path / "tavern", valkey.url, name, 8)) for name in "ab"
    ]
    for player in players:
        player.start()
    for player in players:
        player.join()
    record = machine("tavern").load(RUN)
    expected = {f"{name} {turn}" for name in "ab" for turn in range(1, 9)}
    assert {turn.action for turn in record.turns[1:]} == expected
    assert problems(record) == []
    assert listed(machine("tavern")) == {RUN: "both"}


# Anything, in any order


class StepMirror:
    """A mirror without a thread: it sends when it is told that something is due, or not at all."""

    def __init__(
        self, send: Callable[[str], None], changed: Callable[[str, PortalsError | None], None]
    ) -> None:
        self._send = send
        self._changed = changed
        self._due: set[str] = set()
        self.down: StoreUnavailable | None = None
        self.resting = False

    def due(self, run: str) -> None:
        self._due.add(run)
        for each in tuple(self._due):
            error: PortalsError | None = None
            try:
                self._send(each)
            except PortalsError as trouble:
                error = trouble
            if not isinstance(error, StoreUnavailable):
                self._due.discard(each)
            self._changed(each, error)

    def drop(self, run: str) -> None:
        self._due.discard(run)

    def wait(self, run: str, seconds: float) -> None: ...

    def flush(self, seconds: float) -> list[str]:
        return list(self._due)

    def failed(self, error: StoreUnavailable) -> None: ...

    def answered(self) -> None: ...

    def close(self) -> None: ...


class SmallDisk(FileStore):
    """Files on a disk that takes nothing while it is full."""

    is_full: Callable[[], bool]

    def save(self, record: RunRecord, expected: str) -> Saved:
        if self.is_full():
            raise StoreUnavailable("The disk is full.") from OSError(errno.ENOSPC, "full")
        return super().save(record, expected)


@pytest.mark.filterwarnings("ignore")
class TwoMachines(RuleBasedStateMachine):
    """Two players, one Redis that comes, goes and forgets, against a list of what was acknowledged."""

    server: Server

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        with redis.Redis(port=self.server.port) as admin:
            admin.flushall()
        self.way = proxied(self.server.port)
        self.proxy = self.way.__enter__()
        self.vaults: dict[str, VaultStore] = {}
        self.open: dict[str, RunRecord] = {}
        self.acknowledged: dict[str, set[str]] = {"a": set(), "b": set()}
        self.count = 0
        self.backup: dict[bytes, bytes] = {}
        self.full = {"a": False, "b": False}
        for name in "ab":
            self.restart(name)

    @initialize(both=st.booleans())
    def first(self, both: bool) -> None:
        for name in "ab" if both else "a":
            self.create(name)

    def create(self, name: str) -> None:
        record = begin(seed=f"of {name}")
        self.vaults[name].save(record, "")  # the disk is not full yet
        self.acknowledged[name].add(record.head)
        self.open[name] = record

    @rule(name=st.sampled_from("ab"))
    def restart(self, name: str) -> None:
        self.open.pop(name, None)
        files = SmallDisk(self.folder / name)
        files.is_full = lambda: self.full[name]
        store = VaultStore(files, RedisStore(self.proxy.url, TTL), device=name)
        store._mirror = StepMirror(store._send, store._sent_or_not)  # type: ignore[assignment]
        tries = StepMirror(store._afloat._try_again, store._landed_or_not)
        store._afloat._tries = tries  # type: ignore[assignment]
        self.vaults[name] = store

    @rule(name=st.sampled_from("ab"), which=st.integers(0, 5))
    def resume(self, name: str, which: int) -> None:
        try:
            runs = sorted(line.id for line in self.vaults[name].summaries())
            if runs:
                self.open[name] = self.vaults[name].load(runs[which % len(runs)])
        except (StoreUnavailable, RunNotFound, RunUnreadable):
            pass

    @rule(name=st.sampled_from("ab"), turns=st.integers(1, 3))
    def act(self, name: str, turns: int) -> None:
        for _ in range(turns if name in self.open else 0):
            record = self.open[name]
            self.count += 1
            further = play(record, f"{name} {self.count}", words="Rain.")
            try:
                saved = self.vaults[name].save(further, record.head)
            except Conflict:
                self.open[name] = self.vaults[name].load(record.run)
                return
            if saved.where in ("file", "both"):  # of the others it is said that they may be lost
                self.acknowledged[name] |= {turn.id for turn in further.turns}
            self.open[name] = further

    @rule(name=st.sampled_from("ab"), full=st.booleans())
    def fill_disk(self, name: str, full: bool) -> None:
        self.full[name] = full

    @rule(name=st.sampled_from("ab"))
    def sync(self, name: str) -> None:
        for line in self.vaults[name].summaries():
            try:
                self.vaults[name].sync(line.id)
            except (StoreUnavailable, RunUnreadable, RunNotFound):
                continue

    @rule(fault=st.sampled_from(["refuse", "none"]))
    def come_and_go(self, fault: str) -> None:
        self.proxy.fault = "refuse" if fault == "refuse" else "none"
        self.proxy.drop()

    @precondition(lambda self: self.count > 2)
    @rule(harm=st.sampled_from(["flush", "evict history", "expire", "back up", "roll back"]))
    def harm(self, harm: str) -> None:
        with redis.Redis(port=self.server.port) as admin:
            match harm:
                case "flush":
                    admin.flushall()
                case "evict history":
                    admin.delete(history_key(RUN))
                case "expire":
                    admin.delete(session_key(RUN), history_key(RUN))
                case "back up":
                    self.backup = {key: admin.dump(key) or b"" for key in admin.keys()}  # noqa: SIM118
                case _:
                    admin.flushall()
                    for key, value in self.backup.items():
                        admin.restore(key, 0, value)

    def teardown(self) -> None:
        try:
            self.come_and_go("none")
            self.full = {"a": False, "b": False}
            for name in "abab":
                self.restart(name)
                self.sync(name)
            for name in "ab":
                kept: set[str] = set()
                for line in self.vaults[name].summaries():
                    try:
                        record = self.vaults[name].load(line.id)
                    except RunUnreadable:  # Redis alone had it, as was said, and lost a part of it
                        assert not (self.folder / name / line.id / STATE).exists()
                        continue
                    assert problems(record) == []
                    assert record.branch_of is None or record.branch_of.run != record.run
                    kept |= {turn.id for turn in record.turns}
                    assert self.vaults[name].files.load(line.id) == record
                assert self.acknowledged[name] <= kept
        finally:
            for store in self.vaults.values():
                store.close()
            self.way.__exit__(None, None, None)
            shutil.rmtree(self.folder)


def run_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    monkeypatch.setattr(os, "fsync", lambda handle: None)  # what a power cut does is not asked here
    server = start_server(SERVERS["valkey"], tmp_path)
    TwoMachines.server = server
    try:
        run_state_machine_as_test(
            TwoMachines,
            settings=settings(
                max_examples=examples,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        server.end()


def test_two_machines_and_a_redis_that_comes_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_machine(tmp_path, monkeypatch, 25)


@pytest.mark.soak
def test_two_machines_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_machine(tmp_path, monkeypatch, 1500)
