"""Files that survive a power cut: written aside, flushed, renamed into place, the folder flushed.

Any other order lost acknowledged turns when the power was cut. And the lock that keeps two writers apart.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from pocket_portals.saves.envelope import damaged

_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_POLL = 0.005  # seconds
_NO_LINKS = {errno.EPERM, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EXDEV}


def read(path: Path, limit: int) -> bytes:
    """A regular file, whole. Raises RunUnreadable for anything else or bigger than ``limit``; OSError."""
    with _opened(path) as file:
        if os.fstat(file.fileno()).st_size > limit:
            raise damaged("it is too big to be a save")
        return file.read()


def read_start(path: Path, count: int) -> bytes:
    """The first bytes of a regular file. Raises RunUnreadable for anything else; OSError."""
    with _opened(path) as file:
        return file.read(count)


def fingerprint(path: Path) -> tuple[int, ...]:
    """What changes when somebody writes or replaces a file; () when it is not there. Raises OSError."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@contextlib.contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold a lock that other processes and threads respect, and that ends with the process.

    Raises TimeoutError when another holds it for so long, OSError.
    """
    if sys.platform == "win32":
        from filelock import FileLock

        with FileLock(path, timeout=seconds, poll_interval=_POLL):  # its Timeout is a TimeoutError
            yield
        return
    import fcntl

    end = time.monotonic() + seconds
    handle = os.open(path, os.O_RDWR | os.O_CREAT | _CAREFUL, 0o600)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TimeoutError(f"{path} is locked") from None
                time.sleep(_POLL)
        yield
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """The folder and those above it, only for their owner, their names flushed to the disk."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        flush_folder(folder.parent)


def replace(path: Path, data: bytes, previous: Path | None = None) -> None:
    """Put ``data`` at ``path``, for its owner only, durably and at once; what was there becomes ``previous``.

    At no moment are both names empty. Raises OSError, and then leaves what was there.
    """
    aside = path.with_name(f"{path.name}.tmp")
    try:
        _write(aside, data)
        if previous and os.path.lexists(path):
            _keep(path, previous)
        aside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    if sys.platform == "win32":  # folders can't be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _opened(path: Path) -> FileIO:
    """Open without following a link or waiting for the other end of a pipe."""
    try:
        handle = os.open(path, os.O_RDONLY | _CAREFUL)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise damaged("it is a link") from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise damaged("it is no file")
    return FileIO(handle)


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CAREFUL, 0o600)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep(path: Path, previous: Path) -> None:
    """Give the file at ``path`` its second name, or where links are not to be had, its only one."""
    spare = previous.with_name(f"{previous.name}.tmp")
    spare.unlink(missing_ok=True)
    try:
        os.link(path, spare)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        path.replace(previous)
    else:
        spare.replace(previous)
