"""``export`` and ``import``: a run as a story to read, or as a file to take elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pocket_portals.cli import output
from pocket_portals.cli.arguments import complete_run
from pocket_portals.cli.diagnostics import tell
from pocket_portals.cli.game import Game, find
from pocket_portals.errors import ConfigError, PortalsError, RunUnreadable

if TYPE_CHECKING:
    from pocket_portals.session.journal import RunRecord

Format = Literal["md", "html", "txt", "json"]
FORMATS: tuple[Format, ...] = ("md", "html", "txt", "json")


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="md, html and txt are to read; json is the save itself. Default: by FILE's ending, else md.",
)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), help="Write here, not to stdout.")
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
@click.pass_obj
def export(game: Game, run: str, form: Format | None, file: Path | None, force: bool) -> None:
    """Write a run out, to read or to play elsewhere.

    \b
      pocket-portals export amber -o tale.html
      pocket-portals export amber --format txt | less
      pocket-portals export amber -o amber.json      … and on another machine:
      pocket-portals import amber.json
    """
    with game.service() as service:
        record = service.load(find(service, run))
    content = exported(record, form or _form_of(file))
    if file is None or str(file) == "-":
        output.data(content)
    else:
        _write(file, content, force)
        tell(f"{record.run} is in {file}")


def exported(record: RunRecord, form: Format) -> bytes:
    """The run in a format."""
    from pocket_portals.session import export as stories

    match form:
        case "md":
            return stories.as_markdown(record).encode()
        case "html":
            return stories.as_html(record).encode()
        case "txt":
            return stories.as_text(record).encode()
        case "json":
            from pocket_portals.saves import codec

            return codec.encode(record)


def _form_of(file: Path | None) -> Format:
    ending = file.suffix.lower().removeprefix(".") if file else ""
    return next((form for form in FORMATS if form == ending), "md")


def _write(file: Path, content: bytes, force: bool) -> None:
    try:
        with file.open("wb" if force else "xb") as out:
            out.write(content)
    except FileExistsError:
        raise ConfigError(f"{file} is there already.", "Add --force to write over it.") from None
    except OSError as error:
        raise PortalsError(f"{file} can't be written: {error.strerror}.", "Choose another place.") from error


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_obj
def import_(game: Game, file: Path) -> None:
    """Take in a save that was exported as json.

    \b
      pocket-portals import amber.json
      ssh other pocket-portals export amber --format json | pocket-portals import -
    """
    import asyncio

    from pocket_portals.saves import codec
    from pocket_portals.saves.envelope import MAX_BYTES

    record = codec.decode(_read(file, MAX_BYTES))
    with game.service() as service:
        asyncio.run(service.import_run(record))
    output.line(f"Imported {record.run}: {record.state.hero_name}, turn {record.state.adventure_turn}")
    tell(f"Go on with `pocket-portals resume {record.run}`.")


def _read(file: Path, limit: int) -> bytes:
    """The bytes of a save; one more than ``limit`` at most, whatever the file turns out to be."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(limit + 1)
        if not file.is_file():
            what = "is no file" if file.exists() else "is not there"
            raise RunUnreadable(f"{file} {what}.", "Name a file that `export --format json` wrote.")
        with file.open("rb") as source:
            return source.read(limit + 1)
    except OSError as error:
        raise RunUnreadable(f"{file} can't be read: {error.strerror}.") from error
