"""Keep crewai silent, private and off the network.

Left to itself it reports to a telemetry host, asks the package index about its version, writes
under the player's home, locks through any ``REDIS_URL``, prints panels, and on its first run asks
for consent on the terminal, which freezes a full-screen app. Private names used here are listed in
docs/crewai.md, with how to check them on an upgrade.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ENVIRONMENT = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_DISABLE_VERSION_CHECK": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "PYTHON_DOTENV_DISABLED": "1",  # a .env where the player happens to stand is not ours to read
}
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


@contextmanager
def _inprocess_lock(name: str, *, timeout: float) -> Iterator[None]:
    """crewai's lock by name, without the Redis or the temporary files it would use."""
    lock = _locks[name]
    if not lock.acquire(timeout=timeout):
        raise TimeoutError(f"no lock on {name} in {timeout} s")
    try:
        yield
    finally:
        lock.release()


def confine(directory: Path) -> None:
    """Make ``directory`` the only place crewai writes. To be called before it is imported.

    Raises OSError when the directory can't be made.
    """
    directory = directory.absolute()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update(_ENVIRONMENT, CREWAI_STORAGE_DIR=str(directory))
    for name in ("crewai", "crewai_core"):
        # Without a handler of its own, logging would print its errors when the game has none.
        logging.getLogger(name).addHandler(logging.NullHandler())

    from crewai_core import lock_store, settings, token_manager, user_data

    lock_store.set_lock_backend(_inprocess_lock)
    settings.DEFAULT_CONFIG_PATH = directory / "settings.json"
    here = staticmethod(lambda: directory)
    token_manager.TokenManager._get_secure_storage_path = here  # type: ignore[method-assign]
    user_data.update_user_data({"first_execution_done": True, "trace_consent": False})


def hush() -> None:
    """Take away what prints, traces and reports. To be called once crewai is imported."""
    from crewai.events import event_context
    from crewai.events.event_bus import crewai_event_bus
    from crewai.events.event_listener import event_listener
    from rich.console import Console

    for formatter in (event_listener.formatter, crewai_event_bus._console, event_context._console):
        formatter.console = Console(quiet=True)
        formatter.verbose = False
    # Every handler registered so far prints, traces or reports.
    for registered in (crewai_event_bus._sync_handlers, crewai_event_bus._async_handlers):
        for event_type, handlers in list(registered.items()):
            for handler in handlers:
                crewai_event_bus.off(event_type, handler)


def hush_context() -> None:
    """Silence crewai's printer in the current context, which is where it keeps that setting."""
    from crewai_core.printer import set_suppress_console_output

    set_suppress_console_output(True)
