"""Opening a face: the screen, or plain mode where there is none. Light: the screen is to be there at once."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pocket_portals import wiring
from pocket_portals.clean import clean_line
from pocket_portals.cli import output
from pocket_portals.cli.calling import as_called
from pocket_portals.session.entrance import Entrance, NewRun

if TYPE_CHECKING:
    from pocket_portals.cli.game import Game
    from pocket_portals.session.service import GameSessionService
    from pocket_portals.settings import Config


def title_screen(game: Game, plain: bool) -> int:
    """Open the game at its title; the exit status."""
    return open_face(game, game.config(), Entrance(), plain)


def new_run(config: Config, name: str = "", seed: str = "") -> NewRun:
    """The run that the settings ask for."""
    return NewRun(
        world=config.story.world,
        name=clean_line(name, 40),
        seed=clean_line(seed, 40),
        length=config.story.length,
        storyteller=wiring.storyteller_for(config),
    )


def open_face(game: Game, config: Config, entrance: Entrance, plain: bool) -> int:
    """Play on the screen, or plainly; the exit status."""
    config = config._replace(model=config.model._replace(model=_picked(config.model.model)))
    fresh = new_run(config)
    with contextlib.ExitStack() as at_the_end:
        models = wiring.open_models(config, game.paths, game.environ)
        leaving: Callable[[], object] = models.close if models else bool
        at_the_end.callback(leaving)

        def warm_up() -> None:
            wiring.warm_up(models if fresh.storyteller == "crew" else None)

        def open_service() -> GameSessionService:
            service = at_the_end.enter_context(game.service(config, models))
            _must_exist(config.story.world, service)
            if entrance.take_over:
                service.claim(entrance.run, anyway=True)
            return service

        # Chosen before textual is imported: without a terminal it hangs.
        if speaks_plainly(game.environ, plain):
            from pocket_portals.cli.console import play_plainly

            service = open_service()
            if output.is_terminal() and not models and not service.runs(1):
                for offer in wiring.models_nearby(game.environ):
                    output.wrapped(offer)
            return play_plainly(service, entrance, warm_up, fresh, leaving)
        from pocket_portals.tui.app import HUNG_UP, PortalsApp

        # The screen is painted first; what it takes to play is imported behind it.
        loading = (lambda: models.loading) if models else str
        nearby = tuple if models else partial(wiring.models_nearby, game.environ)
        app = PortalsApp(
            open_service,
            config.screen,
            entrance,
            warm_up,
            fresh,
            keep=partial(_keep, game),
            loading=loading,
            nearby=nearby,
            leaving=leaving,
        )
        status = app.run()
    if app.goodbye and status != HUNG_UP:  # else nobody is there to read it
        output.line(as_called(app.goodbye))
    if app.failure:
        raise app.failure
    return status or app.return_code or 0


def _must_exist(world: str, service: GameSessionService) -> None:
    """Raises WorldError when there is no such world. The world is not read: that takes a while."""
    if world not in service.worlds.ids():
        service.worlds.get(world)  # says which there are


def _keep(game: Game, values: Mapping[str, object]) -> None:
    """Write settings of the screen where the next game reads them."""
    from pocket_portals.config import config_file
    from pocket_portals.config_writing import keep

    keep(config_file(game.paths, game.environ), "screen", values)


def speaks_plainly(environ: Mapping[str, str], asked: bool) -> bool:
    """Whether to play without a screen: asked for, or there is none that could show one."""
    if asked or environ.get("TEXTUAL_DRIVER"):  # a browser is the screen
        return asked
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return not terminal or environ.get("TERM", "") in ("", "dumb")


def _picked(given: str) -> str:
    """A model's name as it is, but of a folder with several files the one that is asked for at a terminal."""
    folder = Path(given.removeprefix("local:")).expanduser()
    if not given.startswith("local:") or not output.is_terminal() or not folder.is_dir():
        return given
    from pocket_portals.crew.discovery import model_files

    files = model_files(folder)
    if len(files) < 2:
        return given
    for number, file in enumerate(files, 1):
        output.line(f"{number:>3}  {file.name}  {file.stat().st_size / 1e9:.1f} GB")
    import click

    try:
        number = click.prompt("Which model", type=click.IntRange(1, len(files)), default=1)
    except click.Abort:
        raise KeyboardInterrupt from None
    return f"local:{files[number - 1]}"
