"""What each slash command does on screen, whether it was typed, or came from a key or the palette."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from pocket_portals.errors import Impossible, PortalsError
from pocket_portals.rules.state import GameState
from pocket_portals.session import commands
from pocket_portals.session.atlas import atlas
from pocket_portals.session.export import numbered
from pocket_portals.session.ports import Where
from pocket_portals.session.scene import scene
from pocket_portals.session.steps import RETIRE
from pocket_portals.story.odds import weighed
from pocket_portals.tui import ink
from pocket_portals.tui.pages import RETIRED, deeds

if TYPE_CHECKING:
    from pocket_portals.tui.screens.game import GameScreen

STORYTELLERS = ("storybook", "crew")
WHERE: dict[Where, str] = {
    "redis": "in Redis",
    "file": "in a file",
    "both": "in a file and in Redis",
    "memory": "in memory only, until you leave",
}
_READING = frozenset(
    {
        "help",
        "sheet",
        "quest",
        "journal",
        "dice",
        "look",
        "choices",
        "find",
        "odds",
        "settings",
        "save",
        "quit",
    }
)


class Commands:
    """The commands of one game screen."""

    def __init__(self, screen: GameScreen) -> None:
        self._screen = screen
        self._does: dict[str, Callable[[str], Awaitable[None]]] = {
            "help": self._help,
            "sheet": self._sheet,
            "quest": self._quest,
            "journal": self._journal,
            "map": self._map,
            "look": self._look,
            "choices": self._choices,
            "dice": self._dice,
            "find": self._find,
            "odds": self._odds,
            "settings": self._settings,
            "undo": self._undo,
            "branch": self._branch,
            "title": self._title,
            "retell": self._retell,
            "memory": self._memory,
            "storyteller": self._storyteller,
            "retire": self._retire,
            "save": self._save,
            "quit": self._quit,
        }

    def take(self, line: str) -> bool:
        """Run the command on this line; whether it was one."""
        try:
            found = commands.parse(line)
        except Impossible as error:
            self._screen.say(ink.trouble(error))
            return True
        if found is None:
            return False
        command, argument = found
        if self._screen.busy and command.name not in _READING:
            return True  # the turn in flight comes first
        self._screen.run_worker(self._run(command.name, argument), exclusive=True, group="command")
        return True

    async def _run(self, name: str, argument: str) -> None:
        try:
            does = self._does.get(name)
            if does is None:
                raise Impossible(f"/{name} can't be used here.", "Type /help to see what there is.")
            await does(argument)
        except PortalsError as error:
            self._screen.say(ink.trouble(error))

    @property
    def _state(self) -> GameState:
        state = self._screen.state
        if state is None:
            raise Impossible("There is no story yet.")
        return state

    async def _help(self, _: str) -> None:
        from pocket_portals.tui.screens.help import HelpScreen

        self._screen.app.push_screen(HelpScreen())

    async def _sheet(self, _: str) -> None:
        from pocket_portals.tui.screens.sheet import SheetScreen

        self._screen.app.push_screen(SheetScreen(self._state, self._screen.setting))

    async def _quest(self, _: str) -> None:
        from pocket_portals.tui.screens.quest import QuestScreen

        self._screen.app.push_screen(QuestScreen(self._screen.app.service.record(self._open())))

    async def _journal(self, _: str) -> None:
        from pocket_portals.tui.screens.journal import JournalScreen

        record = self._screen.app.service.record(self._open())
        self._screen.app.push_screen(JournalScreen(record, self._screen.setting))

    async def _dice(self, _: str) -> None:
        from pocket_portals.tui.screens.dice import DiceScreen

        record = self._screen.app.service.record(self._open())
        self._screen.app.push_screen(DiceScreen(record, self._screen.setting))

    async def _look(self, _: str) -> None:
        told = scene(self._screen.app.service.record(self._open()))
        self._screen.say(*(line for entry in told for line in ink.told_again(entry)))

    async def _choices(self, _: str) -> None:
        if not self._state.current_choices:
            raise Impossible("There is nothing to choose from just now.")
        self._screen.say(*map(ink.notice, numbered(self._state.current_choices)))

    async def _map(self, _: str) -> None:
        from pocket_portals.tui.screens.map import MapScreen

        state, worlds = self._state, self._screen.app.service.worlds
        world = await asyncio.to_thread(worlds.get, state.world)
        self._screen.app.push_screen(MapScreen(world.title, atlas(state, world)))

    async def _find(self, words: str) -> None:
        if words:
            await self._screen.find(words)
        else:
            self._screen.draft("/find ")

    async def _settings(self, _: str) -> None:
        from pocket_portals.tui.screens.settings import SettingsScreen

        self._screen.app.push_screen(SettingsScreen())

    async def _odds(self, _: str) -> None:
        state, worlds = self._state, self._screen.app.service.worlds
        if not state.current_choices:
            raise Impossible("There is nothing to weigh just now.")
        weighing = asyncio.to_thread(lambda: weighed(state, worlds.get(state.world)))
        self._screen.say(*map(ink.notice, await weighing))

    async def _undo(self, argument: str) -> None:
        turns = _number(argument) or 1
        await self._screen.app.service.undo(self._open(), turns)
        await self._screen.reopen(self._screen.run)
        self._screen.say(ink.notice("Taken back. The same deed would meet the same dice."))

    async def _branch(self, argument: str) -> None:
        at = _number(argument)
        if at is None:
            from pocket_portals.tui.screens.turns import TurnsScreen

            found = deeds(self._screen.app.service.record(self._open()))
            self._screen.app.push_screen(TurnsScreen(found), self._branch_at)
        else:
            await self._grow(at)

    def _branch_at(self, at: int | None) -> None:
        if at is not None:
            self.take(f"/branch {at}")

    async def _grow(self, at: int) -> None:
        before = self._open()
        record = await self._screen.app.service.branch(before, at)
        await self._screen.reopen(record.run)
        self._screen.say(ink.notice(f"You go on as {record.run}. {before} stays as it was."))

    async def _title(self, argument: str) -> None:
        if not argument:
            self._screen.draft("/title ")
            return
        await self._screen.app.service.rename(self._open(), argument)
        self._screen.say(ink.notice(f"This run is called “{self._state.title}” now."))

    async def _storyteller(self, argument: str) -> None:
        name = argument.lower()
        if not name:
            now = self._state.storyteller
            there = ", ".join(self._screen.app.service.storytellers)
            self._screen.say(ink.notice(f"The {now} tells this story. There is: {there}."))
            self._screen.draft("/storyteller ")
        elif name not in STORYTELLERS:
            raise Impossible(
                f"There is no storyteller “{name[:20]}”.", f"There are: {', '.join(STORYTELLERS)}."
            )
        else:
            await self._screen.app.service.set_storyteller(self._open(), name)
            self._screen.say(ink.notice(f"From here the {name} tells it."))

    async def _retell(self, _: str) -> None:
        self._open()
        self._screen.retell()

    async def _memory(self, argument: str) -> None:
        from pocket_portals.session.remembrance import mind
        from pocket_portals.tui.screens.memory import MemoryScreen

        lines = await mind(self._screen.app.service, self._open(), argument)
        self._screen.app.push_screen(MemoryScreen(lines))

    async def _retire(self, _: str) -> None:
        from pocket_portals.tui.screens.confirm import ConfirmScreen

        question = "End the adventure here, with an epilogue?"
        if self._state.adventure_completed:
            raise Impossible("This adventure is over.")
        self._screen.app.push_screen(ConfirmScreen(question, "End it", "Go on"), self._retired)

    def _retired(self, sure: bool | None) -> None:
        if sure:
            self._screen.act(RETIRE, RETIRED)

    async def _save(self, _: str) -> None:
        run = self._open()
        saved = self._screen.app.service.saved(run)
        self._screen.say(
            ink.notice(f"Every turn is saved, this one {WHERE[saved.where]}."),
            ink.notice(f"Come back with: pocket-portals resume {run}"),
        )
        if saved.warning:
            self._screen.say(ink.notice(saved.warning))

    async def _quit(self, _: str) -> None:
        self._screen.app.leave(0)

    def _open(self) -> str:
        """The id of the run. Raises Impossible before there is one."""
        return self._state.session_id


def _number(argument: str) -> int | None:
    if not argument:
        return None
    if not argument.isdigit() or len(argument) > 4:
        raise Impossible("That wants a number.", "For example /undo 2, or /branch 12.")
    return int(argument)
