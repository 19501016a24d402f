"""``list``, ``show``, ``delete``, ``restore``, ``verify``: the saved runs."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from pocket_portals.clean import clean_line
from pocket_portals.cli import output
from pocket_portals.cli.arguments import complete_run
from pocket_portals.cli.calling import as_called
from pocket_portals.cli.diagnostics import Exit, failed, tell
from pocket_portals.cli.game import Game, find
from pocket_portals.cli.safety import kept, tell_standing
from pocket_portals.errors import ConfigError, RunNotFound, RunUnreadable

if TYPE_CHECKING:
    from datetime import datetime

    from pocket_portals.session.journal import RunRecord
    from pocket_portals.session.ports import RunStore, RunSummary

TURNS_SHOWN = 10
_HEADS = ("RUN", "HERO", "STORY", "TURN", "HEALTH", "STANDS AT", "LAST PLAYED", "KEPT IN")
_MARGIN = "    "
_LINES = 2  # that a run takes, or sometimes three, where there is no room for a table
_AROUND = 6  # lines of a screen that the table's head and the prompt take
_FIELDS = (
    "id hero world quest phase turn revision health_current health_max completed closure "
    "played_at created_at where expires_at"
).split()


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="An array of objects, for programs.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the N last played.")
@click.pass_obj
def list_(game: Game, as_json: bool, limit: int | None) -> None:
    """List your runs, the last played first.

    \b
      pocket-portals list
      pocket-portals list --limit 5
      pocket-portals list --json | jq -r '.[] | select(.completed | not) | .id'
    """
    with game.store() as store:
        runs = store.summaries(limit)
        tell_standing(store, runs)
    if as_json:
        output.as_json([listed(run) for run in runs])
        return
    shown = runs if limit or not output.is_terminal() else runs[: output.height() - _AROUND]
    if not runs:
        tell(as_called("There are no saved runs yet. Start one with `pocket-portals play`."))
    elif output.fits(_HEADS, rows := [_row(run) for run in shown]):
        output.table(_HEADS, rows)
    else:
        shown = shown if limit else shown[: (output.height() - _AROUND) // _LINES]
        for run in shown:
            _in_lines(run)
    if more := len(runs) - len(shown):
        tell(as_called(f"And {more:,} more: `pocket-portals list --limit {len(runs)}` shows them."))


def listed(run: RunSummary) -> dict[str, object]:
    """A run as ``list --json`` shows it."""
    values = run.model_dump(mode="json")
    return {name: values[name] for name in _FIELDS}


def _row(run: RunSummary) -> tuple[str, ...]:
    return (
        run.id,
        run.hero,
        run.title or run.quest or run.world,
        str(run.turn),
        f"{run.health_current}/{run.health_max}",
        standing(run),
        when(run.played_at),
        kept(run),
    )


def _in_lines(run: RunSummary) -> None:
    """A run where there is no room for a table."""
    health = f"health {run.health_current} of {run.health_max}"
    output.wrapped(f"{run.id}  {run.hero}, turn {run.turn}, {health}, {standing(run)}", _MARGIN)
    story = run.title or run.quest or run.world
    output.wrapped(f"{_MARGIN}{story}; played {when(run.played_at)}; {kept(run)}", _MARGIN)


def standing(run: RunSummary) -> str:
    """Where the story is, or how it ended."""
    return (run.closure or run.phase).value.replace("_", " ")


def when(at: datetime) -> str:
    """A time as the player's own clock shows it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--json", "as_json", is_flag=True, help="One object: what `list` says of it, and its state.")
@click.option("--all", "all_turns", is_flag=True, help=f"Every turn, not only the last {TURNS_SHOWN}.")
@click.pass_obj
def show(game: Game, run: str, as_json: bool, all_turns: bool) -> None:
    """Show a run: its hero, turns, and last scene.

    \b
      pocket-portals show amber
      pocket-portals show amber --all      with every turn, to pick one for `resume --turn N`
      pocket-portals show amber --json | jq .state.inventory
    """
    from pocket_portals.session.ports import summary

    with game.service() as service:
        record = service.load(find(service, run))
        where = service.store.name
    brief = summary(record, where)
    if as_json:
        output.as_json(listed(brief) | {"state": record.state.model_dump(mode="json")})
        return
    output.fields(_described(record, brief))
    told = [turn for turn in record.story if turn.action]
    output.line(f"\nTurns{'' if all_turns else f', the last {TURNS_SHOWN}'}:")
    for turn in told if all_turns else told[-TURNS_SHOWN:]:
        output.wrapped(f"{turn.revision:>5}  {clean_line(turn.action)}", " " * 7)
    from pocket_portals.session.export import last_scene, numbered

    output.line()
    for text in (*last_scene(record), *numbered(record.state.current_choices)):
        output.wrapped(text)


