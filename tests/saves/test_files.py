"""Files under every fault a disk, a crash or a stranger can bring."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from records import begin, history, play, played

from pocket_portals.errors import Conflict, RunNotFound, RunUnreadable, SaveTooNew, StoreUnavailable
from pocket_portals.saves import codec, durable
from pocket_portals.saves import files as files_module
from pocket_portals.saves.envelope import MAX_BYTES, seal
from pocket_portals.saves.files import PREVIOUS, STATE, FileStore

RUN = "amber-fox-4821"
STEPS = history(played(6))
NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data" / "saves"


@pytest.fixture
def store(root: Path) -> FileStore:
    """A store with a run of six turns in it."""
    store = FileStore(root, now=lambda: NOON)
    expected = ""
    for step in STEPS:
        store.save(step, expected)
        expected = step.head
    return store


def fifo(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_text("x")


def link(path: Path) -> None:
    target = path.parent / "elsewhere"
    target.write_bytes(codec.encode(STEPS[-1]))
    path.symlink_to(target)


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)


def flipped(path: Path) -> None:
    data = bytearray(codec.encode(STEPS[-1]))
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def another_run(path: Path) -> None:
    path.write_bytes(codec.encode(begin("brass-owl-0002")))


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(codec.encode(STEPS[-1])[:-100]),
    "NULs": lambda path: path.write_bytes(b"\0" * 4096),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 9),
    "a flipped bit": flipped,
    "deep nesting": lambda path: path.write_bytes(
        seal(b'{"schema":1,"codec":"json","state":' + b"[" * 99_999)
    ),
    "64 MB": huge,
    "a pipe": fifo,
    "a folder": folder,
    "a link": link,
    "a dangling link": dangling,
    "another run": another_run,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_save_is_set_aside_and_the_turn_before_restored(
    store: FileStore, root: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    state = root / RUN / STATE
    state.unlink()
    DAMAGES[damage](state)
    before = state.lstat()

    assert store.load(RUN) == STEPS[-2]
    (aside,) = (root / RUN).glob("*.corrupt-*")
    assert aside.name == "state.json.corrupt-20251121T120000.000000Z"
    assert (aside.lstat().st_ino, aside.lstat().st_size) == (before.st_ino, before.st_size)
    assert "set aside" in caplog.text
    assert FileStore(root).load(RUN) == STEPS[-2]

    again = play(STEPS[-2], "another way")
    saved = store.save(again, STEPS[-2].head)
    assert "damaged" in saved.warning
    assert "restored" in saved.warning
    assert store.save(play(again), again.head).warning == ""
    assert aside.exists() or aside.is_symlink()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_save_damaged_under_a_player_costs_nothing(store: FileStore, root: Path, damage: str) -> None:
    (root / RUN / STATE).unlink()
    DAMAGES[damage](root / RUN / STATE)
    further = play(STEPS[-1])
    assert "set aside" in store.save(further, STEPS[-1].head).warning
    assert store.load(RUN) == further
    assert len(list((root / RUN).glob("*.corrupt-*"))) == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_save_with_no_turn_before_it_is_left_alone(root: Path, damage: str) -> None:
    store = FileStore(root)
    (root / RUN).mkdir(parents=True)
    DAMAGES[damage](root / RUN / STATE)
    with pytest.raises(RunUnreadable, match="damaged") as caught:
        store.load(RUN)
    assert str(root / RUN) in caught.value.hint
    assert list((root / RUN).glob("*.corrupt-*")) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_one_damaged_run_does_not_hide_the_others(store: FileStore, root: Path, damage: str) -> None:
    store.save(begin("brass-owl-0002"), "")
    (root / RUN / STATE).unlink()
    DAMAGES[damage](root / RUN / STATE)
    listed = {line.id for line in store.summaries()}
    assert "brass-owl-0002" in listed
    assert listed <= {RUN, "brass-owl-0002"}


def test_both_files_damaged_says_so_and_changes_nothing(store: FileStore, root: Path) -> None:
    for name in (STATE, PREVIOUS):
        (root / RUN / name).write_bytes(b"rust")
    before = sorted(path.name for path in (root / RUN).iterdir())
    with pytest.raises(RunUnreadable, match="no turn before it"):
        store.load(RUN)
    assert sorted(path.name for path in (root / RUN).iterdir()) == before


def test_a_player_outlives_the_damage_of_both_files(store: FileStore, root: Path) -> None:
    for name in (STATE, PREVIOUS):
        (root / RUN / name).write_bytes(b"rust")
    further = play(STEPS[-1])
    store.save(further, STEPS[-1].head)
    assert FileStore(root).load(RUN) == further
    assert len(list((root / RUN).glob("*.corrupt-*"))) == 2


def test_a_missing_state_is_restored_from_the_turn_before(store: FileStore, root: Path) -> None:
    (root / RUN / STATE).unlink()
    assert [line.revision for line in store.summaries()] == [STEPS[-2].state.revision]
    assert store.load(RUN) == STEPS[-2]
    assert "missing" in store.save(play(STEPS[-2]), STEPS[-2].head).warning


def test_a_later_line_of_play_is_not_overwritten_from_before_the_damage(store: FileStore, root: Path) -> None:
    (root / RUN / STATE).write_bytes(b"rust")
    with pytest.raises(Conflict):
        store.save(play(STEPS[1]), STEPS[1].head)


def test_a_later_version_s_save_is_refused_and_untouched(store: FileStore, root: Path) -> None:
    state = root / RUN / STATE
    later = state.read_bytes().replace(b'"fmt":1', b'"fmt":2', 1)
    state.write_bytes(later)
    with pytest.raises(SaveTooNew):
        store.load(RUN)
    with pytest.raises(SaveTooNew):
        store.save(play(STEPS[-1]), STEPS[-1].head)
    assert state.read_bytes() == later
    assert list((root / RUN).glob("*.corrupt-*")) == []
    assert [line.id for line in store.summaries()] == [RUN]


def test_the_turn_before_is_kept_beside_each_turn(store: FileStore, root: Path) -> None:
    assert codec.decode((root / RUN / STATE).read_bytes()) == STEPS[-1]
    assert codec.decode((root / RUN / PREVIOUS).read_bytes()) == STEPS[-2]
    assert sorted(path.name for path in (root / RUN).iterdir()) == ["lock", STATE, PREVIOUS]


def test_without_hard_links_the_turn_before_is_kept_all_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    store = FileStore(root)
    store.save(STEPS[0], "")
    store.save(STEPS[1], STEPS[0].head)
    assert codec.decode((root / RUN / STATE).read_bytes()) == STEPS[1]
    assert codec.decode((root / RUN / PREVIOUS).read_bytes()) == STEPS[0]


def test_saves_are_for_their_owner_alone(store: FileStore, root: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}
    assert modes == {"saves": 0o700, RUN: 0o700, STATE: 0o600, PREVIOUS: 0o600, "lock": 0o600}


# The order of calls that survived the power cuts


def test_a_save_writes_flushes_renames_and_flushes_the_folder(
    store: FileStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = traced(monkeypatch)
    store.save(play(STEPS[-1]), STEPS[-1].head)
    assert calls == [
        "write state.json.tmp",
        "fsync state.json.tmp",
        "link state.json state.json.bak.tmp",
        "rename state.json.bak.tmp state.json.bak",
        "rename state.json.tmp state.json",
        f"fsync {RUN}",
    ]


def test_the_names_of_new_folders_are_flushed_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = traced(monkeypatch)
    FileStore(root).save(STEPS[0], "")
    assert calls == [
        f"fsync {root.parent.parent.name}",
        "fsync data",
        "fsync saves",
        "write state.json.tmp",
        "fsync state.json.tmp",
        "rename state.json.tmp state.json",
        f"fsync {RUN}",
    ]


def test_a_turn_that_is_saved_already_is_flushed_before_it_is_acknowledged(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = traced(monkeypatch)
    store.save(STEPS[-1], STEPS[-2].head)
    assert calls == [f"fsync {RUN}"]


def traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that matter, by the names of the files they touch, in order."""
    calls: list[str] = []
    write, fsync, link_, replace, rename = os.write, os.fsync, os.link, os.replace, os.rename

    def name(handle: int) -> str:
        return Path(f"/proc/self/fd/{handle}").readlink().name

    def traced_write(handle: int, data: Any) -> int:
        if name(handle) != "lock":
            calls.append(f"write {name(handle)}")
        return write(handle, data)

    def traced_fsync(handle: int) -> None:
        calls.append(f"fsync {name(handle)}")
        fsync(handle)

    def traced_link(old: Any, new: Any, **options: Any) -> None:
        calls.append(f"link {Path(old).name} {Path(new).name}")
        link_(old, new, **options)

    def traced_replace(old: Any, new: Any, **options: Any) -> None:
        calls.append(f"rename {Path(old).name} {Path(new).name}")
        replace(old, new, **options)

    monkeypatch.setattr(os, "write", traced_write)
    monkeypatch.setattr(os, "fsync", traced_fsync)
    monkeypatch.setattr(os, "link", traced_link)
    monkeypatch.setattr(os, "replace", traced_replace)
    monkeypatch.setattr(os, "rename", traced_replace)
    assert rename
    return calls


