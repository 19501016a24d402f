"""Facts onto state: ``apply`` one, ``fold`` many, and the draft of a turn being decided."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from pocket_portals.errors import Refused
from pocket_portals.rules.dice import Stream
from pocket_portals.rules.events import Event
from pocket_portals.rules.state import GameState

log = logging.getLogger(__name__)


def apply(state: GameState, event: Event) -> GameState:
    """The state after ``event``. Raises Refused when the rules do not allow it."""
    if reason := event.refusal(state):
        raise Refused(f"{event.kind}: {reason}")
    return event.apply(state)


def fold(state: GameState, events: Iterable[Event]) -> GameState:
    """The state after all of ``events``, in order."""
    for event in events:
        state = apply(state, event)
    return state


class Draft:
    """A turn while it is being decided: the state so far, the facts that made it, the dice left.

    Thrown away whole when the turn fails or is cancelled.
    """

    def __init__(
        self,
        state: GameState,
        stream: Stream | None = None,
        watch: Callable[[Event], None] | None = None,
    ) -> None:
        self.before = state
        self.state = state
        self.events: list[Event] = []
        self.stream = stream or Stream(state.seed, state.revision)
        self._watch = watch

    def add(self, *events: Event) -> None:
        """Make these facts true. Raises Refused at the first that can't be."""
        for event in events:
            self.state = apply(self.state, event)
            self.events.append(event)
            if self._watch:
                self._watch(event)

    def propose(self, event: Event) -> bool:
        """Make this fact true if the rules allow it; else drop it, with a line in the log."""
        try:
            self.add(event)
        except Refused as refusal:
            log.info("dropped a proposal: %s", refusal)
            return False
        return True
