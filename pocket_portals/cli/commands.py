"""The command line: its commands, and where each is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import click

from pocket_portals import __version__
from pocket_portals.cli.diagnostics import NAME, Exit, tell
from pocket_portals.cli.face import title_screen
from pocket_portals.cli.game import Game

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
        context.exit(title_screen(context.obj, plain))


def obey(args: Sequence[str], game: Game) -> int:
    """Run one command; the exit status. Raises what the command does, but says what was mistyped."""
    try:
        # Click returns what context.exit() was given; commands that end by themselves return None.
        status: int | None = cli.main(list(args), prog_name=NAME, standalone_mode=False, obj=game)
    except click.ClickException as error:
        return _misused(error)
    except click.Abort:
        return Exit.INTERRUPTED
    return status or Exit.DONE


def _misused(error: click.ClickException) -> Exit:
    context = getattr(error, "ctx", None)
    see = f" See `{context.command_path} --help`." if context else ""
    tell(error.format_message() + see)
    return Exit.USAGE if isinstance(error, click.UsageError) else Exit.FAILED
