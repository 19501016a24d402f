"""The last line: how the hero fares where there is no panel, the keys where there is, and the save mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from pocket_portals.rules.state import GameState
from pocket_portals.session.ports import Saved
from pocket_portals.tui import bars
from pocket_portals.tui.breakpoints import WIDE
from pocket_portals.tui.wording import Setting, safe

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp

_HINTS = ("help", "sheet", "quest", "journal", "undo")


class StatusLine(Widget):
    """One line."""

    app: PortalsApp

    def __init__(self) -> None:
        super().__init__()
        self._state: GameState | None = None
        self._money = ""
        self._before: GameState | None = None
        self._saved: Saved | None = None
        self._telling = ""

    def show(self, state: GameState, setting: Setting) -> None:
        """Tell how this state stands."""
        self._state, self._money = state, setting.money
        self.refresh()

    def since(self, state: GameState | None) -> None:
        """A turn begins: what changes from this state on is marked as changed."""
        self._before = state

    def mark(self, saved: Saved | None) -> None:
        """Where the last turn is safe; None while it is not yet."""
        self._saved, self._telling = saved, ""
        self.refresh()

    def remark(self, saved: Saved) -> None:
        """The turn that is marked is safe somewhere else now."""
        if self._saved and self._saved.where != saved.where:
            self._saved = saved
            self.refresh()

    def telling(self, words: str) -> None:
        """What is being waited for."""
        self._telling = words
        self.refresh()

    def render(self) -> Content:
        width = self.size.width
        right = self._mark(width)
        room = width - right.cell_length - 2
        for left in self._lefts():
            if left.cell_length <= room:
                break
        else:
            left = Content("")
        gap = " " * max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, gap, right)

    def _mark(self, width: int) -> Content:
        if self._telling:
            return Content.assemble(("◌ ", "$warn"), (self._telling, "$quiet"))
        if self._saved is None:
            return Content("")
        if self._saved.warning:
            words = self._saved.warning[: max(0, width - 4)]
            return Content.assemble(("▲ ", "bold $warn"), (words, "$warn"))
        style = "$warn" if self._saved.where == "memory" else "$good"
        return Content.assemble(("● ", style), (safe(self._saved), "$quiet"))

    def _lefts(self) -> list[Content]:
        """What to say on the left, from the fullest to the barest."""
        shown = {key.id.removeprefix("command."): key.shown for key in self.app.keys}
        every = [*((shown[name], name) for name in _HINTS), ("^P", "all")]
        hints = Content("   ").join(
            [Content.assemble((key, "$accent"), (f" {what}", "$quiet")) for key, what in every]
        )
        help_ = Content.assemble((shown["help"], "$accent"), (" help", "$quiet"))
        state = self._state
        if state is None or state.character_sheet is None or self.app.size.width >= WIDE:
            return [hints, help_]
        bar = bars.health(state.health_current, state.health_max, 8)
        before = self._before or state
        count = Content.assemble(
            f" {state.health_current}/{state.health_max}",
            bars.change(state.health_current - before.health_current),
        )
        money = Content.assemble(
            (f"   {state.gold} ", "$warn"), (self._money, "$quiet"), bars.change(state.gold - before.gold)
        )
        clocks = Content("").join(
            [
                Content.assemble(
                    ("   ", ""), bars.clock(clock, before.clocks.get(ident)), (f" {clock.name}", "$quiet")
                )
                for ident, clock in state.clocks.items()
            ]
        )
        name = Content.assemble((state.hero_name, "bold"), "  ")
        tip = Content.assemble("   ", help_)
        first = Content.assemble((state.hero_name.split()[0], "bold"), "  ")
        return [
            Content.assemble(name, bar, count, money, clocks, tip),
            Content.assemble(name, bar, count, money, clocks),
            Content.assemble(first, bar, count, money, clocks),
            Content.assemble(first, bar, count, money),
            Content.assemble(bar, count),
            count,
        ]
