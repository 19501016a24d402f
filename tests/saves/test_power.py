"""The power is cut: what the kernel was told, in its order, and what a disk still holds afterwards."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from writer import RUN, play_on

from pocket_portals.errors import RunNotFound
from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import problems

CUTS = 100
IMAGE_MB = 24

PATH = re.compile(r'[<"](/[^>"]+)[>"]')  # as strace shows what is open, and what is named

SAVE = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from records import begin, play
from pocket_portals.saves.files import FileStore
store = FileStore(Path({root!r}))
record = begin()
store.save(record, "")
further = play(record)
store.save(further, record.head)
"""


def test_the_kernel_is_told_to_write_flush_rename_and_flush_the_folder(tmp_path: Path) -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    log, root = tmp_path / "calls", tmp_path / "saves"
    program = SAVE.format(tests=str(Path(__file__).parent), root=str(root))
    calls = "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat"
    traced = subprocess.run(
        ["strace", "-f", "-y", "-s", "0", "-e", calls, "-o", str(log), sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
    )
    if "ptrace" in traced.stderr or "not permitted" in traced.stderr:
        pytest.skip("nothing may be traced here")
    assert traced.returncode == 0, traced.stderr
    told = [
        " ".join([call.removesuffix("64"), *(Path(path).name for path in PATH.findall(about))])
        for call, about in re.findall(r"^\d+ +(\w+)\((.*)\) += \d+$", log.read_text(), re.MULTILINE)
        if str(root / RUN) in about
    ]
    second = told[told.index("rename state.json.tmp state.json") + 2 :]
    assert second == [
        "write state.json.tmp",
        "fsync state.json.tmp",
        "link state.json state.json.bak.tmp",
        "rename state.json.bak.tmp state.json.bak",
        "rename state.json.tmp state.json",
        f"fsync {RUN}",
    ]


# A disk that loses what it was not made to keep


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    options = "loop,commit=300"  # nothing is flushed that was not asked for
    done = subprocess.run(["mount", "-o", options, image, folder], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def stopped(process: int) -> None:
    """Stop it between two calls of the kernel."""
    os.kill(process, signal.SIGSTOP)
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.0005)


def cut_power(tmp_path: Path, cuts: int) -> int:
    """How many acknowledged turns were lost in so many cuts."""
    if os.getuid() or not shutil.which("mkfs.ext4"):
        pytest.skip("it takes root, mount and ext4")
    image, after = tmp_path / "disk", tmp_path / "disk.after"
    with image.open("wb") as file:
        file.truncate(IMAGE_MB * 2**20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    chance, fork = random.Random(), multiprocessing.get_context("fork")
    acknowledged: list[str] = []
    lost = 0
    for _ in range(cuts):
        hears, tells = fork.Pipe(duplex=False)
        with mounted(image, tmp_path / "mounted") as folder:
            player = fork.Process(
                target=play_on, args=(partial(FileStore, folder / "saves"), tells), daemon=True
            )
            player.start()
            tells.close()
            acknowledged += [hears.recv() for _ in range(chance.randint(1, 3))]
            time.sleep(chance.uniform(0, 0.01))
            assert player.pid
            stopped(player.pid)
            while hears.poll():
                acknowledged.append(hears.recv())
            shutil.copyfile(image, after)  # what a disk without power would hold
            player.kill()
            player.join()
        after.replace(image)
        with mounted(image, tmp_path / "mounted") as folder:
            try:
                record = FileStore(folder / "saves").load(RUN)
            except RunNotFound:
                return lost + len(acknowledged)
            assert problems(record) == []
            heads = {turn.id for turn in record.turns}
            lost += len([head for head in acknowledged if head not in heads])
            acknowledged = [head for head in acknowledged if head in heads]
    return lost


@pytest.mark.soak
def test_no_acknowledged_turn_is_lost_when_the_power_is_cut(tmp_path: Path) -> None:
    assert cut_power(tmp_path, CUTS) == 0


@pytest.mark.soak
@pytest.mark.parametrize("call", ["flush_folder", "fsync"])
def test_turns_would_be_lost_without_each_flush(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    forget: Callable[[object], None] = lambda what: None  # noqa: E731
    monkeypatch.setattr(f"pocket_portals.saves.durable.{'os.fsync' if call == 'fsync' else call}", forget)
    assert cut_power(tmp_path, CUTS // 4) > 0
