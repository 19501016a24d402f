"""One JSON file a run, with one commit point, and the turn before it beside it.

saves/<id>/  state.json  state.json.bak  lock  state.json.corrupt-<time>
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pocket_portals.errors import RunNotFound, RunUnreadable, SaveTooNew, StoreUnavailable
from pocket_portals.saves import codec, durable
from pocket_portals.saves.envelope import MAX_BYTES, damaged
from pocket_portals.saves.ids import checked_id, is_run_id, overtaken, unknown
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import RunSummary, Saved, Where

STATE = "state.json"
PREVIOUS = "state.json.bak"
LOCK_SECONDS = 5.0  # a save holds the lock for milliseconds
_DELETED = ".deleted-"
_REMEMBERED = 1000  # runs

log = logging.getLogger(__name__)


def _utc() -> datetime:
    return datetime.now(UTC)


class FileStore:
    """A RunStore in a folder. Saves survive a power cut; a damaged one gives way to the turn before.

    What was restored is logged, and told with the next save of that run. With ``packing`` what is written
    is compressed; what is read may be either.
    """

    name: Where = "file"

    def __init__(self, root: Path, now: Callable[[], datetime] = _utc, packing: bool = False) -> None:
        self.root = root
        self._now = now
        self._news: dict[str, str] = {}
        self._encoder = codec.Encoder(packing)
        self._written: dict[str, tuple[tuple[int, ...], str]] = {}  # the file we left of a run, and its head

    def save(self, record: RunRecord, expected: str) -> Saved:
        """See RunStore. Raises SaveTooNew, too, rather than overwrite a later version's save."""
        folder = self.root / checked_id(record.run)
        data = self._encoder.encode(record)
        with self._reachable():
            durable.make_folder(folder)
            self._look(folder)
            with self._locked(folder):
                head = self._head(folder, record)
                if head not in ("", expected, record.head):
                    raise overtaken(record.run)
                if head == record.head:
                    durable.flush_folder(folder)  # whoever wrote it may have died before this
                else:
                    durable.replace(folder / STATE, data, previous=folder / PREVIOUS)
                    self._written.pop(record.run, None)
                    self._written[record.run] = durable.fingerprint(folder / STATE), record.head
                    if len(self._written) > _REMEMBERED:
                        del self._written[next(iter(self._written))]
        return Saved(self.name, self._news.pop(record.run, ""))

    def load(self, run: str) -> RunRecord:
        """See RunStore."""
        folder = self.root / checked_id(run)
        with self._reachable():
            self._look(folder)
            try:
                return _record(folder / STATE, run)
            except SaveTooNew:
                raise
            except (FileNotFoundError, RunUnreadable) as trouble:
                return self._restored(folder, trouble)

    def head(self, run: str) -> str:
        """See RunStore."""
        path = self.root / checked_id(run) / STATE
        with self._reachable():
            try:
                return codec.head_in(durable.read_start(path, codec.HEADER_BYTES))
            except FileNotFoundError:
                return ""

    def summaries(self, limit: int | None = None) -> list[RunSummary]:
        """See RunStore. Runs whose files can't be read are left out, and logged."""
        with self._reachable():
            try:
                with os.scandir(self.root) as entries:
                    names = [e.name for e in entries if is_run_id(e.name) and e.is_dir(follow_symlinks=False)]
            except FileNotFoundError:
                return []
            found = [line for name in names if (line := self._summary(self.root / name))]
        return sorted(found, key=lambda line: line.played_at, reverse=True)[:limit]

    def delete(self, run: str) -> bool:
        """See RunStore. The folder leaves its name first, so that half a run is never listed."""
        folder = self.root / run
        with self._reachable():
            try:
                self._look(self.root / checked_id(run))
            except RunNotFound:
                return False
            with self._locked(folder):
                folder.rename(self.root / f"{_DELETED}{run}-{secrets.token_hex(4)}")
                durable.flush_folder(self.root)
                for doomed in self.root.glob(f"{_DELETED}*"):  # and what a crash left of earlier ones
                    shutil.rmtree(doomed, ignore_errors=True)
        self._news.pop(run, None)
        return True

    def close(self) -> None:
        """See RunStore. Nothing is held between calls."""

    # Inside

    @contextlib.contextmanager
    def _reachable(self) -> Iterator[None]:
        """Turn what the system refuses into one line for the player."""
        try:
            yield
        except OSError as error:
            raise _unavailable(error, self.root) from error

    @contextlib.contextmanager
    def _locked(self, folder: Path) -> Iterator[None]:
        """Keep other processes and threads out of the run."""
        try:
            with durable.locked(folder / "lock", LOCK_SECONDS):
                yield
        except TimeoutError as error:
            raise StoreUnavailable(
                f"Another program keeps run {folder.name} locked.", "Close it, then try again."
            ) from error

    def _look(self, folder: Path) -> None:
        """Raises RunNotFound when there is no such folder, RunUnreadable when it is something else."""
        try:
            mode = folder.lstat().st_mode
        except FileNotFoundError:
            raise unknown(folder.name) from None
        if not stat.S_ISDIR(mode):
            raise RunUnreadable(f"{folder} should be a folder.", "Move it away; it was left as it is.")

    def _head(self, folder: Path, record: RunRecord) -> str:
        """The saved head that ``record`` has to agree with; "" when there is none."""
        # What nobody touched since we wrote it need not be read again.
        file, head = self._written.get(record.run, ((), ""))
        if file and file == durable.fingerprint(folder / STATE):
            return head
        found: dict[str, str] = {}
        for name in (STATE, PREVIOUS):
            try:
                found[name] = codec.head_of(durable.read(folder / name, MAX_BYTES), record.run)
                break
            except FileNotFoundError:
                continue
            except SaveTooNew:
                raise
            except RunUnreadable as trouble:
                self._set_aside(folder / name, trouble)
        if PREVIOUS in found and any(turn.id == found[PREVIOUS] for turn in record.turns):
            return ""  # the record holds all that is left, and more
        return next(iter(found.values()), "")

    def _restored(self, folder: Path, trouble: Exception) -> RunRecord:
        """The turn before, in the place of a state that is damaged or missing."""
        run, missing = folder.name, isinstance(trouble, FileNotFoundError)
        try:
            previous = _record(folder / PREVIOUS, run)
        except FileNotFoundError:
            raise (unknown(run) if missing else _beyond_repair(folder, trouble)) from trouble
        except SaveTooNew:
            raise
        except RunUnreadable as second:
            raise _beyond_repair(folder, second if missing else trouble) from second
        try:
            with self._locked(folder):
                try:
                    return _record(folder / STATE, run)  # another process mended it, or played on
                except FileNotFoundError:
                    self._tell(run, f"The last save of {run} was missing; the turn before it was restored.")
                except RunUnreadable as still:
                    self._set_aside(folder / STATE, still)
                durable.replace(folder / STATE, self._encoder.encode(previous))
        except (OSError, StoreUnavailable) as error:
            self._tell(run, f"The last save of {run} can't be read; this is the turn before it.")
            log.warning("the save of %s could not be mended: %s", run, error)
        return previous

    def _set_aside(self, path: Path, trouble: Exception) -> None:
        """Give a damaged file another name; it is never deleted."""
        run = path.parent.name
        time = self._now().strftime("%Y%m%dT%H%M%S.%fZ")
        path.rename(path.with_name(f"{path.name}.corrupt-{time}"))
        log.warning("%s was set aside: %s", path, trouble)
        self._tell(
            run, f"The last save of {run} was damaged and is set aside; the turn before it was restored."
        )

    def _tell(self, run: str, news: str) -> None:
        log.warning("%s", news)
        self._news[run] = news

    def _summary(self, folder: Path) -> RunSummary | None:
        for name in (STATE, PREVIOUS):
            try:
                start = durable.read_start(folder / name, codec.HEADER_BYTES)
                line = codec.summary_of(start, self.name)
            except FileNotFoundError:
                continue
            except (OSError, RunUnreadable) as error:
                log.warning("%s can't be listed: %s", folder / name, error)
                continue
            if line.id == folder.name:
                return line
            log.warning("%s can't be listed: it is the save of %s", folder / name, line.id)
        return None


def _record(path: Path, run: str) -> RunRecord:
    record = codec.decode(durable.read(path, MAX_BYTES))
    if record.run != run:
        raise damaged("it is the save of another run")
    return record


def _beyond_repair(folder: Path, trouble: Exception) -> RunUnreadable:
    return RunUnreadable(
        f"The save of {folder.name} is damaged, and there is no turn before it to go back to. {trouble}",
        f"Nothing was changed in {folder}.",
    )


def _unavailable(error: OSError, root: Path) -> StoreUnavailable:
    """What went wrong with the disk, in one line."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return StoreUnavailable(
                "The disk is full, so nothing can be saved.", "Make some room, then go on."
            )
        case errno.EROFS:
            return StoreUnavailable("The disk with the saves is read-only.", f"The saves are in {root}.")
        case errno.EACCES | errno.EPERM:
            return StoreUnavailable(
                "The saves may not be read or written.", f"See to the owner and the permissions of {root}."
            )
        case _:
            reason = error.strerror or type(error).__name__
            return StoreUnavailable(f"The saves can't be reached: {reason}.", f"They are in {root}.")
