"""Playing where nothing can be written: said, kept in memory, tried again, and saved whole once it can be."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest
from records import begin, history, play, played
from test_files import as_nobody, limited_files
from test_vault import SOON

from pocket_portals.errors import Conflict, StoreUnavailable
from pocket_portals.saves import codec
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import RunRecord, problems
from pocket_portals.session.ports import Saved

RUN = "amber-fox-4821"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small file system, and mounts it anew with other options."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = False

    def mount(options: str) -> Path:
        nonlocal mounted
        options = f"remount,{options}" if mounted else options
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if not shutil.which("mount") or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("no file system may be mounted here")
        mounted = True
        return folder

    yield mount
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def turns(store: VaultStore, record: RunRecord, count: int, where: str) -> RunRecord:
    for _ in range(count):
        further = play(record)
        saved = store.save(further, record.head)
        assert saved.where == where
        assert ("Not saved!" in saved.warning) == (where == "memory")
        record = further
    return record


def test_a_run_begins_on_a_read_only_disk_and_is_saved_whole_once_it_is_not(
    disk: Callable[[str], Path],
) -> None:
    root = disk("ro") / "saves"
    store = VaultStore(FileStore(root))
    saved = store.save(begin(), "")
    assert (saved.where, "read-only" in saved.warning) == ("memory", True)
    record = turns(store, begin(), 3, "memory")
    assert store.load(RUN) == record
    assert store.head(RUN) == record.head
    disk("rw")
    record = turns(store, record, 1, "file")
    assert FileStore(root).load(RUN) == record
    assert store.standing(RUN) == Saved("file")
    disk("ro")
    record = turns(store, record, 1, "memory")
    disk("rw")
    store.close()
    assert store.farewell == ""
    assert FileStore(root).load(RUN) == record


def test_writing_is_tried_again_between_turns(disk: Callable[[str], Path]) -> None:
    root = disk("ro") / "saves"
    store = VaultStore(FileStore(root))
    marks: Queue[Saved] = Queue()
    store.watch(lambda run, saved: marks.put(saved))
    store.save(begin(), "")
    assert marks.get(timeout=SOON).where == "memory"
    disk("rw")
    while marks.get(timeout=SOON).where != "file":
        pass
    assert FileStore(root).load(RUN) == begin()
    store.close()


def test_another_s_folder_is_said_and_the_game_goes_on(tmp_path: Path) -> None:
    root = tmp_path / "theirs" / "saves"
    root.mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    root.chmod(0o500)

    def played() -> None:
        tempfile.tempdir = "/nowhere"
        store = VaultStore(FileStore(root))
        assert "owner and the permissions" in store.save(begin(), "").warning
        record = turns(store, begin(), 2, "memory")
        assert [line.head for line in store.summaries()] == [record.head]
        store.close()
        assert "it is lost" in store.farewell

    as_nobody(played)
    assert list(root.iterdir()) == []


def test_a_file_that_may_not_grow_costs_no_turn(tmp_path: Path) -> None:
    store = VaultStore(FileStore(tmp_path))
    store.save(begin(), "")
    with limited_files(8_000):
        record = begin()
        while (saved := store.save(further := play(record), record.head)).where == "file":
            record = further
        assert "Not saved!" in saved.warning
        kept = FileStore(tmp_path).load(RUN)
        assert further.turns[: kept.rev] == kept.turns
    further = turns(store, further, 1, "file")
    assert FileStore(tmp_path).load(RUN) == further
    store.close()


def test_what_was_never_saved_gets_a_copy_that_can_be_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    in_the_way = tmp_path / "saves"
    in_the_way.write_text("no folder")
    store = VaultStore(FileStore(in_the_way))
    store.save(begin(), "")
    record = turns(store, begin(), 2, "memory")
    store.close()
    (copy,) = elsewhere.rglob("*.json")
    assert f"pocket-portals import {copy}" in store.farewell
    assert codec.decode(copy.read_bytes()) == record
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_file_that_was_behind_redis_catches_up_and_is_not_parted_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = history(played(5))
    store = VaultStore(FileStore(tmp_path))
    store.save(steps[1], "")

    def full(record: RunRecord, expected: str) -> Saved:
        raise StoreUnavailable("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(store.files, "save", full)
        assert store.save(steps[3], steps[2].head).where == "memory"  # it was opened from Redis
    store.save(steps[4], steps[3].head)
    assert FileStore(tmp_path).load(RUN) == steps[4]
    assert len(store.summaries()) == 1
    store.close()


@pytest.mark.parametrize("between_turns", [True, False])
def test_what_was_played_elsewhere_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, between_turns: bool
) -> None:
    store = VaultStore(FileStore(tmp_path))
    store.save(begin(), "")
    tried: Queue[Saved] = Queue()
    if not between_turns:
        monkeypatch.setattr(store._afloat._tries, "due", lambda run: None)
    theirs = play(begin(), "another way")

    def full(record: RunRecord, expected: str) -> Saved:
        raise StoreUnavailable("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(store.files, "save", full)
        mine = turns(store, begin(), 2, "memory")
        FileStore(tmp_path).save(theirs, begin().head)
    store.watch(lambda run, saved: tried.put(saved))
    if between_turns:
        while "played on elsewhere" not in tried.get(timeout=SOON).warning:
            pass
    else:
        with pytest.raises(Conflict, match="is amber-fox-4821-b1 now"):
            store.save(further := play(mine), mine.head)
        mine = further
    files = FileStore(tmp_path)
    assert files.load(RUN) == theirs
    assert files.load(f"{RUN}-b1").turns[:-1] == mine.turns
    assert problems(files.load(f"{RUN}-b1")) == []
    assert store.load(RUN) == theirs
    store.close()
