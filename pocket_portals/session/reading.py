"""The order in which a turn is read: dice, the words for what came of them, what changed, where it leads.

What changed comes after the words, so that nothing is given away; a new place is named before its own words,
and after those of the old. The round of a fight is read blow by blow, before its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pocket_portals.rules.events import (
    AdventureCompleted,
    AttackRolled,
    CheckRolled,
    CombatBegun,
    CombatEnded,
    DamageRolled,
    EpilogueBegun,
    Event,
    ExchangeAdded,
    PlaceEntered,
    Retold,
    Rewound,
    RunBegun,
    SceneTold,
)
from pocket_portals.rules.fold import apply
from pocket_portals.rules.state import GameState, Speech
from pocket_portals.session.journal import Turn

_DICE = (CheckRolled, AttackRolled, DamageRolled)
_HEADINGS = (PlaceEntered, CombatBegun, EpilogueBegun)


class Fact(NamedTuple):
    """Something that became true, and the state after it."""

    event: Event
    state: GameState


class Reading:
    """Keeps the facts of a turn until they are to be read. ``fighting``: the turn began in a fight."""

    def __init__(self, fighting: bool) -> None:
        self._fighting = fighting
        self._kept: list[Fact] = []
        self._arrived = False
        self._told = False
        self._end: list[Fact] = []

    def fact(self, fact: Fact) -> list[Fact]:
        """What is read now that this became true."""
        if isinstance(fact.event, AdventureCompleted) and not self._told:
            self._end.append(fact)
            return []
        at_once = self._told or self._fighting or isinstance(fact.event, _DICE)
        if isinstance(fact.event, CombatEnded):
            self._fighting = False
        if at_once and not any(isinstance(kept.event, CombatBegun) for kept in self._kept):
            return [fact]
        self._kept.append(fact)
        return []

    def kept(self) -> list[Fact]:
        """All that was kept."""
        kept, self._kept = self._kept, []
        return kept

    def arrives(self) -> list[Fact]:
        """What is read before the words for a new place, scene or fight; a fight's first blows are not."""
        begun = (at for at, kept in enumerate(self._kept, 1) if isinstance(kept.event, CombatBegun))
        upto = next(begun, len(self._kept))
        now, self._kept = self._kept[:upto], self._kept[upto:]
        self._arrived = True
        return now

    def goes_on(self) -> list[Fact]:
        """What is read before further words: the first blows of a fight that began with those before."""
        return self.kept() if self._arrived else []

    @property
    def heads(self) -> bool:
        """Whether a heading is kept, which has to stand above words."""
        return any(isinstance(kept.event, _HEADINGS) for kept in self._kept)

    def told(self) -> list[Fact]:
        """All words are told: what was kept; what still becomes true is read at once."""
        self._told = True
        end, self._end = self._end, []
        return self.kept() + end


class Passage(NamedTuple):
    """A speech, and the one before it in its turn."""

    speech: Speech
    after: Speech | None


def facts(before: GameState | None, turn: Turn) -> Iterator[Fact]:
    """Every fact of a turn with the state after it. ``before`` is None for the first turn."""
    state = before
    for event in turn.events:
        if isinstance(event, RunBegun):
            state = event.state()
        elif state is None:
            raise ValueError("the first turn does not begin a run")
        elif not isinstance(event, Rewound):
            state = apply(state, event)
        yield Fact(event, state)


def read(before: GameState | None, turn: Turn) -> Iterator[Fact | Passage]:
    """A recorded turn in the order in which it was read when it was played."""
    reading = Reading(before is not None and before.combat_state is not None)
    arrives = next((e.speech for e in turn.events if isinstance(e, SceneTold)), None)
    for fact in facts(before, turn):
        if not isinstance(fact.event, ExchangeAdded | Retold):
            yield from reading.fact(fact)
            continue
        if turn.told.storyteller != "storybook" or (arrives is None and reading.heads):
            yield from reading.kept()
        after = None
        for index, speech in enumerate(fact.event.speeches):
            yield from reading.arrives() if index == arrives else reading.goes_on()
            yield Passage(speech, after)
            after = speech
        yield from reading.told()
    yield from reading.told()
