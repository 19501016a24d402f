"""The commands a player can type in every face, and what the words after the slash mean."""

from __future__ import annotations

import difflib
from typing import NamedTuple

from pocket_portals.errors import Impossible


class Command(NamedTuple):
    """A slash command: its name, what may follow it, and what it does."""

    name: str
    argument: str
    about: str
    aliases: tuple[str, ...] = ()


COMMANDS: tuple[Command, ...] = (
    Command("help", "", "what you can do here", ("h", "?")),
    Command("sheet", "", "your hero: abilities, health, what you carry", ("hero", "inventory", "i", "score")),
    Command("quest", "", "what you have set out to do", ("quests",)),
    Command("journal", "", "the story so far: people, promises, what you know", ("j", "log")),
    Command("map", "", "the places you know, and the ways between them", ("m", "places")),
    Command("look", "", "tell the scene again, with the choices", ("l",)),
    Command("choices", "", "read the choices again", ("c",)),
    Command("dice", "", "the dice of the last turn, every face", ("rolls",)),
    Command("find", "WORDS", "where words stand in the story", ("search", "f")),
    Command("odds", "", "what each of the deeds offered risks", ("risks", "luck")),
    Command("undo", "[N]", "take back your last turn, or the last N"),
    Command("branch", "[N]", "go on from turn N as a run of its own; this one stays"),
    Command("title", "WORDS", "give this run a name of your own", ("name",)),
    Command("retell", "", "the same again, in other words"),
    Command(
        "memory",
        "[add|correct|forget|keep|break …]",
        "what the storyteller remembers, and mending it",
        ("remember",),
    ),
    Command("storyteller", "[NAME]", "who tells the story: storybook or crew"),
    Command("settings", "", "how the game looks and reads", ("options",)),
    Command("retire", "", "end the adventure here, with an epilogue", ("end",)),
    Command("save", "", "where this run is kept, and how to come back to it"),
    Command("quit", "", "leave; everything is saved", ("q", "exit")),
)

_BARE = frozenset(
    {"quit", "save", "undo", "score", "choices", "c"}
)  # meant for the game even without the slash

_FINAL = frozenset({"retire", "quit"})  # no slip of the finger is taken for one of these

_BY_NAME = {name: c for c in COMMANDS for name in (c.name, *c.aliases)}


def parse(line: str) -> tuple[Command, str] | None:
    """The command and its argument, or None when the line is not a command.

    Raises Impossible for a command that does not exist, naming the nearest.
    """
    line = line.strip()
    if line.lower() in _BARE:
        return _BY_NAME[line.lower()], ""
    if not line.startswith("/"):
        return None
    word, _, argument = line[1:].partition(" ")
    command = _BY_NAME.get(word.lower())
    if command is None:
        harmless = [name for name, known in _BY_NAME.items() if known.name not in _FINAL]
        close = difflib.get_close_matches(word.lower(), harmless, n=1)
        hint = f"Did you mean /{close[0]}?" if close else "Type /help to see what there is."
        raise Impossible(f"There is no command /{word[:20]}.", hint)
    return command, argument.strip()
