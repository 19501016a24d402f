"""The portal of the title screen: letters that turn slowly around a way through."""

from __future__ import annotations

import math
from functools import lru_cache

from textual import events
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

LETTERS = "step·through·the·door·into·somebody·else's·weather·•·"
FRAMES = 10  # a second
IDLE = 30.0  # seconds without a key after which it holds still
_INKS = ("$faint", "$quiet", "$accent 60%", "$accent", "bold $accent")
TURN = 2.5  # letters a second by which the frame turns
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
        self.move(self._motion)

    def move(self, motion: bool) -> None:
        """Let it live, or hold still."""
        if motion and not self._timer:
            self._timer = self.set_interval(1 / FRAMES, self._tick)
        elif self._timer and not motion:
            self._timer.stop()
            self._timer = None

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
        # Behind another screen, every frame of it would have that one painted again.
        if self._timer and not (self.moving and self.screen.is_active):
            self._timer.pause()
        else:
            self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.wake()

    def render(self) -> Content:
        return Content("\n").join(frame(self.size.width, self.size.height, self._time))


def frame(width: int, height: int, time: float) -> list[Content]:
    """The portal at a moment, line by line."""
    ring = _ring(width, height)
    turned = int(time * TURN)
    letters = {cell: LETTERS[(at + turned) % len(LETTERS)] for at, cell in enumerate(ring)}
    return [_row(y, width, height, time, letters) for y in range(height)]


@lru_cache(maxsize=8)
def _ring(width: int, height: int) -> list[tuple[int, int]]:
    """The cells of the frame, clockwise, each once."""
    across, down = _ASPECT * (height - 1) / 2, (height - 1) / 2
    steps = 40 * max(1, height)
    angles = (math.tau * step / steps - math.pi for step in range(steps))
    return list(
        dict.fromkeys(
            (round((width - 1) / 2 + across * math.cos(a)), round(down + down * math.sin(a))) for a in angles
        )
    )


def _row(y: int, width: int, height: int, time: float, letters: dict[tuple[int, int], str]) -> Content:
    left = max(0, math.floor((width - 1) / 2 - _ASPECT * (height - 1) / 2))
    runs = [(" " * left, "")]
    for x in range(left, width - left):
        glyph, level = _cell(x, y, width, height, time, letters.get((x, y), ""))
        style = _INKS[level] if glyph != " " else ""
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + glyph, style)
        else:
            runs.append((glyph, style))
    return Content.assemble(*runs)


def _cell(x: int, y: int, width: int, height: int, time: float, letter: str) -> tuple[str, int]:
    """What is seen there and how bright it is, 0 to 4."""
    across = (x - (width - 1) / 2) / _ASPECT
    down = y - (height - 1) / 2
    radius = math.hypot(across, down) / ((height - 1) / 2)
    angle = math.atan2(down, across)
    if letter:
        return letter, 2 + round(1 + math.sin(angle * 2 - time * 1.1))
    if radius > 0.86:
        return " ", 0
    depth = math.log(radius + 0.18)
    wave = math.sin(3 * angle - 5.5 * depth - time * 1.5)
    near = 1 - radius
    if wave > 0.86 - near * 0.3:
        return "•" if near > 0.45 else "·", 3 if near > 0.45 else 2
    if wave > 0.35:
        return "·", 2 if near > 0.6 else 1
    return " ", 0
