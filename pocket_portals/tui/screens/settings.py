"""How the game looks and reads: each change is seen at once, and kept for the next time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from pocket_portals.errors import PortalsError
from pocket_portals.rules.dice import Modifier, Stream, d20
from pocket_portals.rules.events import CheckRolled, RunBegun
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Degree, Voice
from pocket_portals.tui import ink
from pocket_portals.tui.themes import THEMES
from pocket_portals.tui.typesetter import Typesetter
from pocket_portals.tui.widgets.menu import Item, Menu
from pocket_portals.tui.widgets.transcript import LeafView
from pocket_portals.tui.wording import Setting

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp

BEAT = 1 / 20  # seconds between two looks at the sample
_SAMPLE = (
    "The lamp is where you left it. Somebody has trimmed the wick, and *not* with your scissors. "
    "On the stair a board says what boards say."
)


@dataclass(frozen=True)
class _Row:
    """A setting, and the values it goes through, each with the words for it."""

    key: str
    label: str
    values: tuple[tuple[str | int | bool, str], ...]


_ROWS = (
    _Row("theme", "Colours", tuple((name, name) for name in THEMES)),
    _Row(
        "pace",
        "Words",
        ((30, "slowly, one by one"), (60, "as one reads"), (120, "quickly"), (0, "all at once")),
    ),
    _Row("motion", "Motion", ((True, "dice roll, the portal turns"), (False, "nothing moves"))),
    _Row("numbers", "Arc", ((False, "without numbers"), (True, "with the turn counted"))),
)


class SettingsScreen(ModalScreen[None]):
    """Rows to go through with ← and →, and a piece of story that shows what they do."""

    BINDINGS = [
        Binding("escape,q", "close", "back", show=False),
        Binding("left", "turn(-1)", "the value before", show=False),
        Binding("right", "turn(1)", "the next value", show=False),
    ]
    app: PortalsApp

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="sheet"):
            yield Static(Content("Settings"), id="head")
            yield Menu(id="list")
            yield LeafView(classes="sample")
            yield Static(Content("Other keys for commands: `keys` in the configuration."), id="word")
            yield Static(Content("← → change   Esc back"), id="hints")

    def on_mount(self) -> None:
        self._before = self.app.settings
        self._beat = self.set_interval(BEAT, self._advance)
        menu = self.query_one(Menu)
        menu.focus()
        self._show()
        menu.highlighted = 0

    def on_option_list_option_selected(self) -> None:
        self.action_turn(1)

    def action_turn(self, by: int) -> None:
        """Give the highlighted setting another value; it holds at once."""
        row = _ROWS[self.query_one(Menu).highlighted or 0]
        values = [value for value, _ in row.values]
        now = getattr(self.app.settings, row.key)
        at = (values.index(now) + by) % len(values) if now in values else 0
        change: dict[str, Any] = {row.key: values[at]}
        self.app.settings = self.app.settings._replace(**change)
        if row.key == "theme":
            self.app.theme = self.app.settings.theme
        self._show()

    def action_close(self) -> None:
        """Keep what was changed, and go back."""
        rows = (row.key for row in _ROWS)
        new = {key: getattr(self.app.settings, key) for key in rows}
        changed = {key: value for key, value in new.items() if value != getattr(self._before, key)}
        if changed and self.app.keep:
            try:
                self.app.keep(changed)
            except PortalsError as error:
                self.app.notify(str(error), markup=False)
        self.dismiss()

    def _show(self) -> None:
        width = max(len(row.label) for row in _ROWS)
        self.query_one(Menu).show(
            [Item(row.key, "◂▸", row.label.ljust(width), _words(row, self.app.settings)) for row in _ROWS]
        )
        self._type = Typesetter(self.app.settings.pace, self.app.settings.motion)
        self._type.line(ink.deed("Go down and see"))
        roll = d20(Stream("sample", 0), [Modifier(name="Wis", value=2)])
        check = CheckRolled(deed="see", ability=Ability.WISDOM, dc=15, roll=roll, degree=Degree.SUCCESS)
        began = RunBegun(
            session_id="sample", seed="", world="", storyteller="", max_turns=50, at=self.app.now()
        )
        self._type.fact(check, began.state(), Setting(""))
        self._type.words(Voice.NARRATOR, _SAMPLE, begins=True)
        self._type.words(Voice.JESTER, "I would have used the scissors.", begins=True)
        self._beat.resume()
        self._advance()

    def _advance(self) -> None:
        self._type.advance(BEAT)
        self.query_one(".sample", LeafView).show(self._type.paragraphs)
        if self._type.idle:
            self._beat.pause()


def _words(row: _Row, settings: object) -> str:
    value = getattr(settings, row.key)
    return next((words for each, words in row.values if each == value), f"{value} words a second")
