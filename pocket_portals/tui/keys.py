"""One table of keys: from it come the bindings, the command palette and the help.

Only keys that terminals, multiplexers and phones' keyboards let through. Nearly every slash command has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

from pocket_portals.session.commands import COMMANDS

Where = Literal["everywhere", "story"]


@dataclass(frozen=True)
class Key:
    """A key: what it is called in key maps, what it does, and what it is for in a few words."""

    id: str
    keys: str
    shown: str
    action: str
    about: str
    where: Where


_COMMAND_KEYS: dict[str, tuple[str, str]] = {
    "help": ("f1", "F1"),
    "sheet": ("f2", "F2"),
    "quest": ("f3", "F3"),
    "journal": ("f4", "F4"),
    "look": ("f5", "F5"),
    "dice": ("f6", "F6"),
    "undo": ("f7", "F7"),
    "branch": ("f8", "F8"),
    "title": ("ctrl+t", "^T"),
    "find": ("ctrl+g", "^G"),
    "map": ("f9", "F9"),
    "odds": ("ctrl+l", "^L"),
    "settings": ("ctrl+o", "^O"),
    "storyteller": ("ctrl+n", "^N"),
    "retire": ("ctrl+r", "^R"),
    "save": ("ctrl+s", "^S"),
    "quit": ("ctrl+q", "^Q"),
}

COMMAND_KEYS: tuple[Key, ...] = tuple(
    Key(
        f"command.{command.name}", *_COMMAND_KEYS.get(command.name, ("", "")),
        f"command('{command.name}')", command.about, "story",
    )
    for command in COMMANDS
)  # fmt: skip

EVERYWHERE: tuple[Key, ...] = (
    Key("palette", "ctrl+p", "^P", "command_palette", "search every command", "everywhere"),
    Key("leave", "ctrl+c", "^C", "interrupt", "copy what is selected, or leave", "everywhere"),
)

READING: tuple[Key, ...] = (
    Key("page.up", "pageup", "PgUp", "page(-1)", "back in the story", "story"),
    Key("page.down", "pagedown", "PgDn", "page(1)", "on in the story; Space does it too", "story"),
    Key("cancel", "escape", "Esc", "cancel", "take back a turn that is still being told", "story"),
)


def bindings(keys: tuple[Key, ...], priority: bool = False) -> list[BindingType]:
    """The keys as Textual wants them. Each has an id, so that a key map can move it."""
    return [
        Binding(key.keys, key.action, key.about, show=False, priority=priority, id=key.id)
        for key in keys
        if key.keys
    ]
