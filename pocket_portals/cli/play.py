"""``play``, ``resume`` and the title screen: the commands that open a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pocket_portals.cli.arguments import complete_run, typed
from pocket_portals.cli.face import new_run, open_face
from pocket_portals.session.entrance import Entrance, NewRun

if TYPE_CHECKING:
    from pocket_portals.cli.game import Game

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
    game: Game = context.obj
    config = game.config(typed(context))
    new = new_run(config, name, seed)._replace(quick=quick)
    if today:
        new = _todays(game, new)
    context.exit(open_face(game, config, Entrance(new=new), plain))


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
    context.exit(open_face(game, config, Entrance(run=ident, take_over=take_over), plain))


def _todays(game: Game, new: NewRun) -> NewRun:
    from datetime import UTC, datetime

    from pocket_portals.session.entrance import of_the_day
    from pocket_portals.wiring import open_worlds

    dealt = of_the_day(datetime.now(UTC).date(), open_worlds(game.paths).shipped())
    return dealt._replace(length=new.length, storyteller=new.storyteller)
