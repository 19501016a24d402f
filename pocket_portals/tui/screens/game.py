"""The story itself: the page, the deeds offered, the line for one's own words, and the turn in flight."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget

from pocket_portals.clean import clean_line
from pocket_portals.errors import PortalsError, WorldError
from pocket_portals.rules.state import GameState
from pocket_portals.session.commands import COMMANDS
from pocket_portals.session.entrance import QUICK, NewRun
from pocket_portals.session.ports import Decided, Heard, Settled, Signal, Spoken, Words
from pocket_portals.session.transcript import understood
from pocket_portals.story.odds import odds_of
from pocket_portals.tui import ink, keys
from pocket_portals.tui.commands import Commands
from pocket_portals.tui.leaf import Paragraph
from pocket_portals.tui.pages import pages
from pocket_portals.tui.typesetter import Typesetter
from pocket_portals.tui.widgets.beside import Beside
from pocket_portals.tui.widgets.choices import Choices
from pocket_portals.tui.widgets.deed_line import ASK, LONGEST, DeedLine
from pocket_portals.tui.widgets.foes import Foes
from pocket_portals.tui.widgets.menu import Item, Menu
from pocket_portals.tui.widgets.side_panel import SidePanel
from pocket_portals.tui.widgets.status_line import StatusLine
from pocket_portals.tui.widgets.story_header import StoryHeader
from pocket_portals.tui.widgets.transcript import Transcript
from pocket_portals.tui.wording import Setting

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp

log = logging.getLogger(__name__)

BEAT = 1 / 20  # seconds between two looks at the page while words appear
PATIENCE = 0.5  # seconds after which it is said that something is being waited for

_AFTER = (
    Item("title", "1", "Back to the title"),
    Item("branch", "2", "Go back to a turn and choose otherwise"),
    Item("leave", "3", "Leave"),
)
_LOST = (Item("title", "1", "Back to the title"), Item("leave", "2", "Leave"))


class GameScreen(Screen[None]):
    """One run. ``what`` is a new run to begin, or the id of a saved one."""

    BINDINGS = keys.bindings((*keys.COMMAND_KEYS, *keys.READING))
    AUTO_FOCUS = "DeedLine"
    app: PortalsApp

    def __init__(self, what: NewRun | str) -> None:
        super().__init__()
        self.run = what if isinstance(what, str) else ""
        self.setting = Setting("")
        self._new = what if isinstance(what, NewRun) else None
        self._flight: asyncio.Task[None] | None = None
        self._landed = False  # the turn in flight is saved and can't be taken back
        self._told = True  # everything is shown and the next deed is awaited
        self._skipped = False  # the last key only hurried the words along
        self._commands = Commands(self)

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
        self._type = self._typesetter()
        self._beat = self.set_interval(BEAT, self._on_beat, pause=True)
        self.set_interval(1, self._look_at_mark)
        self.query_one(Choices).put(())
        if self._new is not None:
            self._launch(partial(self._create, self._new))
        else:
            self.run_worker(self.reopen(self.run))

    async def on_unmount(self) -> None:
        if self._flight and not self._flight.done():
            self._flight.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flight

    # What others may ask

    @property
    def busy(self) -> bool:
        """Whether a turn is in flight."""
        return self._flight is not None and not self._flight.done()

    @property
    def told(self) -> bool:
        """Whether everything is shown and the next deed is awaited."""
        return self._told and not self.busy

    @property
    def state(self) -> GameState | None:
        """The run as of its last turn; None before there is one."""
        try:
            return self.app.service.state(self.run)
        except LookupError:
            return None

    def say(self, *lines: Paragraph) -> None:
        """A word from the game itself, on the page."""
        self._finish()
        page = self.query_one(Transcript)
        page.begin()
        page.live(lines)

    def draft(self, text: str) -> None:
        """Put words on the line for the player to finish."""
        line = self.query_one(DeedLine)
        line.value = text
        line.cursor_position = len(text)
        line.focus()

    def act(self, action: str, shown: str = "") -> None:
        """Play one turn. ``shown`` is how the deed reads on the page."""
        if self.busy:
            return
        self._finish()
        self.query_one(Transcript).begin()
        self._type = self._typesetter()
        self._type.line(ink.deed(shown or clean_line(action)))
        self._launch(lambda: self._act(action), action if action == (shown or action) else "")

    def retell(self) -> None:
        """Have the last words told again in others."""
        if not self.busy:
            self._finish()
            self.query_one(Transcript).begin()
            self._type = self._typesetter()
            self._launch(self._retell)

    async def reopen(self, run: str) -> None:
        """Show a saved run exactly as it stands."""
        service = self.app.service
        try:
            record = await service.resume(run)
            self.setting = await self._know(record.state.world)
            story = await asyncio.to_thread(pages, record, self.setting)
        except PortalsError as error:
            self.say(ink.trouble(error))
            self.query_one(Choices).put(_LOST)
            return
        self.run = run
        await self.query_one(Transcript).show(story)
        self._await_deed(record.state)

    def _look_at_mark(self) -> None:
        """A turn may reach another place after it was saved."""
        if self.run:
            self.query_one(StatusLine).remark(self.app.service.saved(self.run))

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

    # A turn in flight

    def _typesetter(self) -> Typesetter:
        return Typesetter(self.app.settings.pace, self.app.settings.motion)

    def _launch(self, play: Callable[[], Awaitable[None]], said: str = "") -> None:
        self._told = self._landed = False
        self.query_one(Choices).put(())
        self.query_one(StatusLine).mark(None)
        self._flight = asyncio.create_task(self._fly(play, said))
        self.set_timer(PATIENCE, self._still_waiting)
        self._beat.resume()

    async def _fly(self, play: Callable[[], Awaitable[None]], said: str) -> None:
        trouble: Paragraph | None = None
        try:
            await self.app.warmed()
            await play()
            self._landed = True
        except asyncio.CancelledError:
            trouble = ink.notice("Taken back. Nothing of it happened.")
        except PortalsError as error:
            trouble = ink.trouble(error)
        except Exception:
            log.exception("a turn failed")
            broken = PortalsError("That turn could not be told.", "Nothing is lost; try something else.")
            trouble = ink.trouble(broken)
        if trouble and not self._landed:
            self._withdraw(trouble, said)

    async def _create(self, new: NewRun) -> None:
        self.setting = await self._know(new.world)
        self.query_one(StoryHeader).entitle(self.setting.title)
        record = await self.app.service.create(new, self._watch)
        self.run = record.run
        if new.quick:
            self._type.line(ink.deed(QUICK))
            await self._act(QUICK)

    async def _retell(self) -> None:
        await self.app.service.retell(self.run, self._watch)

    async def _act(self, action: str) -> None:
        await self.app.service.act(self.run, action, self._watch)

    async def _know(self, world: str) -> Setting:
        try:
            setting = Setting.of(await asyncio.to_thread(self.app.service.worlds.get, world))
        except WorldError:
            if self._new is not None:
                raise
            setting = Setting.unknown(world)
        self.app.tint(setting.accent)
        return setting

    def _watch(self, signal: Signal) -> None:
        match signal:
            case Heard(intent=intent) if meant := understood(intent):
                self._type.line(ink.echo(meant))
            case Decided(event=event, state=state):
                self._type.fact(event, state, self.setting)
            case Words(voice=voice, text=text, speaker=speaker, begins=begins, instead=instead):
                self._type.words(voice, text, speaker, begins, instead)
            case Spoken(speech=speech):
                self._type.spoken(speech)
            case Settled(turn=turn, saved=saved):
                self._landed = True
                if turn.told.fallback:
                    self._type.line(ink.notice(turn.told.fallback))
                self.query_one(StatusLine).mark(saved)
            case _:
                pass

    def _withdraw(self, why: Paragraph, said: str) -> None:
        """The turn did not come about: the page is as before, the words are back on the line."""
        self.query_one(Transcript).live([why])
        line = self.query_one(DeedLine)
        if said and not line.value:
            self.draft(said)
        if state := self.state:
            self._await_deed(state)
        else:
            self._told = True
            self._beat.pause()
            self.query_one(StatusLine).telling("")
            self.query_one(Choices).put(_LOST)

    def _still_waiting(self) -> None:
        if self.busy and not self._landed:
            self.query_one(StatusLine).telling("being told · Esc takes it back")

    def _on_beat(self) -> None:
        if self.query_one(Transcript).full:
            self._type.hurry()  # nobody waits for words that are out of sight
        self._type.advance(BEAT)
        if not self.busy and self._type.idle:
            self._finish()
        else:
            self._show_live()

    def _show_live(self) -> None:
        self.query_one(Transcript).live(self._type.paragraphs)
        if self._type.state is not None:
            self._show_state(self._type.state)
            self._type.state = None

    def _hurry(self) -> None:
        self._skipped = not self._told
        if self._skipped:
            self._type.hurry()
            if self.busy:
                self._show_live()
            else:
                self._finish()

    def _finish(self) -> None:
        """All is told: it goes on the page for good, and the next deed is awaited."""
        if self._told or self.busy:
            return
        self.query_one(Transcript).live(self._type.take())
        self._type.state = None
        if state := self.state:
            self._await_deed(state)

    def _await_deed(self, state: GameState) -> None:
        self._told = True
        self._beat.pause()
        self._show_state(state)
        self.query_one(StatusLine).mark(self.app.service.saved(self.run))
        choices = self.query_one(Choices)
        if state.adventure_completed:
            choices.put(_AFTER)
        else:
            choices.offer(state.current_choices)
        over = state.adventure_completed
        self.query_one(DeedLine).placeholder = "or a command: /journal, /dice…" if over else ASK

    def _show_state(self, state: GameState) -> None:
        self.query_one(StoryHeader).show(state, self.setting)
        self.query_one(SidePanel).show(state, self.setting)
        self.query_one(StatusLine).show(state, self.setting)
        self.query_one(Foes).show(state)
        self.set_class(state.combat_state is not None, "-combat")

    # Keys and mouse

    def on_deed_line_key(self) -> None:
        self._hurry()

    def on_click(self) -> None:
        self._hurry()
        self.query_one(DeedLine).focus()

    def on_deed_line_digit(self, event: DeedLine.Digit) -> None:
        choices = self.query_one(Choices)
        if not self._skipped and event.number <= choices.option_count:
            self._pick(choices.ident(event.number))

    def on_deed_line_next_page(self) -> None:
        if not self._skipped:
            self.action_page(1)

    def on_transcript_rest(self, event: Transcript.Rest) -> None:
        self.query_one(Beside).rest(event.below)

    def on_choices_highlighted(self, event: Choices.Highlighted) -> None:
        self.run_worker(partial(self._weigh, event.number), exclusive=True, group="odds")

    async def _weigh(self, number: int | None) -> None:
        """Say what the deed looked at risks."""
        state, risk = self.state, ""
        if number and state and number <= len(state.current_choices):
            worlds = self.app.service.worlds
            risk = await asyncio.to_thread(lambda: odds_of(state, worlds.get(state.world), number).words)
        self.query_one(Beside).weigh(risk)

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
            case number if self._ready() and (state := self.state):
                self.act(number, state.current_choices[int(number) - 1].label)

    def action_command(self, name: str) -> None:
        """Run a slash command, as a key or the palette asks for it."""
        self._commands.take(f"/{name}")

    def action_cancel(self) -> None:
        """Take back the turn that is still being told."""
        if self.busy and not self._landed and self._flight:
            self._flight.cancel()

    def action_page(self, pages: int) -> None:
        """Turn the page of the transcript."""
        self.query_one(Transcript).turn_page(pages)