@pytest.mark.parametrize("step", range(6))
def test_a_crash_after_any_call_leaves_the_acknowledged_turn(
    store: FileStore, root: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    class Crash(BaseException):
        pass

    done = 0

    def crashing(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **options: Any) -> Any:
            nonlocal done
            if done == step:
                raise Crash
            done += 1
            return call(*args, **options)

        return wrapped

    further = play(STEPS[-1])
    with monkeypatch.context() as patch:
        for call in ("write", "fsync", "link", "replace", "rename"):
            patch.setattr(os, call, crashing(getattr(os, call)))
        with pytest.raises(Crash):
            store.save(further, STEPS[-1].head)

    survivor = FileStore(root)
    assert survivor.load(RUN) in (STEPS[-1], further)
    expected = survivor.load(RUN).head
    assert survivor.save(further, expected).warning == ""
    assert survivor.load(RUN) == further
    assert not list((root / RUN).glob("*.corrupt-*"))


# A disk that does not want to


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
def test_a_disk_that_fails_is_told_and_leaves_the_turn_before(
    store: FileStore, root: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    real = getattr(os, call)

    def failing(path: Any, *args: Any, **options: Any) -> Any:
        name = str(Path(f"/proc/self/fd/{path}").readlink()) if isinstance(path, int) else os.fspath(path)
        if name.endswith(f"{STATE}.tmp"):
            raise OSError(number, os.strerror(number))
        return real(path, *args, **options)

    further = play(STEPS[-1])
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing)
        if call == "replace":
            patch.setattr(os, "rename", failing)
        with pytest.raises(StoreUnavailable) as caught:
            store.save(further, STEPS[-1].head)
    assert caught.value.hint
    assert store.load(RUN) == STEPS[-1]
    assert not list((root / RUN).glob(f"{STATE}.tmp"))
    store.save(further, STEPS[-1].head)
    assert store.load(RUN) == further


def test_a_file_that_may_not_grow_is_told(store: FileStore) -> None:
    with pytest.raises(StoreUnavailable) as caught, limited_files(20_000):
        store.save(play(STEPS[-1], words="long " * 9000), STEPS[-1].head)
    assert "can't be reached" in caught.value.message
    assert store.load(RUN) == STEPS[-1]


class limited_files:  # noqa: N801 - reads as a verb
    """No file may grow beyond this, as under ``ulimit -f``."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


def as_nobody(task: Callable[[], None]) -> None:
    """Run ``task`` as a user who may not do everything: permissions mean nothing to root."""
    if os.getuid():
        task()
        return

    def dropped() -> None:
        os.setgid(65534)
        os.setuid(65534)
        task()

    child = multiprocessing.get_context("fork").Process(target=dropped)
    child.start()
    child.join()
    assert child.exitcode == 0


def open_path(path: Path) -> None:
    """Let everybody walk to ``path``."""
    for parent in (path, *path.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o755)


def test_no_permission_is_not_missing(store: FileStore, root: Path) -> None:
    open_path(root)
    (root / RUN).chmod(0o000)

    def without_permission() -> None:
        other = FileStore(root)
        for attempt in (
            lambda: other.load(RUN),
            lambda: other.save(play(STEPS[-1]), STEPS[-1].head),
            lambda: other.delete(RUN),
        ):
            with pytest.raises(StoreUnavailable, match="may not be read or written"):
                attempt()
        assert other.summaries() == []

    as_nobody(without_permission)
    (root / RUN).chmod(0o700)
    assert store.load(RUN) == STEPS[-1]


def test_a_folder_of_saves_that_can_t_be_read_is_told(store: FileStore, root: Path) -> None:
    open_path(root.parent)
    root.chmod(0o000)

    def without_permission() -> None:
        other = FileStore(root)
        for attempt in (lambda: other.load(RUN), other.summaries, lambda: other.save(begin(), "")):
            with pytest.raises(StoreUnavailable):
                attempt()

    as_nobody(without_permission)


def test_a_read_only_folder_can_be_read_and_not_written(store: FileStore, root: Path) -> None:
    open_path(root / RUN)
    for path in (root / RUN).iterdir():
        path.chmod(0o444)
    (root / RUN).chmod(0o555)

    def read_only() -> None:
        other = FileStore(root)
        assert other.load(RUN) == STEPS[-1]
        assert [line.id for line in other.summaries()] == [RUN]
        with pytest.raises(StoreUnavailable):
            other.save(play(STEPS[-1]), STEPS[-1].head)

    as_nobody(read_only)


def test_a_damaged_save_in_a_read_only_folder_still_gives_the_turn_before(
    store: FileStore, root: Path
) -> None:
    open_path(root / RUN)
    (root / RUN / STATE).write_bytes(b"rust")
    for path in (root / RUN).iterdir():
        path.chmod(0o444)
    (root / RUN).chmod(0o555)
    as_nobody(lambda: check(FileStore(root).load(RUN) == STEPS[-2]))
    assert (root / RUN / STATE).read_bytes() == b"rust"


def check(holds: bool) -> None:
    assert holds


def test_a_file_where_the_folder_of_saves_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "saves").write_text("not a folder")
    store = FileStore(tmp_path / "saves")
    for attempt in (lambda: store.save(begin(), ""), store.summaries, lambda: store.load(RUN)):
        with pytest.raises(StoreUnavailable):
            attempt()


@pytest.mark.parametrize("thing", [fifo, dangling, another_run])
def test_something_else_where_a_run_s_folder_should_be_is_told(
    root: Path, thing: Callable[[Path], None]
) -> None:
    root.mkdir(parents=True)
    thing(root / RUN)
    store = FileStore(root)
    for attempt in (lambda: store.load(RUN), lambda: store.delete(RUN)):
        with pytest.raises(RunUnreadable, match="should be a folder"):
            attempt()
    with pytest.raises((RunUnreadable, StoreUnavailable)):
        store.save(begin(), "")
    assert store.summaries() == []


def test_a_linked_run_is_not_followed(store: FileStore, root: Path, tmp_path: Path) -> None:
    (root / RUN).rename(tmp_path / "elsewhere")
    (root / RUN).symlink_to(tmp_path / "elsewhere")
    for attempt in (
        lambda: store.load(RUN),
        lambda: store.delete(RUN),
        lambda: store.save(play(STEPS[-1]), STEPS[-1].head),
    ):
        with pytest.raises(RunUnreadable):
            attempt()
    assert codec.decode((tmp_path / "elsewhere" / STATE).read_bytes()) == STEPS[-1]
    assert store.summaries() == []


@pytest.mark.parametrize("thing", [fifo, folder, dangling])
def test_what_lies_where_the_temporary_file_goes_hangs_nothing(
    store: FileStore, root: Path, thing: Callable[[Path], None]
) -> None:
    thing(root / RUN / f"{STATE}.tmp")
    further = play(STEPS[-1])
    if thing is folder:
        with pytest.raises(StoreUnavailable):
            store.save(further, STEPS[-1].head)
        assert store.load(RUN) == STEPS[-1]
    else:
        store.save(further, STEPS[-1].head)
        assert store.load(RUN) == further
    assert not (root / RUN / "nowhere").exists()


# Other processes


def test_a_run_locked_by_another_process_is_told(
    store: FileStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "LOCK_SECONDS", 0.05)
    hold = "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, 2); print('held', flush=True); input()"
    command = [sys.executable, "-c", hold, str(root / RUN / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreUnavailable, match="locked"):
            store.save(play(STEPS[-1]), STEPS[-1].head)
        with pytest.raises(StoreUnavailable, match="locked"):
            store.delete(RUN)
        assert store.load(RUN) == STEPS[-1]
        holder.kill()
    store.save(play(STEPS[-1]), STEPS[-1].head)


# Deleting


def test_a_crash_while_deleting_leaves_no_half_run(
    store: FileStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda *_, **__: None)
        store.delete(RUN)
    assert store.summaries() == []
    with pytest.raises(RunNotFound):
        store.load(RUN)
    assert len(list(root.iterdir())) == 1
    store.save(begin(), "")
    store.delete(RUN)
    assert list(root.iterdir()) == []


# Listing


def test_no_folder_yet_is_an_empty_list(root: Path) -> None:
    assert FileStore(root).summaries() == []
    assert not root.exists()


def test_strangers_in_the_folder_are_not_listed(store: FileStore, root: Path) -> None:
    (root / "notes.txt").write_text("mine")
    (root / "Some Folder").mkdir()
    (root / "empty-run-0001").mkdir()
    another = root / "brass-owl-0002"
    another.mkdir()
    (another / STATE).write_bytes((root / RUN / STATE).read_bytes())
    assert [line.id for line in store.summaries()] == [RUN]


def test_listing_reads_no_more_than_the_first_line(
    store: FileStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "read", lambda *_: pytest.fail("a whole save was read"))
    state = root / RUN / STATE
    state.write_bytes(state.read_bytes().partition(b"\n")[0] + b"\n" + b"\xff" * 10_000)
    assert [line.id for line in store.summaries()] == [RUN]


def test_nothing_is_logged_when_all_is_well(
    store: FileStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "pocket_portals"):
        store.load(RUN)
        store.save(play(STEPS[-1]), STEPS[-1].head)
        store.summaries()
    assert caplog.records == []
