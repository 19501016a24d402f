"""The full-screen game: one app, a stack of screens, one table of keys."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App, SystemCommand
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen

from pocket_portals.errors import ConfigError
from pocket_portals.tui import breakpoints, garbage, keys
from pocket_portals.tui.filters import Harmless
from pocket_portals.tui.spans import Spans
from pocket_portals.tui.terminal import lasting
from pocket_portals.tui.themes import THEMES, theme, variables

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver

    from pocket_portals.session.entrance import Entrance, NewRun
    from pocket_portals.session.service import GameSessionService
    from pocket_portals.settings import ScreenConfig

log = logging.getLogger(__name__)

STYLES = Path(__file__).with_name("styles")
HARMLESS = Harmless()
INTERRUPTED = 130
HUNG_UP = 129


def _now() -> datetime:
    return datetime.now(UTC)


class PortalsApp(App[int]):
    """Pocket Portals in a terminal. ``run()`` answers with the exit status.

    ``service`` may be a function that opens one: it is called in a thread, after the first paint.
    ``goodbye`` is the line to print after leaving; ``failure`` the error that ended it, if one did.
    ``fresh`` says what "New" on the title screen begins; by default the world that ships first.
    ``now`` is asked how long ago a run was played, ``loading`` what is still being loaded, in words or "",
    ``nearby`` which language models a newcomer could play with, in sentences; it is called in a thread.
    ``leaving`` ends what threads may still wait for.
    """

    TITLE = "Pocket Portals"
    CSS_PATH = ["styles/app.tcss", "styles/title.tcss"]  # all that the first screen needs
    BINDINGS = keys.bindings(keys.EVERYWHERE, priority=True)
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = breakpoints.WIDTHS
    VERTICAL_BREAKPOINTS = breakpoints.HEIGHTS
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        service: GameSessionService | Callable[[], GameSessionService],
        screen: ScreenConfig,
        entrance: Entrance,
        warm_up: Callable[[], None],
        fresh: NewRun | None = None,
        now: Callable[[], datetime] = _now,
        keep: Callable[[Mapping[str, object]], None] | None = None,
        loading: Callable[[], str] = str,
        nearby: Callable[[], Sequence[str]] = tuple,
        leaving: Callable[[], object] = bool,
    ) -> None:
        if screen.theme not in THEMES:
            raise ConfigError(f"There is no theme “{screen.theme}”.", f"There are: {', '.join(THEMES)}.")
        colourless = "NO_COLOR" in os.environ  # App() takes it out of the environment
        self._world_accent = ""
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._painted = False
        self._shown = Spans()
        self._left = False
        super().__init__()
        self._open_service: Callable[[], GameSessionService] = (
            service if callable(service) else lambda: service
        )
        self._service: GameSessionService | None = None
        self._opened = asyncio.Event()
        self.settings = screen
        self.entrance = entrance
        self.fresh = entrance.new or fresh
        self.now = now
        self.keep = keep
        self.loading_words = loading
        self.models_nearby = nearby
        self._leaving = leaving
        self.goodbye = ""
        self.failure: Exception | None = None
        self._warm_up = warm_up
        self._warming: asyncio.Task[None] | None = None
        self.keys = keys.rebound(screen.by_command)
        self.set_keymap({key.id: key.keys for key in self.keys if key.keys})
        for name in THEMES:
            self.register_theme(theme(name))
        self.theme = "mono" if colourless else screen.theme
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(THEMES["tavern"])

    def get_css_variables(self) -> dict[str, str]:
        found = super().get_css_variables()
        if self._world_accent and self.theme in THEMES:
            found |= variables(THEMES[self.theme], self._world_accent)
        self.theme_variables = found
        return found

    def refresh_css(self, animate: bool = True) -> None:
        """Read the styles again, though not before the first paint: they are new then."""
        if self._painted:
            super().refresh_css(animate)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [f for f in super().get_line_filters() if not isinstance(f, Monochrome)]
        if self.no_color:  # no colour at all, rather than greys
            filters.append(NoColor())
        return [*filters, HARMLESS]

    def tint(self, accent: str) -> None:
        """Take on a world's accent; "" for the theme's own."""
        if accent != self._world_accent:
            self._world_accent = accent
            self.refresh_css(animate=False)

    def get_driver_class(self) -> type[Driver]:
        return lasting(super().get_driver_class(), self._terminal_lost, self._shown)

    def get_default_screen(self) -> Screen[None]:
        from pocket_portals.tui.screens.title import TitleScreen

        return TitleScreen(self.settings.motion)

    def on_resize(self) -> None:
        self._shown.forget()

    def on_mount(self) -> None:
        self._obey_signals()

    def on_ready(self) -> None:
        """The first screen is painted."""
        self._painted = True
        garbage.only_between_turns()
        self.stylesheet.read_all([STYLES / "game.tcss", STYLES / "pages.tcss"])
        self.refresh_css(animate=False)
        self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        """Only now the slow things: the player already sees the title."""
        try:
            self._service = await asyncio.to_thread(self._prepare)
        except Exception as error:
            self.failure = error
            self.exit(1, return_code=1)
            return
        self._warming = asyncio.create_task(asyncio.to_thread(self._warm_up))
        self._warming.add_done_callback(_quietly)
        self._opened.set()
        if self.entrance.new is not None:
            self.play(self.entrance.new)
        elif self.entrance.run:
            self.play(self.entrance.run)

    def _prepare(self) -> GameSessionService:
        """Blocking: the service, and the modules that the next screens are made of."""
        import pocket_portals.tui.screens.game  # noqa: F401

        return self._open_service()

    @property
    def service(self) -> GameSessionService:
        """The one thing the screens talk to; there once ``opened``."""
        if self._service is None:
            raise LookupError("the service is not open yet")
        return self._service

    async def opened(self) -> None:
        """Wait until there is a service."""
        await self._opened.wait()

    async def warmed(self) -> None:
        """Wait until the engine can be called without holding up the screen."""
        await self._opened.wait()
        if self._warming:
            await asyncio.shield(self._warming)

    def play(self, what: NewRun | str) -> None:
        """Go into a new run, or back into a saved one."""
        from pocket_portals.tui.screens.game import GameScreen

        self.push_screen(GameScreen(what))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from getattr(screen, "palette", tuple)()
        for name in THEMES:
            yield SystemCommand(f"Theme: {name}", "change the colours now", self._theme_setter(name))
        yield SystemCommand("Leave", "everything is saved", self.action_leave)

    def _theme_setter(self, name: str) -> Callable[[], None]:
        def put() -> None:
            self.theme = name

        return put

    async def action_quit(self) -> None:
        self.leave(0)

    def action_leave(self) -> None:
        """Leave for good; everything is saved."""
        self.leave(0)

    def action_interrupt(self) -> None:
        """Copy what is selected; else take back what is under way; else leave."""
        if self.screen.get_selected_text():
            self.screen.action_copy_text()
            self.screen.clear_selection()
        elif not getattr(self.screen, "interrupt", bool)():
            self.leave(INTERRUPTED)

    def leave(self, status: int) -> None:
        """End the app with an exit status; the first counts. A turn in flight is taken back first."""
        if self._left:
            return
        self._left = True
        for screen in self.screen_stack:
            with contextlib.suppress(AttributeError):
                self.goodbye = screen.farewell()  # type: ignore[attr-defined]
        self._leaving()
        self.exit(status, return_code=status)

    def _obey_signals(self) -> None:
        """Leave tidily when told to: the terminal is restored, the status is 128 + signal."""
        loop = self._event_loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            number = getattr(signal, name, 0)  # not every system has them all
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self.leave, 128 + number)

    def _terminal_lost(self) -> None:
        """Called from the thread that writes: the window is closed."""
        if self._event_loop:
            self._event_loop.call_soon_threadsafe(self.leave, HUNG_UP)

    def panic(self, *renderables: RenderableType) -> None:
        """End without printing what Textual would."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        """Keep the error for the crash report; Textual's own would print locals, keys among them."""
        self.failure = self._exception
        log.error("the screen failed", exc_info=self._exception)
        self._leaving()
        self._close_messages_no_wait()


def _quietly(task: asyncio.Task[None]) -> None:
    """The error is raised again where the engine is needed; nothing to report twice."""
    if not task.cancelled():
        task.exception()
