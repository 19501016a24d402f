"""``play``, ``resume`` and the title screen: the commands that open a face."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from pocket_portals.clean import clean_line
from pocket_portals.cli import output
from pocket_portals.cli.game import Game, complete_run, typed

if TYPE_CHECKING:
    from pocket_portals.config import Config
    from pocket_portals.session.entrance import Entrance, NewRun
    from pocket_portals.session.service import GameSessionService

PLAIN = click.option(
    "--plain", is_flag=True, help="Line by line, without a screen: for pipes and screen readers."
)
MODEL = click.option(
    "--model", metavar="MODEL", help="The crew's language model, such as ollama/llama3.2; see docs/models.md."
)


@click.command()
@click.option("--world", metavar="ID", help="Where it plays; see `pocket-portals worlds list`.")
@click.option("--name", default="", help="Your hero's name; without it the innkeeper asks.")
@click.option("--seed", metavar="WORD", default="", help="The same word and deeds give the same dice.")
@click.option("--length", type=click.Choice(("short", "standard", "long")), help="About 25, 50 or 100 turns.")
@click.option(
    "--storyteller",
    type=click.Choice(("auto", "storybook", "crew")),
    help="The storybook needs no model; the crew does.",
)
@MODEL
@click.option("--quick", is_flag=True, help="With a ready hero, straight to the quests.")
@click.option("--today", is_flag=True, help="Today's story: the same world, hero and dice for everybody.")
@PLAIN
@click.pass_context
def play(
    context: click.Context,
    /,
    name: str,
    seed: str,
    quick: bool,
    today: bool,
    plain: bool,
    **settings: str | None,
) -> None:
    """Begin a new story.

    \b
      pocket-portals play                          with the settings of your configuration
      pocket-portals play --name Mira --length short
      pocket-portals play --seed tuesday           the dice of everybody who plays “tuesday”
      pocket-portals play --quick                  no questions: a hero is waiting
      pocket-portals play --plain < deeds.txt      one deed a line

    What you leave out is asked in the game, or taken from `pocket-portals config show`.
    """
    from pocket_portals.session.entrance import Entrance

    game: Game = context.obj
    config = game.config(typed(context))
    new = replace(_new_run(config, name, seed), quick=quick)
    if today:
        new = _todays(game, new)
    context.exit(_open_face(game, config, Entrance(new=new), plain))


@click.command()
@click.argument("run", required=False, default="", shell_complete=complete_run)
@click.option("--turn", type=click.IntRange(min=0), metavar="N", help="Branch from turn N; see `show RUN`.")
@click.option("--branch", is_flag=True, help="Branch from where it stands.")
@click.option("--take-over", is_flag=True, help="Play it here though it is open elsewhere.")
@click.option("--watch", is_flag=True, help="Only read along as it is played elsewhere.")
@MODEL
@PLAIN
@click.pass_context
def resume(
    context: click.Context,
    run: str,
    turn: int | None,
    branch: bool,
    take_over: bool,
    watch: bool,
    model: str | None,
    plain: bool,
) -> None:
    """Go on with a saved story: the latest, or RUN.

    \b
      pocket-portals resume              where you stopped last
      pocket-portals resume amber        the run whose id starts with “amber”
      pocket-portals resume amber --turn 12
                                         from its turn 12, as a new run; the old one stays as it is

    A run that is open in another window or on another machine is not opened a second time unless you
    say how: with --take-over, --watch or --branch.
    """
    from pocket_portals.session.entrance import Entrance

    game: Game = context.obj
    config = game.config(typed(context))
    with game.service(config) as service:
        ident = service.find(run)
        service.load(ident)  # a damaged save is told here, before a screen opens
        if watch:
            from pocket_portals.cli.watch import read_along

            read_along(service, ident)
            return
        if turn is not None or branch:
            import asyncio

            ident = asyncio.run(service.branch(ident, turn)).run
    context.exit(_open_face(game, config, Entrance(run=ident, take_over=take_over), plain))


def title_screen(game: Game, plain: bool) -> int:
    """Open the game at its title; the exit status."""
    from pocket_portals.session.entrance import Entrance

    return _open_face(game, game.config(), Entrance(), plain)


def _new_run(config: Config, name: str = "", seed: str = "") -> NewRun:
    from pocket_portals.session.entrance import NewRun
    from pocket_portals.wiring import storyteller_for

    return NewRun(
        world=config.story.world,
        name=clean_line(name, 40),
        seed=clean_line(seed, 40),
        length=config.story.length,
        storyteller=storyteller_for(config),
    )


def _todays(game: Game, new: NewRun) -> NewRun:
    from datetime import UTC, datetime

    from pocket_portals.session.entrance import of_the_day
    from pocket_portals.wiring import open_worlds

    dealt = of_the_day(datetime.now(UTC).date(), open_worlds(game.paths).shipped())
    return replace(dealt, length=new.length, storyteller=new.storyteller)


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


def _open_face(game: Game, config: Config, entrance: Entrance, plain: bool) -> int:
    from pocket_portals import wiring
    from pocket_portals.cli.models import picked

    config = replace(config, model=replace(config.model, model=picked(config.model.model)))
    fresh = _new_run(config)
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
        output.line(app.goodbye)
    if app.failure:
        raise app.failure
    return status or app.return_code or 0
