"""What was typed after a command, and what the shell may complete."""

from __future__ import annotations

import os

import click
from click.core import ParameterSource

from pocket_portals.cli.game import Game
from pocket_portals.errors import PortalsError


def typed(context: click.Context) -> dict[str, object]:
    """The options that were typed, by name. What was not typed does not beat the configuration."""
    return {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


def complete_run(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ids that begin with what was typed, for the shell."""
    try:
        with Game(os.environ).store() as store:
            return [run.id for run in store.summaries() if run.id.startswith(incomplete)]
    except PortalsError:
        return []
