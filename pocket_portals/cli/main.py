"""The root of the command line, and the one place where every failure ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from pocket_portals import __version__
from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import NAME, Exit, Signalled, crashed, end_on_signals, failed, tell
from pocket_portals.cli.game import Game
from pocket_portals.errors import PortalsError

COMMANDS = {
    "play": "play.play",
    "resume": "play.resume",
    "watch": "watch.watch",
    "list": "runs.list_",
    "show": "runs.show",
    "delete": "runs.delete",
    "restore": "runs.restore",
    "verify": "runs.verify",
    "export": "transfer.export",
    "import": "transfer.import_",
    "stats": "stats.stats",
    "sync": "storage.sync",
    "keep": "storage.keep",
    "migrate": "storage.migrate",
    "serve": "serve.serve",
    "worlds": "worlds.worlds",
    "models": "models.models",
    "doctor": "doctor.doctor",
    "config": "config.config",
    "completion": "completion.completion",
}  # the first needed first; each with where it is


class _Lazy(click.Group):
    """Imports a command when it is asked for, so that the title need not wait for all of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        # Where there is none of that name, all of them, for click to say which was meant.
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
            module, function = COMMANDS[name].split(".")
            self.add_command(getattr(import_module(f"pocket_portals.cli.{module}"), function))
        return self.commands.get(cmd_name)


@click.group(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option("--plain", is_flag=True, help="Line by line, without a screen: for pipes and screen readers.")
@click.pass_context
def cli(context: click.Context, plain: bool) -> None:
    """A solo text adventure for the terminal: real dice, a real ending, and a save after every turn.

    \b
      pocket-portals                          the title screen
      pocket-portals play --name Mira         begin a story at once
      pocket-portals resume                   go on where you stopped last
      pocket-portals resume amber             … with the run whose id starts with “amber”
      pocket-portals resume amber --turn 12   … from its turn 12, as a run of its own
      pocket-portals export amber -o tale.md  keep the story to read

    \b
    You can stop anywhere, in the middle of a fight too: every turn is saved before you can type the
    next one. `pocket-portals COMMAND --help` explains a command.
    """
    if context.invoked_subcommand is None:
        from pocket_portals.cli.play import title_screen

        context.exit(title_screen(context.obj, plain))


def run(args: Sequence[str], game: Game | None = None) -> int:
    """Run one command; the exit status. Every failure has been told when this returns."""
    output.tolerate_any_text()
    end_on_signals()
    game = game or Game(os.environ)
    try:
        # Click returns what context.exit() was given; commands that end by themselves return None.
        status: int | None = cli.main(list(args), prog_name=NAME, standalone_mode=False, obj=game)
        sys.stdout.flush()
    except PortalsError as error:
        return failed(error)
    except click.ClickException as error:
        return _misused(error)
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except Signalled as end:
        return end.status
    except (SystemExit, BrokenPipeError):  # click leaves by SystemExit when nobody reads stdout
        _close_stdout()
        return Exit.UNREAD
    except Exception as error:
        return _fell_over(error, game)
    else:
        return status or Exit.DONE


def _fell_over(error: Exception, game: Game) -> Exit:
    import logging

    from pocket_portals.cli.logfile import log_to

    log_to(game.paths.log_file, game.secrets)
    logging.getLogger(__name__).critical("the game fell over", exc_info=error)
    return crashed(error, game.paths.crashes, game.secrets)


def _misused(error: click.ClickException) -> Exit:
    context = getattr(error, "ctx", None)
    see = f" See `{context.command_path} --help`." if context else ""
    tell(error.format_message() + see)
    return Exit.USAGE if isinstance(error, click.UsageError) else Exit.FAILED


def _close_stdout() -> None:
    """Keep the interpreter from complaining, as it ends, of a pipe that is closed."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
