"""Sends runs elsewhere in the background, each until it has arrived, with growing pauses while it can't."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from threading import Condition, Thread

from pocket_portals.errors import PortalsError, StoreUnavailable

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0  # seconds

log = logging.getLogger(__name__)


class Mirror:
    """One thread that calls ``send`` for every run that is due, the first due first.

    ``send`` raises StoreUnavailable to be called again, any other PortalsError to give the run up until it
    is due anew. ``changed`` is called, in that thread, after each try with what went wrong, if anything.
    """

    def __init__(
        self, send: Callable[[str], None], changed: Callable[[str, PortalsError | None], None]
    ) -> None:
        self._send = send
        self._changed = changed
        self._due: dict[str, int] = {}
        self._ticket = 0
        self._tries = 0
        self._pause = 0.0
        self._quiet_until = 0.0
        self._hurried = False
        self._ended = False
        self._signal = Condition()
        self._thread: Thread | None = None
        self.down: StoreUnavailable | None = None

    def due(self, run: str) -> None:
        """There is something new of this run to send."""
        with self._signal:
            self._ticket += 1
            self._due[run] = self._ticket
            if self._thread is None:
                self._thread = Thread(target=self._work, name="mirror", daemon=True)
                self._thread.start()
            self._signal.notify_all()

    def drop(self, run: str) -> None:
        """Send no more of this run."""
        with self._signal:
            self._due.pop(run, None)

    def wait(self, run: str, seconds: float) -> None:
        """Give the run so long to arrive; less, when the other side is known to be down."""
        with self._signal:
            tried = self._tries
            self._signal.wait_for(
                lambda: run not in self._due or (self.down and self._tries != tried),
                0 if self.down else seconds,
            )

    def flush(self, seconds: float) -> list[str]:
        """Send now what is due; what did not arrive in this time."""
        with self._signal:
            tried = self._tries
            self._hurried = True
            self._signal.notify_all()
            self._signal.wait_for(
                lambda: not self._due or self._ended or (self.down and self._tries > tried), seconds
            )
            self._hurried = False
            return list(self._due)

    def close(self) -> None:
        """Stop. A try that hangs is left to the end of the process."""
        with self._signal:
            self._ended = True
            self._signal.notify_all()

    def failed(self, error: StoreUnavailable) -> None:
        """The other side is down, as somebody else found."""
        with self._signal:
            self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, self._pause * 2))
            self._quiet_until = time.monotonic() + self._pause * random.uniform(0.8, 1.2)
            self.down = error

    def answered(self) -> None:
        """The other side is there again, as somebody else found."""
        with self._signal:
            self._pause, self._quiet_until, self.down = 0.0, 0.0, None
            self._signal.notify_all()

    @property
    def resting(self) -> bool:
        """Whether the other side was down a moment ago, so that asking again is too early."""
        return self.down is not None and time.monotonic() < self._quiet_until

    def _work(self) -> None:
        while True:
            with self._signal:
                self._signal.wait_for(lambda: self._ended or self._due)
                self._signal.wait_for(
                    lambda: self._ended or self._hurried or self.down is None,
                    max(0.0, self._quiet_until - time.monotonic()),
                )
                if self._ended:
                    return
                if not self._due:
                    continue
                run, ticket = next(iter(self._due.items()))
            error = self._try(run)
            if isinstance(error, StoreUnavailable):
                self.failed(error)
            self._changed(run, error)  # before those who wait are woken
            with self._signal:
                self._tries += 1
                if not isinstance(error, StoreUnavailable):
                    self._pause, self._quiet_until, self.down = 0.0, 0.0, None
                    if self._due.get(run) == ticket:
                        del self._due[run]
                self._hurried = self._hurried and self.down is None
                self._signal.notify_all()

    def _try(self, run: str) -> PortalsError | None:
        try:
            self._send(run)
        except PortalsError as error:
            log.warning("run %s was not sent: %s", run, error)
            return error
        except Exception as error:  # the thread must outlive whatever a save holds
            log.exception("run %s could not be sent", run)
            return PortalsError(f"Run {run} could not be sent: {type(error).__name__}.")
        return None
