"""What a test does at the keyboard, and what it sees."""

from __future__ import annotations

from textual.pilot import Pilot

from pocket_portals.tui.screens.game import GameScreen
from pocket_portals.tui.widgets.transcript import Transcript


async def until(pilot: Pilot[int], true) -> None:
    """Let the app run until something holds."""
    for _ in range(2_000):
        if true():
            await pilot.pause()
            return
        await pilot.pause(0.005)
    raise AssertionError(f"it never came to pass\n{seen(pilot)}")


async def settled(pilot: Pilot[int]) -> None:
    """Wait until a turn is told and the next deed is awaited."""
    app = pilot.app
    await until(
        pilot, lambda: any(isinstance(s, GameScreen) and s.told and s.state for s in app.screen_stack)
    )


async def write(pilot: Pilot[int], text: str) -> None:
    """Type a line and press Enter."""
    line = game(pilot).query_one("DeedLine")
    line.value = text
    await pilot.press("enter")
    await pilot.pause()


def game(pilot: Pilot[int]) -> GameScreen:
    """The screen of the story."""
    return next(s for s in pilot.app.screen_stack if isinstance(s, GameScreen))


def page(pilot: Pilot[int]) -> str:
    """All that stands in the transcript."""
    return game(pilot).query_one(Transcript).plain


def seen(pilot: Pilot[int]) -> str:
    """What the terminal shows, as text."""
    rows = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in rows)
