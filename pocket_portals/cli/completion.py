"""``completion``: the script by which a shell completes commands, options and run ids."""

from __future__ import annotations

import click

from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import NAME

_WHERE = {
    "bash": f'eval "$({NAME} completion bash)" in ~/.bashrc',
    "zsh": f'eval "$({NAME} completion zsh)" in ~/.zshrc',
    "fish": f"{NAME} completion fish > ~/.config/fish/completions/{NAME}.fish",
}


@click.command(epilog="\b\n" + "\n".join(f"{shell:<6}{line}" for shell, line in _WHERE.items()))
@click.argument("shell", type=click.Choice(tuple(_WHERE)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script to complete commands and run ids by.

    Your shell reads it when it starts:
    """
    from click.shell_completion import get_completion_class

    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    variable = f"_{NAME.replace('-', '_').upper()}_COMPLETE"
    script = complete(context.find_root().command, {}, NAME, variable)
    # Only the text: click's own source() asks the shell for its version, which need not be here.
    output.line(script.source_template % script.source_vars())
