"""``sync``, ``migrate``, ``keep``: runs between this machine and Redis."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pocket_portals.cli import output
from pocket_portals.cli.arguments import complete_run
from pocket_portals.cli.diagnostics import Exit, failed, tell
from pocket_portals.cli.game import Game
from pocket_portals.errors import ConfigError, RunNotFound, RunUnreadable

if TYPE_CHECKING:
    from pocket_portals.saves.redis import RedisStore
    from pocket_portals.saves.vault import VaultStore

DAY = 86_400  # seconds


@contextmanager
def vault(game: Game) -> Iterator[tuple[VaultStore, RedisStore]]:
    """The runs of this machine and those in Redis. Raises ConfigError where no Redis is known."""
    from pocket_portals import wiring
    from pocket_portals.cli.logfile import log_to
    from pocket_portals.saves.vault import VaultStore

    config = game.config()
    log_to(game.paths.log_file, game.secrets)
    store = wiring.open_store(config.storage._replace(backend="redis"), game.paths)
    try:
        if not isinstance(store, VaultStore) or store.redis is None:
            raise ConfigError("There is no Redis.", "Set REDIS_URL.")
        yield store, store.redis
    finally:
        store.close()


def find(store: VaultStore, run: str) -> str:
    """The id that begins with what was typed. Raises RunNotFound."""
    ids = [line.id for line in store.summaries()]
    matches = [ident for ident in ids if ident == run] or [i for i in ids if i.startswith(run.lower())]
    if len(matches) != 1:
        what = "More than one run starts" if matches else "There is no run that starts"
        raise RunNotFound(f"{what} with “{run}”.", "See `pocket-portals list`.")
    return matches[0]


@click.command()
@click.argument("run", required=False, default="", shell_complete=complete_run)
@click.pass_context
def sync(context: click.Context, run: str) -> None:
    """Bring your runs, or RUN, to the same turn here and in Redis.

    What one side lacks is sent or fetched. Where a run was played on both here and elsewhere, what was
    played here becomes a run of its own; nothing is ever overwritten.

    \b
      pocket-portals sync
      pocket-portals sync amber
    """
    with vault(context.obj) as (store, redis):
        redis.count()  # that Redis is down is the one thing to say then
        runs = [find(store, run)] if run else [r.id for r in store.summaries() if r.where != "both"]
        unread = 0
        for ident in _progress(runs, "Syncing"):
            if holder := store.holder(ident):
                tell(f"{ident} was left alone: it is open in {holder}.")
                continue
            try:
                done = store.sync(ident)
            except (RunUnreadable, RunNotFound) as error:
                unread += 1
                failed(error)
                continue
            said = {"nothing": "the same in both places", "sent": "sent to Redis", "pulled": "fetched here"}
            output.line(f"{ident}: {said.get(done.did) or f'parted; played here: {done.branch}'}")
        if not runs:
            output.line("Everything is in both places")
    if unread:
        context.exit(Exit.NO_RUN)


@click.command()
@click.option("--from", "source", type=click.Choice(("file", "redis")), required=True)
@click.option("--to", "target", type=click.Choice(("file", "redis")), required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.pass_context
def migrate(context: click.Context, source: str, target: str, dry_run: bool) -> None:
    """Copy all runs from files to Redis, or back.

    Nothing is deleted or overwritten. It may be stopped at any time; run again, it goes on where it was.

    \b
      pocket-portals migrate --from file --to redis --dry-run
      pocket-portals migrate --from redis --to file
    """
    from pocket_portals.saves.copying import Copying

    if source == target:
        raise click.UsageError("--from and --to are the same place.")
    with vault(context.obj) as (store, redis):
        copying = Copying(store.files, redis, dry_run)
        redis.count()
        to_redis = target == "redis"
        runs = copying.runs_in_files() if to_redis else copying.runs_in_redis()
        counts = _copied(runs, copying.to_redis if to_redis else copying.to_files)
    would = "would be " if dry_run else ""
    output.line(f"{counts['copied']} {would}copied, {counts['there already']} there already")
    if counts["parted"]:
        tell(
            f"{counts['parted']} parted and were left alone: `pocket-portals sync` makes a run of each line."
        )
    if counts["unreadable"]:
        context.exit(Exit.NO_RUN)


def _copied(runs: Sequence[str], copy: Callable[[str], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for run in _progress(runs, "Copying"):
        try:
            counts[copy(run)] += 1
        except RunUnreadable as error:
            counts["unreadable"] += 1
            tell(f"{run}: {error}")
        except RunNotFound:  # it expired or was deleted meanwhile
            continue
    return counts


def _progress(runs: Sequence[str], label: str) -> Iterator[str]:
    """The runs, with a bar on stderr where somebody sees it."""
    with click.progressbar(runs, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield from bar


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option(
    "--ttl", type=click.FloatRange(min=0), default=0.0, metavar="DAYS", help="Days after it was last played."
)
@click.pass_obj
def keep(game: Game, run: str, ttl: float) -> None:
    """Let Redis keep RUN for ever, or for a time of its own.

    \b
      pocket-portals keep amber
      pocket-portals keep amber --ttl 365
    """
    with vault(game) as (store, _):
        ident = find(store, run)
        store.keep(ident, round(ttl * DAY))
    output.line(
        f"Redis keeps {ident} " + (f"for {ttl:g} days after it was last played" if ttl else "for ever")
    )
