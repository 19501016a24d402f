"""Who has a run open: seen by others on this machine and elsewhere, and never for longer than it lasts."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from records import begin, play
from servers import TTL, Server

from pocket_portals.errors import Conflict
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.lease import LAPSES
from pocket_portals.saves.redis import RedisStore, lease_key
from pocket_portals.saves.vault import VaultStore

RUN = "amber-fox-4821"
NOON = 1_763_726_400.0


class Machine:
    """Vaults on one machine, at one time."""

    def __init__(self, folder: Path, name: str, url: str) -> None:
        self.folder, self.name, self.url = folder, name, url
        self.time = NOON
        self.vaults: list[VaultStore] = []

    def open(self) -> VaultStore:
        redis = RedisStore(self.url, TTL) if self.url else None
        files = FileStore(self.folder / self.name)
        self.vaults.append(VaultStore(files, redis, device=self.name, now=lambda: self.time))
        return self.vaults[-1]


@pytest.fixture
def valkey(servers: Callable[[str], Server]) -> Server:
    return servers("valkey")


@pytest.fixture
def machine(tmp_path: Path, valkey: Server, patient: None) -> Iterator[Callable[..., Machine]]:
    made: list[Machine] = []

    def make(name: str, redis: bool = True) -> Machine:
        made.append(Machine(tmp_path, name, valkey.url if redis else ""))
        return made[-1]

    yield make
    for each in made:
        for vault in each.vaults:
            vault.close()


@pytest.fixture
def tavern(machine: Callable[..., Machine]) -> Machine:
    tavern = machine("tavern")
    tavern.open().save(begin(), "")
    return tavern


def test_the_second_to_open_a_run_is_told_who_has_it(tavern: Machine) -> None:
    first, second = tavern.open(), tavern.open()
    assert first.claim(RUN) is None
    assert first.claim(RUN) is None
    holder = second.claim(RUN)
    assert holder is not None
    assert "tavern, process " in str(holder)
    assert second.holder(RUN) == holder
    assert first.holder(RUN) is None


def test_a_run_that_was_closed_is_free(tavern: Machine) -> None:
    first, second = tavern.open(), tavern.open()
    first.claim(RUN)
    first.release(RUN)
    assert second.claim(RUN) is None
    second.close()
    assert first.claim(RUN) is None


def test_a_run_may_be_taken_over_and_then_the_first_to_save_decides(tavern: Machine) -> None:
    first, second = tavern.open(), tavern.open()
    record = first.load(RUN)
    first.claim(RUN)
    assert second.claim(RUN, anyway=True) is None
    assert first.claim(RUN) is not None
    second.save(play(record, "second"), record.head)
    with pytest.raises(Conflict):
        first.save(play(record, "first"), record.head)
    first.release(RUN)
    assert first.holder(RUN) is not None


def test_another_machine_is_told_too(tavern: Machine, machine: Callable[..., Machine]) -> None:
    tower = machine("tower").open()
    here = tavern.open()
    here.sync(RUN)
    here.claim(RUN)
    tower.load(RUN)
    holder = tower.claim(RUN)
    assert holder is not None
    assert holder.device == "tavern"
    here.release(RUN)
    assert tower.claim(RUN) is None


def test_a_lease_that_nobody_renews_lapses(tavern: Machine, machine: Callable[..., Machine]) -> None:
    tavern.open().claim(RUN)
    note = tavern.folder / "tavern" / RUN / "lease"
    note.write_text(note.read_text().replace("tavern", "a machine that shares this folder"))
    tavern.time += LAPSES
    other = tavern.open()
    assert other.holder(RUN) is not None
    tavern.time += 1
    assert other.holder(RUN) is None


def test_in_redis_a_lease_lapses_by_itself(tavern: Machine, valkey: Server) -> None:
    tavern.open().claim(RUN)
    with valkey.client() as admin:
        assert 0 < admin.ttl(lease_key(RUN)) <= LAPSES


def hold(folder: Path, ready: Connection) -> None:
    VaultStore(FileStore(folder), device="tavern").claim(RUN)
    ready.send("held")
    signal.pause()


def test_a_killed_process_holds_nothing(tavern: Machine) -> None:
    fork = multiprocessing.get_context("fork")
    hears, tells = fork.Pipe(duplex=False)
    player = fork.Process(target=hold, args=(tavern.folder / "tavern", tells), daemon=True)
    player.start()
    assert hears.recv() == "held"
    vault = VaultStore(FileStore(tavern.folder / "tavern"), device="tavern")
    holder = vault.claim(RUN)
    assert holder is not None
    assert holder.pid == player.pid
    player.kill()
    player.join()
    assert vault.claim(RUN) is None
    vault.close()


@pytest.mark.parametrize("text", ["", "{", '{"device": "\\u001b]0;x", "pid": 0}', "x" * 5000])
def test_a_damaged_note_is_nobody_s(tavern: Machine, text: str) -> None:
    (tavern.folder / "tavern" / RUN / "lease").write_text(text)
    assert tavern.open().claim(RUN) is None


def test_an_open_run_is_not_changed_under_its_player(
    tavern: Machine, machine: Callable[..., Machine]
) -> None:
    playing = tavern.open()
    record = playing.load(RUN)
    playing.claim(RUN)
    tower = machine("tower").open()
    tower.load(RUN)
    tower.save(play(record, "elsewhere"), record.head)
    tower.sync(RUN)
    assert tavern.open().load(RUN) == record
    assert playing.load(RUN).turns[-1].action == "elsewhere"
