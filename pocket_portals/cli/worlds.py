"""``worlds``: what can be played, and whether a pack holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import Exit, failed, tell
from pocket_portals.cli.game import Game
from pocket_portals.errors import WorldError

if TYPE_CHECKING:
    from pocket_portals.worlds.schema import WorldDef


@click.group()
def worlds() -> None:
    """List the worlds there are, begin your own, and check it.

    \b
      pocket-portals worlds list
      pocket-portals worlds new ./my-world
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
@click.option(
    "--runs", type=click.IntRange(min=0), default=200, show_default=True, help="Runs a bot plays; 0: none."
)
@click.pass_context
def check(context: click.Context, path: Path | None, runs: int) -> None:
    """Check the world in the folder PATH, or all worlds, and let a bot play each.

    What is found is printed with file, line and how to mend it. An error makes the exit status 1; a warning
    does not. The bot's runs have fixed seeds, so that two checks of one pack print the same.
    """
    from pocket_portals.wiring import open_worlds

    folders = [path] if path else list(open_worlds(context.obj.paths).folders().values())
    held = [_checked(folder.resolve(), runs) for folder in folders]  # all of them, whatever the first says
    if not all(held):
        context.exit(Exit.FAILED)


@worlds.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The world's title; else made of the folder's name.")
@click.pass_obj
def new(game: Game, path: Path, title: str) -> None:
    """Begin a world in the folder PATH: small, playable at once, with comments that teach.

    The folder's name becomes the world's id. Nothing that is there already is overwritten.
    """
    from pocket_portals.worlds.new import begin

    for file in begin(path, title):
        output.line(str(file))
    own = game.paths.data / "worlds"
    tell(f"Check it: pocket-portals worlds check {path}")
    if path.absolute().parent == own.absolute():
        tell(f"Play it: pocket-portals play --world {path.name}")
    else:
        tell(f"To play it, put the folder into {own}")


def _checked(folder: Path, runs: int) -> bool:
    """Whether the pack has no errors, having printed all there is to say about it."""
    from pocket_portals.worlds.check import Checker
    from pocket_portals.worlds.loader import Pack, PackError

    try:
        checker = Checker(Pack(folder))
    except PackError as error:
        for finding in error.findings:
            output.line(f"error    {finding}")
        tell(f"{folder.name} does not load.")
        return False
    report = checker.run()
    for finding in report.errors:
        output.line(f"error    {finding}")
    for finding in report.warnings:
        output.line(f"warning  {finding}")
    if report.errors:
        tell(f"{_count(len(report.errors), 'error')} in {folder}.")
        return False
    output.line(f"{folder.name} holds; {_count(len(report.warnings), 'warning')}")
    return not runs or _played(checker.world, runs)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def _played(world: WorldDef, runs: int) -> bool:
    from pocket_portals.session.playtest import prove

    shown = sys.stderr.isatty()

    def progress(done: int) -> None:
        if shown:
            print(f"\r{world.id}: {done} of {runs} runs", end="", file=sys.stderr, flush=True)

    try:
        tally = prove(world, runs, progress)
    except RuntimeError as error:
        tell(f"{world.id}: {error}.")
        return False
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    output.line(tally.table(world))
    return True
