"""``stats``: what each turn of a run took."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pocket_portals.cli import output
from pocket_portals.cli.arguments import complete_run
from pocket_portals.cli.diagnostics import tell
from pocket_portals.cli.game import Game, find
from pocket_portals.errors import PortalsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pocket_portals.session.execution import Execution

_ASKED = 40  # characters of the player's words


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--json", "as_json", is_flag=True, help="An array with an object for each turn.")
@click.option(
    "--prometheus",
    "collected",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="PATH",
    help="Write sums in Prometheus's text format to PATH (- for stdout).",
)
@click.option(
    "--price",
    nargs=2,
    type=click.FloatRange(min=0),
    metavar="IN OUT",
    help="What a million tokens cost, those read and those written by the model.",
)
@click.pass_obj
def stats(
    game: Game, run: str, as_json: bool, collected: Path | None, price: tuple[float, float] | None
) -> None:
    """Show what each turn of RUN took: who spoke and told it, milliseconds, tokens, how it ended.

    \b
      pocket-portals stats amber
      pocket-portals stats amber --price 0.15 0.60
      pocket-portals stats amber --prometheus amber.prom
    """
    from pocket_portals.session.execution import executions, prometheus

    with game.service() as service:
        record = service.load(find(service, run))
    turns = executions(record)
    if collected:
        text = prometheus(record.run, turns)
        if str(collected) == "-":
            output.data(text.encode())
        else:
            _put(collected, text)
            tell(f"The sums of {len(turns)} turns are in {collected}")
    elif as_json:
        output.as_json([turn.model_dump(mode="json") for turn in turns])
    else:
        _show(turns, price)


def _show(turns: Sequence[Execution], price: tuple[float, float] | None) -> None:
    from pocket_portals.session.execution import middle

    output.table(
        ("TURN", "ASKED", "VOICES", "TOLD BY", "HEAR", "DECIDE", "TELL", "TOKENS", "RESULT"),
        [
            (
                str(turn.revision),
                turn.asked[:_ASKED],
                " ".join(turn.voices),
                f"{turn.storyteller} {turn.model}".strip(),
                *(f"{ms:.1f}" for ms in (turn.hear, turn.decide, turn.tell)),
                f"{turn.tokens_in}+{turn.tokens_out}",
                f"{turn.result}: {turn.fallback}" if turn.fallback else turn.result,
            )
            for turn in turns
        ],
    )
    times = [turn.total for turn in turns if turn.result in ("told", "fallback")]
    read, wrote = sum(turn.tokens_in for turn in turns), sum(turn.tokens_out for turn in turns)
    cost = f" (at that price {(read * price[0] + wrote * price[1]) / 1e6:.4f})" if price else ""
    output.line(
        f"\n{len(times)} turns told, {read + wrote:,} tokens{cost}. Milliseconds of a turn: "
        f"{middle(times, 50):.1f} in the middle, {middle(times, 99):.1f} for 99 of 100."
    )


def _put(path: Path, text: str) -> None:
    """Whole or not at all, for a collector may be reading."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise PortalsError(f"{path} can't be written: {error.strerror}.", "Choose another place.") from error
