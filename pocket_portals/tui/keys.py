"""One table of keys: from it come the bindings, the command palette and the help.

Only keys that terminals, multiplexers and phones' keyboards let through. Nearly every slash command has one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from textual.binding import Binding, BindingType

from pocket_portals.errors import ConfigError
from pocket_portals.session.commands import COMMANDS

Where = Literal["everywhere", "story"]


class Key(NamedTuple):
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
    "retell": ("ctrl+y", "^Y"),
    "memory": ("f12", "F12"),
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


# Another name of a key that is needed for something else, or one that never arrives.
_SWALLOWED: dict[str, str] = {
    "ctrl+c": "it leaves the game",
    "ctrl+p": "it opens the list of commands",
    "ctrl+i": "terminals send Tab for it",
    "ctrl+j": "terminals send Enter for it",
    "ctrl+m": "terminals send Enter for it",
    "ctrl+h": "terminals send Backspace for it",
    "ctrl+z": "it stops programs",
    "ctrl+a": "the line needs it to go to its beginning",
    "ctrl+b": "tmux keeps it",
    "ctrl+d": "the line needs it to delete",
    "ctrl+e": "the line needs it to go to its end",
    "ctrl+f": "the line needs it to delete a word",
    "ctrl+k": "the line needs it to delete",
    "ctrl+u": "the line needs it to delete",
    "ctrl+v": "terminals paste with it",
    "ctrl+w": "the line needs it to delete a word",
    "ctrl+x": "the line needs it to cut",
    "f10": "terminals open their menu with it",
    "f11": "terminals fill the screen with it",
}
_USABLE = r"f([1-9]|1[0-9]|20)|ctrl\+[a-z]"


def rebound(wanted: Mapping[str, str]) -> tuple[Key, ...]:
    """The keys of the commands with these in the place of the usual ones.

    Raises ConfigError for a key that terminals swallow, or that two commands want.
    """
    for name, key in wanted.items():
        if not re.fullmatch(_USABLE, key):
            raise ConfigError(
                f"{name} can't have the key “{key[:20]}”.", "It can be f1 to f20, or ctrl+letter."
            )
        if key in _SWALLOWED:
            raise ConfigError(f"{name} can't have the key {key}: {_SWALLOWED[key]}.", "Choose another key.")
    table = tuple(_moved(key, wanted) for key in COMMAND_KEYS)
    for entry in table:
        others = [k for k in table if k.keys and k.keys == entry.keys]
        if len(others) > 1:
            names = " and ".join(k.id.removeprefix("command.") for k in others)
            raise ConfigError(f"{names} both have the key {entry.keys}.", "Give one of them another.")
    return table


def _moved(key: Key, wanted: Mapping[str, str]) -> Key:
    pressed = wanted.get(key.id.removeprefix("command."), key.keys)
    return key if pressed == key.keys else key._replace(keys=pressed, shown=_shown(pressed))


def _shown(key: str) -> str:
    return f"^{key[-1].upper()}" if key.startswith("ctrl+") else key.upper()
