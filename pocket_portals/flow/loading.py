"""Import crewai: seconds of work, done once, in a thread, behind the title screen."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Final

from pocket_portals.errors import PortalsError
from pocket_portals.flow import quiet
from pocket_portals.paths import Paths

log = logging.getLogger(__name__)

loaded: Final = threading.Event()
_lock: Final = threading.Lock()


def load() -> None:
    """Make crewai ready to play a turn. Blocking; any thread may call it, any number of times.

    Raises PortalsError when it can't be loaded.
    """
    with _lock:
        if loaded.is_set():
            return
        try:
            _load()
        except Exception as error:
            log.exception("crewai can't be loaded")
            raise PortalsError(
                "The game's engine can't be started.",
                "Reinstall the game, and see that its state directory can be written.",
            ) from error
        loaded.set()


def _load() -> None:
    try:
        quiet.confine(Paths.of(os.environ).state / "crewai")
    except OSError as error:  # where nothing can be written a story can still be played
        log.warning("crewai gets a directory for this time only: %s", error)
        directory = tempfile.mkdtemp(prefix="pocket-portals-")
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
        quiet.confine(Path(directory))
    # Collecting among two thousand half-imported modules stalls every other thread for a tenth of
    # a second at a time, and later collections would go through them all again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        import pocket_portals.flow.game_flow  # noqa: F401

        quiet.hush()
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
