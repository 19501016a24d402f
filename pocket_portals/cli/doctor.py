"""``doctor``: what works on this machine, what does not, and what to change."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import click

from pocket_portals import __version__
from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import Exit
from pocket_portals.cli.game import Game
from pocket_portals.errors import PortalsError

COLUMNS, LINES = 80, 24  # what the screens are drawn for


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    state: Literal["ok", "note", "wrong"]
    what: str
    advice: str = ""


@click.command()
@click.option("--model", metavar="MODEL", help="Try this model out instead of the one that is set.")
@click.pass_context
def doctor(context: click.Context, model: str | None) -> None:
    """Say what works here, and what to change.

    It looks at Python, the terminal, the directories, the configuration, the runs, the worlds and the
    language model, which it asks to tell a short scene: that may cost a little where you pay for it. The exit
    status is 1 when something is wrong. No password and no key is shown.
    """
    game: Game = context.obj
    wrong = False
    for look in (_python, _terminal, _directories, _configuration, _runs, _worlds, partial(_model, model)):
        for finding in _guarded(look, game):
            output.line(f"{finding.state:<6}{finding.what} {finding.advice}".rstrip())
            wrong = wrong or finding.state == "wrong"
    if wrong:
        context.exit(Exit.FAILED)


def _guarded(look: Callable[[Game], Iterator[Finding]], game: Game) -> Iterator[Finding]:
    try:
        yield from look(game)
    except PortalsError as error:
        yield Finding("wrong", error.message, error.hint)


def _python(game: Game) -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    yield Finding("ok", f"Pocket Portals {__version__} on Python {platform.python_version()}.")
    for package in ("crewai", "textual", "redis"):
        try:
            yield Finding("ok", f"{package} {version(package)} is installed.")
        except PackageNotFoundError:
            yield Finding("wrong", f"{package} is not installed.", "Install the game again.")


def _terminal(game: Game) -> Iterator[Finding]:
    from pocket_portals.cli.face import speaks_plainly

    if speaks_plainly(game.environ, asked=False):
        yield Finding("note", "This is no terminal that shows screens.", "The game plays line by line here.")
        return
    size = os.get_terminal_size()
    if size.columns < COLUMNS or size.lines < LINES:
        what = f"The terminal is {size.columns}x{size.lines}."
        yield Finding("note", what, f"The game looks best from {COLUMNS}x{LINES}.")
    else:
        yield Finding("ok", f"The terminal is {size.columns}x{size.lines}.")
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        advice = "Set LANG to a UTF-8 locale, such as C.UTF-8."
        yield Finding("note", f"The terminal's encoding is {sys.stdout.encoding}.", advice)


def _directories(game: Game) -> Iterator[Finding]:
    paths = game.paths
    for name, folder in (("saves", paths.saves), ("state", paths.state), ("log", paths.log)):
        above = next(p for p in (folder, *folder.parents) if p.exists())
        if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
            yield Finding("ok", f"The {name} directory {folder} can be written.")
        else:
            advice = f"Change the permissions of {above}, or set POCKET_PORTALS_HOME to another place."
            yield Finding("wrong", f"The {name} directory {folder} can't be written.", advice)


def _configuration(game: Game) -> Iterator[Finding]:
    from pocket_portals.config import config_file, unknown_variables

    game.config()
    file = config_file(game.paths, game.environ)
    if file.exists():
        yield Finding("ok", f"The configuration {file} holds.")
    else:
        yield Finding("ok", "There is no configuration, and none is needed.")
    for name, near in unknown_variables(game.environ).items():
        advice = f"Did you mean {near}?" if near else "`pocket-portals config show` lists what does."
        yield Finding("note", f"The variable {name} means nothing to the game.", advice)


def _runs(game: Game) -> Iterator[Finding]:
    from pocket_portals.saves.vault import VaultStore

    with game.store() as store:
        if isinstance(store, VaultStore) and store.redis:
            from pocket_portals.saves.redis_checkup import checkup

            yield from (Finding(*checked) for checked in checkup(store.redis))
        runs = (store.files if isinstance(store, VaultStore) else store).summaries()
        yield Finding("ok", f"Runs on this machine: {len(runs)}.")
        if not runs:
            return
        store.load(runs[0].id)
        yield Finding("ok", f"The last played, {runs[0].id}, can be read.")


def _worlds(game: Game) -> Iterator[Finding]:
    from pocket_portals.wiring import open_worlds

    library = open_worlds(game.paths)
    for ident in library.ids():
        title = library.get(ident).title
        yield Finding("ok", f"The world {ident} loads: {title}.")
    if not _holds_worlds(game.paths.worlds):
        yield Finding("ok", f"Worlds of your own go into {game.paths.worlds}.")


def _model(given: str | None, game: Game) -> Iterator[Finding]:
    from pocket_portals.cli.logfile import log_to
    from pocket_portals.wiring import open_models

    config = game.config({"model": given} if given else None)
    log_to(game.paths.log_file, game.secrets)
    models = open_models(config, game.paths, game.environ)
    if models is None:
        yield Finding("ok", "No language model is set, and none is needed: the storybook tells.")
        yield from _models_nearby(game)
        return
    from pocket_portals.crew.checkup import checkup

    with contextlib.closing(models):
        yield from (Finding(*checked) for checked in checkup(models))


def _models_nearby(game: Game) -> Iterator[Finding]:
    from pocket_portals.crew.discovery import nearby

    yield from (Finding("note", offer) for offer in nearby(game.environ))


def _holds_worlds(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
