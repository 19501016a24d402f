"""The game line by line: every line says who speaks, and one line of input is one deed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TypeAlias

from pocket_portals.clean import clean_line
from pocket_portals.errors import Conflict, Impossible, ModelUnavailable, PortalsError, StoreUnavailable
from pocket_portals.plain import pages
from pocket_portals.plain.telling import Patience, Telling
from pocket_portals.session.atlas import atlas
from pocket_portals.session.commands import Command, parse
from pocket_portals.session.entrance import QUICK, Entrance, NewRun
from pocket_portals.session.export import labelled, last_scene, numbered
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import Decided, Heard, Mirrored, RunSummary, Settled, Signal, Spoken, Words
from pocket_portals.session.remembrance import mind
from pocket_portals.session.service import GameSessionService
from pocket_portals.session.steps import RETIRE
from pocket_portals.session.transcript import entry_of, picked
from pocket_portals.story.odds import weighed

Read: TypeAlias = Callable[[], str | None]
Write: TypeAlias = Callable[[str], None]

LONGEST = 400  # characters of a deed; what is said beyond them is not heard
RUNS_SHOWN = 8

log = logging.getLogger(__name__)


async def play(
    service: GameSessionService,
    entrance: Entrance,
    read: Read,
    write: Write,
    warm_up: Callable[[], None],
    fresh: NewRun | None = None,
) -> int:
    """Play until the input ends or the player leaves; the exit status.

    ``read`` gives a line or None at the end. ``fresh`` is the run that the title begins.
    Raises PortalsError when the run can't be opened, or its last deed could not be kept.
    """
    return await _Table(service, read, write, warm_up).sit_down(entrance, fresh)


class _Table:
    """One player at one run."""

    def __init__(
        self, service: GameSessionService, read: Read, write: Write, warm_up: Callable[[], None]
    ) -> None:
        self._service = service
        self._read = read
        self._print = write
        self._warm_up = warm_up
        self._telling = Telling(self._write, self._keeper)
        self._patience = Patience(self._keeper)
        self._run = ""
        self._warm = False
        self._unkept: PortalsError | None = None
        self._adrift = False  # the last turn was in memory only
        self._round: list[str] = []  # the deeds of a fight as they were said last

    async def sit_down(self, entrance: Entrance, fresh: NewRun | None) -> int:
        try:
            if not await self._enter(entrance, fresh):
                return 0
            while (line := self._read()) is not None:
                if not await self._answer(line):
                    return 0
            if self._unkept:
                raise self._unkept
            return 0
        finally:
            self._say_where()

    # Coming and going

    async def _enter(self, entrance: Entrance, fresh: NewRun | None) -> bool:
        if entrance.new:
            await self._begin(entrance.new)
        elif entrance.run:
            await self._open(entrance.run)
        else:
            return await self._title(fresh)
        return True

    async def _title(self, fresh: NewRun | None) -> bool:
        """Let the player choose a run; whether one was chosen."""
        every, trouble = await self._saved_runs()
        runs = every[:RUNS_SHOWN]
        self._lines("Pocket Portals", ["a solo text adventure"])
        self._write("1. Begin a new story")
        for number, run in enumerate(runs, start=2):
            self._write(f"{number}. Go on with {_described(run)}")
        if trouble:
            self._keeper(trouble)
        if more := len(every) - len(runs):
            self._keeper(f"And {more} more: `pocket-portals list` shows them, `resume RUN` opens one.")
        self._keeper(
            "Type a number, /quick for a ready hero, /hall for the heroes of finished stories, or /quit."
        )
        new = fresh or NewRun(world=self._service.worlds.ids()[0])
        while (line := self._read()) is not None:
            word = clean_line(line, LONGEST)
            if word.lower() in ("1", "/new", "/quick"):
                await self._begin(new._replace(quick=new.quick or word.lower() == "/quick"))
                return True
            if word.isdecimal() and 2 <= int(word[:4]) < len(runs) + 2:
                await self._open(runs[int(word) - 2].id)
                return True
            if word.lower() in ("/quit", "/q", "/exit", "quit"):
                return False
            if word.lower() == "/hall":
                self._lines("Hall", await asyncio.to_thread(lambda: list(pages.hall_page(self._service))))
                continue
            self._keeper(f"Type a number from 1 to {len(runs) + 1}, or /quit.")
        return False

    async def _saved_runs(self) -> tuple[list[RunSummary], str]:
        """The runs there are, and why there may be others that can't be seen."""
        try:
            runs = await asyncio.to_thread(self._service.runs)
        except StoreUnavailable as error:
            return [], str(error)
        store = self._service.store
        return runs, str(store.trouble or "") if isinstance(store, Mirrored) else ""

    async def _open(self, run: str) -> None:
        self._show(await self._service.resume(run))
        if warning := self._service.saved(run).warning:
            self._keeper(warning)

    async def _begin(self, new: NewRun) -> None:
        record = await self._service.create(new, self._watch)
        self._run = record.run
        kept = "" if self._adrift else " Every turn is saved;"
        self._lines("Run", [f"{record.run}.{kept} /help says what else you can do."])
        if new.quick:
            await self._turn(QUICK)
        else:
            self._offer(record)

    async def _make_ready(self) -> None:
        if not self._warm:
            await asyncio.to_thread(self._warm_up)
            self._warm = True

    def _say_where(self) -> None:
        if not self._run:
            return
        if self._service.saved(self._run).where == "memory":
            self._write(f"Not saved: {self._run} was kept in memory only")
        else:
            self._write(f"Saved {self._run}")

    def _say_how_safe(self) -> None:
        saved = self._service.saved(self._run)
        if saved.where == "memory":
            self._keeper(saved.warning or f"{self._run} is in memory only: leaving the game ends it.")
            return
        place = {"both": "in a file and in Redis", "redis": "in Redis", "file": "in a file"}[saved.where]
        back = f"`pocket-portals resume {self._run}`"
        self._keeper(f"{self._run} is saved, {place}. Come back to it with {back}.")

    # One line

    async def _answer(self, line: str) -> bool:
        """Do what a line asks; whether the game goes on."""
        try:
            command = parse(clean_line(line, LONGEST))
            if command is None:
                await self._act(line)
            elif command[0].name == "quit":
                return False
            else:
                await self._obey(*command)
        except Conflict as error:
            self._keeper(str(error))
            self._show(self._service.record(self._run))
        except (Impossible, ModelUnavailable) as error:
            self._keeper(str(error))
        except PortalsError as error:
            log.warning("a deed was not kept: %s", error)
            self._keeper(str(error))
            self._unkept = error
        else:
            self._unkept = None
        return True

    async def _act(self, line: str) -> None:
        deed = clean_line(line)
        choices = self._service.state(self._run).current_choices
        if not deed:
            offered = f"Type a number from 1 to {len(choices)}, or say" if choices else "Say"
            raise Impossible(f"{offered} in your own words what you do.", "/help says more.")
        if deed.isdecimal() and choices and not 1 <= int(deed[:4]) <= len(choices):
            raise Impossible(f"There is no choice {deed[:4]}.", f"They go from 1 to {len(choices)}.")
        if len(deed) > LONGEST:
            self._keeper(f"That was long. I heard the first {LONGEST} characters.")
        await self._turn(deed[:LONGEST])

    async def _turn(self, deed: str) -> None:
        with self._while_told():
            await self._make_ready()
            await self._service.act(self._run, deed, self._watch)
        self._offer(self._service.record(self._run))

    def _while_told(self) -> AbstractContextManager[None]:
        self._telling.begin()
        return self._patience.during(slow=self._service.state(self._run).storyteller == "crew")

    async def _obey(self, command: Command, argument: str) -> None:
        service, run = self._service, self._run
        record = service.record(run)
        match command.name:
            case "help":
                self._lines("Help", pages.help_page())
            case "sheet":
                self._lines("Sheet", pages.sheet_page(record.state))
            case "quest":
                self._lines("Quest", pages.quest_page(record))
            case "journal":
                self._lines("Journal", pages.journal_page(record.state))
            case "dice":
                self._lines("Dice", pages.dice_page(record))
            case "map":
                world = await asyncio.to_thread(service.worlds.get, record.state.world)
                self._lines("Map", pages.map_page(atlas(record.state, world)))
            case "settings":
                raise Impossible("Plain mode has no looks to set.", "See `pocket-portals config show`.")
            case "find":
                self._lines("Found", pages.found(record, argument))
            case "odds":
                world = await asyncio.to_thread(service.worlds.get, record.state.world)
                self._lines("Odds", weighed(record.state, world))
            case "look":
                self._scene(record)
            case "undo":
                self._show(await service.undo(run, _number(argument) or 1))
            case "branch":
                self._show(await service.branch(run, _number(argument)))
            case "title":
                await self._rename(argument)
            case "storyteller":
                await self._hand_over(argument)
            case "retell":
                with self._while_told():
                    await self._make_ready()
                    await service.retell(run, self._watch)
            case "memory":
                self._lines("Memory", await mind(service, run, argument))
            case "retire":
                await self._turn(RETIRE)
            case "save":
                self._say_how_safe()
            case name:
                raise Impossible(f"/{name} can't be used here.", "Type /help to see what there is.")

    async def _rename(self, title: str) -> None:
        if not title:
            raise Impossible("A title needs words.", "For example: /title The winter road")
        record = await self._service.rename(self._run, title)
        self._keeper(f"This run is called “{record.state.title}” now.")

    async def _hand_over(self, name: str) -> None:
        if not name:
            self._keeper(f"The {self._service.state(self._run).storyteller} tells this story.")
            return
        await self._service.set_storyteller(self._run, name.lower())
        self._keeper(f"The {name} tells the story from here.")

    # What is written

    def _watch(self, signal: Signal) -> None:
        match signal:
            case Heard(intent) if intent.echo:
                self._lines("You" if picked(intent) else "Keeper", [intent.echo])
            case Decided(event, state):
                if entry := entry_of(event, state):
                    self._write_all(labelled(entry))
            case Words():
                self._telling.words(signal)
            case Spoken(speech):
                self._telling.spoken(speech)
            case Settled(turn=turn, saved=saved):
                was_adrift, self._adrift = self._adrift, saved.where == "memory"
                again = "Everything is saved again." if was_adrift and not self._adrift else ""
                for notice in filter(None, (turn.told.fallback, saved.warning or again)):
                    self._keeper(notice)
            case _:
                pass

    def _show(self, record: RunRecord) -> None:
        """The scene that the run stands in, as it was told."""
        self._run = record.run
        state = record.state
        turn = f"turn {state.adventure_turn} of {state.max_turns}"
        self._lines("Run", [f"{record.run}, {state.hero_name}, {turn}"])
        self._scene(record)

    def _scene(self, record: RunRecord) -> None:
        self._round = []
        self._write_all(last_scene(record))
        self._offer(record)

    def _offer(self, record: RunRecord) -> None:
        self._lines("Fight", pages.fight_line(record.state))
        offered = list(numbered(record.state.current_choices))
        self._write_all(pages.news(offered, self._round))
        self._round = offered if record.state.combat_state else []
        if record.state.adventure_completed:
            self._keeper("This adventure is over. /undo, /branch and /journal still work; /quit leaves.")

    def _keeper(self, text: str) -> None:
        self._lines("Keeper", [text])

    def _lines(self, label: str, texts: Iterable[str]) -> None:
        for text in texts:
            self._write(f"{label}: {clean_line(text)}")

    def _write(self, line: str) -> None:
        self._print(line)
        self._patience.written()

    def _write_all(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._write(line)


def _described(run: RunSummary) -> str:
    what = run.title or run.quest or run.world
    return clean_line("; ".join([f"{run.hero}, {what}, turn {run.turn} ({run.id})", *run.remarks]))


def _number(argument: str) -> int | None:
    if not argument:
        return None
    if not argument.isdecimal() or len(argument) > 4:
        raise Impossible(f"“{argument[:20]}” is no number of a turn.", "For example: /undo 2")
    return int(argument)