def _described(record: RunRecord, brief: RunSummary) -> dict[str, str]:
    state = record.state
    sheet = state.character_sheet
    who = f", level {sheet.level} {sheet.calling.value}" if sheet else ""
    quest = state.active_quest
    carried = [f"{i.name} ×{i.count}" if i.count > 1 else i.name for i in state.inventory.values()]
    values = {
        "Run": record.run,
        "Title": state.title,
        "Hero": state.hero_name + who,
        "World": state.world,
        "Quest": quest.title if quest else "",
        "Stands at": f"{standing(brief)}, turn {state.adventure_turn} of {state.max_turns}",
        "Health": f"{state.health_current} of {state.health_max}",
        "Purse": str(state.gold),
        "Carries": ", ".join(carried),
        "Seed": state.seed,
        "Told by": state.storyteller,
        "Branch of": f"{origin.run}, turn {origin.revision}" if (origin := record.branch_of) else "",
        "Begun": when(state.created_at),
        "Last played": when(state.played_at),
        "Kept in": brief.where,
    }
    return {name: value for name, value in values.items() if value}


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(game: Game, run: str, yes: bool) -> None:
    """Delete a run. `restore` brings it back for 30 days.

    \b
      pocket-portals delete amber-fox-4821
      pocket-portals export amber --format json -o amber.json    keep a copy first
    """
    with game.service() as service:
        ident = find(service, run)
        if not yes:
            if not sys.stdin.isatty():
                raise ConfigError(f"Nobody is there to ask whether to delete {ident}.", "Add --yes.")
            if not click.confirm(f"Delete {ident}{'' if service.bin else ' for good'}?", err=True):
                tell("Nothing was deleted.")
                return
        asyncio.run(service.delete(ident))
        held = service.bin is not None and service.bin.head(ident) != ""
    output.line(f"Deleted {ident}")
    if held:
        tell(as_called(f"For 30 days `pocket-portals restore {ident}` brings it back."))


@click.command()
@click.argument("run", required=False, default="")
@click.pass_obj
def restore(game: Game, run: str) -> None:
    """Bring back a deleted run, or list those that can be brought back.

    \b
      pocket-portals restore                    what was deleted in the last 30 days
      pocket-portals restore amber-fox-4821
    """
    with game.service() as service:
        if run:
            ident = service.find(run, deleted=True)
            asyncio.run(service.restore(ident))
            output.line(f"Restored {ident}")
            return
        there = service.bin.summaries() if service.bin else []
    if there:
        if output.fits(_HEADS, rows := [_row(each) for each in there]):
            output.table(_HEADS, rows)
            return
        for each in there:
            _in_lines(each)
    else:
        tell("Nothing was deleted in the last 30 days.")


@click.command()
@click.argument("run", required=False, default="", shell_complete=complete_run)
@click.pass_context
def verify(context: click.Context, run: str) -> None:
    """Check that the journals of all runs hold, or of RUN.

    A journal holds when no link is broken, no turn was altered and the state is what it adds up to.

    \b
      pocket-portals verify              every run; exit status 3 when one does not hold
      pocket-portals verify amber
    """
    game: Game = context.obj
    with game.service() as service:
        if run:
            idents = [find(service, run)]
        else:
            tell_standing(service.store, runs := service.runs())
            idents = [each.id for each in runs]
        sound = [_verified(service.store, ident) for ident in idents]
    if not all(sound):
        context.exit(Exit.NO_RUN)


def _verified(store: RunStore, ident: str) -> bool:
    from pocket_portals.session.journal import problems
    from pocket_portals.session.ports import Mirrored

    sound: list[str] = []
    places = store.places if isinstance(store, Mirrored) else (store,)
    for place in places:
        try:
            record = place.load(ident)
        except RunNotFound:  # it is in the other place
            continue
        except RunUnreadable as error:
            failed(error)
            return False
        if found := problems(record):
            tell(f"{ident} does not hold: {'; '.join(found)}.")
            return False
        sound.append(f"{record.rev} turns" + (f" in {place.name}" if len(places) > 1 else ""))
    output.line(f"{ident} holds: {', '.join(sound)}")
    return True
