"""AgentRouter: which voices speak this turn. Decided from the intent and the facts, never from substrings."""

from __future__ import annotations

from pocket_portals.rules.events import AttackRolled, CheckRolled, Event, HealthChanged
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import GameState, Phase, Voice

JESTER_CHANCE = 15  # percent
JESTER_REST = 3  # turns between two of the Jester's lines


class AgentRouter:
    """Picks the voices of a turn, in the order in which they speak."""

    def __init__(self, home: str) -> None:
        self._home = home

    def route(self, draft: Draft, phase: Phase) -> tuple[Voice, ...]:
        """The voices for a turn that began in ``phase`` and was decided as in ``draft``."""
        state = draft.state
        if state.closure and not state.adventure_completed:
            return (Voice.CHRONICLER,)
        if state.phase is Phase.INTERVIEW:
            return (Voice.INTERVIEWER,)
        voices = [Voice.NARRATOR]
        if _dice_or_health(draft.events):
            voices.insert(0, Voice.KEEPER)
        if state.phase is Phase.QUEST:
            voices += [Voice.INNKEEPER, Voice.QUEST_DESIGNER]
        elif state.place == self._home and phase is not Phase.COMBAT:
            voices.append(Voice.INNKEEPER)
        if self._jester(state, draft, phase):
            voices.append(Voice.JESTER)
        return tuple(voices)

    @staticmethod
    def _jester(state: GameState, draft: Draft, phase: Phase) -> bool:
        if phase not in (Phase.EXPLORE, Phase.COMBAT) or state.turns_since_jester < JESTER_REST:
            return False
        return draft.stream.chance(JESTER_CHANCE)


def _dice_or_health(events: list[Event]) -> bool:
    return any(isinstance(e, CheckRolled | AttackRolled | HealthChanged) for e in events)
