"""What a storyteller is: it puts decided facts into words, and may propose; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import Field

from pocket_portals.rules.events import Event
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Choice, Degree, GameState, Quest, Speech, Verb, Voice
from pocket_portals.rules.values import Value

if TYPE_CHECKING:  # a third of what listing runs would otherwise import
    from pocket_portals.worlds.scenes import SceneDef, Telling
    from pocket_portals.worlds.schema import WorldDef


class Intent(Value):
    """What the player's words were taken to mean. ``echo`` tells the player so."""

    kind: Literal["choice", "attempt", "question", "move", "retire", "nothing"]
    said: str = ""
    choice: int | None = Field(default=None, description="index into the choices offered")
    verb: Verb = Verb.LOOK
    target: str = ""
    ability: Ability | None = None
    dc: int | None = None
    stake: str = Field(default="", description="what a miss may cost, where somebody said so")
    echo: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Piece:
    """A text to tell, or a pool of lines to pick one of; whose voice tells it; what fills its slots."""

    text: Telling | str | tuple[str, ...]
    voice: Voice | None = None  # None: whoever tells this turn
    speaker: str = ""
    slots: dict[str, str] = field(default_factory=dict)
    id: str = ""
    run_on: bool = False  # belongs to the paragraph before it
    once: bool = False  # a line of its pool that was told before in this run is better left out
    arrives: bool = False  # the words for a new place, scene or fight begin with it


def arriving(pieces: list[Piece]) -> list[Piece]:
    """The same, marked as the words for a new place, scene or fight."""
    return [replace(piece, arrives=True) for piece in pieces[:1]] + pieces[1:]


@dataclass
class Outcome:
    """What the referee decided this turn, ready to be told in order."""

    intent: Intent
    pieces: list[Piece] = field(default_factory=list)
    degree: Degree | None = None
    total: int | None = None  # of the check that gave the degree
    scene: SceneDef | None = None
    new_scene: bool = False
    offers: bool = False  # quests were laid on the table this turn
    host_speaks: bool = False  # nothing else was said; whoever keeps the place fills the silence
    facts: tuple[str, ...] = ()  # what became true, a line each, without the dice


class Narration(Value):
    """What a storyteller answers with."""

    speeches: tuple[Speech, ...]
    choices: tuple[Choice, ...] = ()
    proposals: tuple[Event, ...] = ()
    used: tuple[str, ...] = Field(default=(), description="ids of authored lines that were spoken")
    arrives: int | None = Field(default=None, description="the speech that a new place or scene begins with")
    model: str = ""
    fallback: str = Field(default="", description="why the storybook stood in, if it did")
    tokens_in: int = 0
    tokens_out: int = 0


class Say(Protocol):
    """Takes words as they come: whose they are, the next piece of them, whether it begins a speech.

    ``instead``: these begin a speech that stands in for the one that was being told. ``stands``: as many
    characters of the speech were looked through and can stand; a text of none with it ends the speech.
    ``arrives``: with these, the words for a new place or scene begin.
    """

    def __call__(
        self,
        voice: Voice,
        text: str,
        speaker: str = "",
        begins: bool = True,
        instead: bool = False,
        stands: int = 0,
        arrives: bool = False,
    ) -> None:
        """Words to show now."""


class Storyteller(Protocol):
    """Tells what was decided. Words are streamed through ``say`` and returned whole."""

    name: str

    async def hear(self, world: WorldDef, state: GameState, intent: Intent) -> Intent:
        """A surer reading of words that the game was not sure of; or the one it was given."""
        ...

    async def interview(self, world: WorldDef, state: GameState, outcome: Outcome, say: Say) -> Narration:
        """One exchange of the interview."""
        ...

    async def offer_quests(self, world: WorldDef, state: GameState) -> tuple[Quest, ...]:
        """Three quests for this hero."""
        ...

    async def tell(
        self, world: WorldDef, state: GameState, outcome: Outcome, voices: tuple[Voice, ...], say: Say
    ) -> Narration:
        """A turn of play."""
        ...

    async def epilogue(self, world: WorldDef, state: GameState, outcome: Outcome, say: Say) -> Narration:
        """How it ended."""
        ...

    async def retell(
        self, world: WorldDef, state: GameState, told: tuple[Speech, ...], action: str, say: Say
    ) -> Narration:
        """The last words again, in others. Raises Impossible where there are none."""
        ...
