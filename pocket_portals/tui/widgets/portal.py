"""The portal of the title screen: letters that turn slowly around a way through."""

from __future__ import annotations

import math

from textual import events
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

LETTERS = "step through the door into somebody else's weather · "
FRAMES = 10  # a second
IDLE = 30.0  # seconds without a key after which it holds still
_INKS = ("$faint", "$quiet", "$accent 60%", "$accent", "bold $accent")
_ASPECT = 2.1  # a cell is that much taller than wide


class Portal(Widget):
    """A ring of letters. It lives while ``motion`` is on and somebody is there."""

    def __init__(self, motion: bool) -> None:
        super().__init__()
        self._motion = motion
        self._time = 0.0
        self._quiet_for = 0.0
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        if self._motion:
            self._timer = self.set_interval(1 / FRAMES, self._tick)

    @property
    def moving(self) -> bool:
        """Whether it is animated just now."""
        return self._timer is not None and self._quiet_for < IDLE

    def wake(self) -> None:
        """Somebody is there."""
        self._quiet_for = 0.0
        if self._timer:
            self._timer.resume()

    def _tick(self) -> None:
        self._time += 1 / FRAMES
        self._quiet_for += 1 / FRAMES
        if not self.moving and self._timer:
            self._timer.pause()
        self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.wake()

    def render(self) -> Content:
        return Content("\n").join(frame(self.size.width, self.size.height, self._time))


def frame(width: int, height: int, time: float) -> list[Content]:
    """The portal at a moment, line by line."""
    return [_row(y, width, height, time) for y in range(height)]


def _row(y: int, width: int, height: int, time: float) -> Content:
    runs: list[tuple[str, str]] = []
    for x in range(width):
        glyph, level = _cell(x, y, width, height, time)
        style = _INKS[level] if glyph != " " else ""
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + glyph, style)
        else:
            runs.append((glyph, style))
    return Content.assemble(*runs)


def _cell(x: int, y: int, width: int, height: int, time: float) -> tuple[str, int]:
    """A letter and how bright it is, 0 to 4."""
    across = (x - (width - 1) / 2) / _ASPECT
    down = y - (height - 1) / 2
    radius = math.hypot(across, down) / (height / 2)
    angle = math.atan2(down, across)
    if 0.78 <= radius <= 1.02:  # the frame: words that go around
        place = (angle / math.tau + 0.5 - time / 40) % 1
        glow = 0.5 + 0.5 * math.sin(angle * 2 - time * 1.1)
        return LETTERS[int(place * len(LETTERS) * 2) % len(LETTERS)], 2 + round(glow * 2)
    if radius < 0.72:  # what is behind it
        wave = math.sin(3 * angle + 7 * radius - time * 1.6) + math.sin(radius * 11 - time * 2.1)
        if wave > 1.35:
            return "•", 3 if radius < 0.4 else 2
        if wave > 0.75:
            return "·", 2 if radius < 0.4 else 1
        return " ", 0
    return " ", 0
