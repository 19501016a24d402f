"""How to play: on one page, and made from the tables that make the keys work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from pocket_portals.session.commands import COMMANDS
from pocket_portals.tui import keys
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.screens.page import PageScreen, hung, section

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp

_NAMES = 21  # cells of the column of names; a longer one shares its line with what it is for
_HOW = (
    "You step through a portal, somebody asks who you are, and the answer is you. Then you take a quest.",
    "Each turn offers three things to do: press 1, 2 or 3. Or write what you would rather do, in your own "
    "words, and press Enter. “Slip past the guard”, “ask Ossa about her son” and “burn the letter” all work.",
    "Where it could go wrong, a twenty-sided die decides: roll, add what you are good at, meet the number. "
    "Missing it never stops the story. It costs something, and the story goes on.",
    "In a fight every foe shows what it is about to do. Read it: guard against the heavy blow, strike while "
    "it reels, talk, run, use the room.",
    "Every turn is saved before you can type the next one. Close the window whenever you like.",
)


class HelpScreen(PageScreen):
    """How to play, the keys, the commands."""

    app: PortalsApp

    def __init__(self) -> None:
        super().__init__("How to play")

    def paragraphs(self) -> Sequence[Paragraph]:
        lines = [Paragraph(plain(text)) for text in _HOW]
        lines.append(section("Keys"))
        for shown, about in (
            ("1 2 3", "take one of the deeds offered"),
            ("Enter", "do what is written on the line, or what is highlighted"),
            ("↑ ↓", "move through the deeds offered"),
            ("any key", "show the rest of the words at once"),
            ("Tab", "to the page: ↑ ↓ read, / looks for words, n and N go on; Esc comes back"),
        ):
            lines.append(_row(shown, about))
        lines += [_row(key.shown, key.about) for key in (*keys.READING, *keys.EVERYWHERE)]
        lines.append(section("Commands"))
        by_name = {key.id.removeprefix("command."): key for key in self.app.keys}
        for command in COMMANDS:
            name = f"/{command.name} {command.argument}".strip()
            lines.append(_row(by_name[command.name].shown, command.about, name))
        lines.append(
            Paragraph(plain("Rules after the SRD 5.1, CC-BY-4.0, Wizards of the Coast LLC.", "$quiet"))
        )
        return lines


def _row(shown: str, about: str, name: str = "") -> Paragraph:
    key = (f"{shown:<9}", "bold")
    if len(name) >= _NAMES:
        return hung(Content.assemble(key), name, (f"  {about}", "$quiet"))
    return hung(Content.assemble(key, name.ljust(_NAMES) if name else ""), (about, "$quiet"))
