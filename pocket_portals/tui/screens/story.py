"""A run on its page: opened, told turn by turn, taken back. What the player can do is in game.py."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from pocket_portals.clean import clean_line
from pocket_portals.errors import OpenElsewhere, PortalsError, WorldError
from pocket_portals.rules.events import Event
from pocket_portals.rules.state import GameState
from pocket_portals.session.entrance import QUICK, NewRun
from pocket_portals.session.ports import Decided, Heard, Settled, Signal, Spoken, Words
from pocket_portals.session.transcript import understood
from pocket_portals.tui import garbage, ink
from pocket_portals.tui.leaf import Paragraph
from pocket_portals.tui.pages import pages
from pocket_portals.tui.rolls import logged
from pocket_portals.tui.typesetter import Typesetter
from pocket_portals.tui.widgets.deed_line import DeedLine
from pocket_portals.tui.widgets.foes import Foes
from pocket_portals.tui.widgets.roll_log import RollLog
from pocket_portals.tui.widgets.side_panel import SidePanel
from pocket_portals.tui.widgets.status_line import StatusLine
from pocket_portals.tui.widgets.story_header import StoryHeader
from pocket_portals.tui.widgets.transcript import Transcript
from pocket_portals.tui.wording import Setting

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp

log = logging.getLogger(__name__)

BEAT = 1 / 20  # seconds between two looks at the page while words appear
LULL = 0.2  # seconds after a turn is told: it is painted, and read
PATIENCE = 0.5  # seconds after which it is said that something is being waited for


class StoryScreen(Screen[None]):
    """One run. ``what`` is a new run to begin, or the id of a saved one."""

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

    def offer(self, state: GameState | None) -> None:
        """Show what can be done now; None where there is no run."""
        raise NotImplementedError

    def offer_anyway(self) -> None:
        """The run is open elsewhere: it can be played here all the same."""
        raise NotImplementedError

    def offer_nothing(self) -> None:
        """Nothing can be done until this turn is told."""
        raise NotImplementedError

    def open(self) -> None:
        """Begin the run, or show it as it stands."""
        self._type = self._typesetter()
        self._beat = self.set_interval(BEAT, self._on_beat, pause=True)
        self.set_interval(1, self._look_at_mark)
        if self._new is not None:
            self._launch(partial(self._create, self._new))
        else:
            self.run_worker(self.reopen(self.run))

    async def on_unmount(self) -> None:
        if self._flight and not self._flight.done():
            self._flight.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flight

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
        except OpenElsewhere as error:
            self.say(ink.trouble(PortalsError(error.message, "Leave it there, or play it here instead.")))
            self.offer_anyway()
            return
        except PortalsError as error:
            self.say(ink.trouble(error))
            self.offer(None)
            return
        self.run = run
        await self.query_one(Transcript).show(story.turns)
        self.query_one(RollLog).put(story.rolls)
        self._mark_changes_since(story.before)
        self._await_deed(record.state)

    def _mark_changes_since(self, before: GameState | None) -> None:
        """Before there is a hero, nothing is a change."""
        before = before if before and before.character_sheet else None
        self.query_one(StatusLine).since(before)
        self.query_one(SidePanel).since(before)

    def _look_at_mark(self) -> None:
        """A turn may reach another place after it was saved."""
        if self.run:
            self.query_one(StatusLine).remark(self.app.service.saved(self.run))

    # A turn in flight

    def _typesetter(self) -> Typesetter:
        return Typesetter(self.app.settings.pace, self.app.settings.motion, self._log)

    def _log(self, event: Event, state: GameState) -> None:
        if entry := logged(event, state):
            self.query_one(RollLog).add(entry)

    def _launch(self, play: Callable[[], Awaitable[None]], said: str = "") -> None:
        self._told = self._landed = False
        self._mark_changes_since(self.state)
        self.query_one(RollLog).begin()
        self.offer_nothing()
        self.query_one(StatusLine).mark(None)
        self._flight = asyncio.create_task(self._fly(play, said))
        self.set_timer(PATIENCE, self._still_waiting)
        self._beat.resume()

    async def _fly(self, play: Callable[[], Awaitable[None]], said: str) -> None:
        trouble: Paragraph | None = None
        try:
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
        if trouble and not self._landed and self.query(Transcript):  # the page goes before its screen does
            self._withdraw(trouble, said)

    async def _create(self, new: NewRun) -> None:
        """Begin. The way in is the world's own words: they don't wait for what is still being loaded."""
        await self.app.opened()
        self.setting = await self._know(new.world)
        self.query_one(StoryHeader).entitle(self.setting.title)
        record = await self.app.service.create(new, self._watch)
        self.run = record.run
        if new.quick:
            self._type.line(ink.deed(QUICK))
            await self._act(QUICK)

    async def _retell(self) -> None:
        await self.app.warmed()
        await self.app.service.retell(self.run, self._watch)

    async def _act(self, action: str) -> None:
        await self.app.warmed()
        await self.app.service.act(self.run, action, self._watch)

    async def _know(self, world: str) -> Setting:
        try:
            setting = Setting.of(await asyncio.to_thread(self.app.service.worlds.get, world))
        except WorldError:
            if self._new is not None:
                raise
            setting = Setting.unknown(world)
        self.app.tint(setting.accent)
        garbage.spare()
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
        self.query_one(RollLog).take_back()
        if said and not self.query_one(DeedLine).value:
            self.draft(said)
        if state := self.state:
            self._await_deed(state)
        else:
            self._told = True
            self._beat.pause()
            self.query_one(StatusLine).telling("")
            self.offer(None)

    def _still_waiting(self) -> None:
        if self.busy and not self._landed:
            loading = self.app.loading_words()
            doing = "being told" if self.run else "the portal opens"
            self.query_one(StatusLine).telling(loading or f"{doing} · Esc takes it back")
            if loading:
                self.set_timer(PATIENCE, self._still_waiting)

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
            self.call_after_refresh(self._show_all)  # first, what the key itself puts on the screen

    def _show_all(self) -> None:
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
        self.offer(state)
        self.set_timer(LULL, garbage.sweep)

    def _show_state(self, state: GameState) -> None:
        self.query_one(StoryHeader).show(state, self.setting, self.app.settings.numbers)
        self.query_one(SidePanel).show(state, self.setting)
        self.query_one(StatusLine).show(state, self.setting)
        self.query_one(Foes).show(state)
        self.set_class(state.combat_state is not None, "-combat")
