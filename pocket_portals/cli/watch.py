"""``watch`` and ``resume --watch``: reading along, turn by turn, as a run is played elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from pocket_portals.cli import output
from pocket_portals.cli.arguments import complete_run
from pocket_portals.cli.diagnostics import tell

if TYPE_CHECKING:
    from pocket_portals.cli.game import Game
    from pocket_portals.session.service import GameSessionService


@click.command()
@click.argument("run", required=False, default="", shell_complete=complete_run)
@click.pass_obj
def watch(game: Game, run: str) -> None:
    """Read along as RUN, or the latest, is played elsewhere.

    On this machine that is from its files; with Redis, from any machine that uses the same one. Whoever
    plays does not notice. Ctrl-C ends it.
    """
    with game.service() as service:
        read_along(service, service.find(run))


def read_along(
    service: GameSessionService, run: str, wait: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Print the last scene and then each turn as it is saved, until the adventure ends or Ctrl-C.

    Raises RunNotFound when the run is deleted meanwhile.
    """
    asyncio.run(_read_along(service, run, wait))


async def _read_along(
    service: GameSessionService, run: str, wait: Callable[[float], Awaitable[None]]
) -> None:
    from pocket_portals.session.export import labelled, last_scene
    from pocket_portals.session.following import follow
    from pocket_portals.session.transcript import entries

    record = await asyncio.to_thread(service.load, run)
    tell(f"Reading along with {run}. Ctrl-C ends it; nothing is changed.")
    for line in last_scene(record):
        output.wrapped(line)
    if record.state.adventure_completed:
        return
    async for turn, before, after in follow(service.store, run, record.rev - 1, wait=wait):
        if turn.rewinds_to is not None:
            output.wrapped(f"Taken back, to turn {turn.rewinds_to}.")
        for entry in entries(before, turn):
            for line in labelled(entry):
                output.wrapped(line)
        if after.adventure_completed:
            return
