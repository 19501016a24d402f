"""``models``: the language models that are on this machine, and how to play with each."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import tell
from pocket_portals.cli.game import Game


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def models(game: Game, folder: Path | None) -> None:
    """List the language models on this machine, and what to give as --model for each.

    It asks for Ollama, llama.cpp, LM Studio and vLLM where they usually listen on this machine, and nobody
    else. With FOLDER it lists the GGUF files there too.

    \b
      pocket-portals models
      pocket-portals models ~/models
      pocket-portals play --model ollama/llama3.2
    """
    from pocket_portals.crew.discovery import model_files, servers_here

    rows = [
        (model, server.title, shlex.quote(server.setting(model)))
        for server in servers_here(game.environ)
        for model in server.models
    ]
    files = model_files(folder) if folder else []
    rows += [(file.stem, "a file", shlex.quote(f"local:{file.absolute()}")) for file in files]
    if rows:
        output.table(("MODEL", "AT", "--model"), rows)
    else:
        where = f" or in {folder}" if folder else ""
        tell(
            f"There is no model on this machine{where}. The storybook needs none; docs/models.md tells more."
        )
