"""``config``: where the settings are, what they are, and a file to begin with."""

from __future__ import annotations

import os

import click

from pocket_portals.cli import output
from pocket_portals.cli.game import Game
from pocket_portals.errors import ConfigError, PortalsError


@click.group()
def config() -> None:
    """See and change the settings.

    \b
      pocket-portals config show      every setting, and where it was set
      pocket-portals config init      write a file with every setting explained
      pocket-portals config path      where that file is, and all else the game keeps
    """


@config.command()
@click.pass_obj
def path(game: Game) -> None:
    """Print the configuration's file, and every directory the game uses."""
    from pocket_portals.config import config_file

    paths = game.paths
    output.fields(
        {
            "config": str(config_file(paths, game.environ)),
            "saves": str(paths.saves),
            "worlds": str(paths.worlds),
            "crashes": str(paths.crashes),
            "log": str(paths.log_file),
        }
    )


@config.command()
@click.pass_obj
def show(game: Game) -> None:
    """Print every setting, its value, and where it was set. What is secret stays hidden."""
    from pocket_portals.config import resolve
    from pocket_portals.settings import SETTINGS

    found = resolve(game.paths, game.environ)
    rows = []
    for setting in SETTINGS:
        value = found[setting.key].value
        shown = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        rows.append((f"{setting.section}.{setting.key}", shown, found[setting.key].origin))
    output.table(("SETTING", "VALUE", "SET BY"), rows)


@config.command()
@click.pass_obj
def init(game: Game) -> None:
    """Write a configuration with every setting explained and none changed."""
    from pocket_portals.config import config_file
    from pocket_portals.config_example import example

    file = config_file(game.paths, game.environ)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Readable by the player alone from the start, for a password may come to stand in it.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(example())
    except FileExistsError:
        raise ConfigError(f"{file} is there already.", "Edit it, or move it away first.") from None
    except OSError as error:
        raise PortalsError(f"{file} can't be written: {error.strerror}.") from error
    output.line(str(file))
