"""The full screen in the browser: one process a visitor, no more than so many, and nothing left behind."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile

from aiohttp import web
from textual_serve.server import Server


class Visitors(Server):
    """A textual-serve server. A guest plays in a home of their own, which goes when they leave."""

    def __init__(self, host: str, port: int, most: int, own_runs: bool) -> None:
        module = "pocket_portals" if own_runs else "pocket_portals.cli.visitors"
        super().__init__(shlex.join([sys.executable, "-m", module]), host, port, title="Pocket Portals")
        self._most = most
        self._here = 0

    def initialize_logging(self) -> None:
        """Leave the logs as they are."""

    async def on_startup(self, app: web.Application) -> None:
        """Print nothing."""

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Let a visitor in. The pages of others, which could play in a visitor's name, stay outside."""
        if request.headers.get("Origin") != self.public_url:
            raise web.HTTPForbidden(text="Open the game's own page.")
        if self._here >= self._most:
            raise web.HTTPServiceUnavailable(text="All seats are taken.", headers={"Retry-After": "60"})
        self._here += 1
        try:
            return await super().handle_websocket(request)
        finally:
            self._here -= 1


def play_as_guest() -> int:
    """Play in a home that is removed afterwards, knowing nothing of the host's runs; the exit status."""
    from pocket_portals.cli.main import run

    with tempfile.TemporaryDirectory(prefix="pocket-portals-guest-") as home:
        own = ("POCKET_PORTALS_", "REDIS_", "SESSION_BACKEND")
        for name in [name for name in os.environ if name.startswith(own)]:
            del os.environ[name]
        os.environ["POCKET_PORTALS_HOME"] = home
        os.chdir(home)  # what a guest writes out goes with them, too
        return run([])


if __name__ == "__main__":
    sys.exit(play_as_guest())
