"""``worlds``: what can be played, and whether a pack holds."""

from __future__ import annotations

from pathlib import Path

import click

from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import Exit, failed, tell
from pocket_portals.cli.game import Game
from pocket_portals.errors import WorldError


@click.group()
def worlds() -> None:
    """List the worlds there are, and check your own.

    \b
      pocket-portals worlds list
      pocket-portals worlds check ./my-world
    """


@worlds.command("list")
@click.pass_obj
def list_(game: Game) -> None:
    """List the worlds that can be played, and where they are."""
    from pocket_portals.wiring import open_worlds

    library = open_worlds(game.paths)
    rows: list[tuple[str, str, str]] = []
    for ident in library.ids():
        try:
            title = library.get(ident).title
        except WorldError as error:
            title = "does not load"
            failed(error)
        rows.append((ident, title, str(library.folders()[ident])))
    output.table(("WORLD", "TITLE", "FOLDER"), rows)


@worlds.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_context
def check(context: click.Context, path: Path | None) -> None:
    """Check the world in the folder PATH, or all worlds: names that dangle, scenes nobody reaches.

    What is found is printed with file, line and how to mend it; the exit status is 1 then.
    """
    from pocket_portals.wiring import open_worlds

    folders = [path] if path else list(open_worlds(context.obj.paths).folders().values())
    found = sum(_checked(folder) for folder in folders)
    if found:
        context.exit(Exit.FAILED)


def _checked(folder: Path) -> int:
    from pocket_portals.worlds.check import Checker
    from pocket_portals.worlds.loader import Pack, PackError

    try:
        pack = Pack(folder)
        findings = Checker(pack).run()
    except PackError as error:
        findings = error.findings
    for finding in findings:
        output.line(str(finding))
    if findings:
        tell(f"{len(findings)} findings in {folder}.")
    else:
        output.line(f"{folder.name} holds")
    return len(findings)
