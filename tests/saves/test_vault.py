"""Files and Redis at once: the turn path never waits, and what Redis missed reaches it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
import redis
from proxy import Fault, Proxy, proxied
from records import begin, history, play, played
from servers import TTL, Server, free_port

from pocket_portals.errors import Conflict, RunNotFound, RunUnreadable, StoreUnavailable
from pocket_portals.saves import durable, vault
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.redis import RedisStore, history_key, session_key
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import RunRecord, problems
from pocket_portals.session.ports import Saved

RUN = "amber-fox-4821"
SOON = 20.0  # seconds: far beyond what anything here takes

Open = Callable[..., VaultStore]


@pytest.fixture
def valkey(servers: Callable[[str], Server]) -> Server:
    return servers("valkey")


@pytest.fixture
def proxy(valkey: Server) -> Iterator[Proxy]:
    with proxied(valkey.port) as proxy:
        yield proxy


@pytest.fixture
def opened(tmp_path: Path, valkey: Server) -> Iterator[Open]:
    """Opens a vault: on its own machine, if it names one; at its own address, if it has one."""
    vaults: list[VaultStore] = []

    def start(machine: str = "here", url: str = "", ttl: int = TTL) -> VaultStore:
        redis = RedisStore(url or valkey.url, ttl)
        vaults.append(VaultStore(FileStore(tmp_path / machine), redis, device=machine))
        return vaults[-1]

    yield start
    for each in vaults:
        each.close()


def in_redis(server: Server) -> RunRecord | None:
    store = RedisStore(server.url, TTL)
    try:
        return store.load(RUN)
    except RunNotFound:
        return None
    finally:
        store.close()


def awaited(store: VaultStore, where: str, act: Callable[[], object] = lambda: None) -> None:
    """Do something, then wait until the run stands as it should."""
    marks: Queue[Saved] = Queue()
    store.watch(lambda run, saved: marks.put(saved))
    act()
    while store.standing(RUN).where != where:
        marks.get(timeout=SOON)


def keep_on(store: VaultStore, record: RunRecord, turns: int = 3) -> RunRecord:
    for _ in range(turns):
        further = play(record)
        store.save(further, record.head)
        record = further
    return record


# Both places


@pytest.mark.usefixtures("patient")
def test_a_turn_is_in_both_places_and_says_so(opened: Open, valkey: Server) -> None:
    store = opened()
    assert store.save(begin(), "").where == "both"
    assert store.standing(RUN) == Saved("both")
    assert in_redis(valkey) == store.files.load(RUN) == begin()
    (line,) = store.summaries()
    assert line.where == "both"
    assert line.expires_at is not None


def test_without_redis_a_turn_is_in_its_file(tmp_path: Path) -> None:
    store = VaultStore(FileStore(tmp_path))
    assert store.save(begin(), "") == Saved("file")
    assert store.standing(RUN) == Saved("file")
    store.close()
    assert store.farewell == ""


@pytest.mark.usefixtures("patient")
def test_many_turns_arrive_in_order(opened: Open, valkey: Server) -> None:
    store = opened()
    store.save(begin(), "")
    record = keep_on(store, begin(), 8)
    awaited(store, "both")
    assert in_redis(valkey) == record


# Faults: the game goes on, the mark changes, what was missed arrives


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("fault", ["blackhole", "refuse", "cut before", "cut within", "cut after"])
def test_a_fault_between_us_and_redis_costs_nothing(
    opened: Open, proxy: Proxy, valkey: Server, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(url=proxy.url)
    store.save(begin(), "")
    monkeypatch.setattr(vault, "AT_ONCE", 0.015)
    proxy.fault = fault
    record = keep_on(store, begin())
    assert store.files.load(RUN) == record
    awaited(store, "file")
    proxy.fault = "none"
    awaited(store, "both")
    assert in_redis(valkey) == record
    assert problems(record) == []


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("fault", ["cut before", "cut within", "cut after"])
def test_a_turn_whose_answer_was_cut_off_is_there_exactly_once(
    opened: Open, proxy: Proxy, valkey: Server, fault: Fault
) -> None:
    store = opened(url=proxy.url)
    store.save(begin(), "")
    record = begin()
    for cuts in (1, 2, 1, 2):
        proxy.fault, proxy.cuts = fault, cuts
        record = keep_on(store, record, 1)
        awaited(store, "both")
    assert in_redis(valkey) == record


@pytest.mark.usefixtures("patient")
def test_a_killed_server_that_comes_back_empty_is_filled_again(
    tmp_path: Path, own_server: Callable[..., Server], proxy: Proxy
) -> None:
    first = own_server()
    with proxied(first.port) as way:
        store = VaultStore(FileStore(tmp_path / "here"), RedisStore(way.url, TTL))
        store.save(begin(), "")
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        way.fault = "refuse"
        record = keep_on(store, begin())
        awaited(store, "file")
        second = own_server()
        way._target = second.port
        awaited(store, "both", lambda: setattr(way, "fault", "none"))
        assert in_redis(second) == record
        store.close()


@pytest.mark.usefixtures("patient")
def test_a_server_that_hangs_delays_no_turn_and_catches_up(
    tmp_path: Path, own_server: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_server()
    store = VaultStore(FileStore(tmp_path / "here"), RedisStore(server.url, TTL))
    store.save(begin(), "")
    monkeypatch.setattr(vault, "AT_ONCE", 0.0)
    os.kill(server.process.pid, signal.SIGSTOP)
    record = keep_on(store, begin(), 5)
    assert store.standing(RUN).where == "file"
    os.kill(server.process.pid, signal.SIGCONT)
    awaited(store, "both")
    assert in_redis(server) == record
    store.close()


@pytest.mark.usefixtures("patient")
def test_what_redis_refuses_is_told_once_and_healed(
    tmp_path: Path, own_server: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_server("--maxmemory-policy", "noeviction")
    store = VaultStore(FileStore(tmp_path / "here"), RedisStore(server.url, TTL))
    store.save(begin(), "")
    record = begin()
    with server.client() as admin:
        for break_it, heal, said in (
            (("maxmemory", "1mb"), ("maxmemory", "0"), "is full"),
            (("min-replicas-to-write", "3"), ("min-replicas-to-write", "0"), "failed: NOREPLICAS"),
        ):
            admin.config_set(*break_it)
            warnings = []
            for _ in range(3):
                further = play(record)
                warnings.append(store.save(further, record.head).warning)
                record = further
            assert said in warnings[0]
            assert warnings[1:] == ["", ""]
            admin.config_set(*heal)
            awaited(store, "both")
        admin.replicaof("127.0.0.1", str(free_port()))
        further = play(record)
        assert "read-only replica" in store.save(further, record.head).warning
        admin.replicaof("NO", "ONE")
        awaited(store, "both")
    assert in_redis(server) == further
    store.close()


@pytest.mark.usefixtures("patient")
def test_a_wrong_password_is_told_and_the_game_goes_on(
    tmp_path: Path, own_server: Callable[..., Server]
) -> None:
    server = own_server("--requirepass", "s3cret")
    store = VaultStore(FileStore(tmp_path / "here"), RedisStore(server.url, TTL))
    saved = store.save(begin(), "")
    assert (saved.where, "refuses" in saved.warning) == ("file", True)
    assert store.load(RUN) == begin()
    store.close()
    assert RUN in store.farewell


@pytest.mark.usefixtures("patient")
def test_expiry_flushing_and_eviction_are_made_good(opened: Open, valkey: Server) -> None:
    store = opened()
    store.save(begin(), "")
    record = begin()
    with valkey.client() as admin:
        for harm in (
            lambda: admin.pexpire(session_key(RUN), 0),
            admin.flushall,
            lambda: admin.delete(history_key(RUN)),
            lambda: admin.lpop(history_key(RUN)),
            lambda: admin.delete(session_key(RUN)),
        ):
            harm()
            record = keep_on(store, record, 1)
            assert in_redis(valkey) == record
            harm()
            assert opened().load(RUN) == record
            assert in_redis(valkey) == record


@pytest.mark.usefixtures("patient")
def test_a_server_that_was_rolled_back_gets_the_turns_again(opened: Open, valkey: Server) -> None:
    store = opened()
    steps = history(played(6))
    store.save(steps[2], "")
    with redis.Redis(port=valkey.port) as admin:
        dumps = {key: admin.dump(key) for key in admin.keys()}  # noqa: SIM118 - a server is no dict
        store.save(steps[4], steps[2].head)
        for key, dump in dumps.items():
            assert dump is not None
            admin.restore(key, 0, dump, replace=True)
        store.save(steps[5], steps[4].head)
        assert in_redis(valkey) == steps[5]
        for key, dump in dumps.items():
            assert dump is not None
            admin.restore(key, 0, dump, replace=True)
    assert opened().load(RUN) == steps[5]
    assert in_redis(valkey) == steps[5]
    assert len(store.summaries()) == 1


# Leaving


@pytest.mark.usefixtures("patient")
def test_leaving_waits_for_the_last_turns(
    opened: Open, valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "AT_ONCE", 0.0)
    store = opened()
    store.save(begin(), "")
    record = keep_on(store, begin(), 4)
    store.close()
    assert store.farewell == ""
    assert in_redis(valkey) == record


def test_leaving_does_not_wait_for_a_redis_that_hangs(
    tmp_path: Path, own_server: Callable[..., Server]
) -> None:
    server = own_server()
    store = VaultStore(FileStore(tmp_path / "here"), RedisStore(server.url, TTL))
    os.kill(server.process.pid, signal.SIGSTOP)
    store.save(begin(), "")
    store.close()
    os.kill(server.process.pid, signal.SIGCONT)
    assert RUN in store.farewell
    assert FileStore(tmp_path / "here").load(RUN) == begin()


def test_leaving_says_what_is_on_this_machine_only_and_it_is_sent_next_time(
    opened: Open, proxy: Proxy, valkey: Server
) -> None:
    proxy.fault = "refuse"
    store = opened(url=proxy.url)
    store.save(begin(), "")
    store.close()
    assert RUN in store.farewell
    assert "sync" in store.farewell
    assert opened().load(RUN) == begin()
    assert in_redis(valkey) == begin()


@pytest.mark.usefixtures("patient")
def test_turns_that_another_run_left_behind_are_sent_in_the_background(
    opened: Open, proxy: Proxy, valkey: Server
) -> None:
    store = opened(url=proxy.url)
    store.save(begin(), "")
    proxy.fault = "refuse"
    record = keep_on(store, begin(), 1)
    store.close()
    later = opened()
    other = begin("brass-owl-0002")
    arrived: Queue[str] = Queue()
    later.watch(lambda run, saved: arrived.put(run))
    later.save(other, "")
    while arrived.get(timeout=SOON) != RUN:
        pass
    assert in_redis(valkey) == record


# The disk


def break_disk(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(durable, "replace", fail)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_told_each_turn_and_the_game_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    store = VaultStore(FileStore(tmp_path / "here"))
    store.save(begin(), "")
    record = begin()
    with monkeypatch.context() as broken:
        break_disk(broken, code)
        for _ in range(3):
            further = play(record)
            saved = store.save(further, record.head)
            assert saved.where == "memory"
            assert "in memory only" in saved.warning
            with pytest.raises(Conflict):
                store.save(play(record, "another"), record.head)
            record = further
            assert store.load(RUN) == record
            assert [line.where for line in store.summaries()] == ["memory"]
    assert FileStore(tmp_path / "here").load(RUN) == begin()
    further = play(record)
    assert store.save(further, record.head) == Saved("file")
    assert FileStore(tmp_path / "here").load(RUN) == further
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB, where one may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_fills_up_stops_no_story_and_takes_it_when_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(120 * 1024))
    store = VaultStore(FileStore(small_disk / "saves"))
    store.save(begin(), "")
    record, saved = begin(), Saved("file")
    while saved.where == "file":
        further = play(record)
        saved = store.save(further, record.head)
        record = further
    assert "The disk is full" in saved.warning
    further = play(record)
    assert store.save(further, record.head).where == "memory"
    kept = FileStore(small_disk / "saves").load(RUN)
    assert record.turns[: kept.rev] == kept.turns
    ballast.unlink()
    last = play(further)
    assert store.save(last, further.head) == Saved("file")
    assert FileStore(small_disk / "saves").load(RUN) == last
    store.close()


def test_what_the_disk_did_not_take_is_tried_again_on_leaving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = VaultStore(FileStore(tmp_path / "here"))
    with monkeypatch.context() as broken:
        break_disk(broken, errno.ENOSPC)
        store.save(begin(), "")
    store.close()
    assert store.farewell == ""
    assert FileStore(tmp_path / "here").load(RUN) == begin()


def test_what_the_disk_never_took_is_told_on_leaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = VaultStore(FileStore(tmp_path / "here"))
    break_disk(monkeypatch, errno.ENOSPC)
    store.save(begin(), "")
    store.close()
    assert store.farewell.startswith(f"Not saved: {RUN}; it is lost.")


@pytest.mark.usefixtures("patient")
def test_without_a_disk_redis_keeps_the_turn(
    opened: Open, valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened()
    break_disk(monkeypatch, errno.EROFS)
    saved = store.save(begin(), "")
    assert (saved.where, "in Redis only" in saved.warning) == ("redis", True)
    assert in_redis(valkey) == begin()
    store.close()
    assert store.farewell == ""


def test_a_broken_disk_still_shows_what_redis_holds(
    opened: Open, valkey: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    RedisStore(valkey.url, TTL).save(begin(), "")
    break_disk(monkeypatch, errno.EROFS)
    assert opened().load(RUN) == begin()


@pytest.mark.usefixtures("patient")
def test_a_file_beyond_repair_comes_back_from_redis_and_is_set_aside(opened: Open, tmp_path: Path) -> None:
    record = keep_on(opened(), begin(), 0)
    opened().save(record, "")
    (tmp_path / "here" / RUN / "state.json").write_bytes(b"rust")
    assert opened().load(RUN) == record
    assert FileStore(tmp_path / "here").load(RUN) == record
    assert len(list((tmp_path / "here" / RUN).glob("state.json.corrupt-*"))) == 1


def test_a_run_that_is_damaged_in_redis_and_in_no_file_is_not_called_missing(
    opened: Open, valkey: Server
) -> None:
    RedisStore(valkey.url, TTL).save(begin(), "")
    with valkey.client() as admin:
        admin.delete(history_key(RUN))
    with pytest.raises(RunUnreadable, match="damaged"):
        opened().load(RUN)


# Deleting, and what only Redis knows


@pytest.mark.usefixtures("patient")
def test_a_deleted_run_does_not_come_back(opened: Open, valkey: Server) -> None:
    store = opened()
    store.save(begin(), "")
    assert store.delete(RUN)
    assert in_redis(valkey) is None
    assert opened().summaries() == []


@pytest.mark.usefixtures("patient")
def test_a_run_that_redis_keeps_too_is_not_half_deleted(opened: Open, proxy: Proxy) -> None:
    store = opened(url=proxy.url)
    store.save(begin(), "")
    proxy.fault = "refuse"
    proxy.drop()
    with pytest.raises(StoreUnavailable, match="Nothing was deleted"):
        store.delete(RUN)
    assert store.load(RUN) == begin()


def test_a_run_that_redis_can_t_be_asked_about_is_not_called_missing(opened: Open, proxy: Proxy) -> None:
    proxy.fault = "refuse"
    store = opened(url=proxy.url)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="on this machine, and Redis"):
            store.load(RUN)


def test_a_redis_that_answers_again_is_noticed_by_reading_too(
    opened: Open, proxy: Proxy, valkey: Server
) -> None:
    RedisStore(valkey.url, TTL).save(begin(), "")
    proxy.fault = "refuse"
    store = opened(url=proxy.url)
    assert store.summaries() == []
    assert store.trouble is not None
    proxy.fault = "none"
    while not store.summaries():  # it is left alone for a moment first
        assert store.trouble is not None
    assert store.trouble is None


@pytest.mark.usefixtures("patient")
def test_a_kept_run_never_expires_not_even_after_a_flush(opened: Open, valkey: Server) -> None:
    store = opened()
    store.save(begin(), "")
    store.keep(RUN, 0)
    with valkey.client() as admin:
        for harm in (lambda: None, admin.flushall):
            harm()
            store.load(RUN)
            record = keep_on(store, store.load(RUN), 1)
            assert (admin.ttl(session_key(RUN)), admin.ttl(history_key(RUN))) == (-1, -1)
            assert store.summaries()[0].expires_at is None
    assert in_redis(valkey) == record
