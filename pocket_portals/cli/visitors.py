"""The full screen in the browser: one process a visitor, no more than so many, and nothing left behind."""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server

from pocket_portals.cli.serve import LOOPBACK

# What stands in the page of textual-serve: a font, from those who count who asks for it.
ELSEWHERE = re.compile(r'<link[^>]*href="https?:[^>]*>')
# And what does not: the keys are the game's as soon as it has drawn something.
FOCUS = """<script>
new MutationObserver(() => document.querySelector(".xterm-helper-textarea")?.focus())
  .observe(document, {subtree: true, attributeFilter: ["class"]});
</script>"""


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

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page, under the name that the visitor knows this machine by; all of it comes from here."""
        self._check_name(request)
        secure = request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
        socket = f"{'wss' if secure else 'ws'}://{request.host}"
        context = {
            "font_size": 16,
            "app_websocket_url": f"{socket}/ws",
            "config": {"static": {"url": "static/"}},
            "application": {"name": self.title},
        }
        page = ELSEWHERE.sub(FOCUS, aiohttp_jinja2.render_string("app_index.html", request, context))
        allowed = (
            f"default-src 'self'; connect-src 'self' {socket}; script-src 'self' 'unsafe-inline'; "
            "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": allowed, "Referrer-Policy": "no-referrer"}
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Let a visitor in. The pages of others, which could play in a visitor's name, stay outside."""
        self._check_name(request)
        if urlsplit(request.headers.get("Origin", "")).netloc != request.host:
            raise web.HTTPForbidden(text="Open the game's own page.")
        if self._here >= self._most:
            raise web.HTTPServiceUnavailable(text="All seats are taken.", headers={"Retry-After": "60"})
        self._here += 1
        try:
            return await super().handle_websocket(request)
        finally:
            self._here -= 1

    def _check_name(self, request: web.Request) -> None:
        """On this machine alone, it has no other name: whoever uses one was sent here by somebody."""
        if self.host in LOOPBACK and urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            raise web.HTTPForbidden(text="Open the game's own page.")


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
