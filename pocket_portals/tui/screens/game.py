"""The story itself: the page, the deeds offered, the line for one's own words, and the turn in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.containers import Horizontal, Vertical
from textual.geometry import NULL_SIZE
from textual.widget import Widget

from pocket_portals.rules.state import GameState
from pocket_portals.session.commands import COMMANDS
from pocket_portals.session.entrance import NewRun
from pocket_portals.story.odds import odds_of
from pocket_portals.tui import keys
from pocket_portals.tui.commands import Commands
from pocket_portals.tui.finding import Finding
from pocket_portals.tui.screens.story import StoryScreen
from pocket_portals.tui.widgets.beside import Beside
from pocket_portals.tui.widgets.choices import Choices
from pocket_portals.tui.widgets.deed_line import ASK, LONGEST, DeedLine
from pocket_portals.tui.widgets.foes import Foes
from pocket_portals.tui.widgets.menu import Item, Menu
from pocket_portals.tui.widgets.side_panel import SidePanel
from pocket_portals.tui.widgets.status_line import StatusLine
from pocket_portals.tui.widgets.story_header import StoryHeader
from pocket_portals.tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp

_AFTER = (
    Item("title", "1", "Back to the title"),
    Item("branch", "2", "Go back to a turn and choose otherwise"),
    Item("leave", "3", "Leave"),
)
_LOST = (Item("title", "1", "Back to the title"), Item("leave", "2", "Leave"))

_ELSEWHERE = (
    Item("anyway", "1", "Play it here instead"),
    Item("title", "2", "Back to the title"),
    Item("leave", "3", "Leave"),
)


class GameScreen(StoryScreen):
    """One run. ``what`` is a new run to begin, or the id of a saved one."""

    BINDINGS = keys.bindings((*keys.COMMAND_KEYS, *keys.READING))
    AUTO_FOCUS = "DeedLine"
    app: PortalsApp

    def __init__(self, what: NewRun | str) -> None:
        super().__init__(what)
        self._commands = Commands(self)
        self._finding: Finding | None = None
        self._found_on = NULL_SIZE

    def compose(self) -> Iterable[Widget]:
        yield StoryHeader()
        with Horizontal(id="desk"):
            with Vertical(id="story"):
                yield Foes()
                yield Transcript()
                yield Beside()
                yield Choices()
                yield DeedLine()
            yield SidePanel()
        yield StatusLine()

    def on_mount(self) -> None:
        self.query_one(Choices).put(())
        self.open()

    # What others may ask

    def farewell(self) -> str:
        """The line to print after leaving."""
        if self.state is None:
            return ""
        if self.app.service.saved(self.run).where == "memory":
            return f"{self.run} was kept in memory only."
        return f"Saved. Come back with: pocket-portals resume {self.run}"

    def interrupt(self) -> bool:
        """Take back what is under way; whether there was anything."""
        line = self.query_one(DeedLine)
        if self.busy:
            self.action_cancel()
        elif line.value:
            line.value = ""
        else:
            return False
        return True

    def palette(self) -> Iterable[SystemCommand]:
        """Every command, for the command palette."""
        for command in COMMANDS:
            yield SystemCommand(f"/{command.name}", command.about, partial(self.action_command, command.name))

    def offer(self, state: GameState | None) -> None:
        choices, line = self.query_one(Choices), self.query_one(DeedLine)
        over = state is not None and state.adventure_completed
        if state is None:
            choices.put(_LOST)
        elif over:
            choices.put(_AFTER)
        else:
            choices.offer(state.current_choices)
        line.placeholder = "or a command: /journal, /dice…" if over else ASK

    def offer_anyway(self) -> None:
        self.query_one(Choices).put(_ELSEWHERE)

    async def _anyway(self) -> None:
        await asyncio.to_thread(self.app.service.claim, self.run, True)
        await self.reopen(self.run)

    def offer_nothing(self) -> None:
        self.query_one(Choices).put(())

    # Keys and mouse

    def on_deed_line_key(self) -> None:
        self._hurry()

    def on_click(self) -> None:
        self._hurry()
        self.query_one(DeedLine).focus()

    def on_deed_line_digit(self, event: DeedLine.Digit) -> None:
        choices = self.query_one(Choices)
        if self._skipped or not choices.option_count:
            return
        if event.number <= choices.option_count:
            self._pick(choices.ident(event.number))
        else:
            self.query_one(Beside).weigh(f"There is no {event.number}: from 1 to {choices.option_count}.")

    def on_deed_line_next_page(self) -> None:
        if not self._skipped:
            self.action_page(1)

    def on_transcript_rest(self, event: Transcript.Rest) -> None:
        self.query_one(Beside).rest(event.below)
        size = self.query_one(Transcript).size
        if self._finding and self._found_on != size:  # what was found stands elsewhere now
            self._found_on = size
            self.action_found(0)

    def on_choices_highlighted(self, event: Choices.Highlighted) -> None:
        self.workers.cancel_group(self, "odds")
        if not self.query_one(Transcript).has_focus:  # or it says where one is
            self.query_one(Beside).weigh("")
        state = self.state
        if not (event.number and state and event.number <= len(state.current_choices)):
            return
        ref = state.current_choices[event.number - 1].ref
        if pitch := next((q.pitch for q in state.pending_quest_options if ref == f"quest:{q.id}"), ""):
            self.query_one(Beside).weigh(pitch)
        else:
            self.run_worker(self._weigh(state, event.number), group="odds")

    async def _weigh(self, state: GameState, number: int) -> None:
        """Say what the deed looked at risks."""
        worlds = self.app.service.worlds
        odds = await asyncio.to_thread(lambda: odds_of(state, worlds.get(state.world), number))
        self.query_one(Beside).weigh(odds.words)

    def on_deed_line_step(self, event: DeedLine.Step) -> None:
        if not self._skipped:
            self.query_one(Choices).step(event.by)

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        self._pick(event.option_id)

    def on_input_submitted(self, event: DeedLine.Submitted) -> None:
        said = event.value.strip()[:LONGEST]
        if not said:
            if not self._skipped:
                self._pick(self.query_one(Choices).chosen)
        elif self._commands.take(said):
            event.input.clear()
        elif self._ready():
            event.input.clear()
            self.act(said)
        elif (state := self.state) and state.adventure_completed:
            self.query_one(Beside).weigh("The story has ended. /undo takes its last turn back.")

    def _ready(self) -> bool:
        state = self.state
        return not self.busy and state is not None and not state.adventure_completed

    def _pick(self, ident: str | None) -> None:
        match ident:
            case None:
                return
            case "title":
                self.dismiss()
            case "branch":
                self.action_command("branch")
            case "leave":
                self.app.leave(0)
            case "anyway":
                self.run_worker(self._anyway(), exclusive=True)
            case number if self._ready() and (state := self.state):
                self.act(number, state.current_choices[int(number) - 1].label)

    def action_command(self, name: str) -> None:
        """Run a slash command, as a key or the palette asks for it."""
        self._commands.take(f"/{name}")

    async def find(self, words: str) -> None:
        """Look for words in the story, and put the cursor on the page. Raises Impossible."""
        page = self.query_one(Transcript)
        self._finish()
        self._finding = Finding(page)
        self._found_on = page.size
        where = await self._finding.look_for(words)
        page.focus()
        self.query_one(Beside).weigh(where)

    def action_found(self, by: int) -> None:
        """To another place where the words stand."""
        if self._finding:
            self.query_one(Beside).weigh(self._finding.step(by))

    def action_back_to_line(self) -> None:
        """From the page back to the line, and to where the story stands."""
        self.query_one(DeedLine).focus()
        self.query_one(Beside).weigh("")
        (self._finding or Finding(self.query_one(Transcript))).close()
        self._finding = None

    def on_transcript_typed(self, event: Transcript.Typed) -> None:
        self.action_back_to_line()
        self.query_one(DeedLine).take(event.character)

    def action_cancel(self) -> None:
        """Take back the turn that is still being told."""
        if self.busy and not self._landed and self._flight:
            self._flight.cancel()

    def action_page(self, pages: int) -> None:
        """Turn the page of the transcript."""
        self.query_one(Transcript).turn_page(pages)
