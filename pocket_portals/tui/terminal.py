"""A terminal that may go away, and may be far: it is told nothing twice, and a closed one ends the game.

Textual hands the screen to a thread; when the terminal is gone that thread dies, the queue before it
fills, and the event loop waits on it for ever, deaf even to SIGHUP.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from textual.driver import Driver

from pocket_portals.tui.spans import Spans

if TYPE_CHECKING:
    from textual.app import App


class Lasting:
    """A stream that leaves out what is ``shown`` already, and what can't be written; that it says once."""

    def __init__(self, stream: TextIO, lost: Callable[[], None], shown: Spans) -> None:
        self._stream = stream
        self._lost = lost
        self._shown = shown
        self._gone = False

    def write(self, text: str) -> None:
        """Write, as long as there is somewhere to."""
        self._try(lambda: self._stream.write(self._shown.unseen(text)))

    def flush(self) -> None:
        """Flush, likewise."""
        self._try(self._stream.flush)

    def fileno(self) -> int:
        """The descriptor underneath."""
        return self._stream.fileno()

    def _try(self, do: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            do()
        except (OSError, ValueError):
            self._gone = True
            self._lost()


def lasting(driver: type[Driver], lost: Callable[[], None], shown: Spans) -> type[Driver]:
    """A driver of the same kind that outlives its terminal. ``lost`` is called from another thread."""

    class LastingDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(
            self,
            app: App[object],
            *,
            debug: bool = False,
            mouse: bool = True,
            size: tuple[int, int] | None = None,
        ) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            stream = getattr(self, "_file", None)
            if stream is not None:
                self._file = Lasting(stream, lost, shown)
            self._stopped = False

        def suspend_application_mode(self) -> None:
            self._stopped = True
            super().suspend_application_mode()

        def resume_application_mode(self) -> None:
            # A terminal that hangs up sends SIGCONT without a stop before it. Beginning anew then
            # would leave a second thread behind that reads from nowhere for ever.
            if self._stopped:
                self._stopped = False
                super().resume_application_mode()

    return LastingDriver
