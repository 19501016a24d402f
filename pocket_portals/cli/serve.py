"""``serve``: the same sessions for others, over HTTP and in the browser. Needs the extra ``web``."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import click

from pocket_portals.cli.arguments import typed
from pocket_portals.cli.diagnostics import tell
from pocket_portals.cli.game import Game
from pocket_portals.errors import ConfigError

if TYPE_CHECKING:
    from pocket_portals.settings import ServeConfig
    from pocket_portals.web.app import Service

LOOPBACK = ("127.0.0.1", "::1", "localhost")
LEAVING = 10  # seconds that turns get to be played to their end


@click.command()
@click.option("--api", "face", flag_value="api", help="Only the HTTP service and its page.")
@click.option("--tui", "face", flag_value="tui", help="Only the game's own screen, in the browser.")
@click.option("--host", metavar="ADDRESS", help="Where to listen; 127.0.0.1 lets in this machine alone.")
@click.option("--port", type=click.IntRange(1, 65_534), help="The port; the screen has the next one.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer; more need Redis.")
@click.option("--visitors", type=click.IntRange(1, 1000), help="How many may play in the browser at once.")
@click.option(
    "--storyteller",
    type=click.Choice(("storybook", "crew")),
    help="Who tells over HTTP; the crew only when it is asked for, for a model may cost you.",
)
@click.option("--mine", is_flag=True, help="In the browser, play your own runs; this machine only.")
@click.pass_context
def serve(context: click.Context, /, face: str | None, mine: bool, **settings: str | int | None) -> None:
    """Let others play: over HTTP, and in their browsers.

    \b
      pocket-portals serve             both
      pocket-portals serve --api       the HTTP service and a page that plays on it
      pocket-portals serve --tui       the full screen, one process a visitor

    Each session has a token, and nothing is done without it. Visitors of the screen are guests: what they
    play is gone when they leave, unless you play your own runs there with --mine. Ctrl-C ends it.
    """
    game: Game = context.obj
    given = {name: value for name, value in typed(context).items() if name not in ("face", "mine")}
    config = game.config(given)
    chosen = config.serve
    if importlib.util.find_spec("fastapi") is None or importlib.util.find_spec("textual_serve") is None:
        raise ConfigError("Serving needs more than the game.", "Run `pip install 'pocket-portals[web]'`.")
    if chosen.workers > 1 and not config.storage.redis_url:
        raise ConfigError("Several workers share their sessions in Redis.", "Set REDIS_URL, or --workers 1.")
    if mine and chosen.host not in LOOPBACK:
        raise ConfigError("Your own runs are shown on this machine alone.", "Leave out --host, or --mine.")
    os.environ.update({f"POCKET_PORTALS_{name.upper()}": str(value) for name, value in given.items()})
    match face:
        case "api":
            _serve_api(chosen)
        case "tui":
            _serve_screen(chosen, mine)
        case _:
            command = [sys.executable, "-m", "pocket_portals", "serve", "--tui"]
            screen = subprocess.Popen([*command, "--mine"] if mine else command)
            try:
                _serve_api(chosen)
            finally:
                screen.terminate()
                screen.wait(LEAVING)


def _serve_api(chosen: ServeConfig) -> None:
    import uvicorn

    from pocket_portals.web.connection import Connection

    tell(f"Serving on http://{chosen.host}:{chosen.port}/ (API: /openapi.json). Ctrl-C ends it.")
    with tempfile.TemporaryDirectory(prefix="pocket-portals-metrics-") as figures:
        if chosen.workers > 1:
            from pocket_portals.web.metrics import SHARED

            os.environ[SHARED] = figures
        uvicorn.run(
            "pocket_portals.cli.serve:worker",
            factory=True,
            host=chosen.host,
            port=chosen.port,
            workers=chosen.workers,
            log_config=None,
            access_log=False,  # it would hold what is in queries
            server_header=False,
            timeout_graceful_shutdown=LEAVING,
            limit_concurrency=2048,
            http=Connection,
            ws="none",
        )


def worker() -> Service:
    """The service of one process, as the environment says. Its log goes to stderr."""
    from pocket_portals import wiring
    from pocket_portals.cli.logfile import JsonLines

    game = Game(os.environ)
    config = game.config()
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(game.secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    return wiring.open_site(config, game.paths, os.environ)


def _serve_screen(chosen: ServeConfig, mine: bool) -> None:
    from pocket_portals.cli.visitors import Visitors

    port = chosen.port + 1
    tell(f"The game's screen is at http://{chosen.host}:{port}/. Ctrl-C ends it.")
    Visitors(chosen.host, port, chosen.visitors, own_runs=mine).serve()
