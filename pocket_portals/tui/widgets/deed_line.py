"""The line for the player's own words."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from pocket_portals.clean import clean

ASK = "or say what you do…"
NUMBERS = "123456789"
LONGEST = 1_000  # characters; more than anybody means to do in a turn


class DeedLine(Input):
    """One line of free text. Empty, it lets numbers and arrows choose among what is offered."""

    @dataclass
    class Digit(Message):
        """A number was typed on the empty line."""

        number: int

    @dataclass
    class Step(Message):
        """An arrow was pressed: the highlight moves."""

        by: int

    @dataclass
    class Key(Message):
        """Any key at all."""

    class NextPage(Message):
        """Space on the empty line: the reader wants more."""

    def __init__(self) -> None:
        super().__init__(placeholder=ASK, max_length=LONGEST, compact=True, select_on_focus=False)

    def validate_value(self, value: str) -> str:
        """Keep out of the line what terminals would obey."""
        return clean(value.replace("\n", " "), LONGEST)

    async def _on_key(self, event: events.Key) -> None:
        self.post_message(self.Key())
        if event.key in ("up", "down"):
            self.post_message(self.Step(-1 if event.key == "up" else 1))
        elif not self.value and event.key == "space":
            self.post_message(self.NextPage())
        elif not self.value and event.character and event.character in NUMBERS:
            self.post_message(self.Digit(int(event.character)))
        else:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()

    def take(self, character: str) -> None:
        """As if this character had been typed here."""
        if not self.value and character in NUMBERS:
            self.post_message(self.Digit(int(character)))
        else:
            self.insert_text_at_cursor(character)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        line = clean(event.text.replace("\n", " ").replace("\r", " "), LONGEST)
        self.replace(line, *self.selection)
