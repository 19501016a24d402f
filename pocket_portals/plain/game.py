"""The game line by line: every line says who speaks, and one line of input is one deed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TypeAlias

from pocket_portals.clean import clean_line
from pocket_portals.errors import Conflict, Impossible, ModelUnavailable, PortalsError, WorldError
from pocket_portals.plain import pages
from pocket_portals.plain.offering import Offering
from pocket_portals.plain.steps_back import number_of, steps_back
from pocket_portals.plain.telling import Lines, Patience, Telling
from pocket_portals.plain.title import Title, way_back, which_world
from pocket_portals.plain.words import PLACE, Terms, place_entry, said, spoken
from pocket_portals.rules.events import Event
from pocket_portals.rules.state import GameState, Phase
from pocket_portals.session.atlas import atlas
from pocket_portals.session.commands import Command, parse
from pocket_portals.session.entrance import QUICK, Entrance, NewRun
from pocket_portals.session.export import labelled, last_scene
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import Decided, Heard, Settled, Signal, Spoken, Words
from pocket_portals.session.remembrance import mind
from pocket_portals.session.service import GameSessionService
from pocket_portals.session.steps import RETIRE
from pocket_portals.session.transcript import Entry, picked
from pocket_portals.story.odds import weighed

Read: TypeAlias = Callable[[], str | None]
Write: TypeAlias = Callable[[str], None]

LONGEST = 400  # characters of a deed; what is said beyond them is not heard

log = logging.getLogger(__name__)


async def play(
    service: GameSessionService,
    entrance: Entrance,
    read: Read,
    write: Write,
    warm_up: Callable[[], None],
    fresh: NewRun | None = None,
    farewell: bool = False,
) -> int:
    """Play until the input ends or the player leaves; the exit status.

    ``read`` gives a line or None at the end. ``fresh`` is the run that the title begins. ``farewell``: the
    last line says how to come back.
    Raises PortalsError when the run can't be opened, or its last deed could not be kept.
    """
    new = fresh or entrance.new or NewRun(world=service.worlds.ids()[0])
    return await _Table(service, read, write, warm_up, new, farewell).sit_down(entrance)


class _Table:
    """One player at one run."""

    def __init__(
        self,
        service: GameSessionService,
        read: Read,
        write: Write,
        warm_up: Callable[[], None],
        new: NewRun,
        farewell: bool,
    ) -> None:
        self._service = service
        self._read = read
        self._print = Lines(write)
        self._warm_up = warm_up
        self._new = new
        self._farewell = farewell
        self._telling = Telling(self._write, self._keeper)
        self._patience = Patience(self._keeper)
        self._run = ""
        self._warm = False
        self._unkept: PortalsError | None = None
        self._adrift = False  # the last turn was in memory only
        self._terms = Terms()
        self._offering = Offering(self._write)
        self._sure = ""  # a command that was typed just now, and is done if it is typed again

    async def sit_down(self, entrance: Entrance) -> int:
        try:
            if not await self._enter(entrance):
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

    async def _enter(self, entrance: Entrance) -> bool:
        """Go in, through the title where nothing was chosen yet; whether the player did."""
        if entrance.new:
            self._lines("Keeper", filter(None, [which_world(self._service, entrance.new)]))
        elif not entrance.run:
            found = await self._title()
            if found is None:
                return False
            entrance = found
        if entrance.new:
            await self._begin(entrance.new)
        else:
            await self._open(entrance.run)
        return True

    async def _title(self) -> Entrance | None:
        """Let the player choose."""
        title = Title(self._service, self._new, self._write)
        await title.say()
        while (line := self._read()) is not None:
            word = clean_line(line, LONGEST)
            if word.lower() in ("/quit", "/q", "/exit", "quit"):
                return None
            if chosen := await title.answer(word):
                return chosen
        return None

    async def _open(self, run: str) -> None:
        await self._show(await self._service.resume(run))
        if warning := self._service.saved(run).warning:
            self._keeper(warning)

    async def _begin(self, new: NewRun) -> None:
        await self._learn(new.world)
        record = await self._service.create(new, self._watch)
        self._run = record.run
        kept = "" if self._adrift else " Every turn is saved;"
        self._lines("Run", [f"{record.run}.{kept} /help says what else you can do."])
        if new.quick:
            await self._turn(QUICK)
        else:
            self._offer(record)

    async def _learn(self, world: str) -> None:
        """Learn what a world calls things; where it is not there any more, they go without."""
        try:
            self._terms = Terms.of(await asyncio.to_thread(self._service.worlds.get, world))
        except WorldError:
            self._terms = Terms()

    async def _make_ready(self) -> None:
        if not self._warm:
            await asyncio.to_thread(self._warm_up)
            self._warm = True

    def _say_where(self) -> None:
        if not self._run:
            return
        if self._service.saved(self._run).where == "memory":
            self._write(f"Not saved: {self._run} was kept in memory only")
        elif self._farewell:
            self._write(f"Saved {self._run}. Come back with {way_back(self._run)}.")
        else:
            self._write(f"Saved {self._run}")

    def _say_how_safe(self) -> None:
        saved = self._service.saved(self._run)
        if saved.where == "memory":
            self._keeper(saved.warning or f"{self._run} is in memory only: leaving the game ends it.")
            return
        place = {"both": "in a file and in Redis", "redis": "in Redis", "file": "in a file"}[saved.where]
        self._keeper(f"{self._run} is saved, {place}. Come back to it with {way_back(self._run)}.")

    # One line

    async def _answer(self, line: str) -> bool:
        """Do what a line asks; whether the game goes on."""
        sure, self._sure = self._sure, ""
        try:
            words = clean_line(line, LONGEST)
            if own := next((c for c in pages.OWN if words.lower() == f"/{c.name}"), None):
                await self._own(own.name, sure)
                return True
            command = parse(words)
            if command is None:
                await self._act(line)
            elif command[0].name == "retire" and sure != "retire":
                self._ask_again("retire", "end the story here")
            elif command[0].name == "quit":
                return False
            else:
                await self._obey(*command)
        except Conflict as error:
            self._keeper(str(error))
            await self._show(self._service.record(self._run))
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
                self._lines("Help", pages.help_page(record.state.storyteller))
            case "sheet":
                self._lines("Sheet", pages.sheet_page(record.state, self._terms.money))
            case "quest":
                self._lines("Quest", pages.quest_page(record))
            case "journal":
                self._lines("Journal", pages.journal_page(record.state))
            case "dice":
                self._lines("Dice", pages.dice_page(record, self._line))
            case "map":
                world = await asyncio.to_thread(service.worlds.get, record.state.world)
                self._lines("Map", pages.map_page(atlas(record.state, world)))
            case "settings":
                raise Impossible("Plain mode has no looks to set.", "See `pocket-portals config show`.")
            case "find":
                self._lines("Found", pages.found(record, argument, self._line))
            case "odds":
                world = await asyncio.to_thread(service.worlds.get, record.state.world)
                self._lines("Odds", map(said, weighed(record.state, world)))
            case "look":
                await self._scene(record)
            case "choices":
                self._lines("Choices", () if record.state.current_choices else ["none; say what you do."])
                self._offering.anew(record.state)
            case "undo":
                back = steps_back(record, number_of(argument) or 1)
                record = await service.undo(run, back.revisions)
                self._keeper(back.told)
                await self._show(record)
            case "branch":
                await self._branch(run, number_of(argument))
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

    async def _own(self, name: str, sure: str) -> None:
        """What only plain mode has a command for."""
        state = self._service.state(self._run)
        match name:
            case "quick" if state.phase is Phase.INTERVIEW:
                await self._turn(QUICK)
            case "quick":
                raise Impossible(
                    "/quick takes a ready hero, and you have yours.", "/new begins another story."
                )
            case "new" if state.adventure_completed or sure == "new":
                self._service.leave(self._run)
                await self._begin(self._new._replace(name="", seed="", quick=False))
            case "new":
                self._ask_again("new", f"leave this story, which is saved as {self._run}, and begin another")
            case _:
                self._lines("Hall", await asyncio.to_thread(lambda: list(pages.hall_page(self._service))))

    def _ask_again(self, name: str, what: str) -> None:
        if name == "retire" and self._service.state(self._run).adventure_completed:
            raise Impossible("This adventure is over.", "/new begins another.")
        self._sure = name
        self._keeper(f"Type /{name} again to {what}.")

    async def _branch(self, run: str, revision: int | None) -> None:
        record = await self._service.branch(run, revision)
        self._service.leave(run)
        self._keeper(
            f"You play a copy now, {record.run}. The other, {run}, stays as it was: "
            f"{way_back(run)} goes back to it."
        )
        await self._show(record)

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
                if picked(intent):  # what is asked for is said by the dice
                    self._lines("You", [intent.echo.partition(" · ")[0]])
                else:
                    self._keeper(said(intent.echo))
            case Decided(event, state):
                if entry := self._line(event, state):
                    self._telling.fact(labelled(entry))
            case Words():
                self._telling.words(signal)
            case Spoken(speech):
                self._telling.spoken(speech)
            case Settled(turn=turn, saved=saved):
                self._telling.end()
                was_adrift, self._adrift = self._adrift, saved.where == "memory"
                again = "Everything is saved again." if was_adrift and not self._adrift else ""
                for notice in filter(None, (turn.told.fallback, saved.warning or again)):
                    self._keeper(notice)
            case _:
                pass

    def _line(self, event: Event, state: GameState) -> Entry | None:
        return spoken(event, state, self._terms)

    async def _show(self, record: RunRecord) -> None:
        """The scene that the run stands in, and whose run it is."""
        self._run = record.run
        state = record.state
        turn = f"turn {state.adventure_turn} of {state.max_turns}"
        self._lines("Run", [f"{record.run}, {state.hero_name}, {turn}"])
        await self._scene(record)

    async def _scene(self, record: RunRecord) -> None:
        await self._learn(record.state.world)
        here = place_entry(record.state.place, self._terms)
        self._write_all(line for line in last_scene(record, self._line) if not line.startswith(PLACE))
        self._write_all(labelled(here) if here else ())
        self._offer(record, anew=True)

    def _offer(self, record: RunRecord, anew: bool = False) -> None:
        state = record.state
        self._print.place()
        self._lines("Fight", pages.fight_line(state))
        (self._offering.anew if anew else self._offering.news)(state)
        if state.adventure_completed:
            also = "/undo, /branch and /journal still work; /quit leaves."
            self._keeper(f"This adventure is over. /new begins another; {also}")

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
