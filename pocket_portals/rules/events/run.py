"""Facts of the run itself: its beginning, its phases, what was said, how it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from pocket_portals.rules.events.base import Fact
from pocket_portals.rules.state import (
    HISTORY,
    MOMENTS,
    RECENT_VOICES,
    ArcPhase,
    Choice,
    Closure,
    Exchange,
    GameState,
    Moment,
    Parent,
    Phase,
    Speech,
    Voice,
)


class RunBegun(Fact):
    """The first fact of every journal: it makes the state the others change."""

    kind: Literal["run_begun"] = "run_begun"
    session_id: str
    seed: str
    world: str
    storyteller: str
    max_turns: int = Field(ge=10, le=100)
    at: datetime

    def refusal(self, state: GameState) -> str:
        return "the run has begun already"

    def state(self) -> GameState:
        """The state of a run that has only begun."""
        return GameState(
            session_id=self.session_id,
            seed=self.seed,
            world=self.world,
            storyteller=self.storyteller,
            max_turns=self.max_turns,
            created_at=self.at,
            played_at=self.at,
        )


class Branched(Fact):
    """The run left another one at one of its revisions and goes by a new id."""

    kind: Literal["branched"] = "branched"
    session_id: str
    parent: Parent

    def apply(self, state: GameState) -> GameState:
        return state.having(session_id=self.session_id, parent=self.parent)


class Titled(Fact):
    """The player named the run."""

    kind: Literal["titled"] = "titled"
    title: str = Field(max_length=60)

    def apply(self, state: GameState) -> GameState:
        return state.having(title=self.title)


class StorytellerSet(Fact):
    """Another storyteller tells the run from here."""

    kind: Literal["storyteller_set"] = "storyteller_set"
    storyteller: str

    def apply(self, state: GameState) -> GameState:
        return state.having(storyteller=self.storyteller)


class PhaseSet(Fact):
    """The run does something else now."""

    kind: Literal["phase_set"] = "phase_set"
    phase: Phase

    def refusal(self, state: GameState) -> str:
        if state.adventure_completed:
            return "the adventure is over"
        if self.phase is Phase.COMBAT and state.combat_state is None:
            return "there is no fight"
        return ""

    def apply(self, state: GameState) -> GameState:
        return state.having(phase=self.phase)


class TurnAdvanced(Fact):
    """One turn of the adventure has passed."""

    kind: Literal["turn_advanced"] = "turn_advanced"

    def refusal(self, state: GameState) -> str:
        return "the adventure has no turns left" if state.adventure_turn >= state.max_turns else ""

    def apply(self, state: GameState) -> GameState:
        return state.having(adventure_turn=state.adventure_turn + 1)


class ArcAdvanced(Fact):
    """The story moved into another part of its arc."""

    kind: Literal["arc_advanced"] = "arc_advanced"
    to: ArcPhase

    def refusal(self, state: GameState) -> str:
        order = list(ArcPhase)
        later = order.index(self.to) > order.index(state.adventure_phase)
        return "" if later else "the arc only moves forward"

    def apply(self, state: GameState) -> GameState:
        return state.having(adventure_phase=self.to)


class ClimaxReached(Fact):
    """The story has come to the point it was about."""

    kind: Literal["climax_reached"] = "climax_reached"

    def apply(self, state: GameState) -> GameState:
        return state.having(climax_reached=True)


class MomentMarked(Fact):
    """Something happened that the epilogue may remember. The heaviest are kept."""

    kind: Literal["moment_marked"] = "moment_marked"
    moment: Moment

    def apply(self, state: GameState) -> GameState:
        moments = [*state.adventure_moments, self.moment]
        if len(moments) > MOMENTS:
            moments.remove(min(moments, key=lambda m: (m.weight, m.turn)))
        return state.having(adventure_moments=tuple(moments))


class EpilogueBegun(Fact):
    """The adventure is closing, for this reason."""

    kind: Literal["epilogue_begun"] = "epilogue_begun"
    closure: Closure

    def refusal(self, state: GameState) -> str:
        return "the epilogue comes once" if state.closure else ""

    def apply(self, state: GameState) -> GameState:
        return state.having(closure=self.closure, phase=Phase.EPILOGUE, combat_state=None, scene=None)


class AdventureCompleted(Fact):
    """The epilogue was told. Nothing can be played after it."""

    kind: Literal["adventure_completed"] = "adventure_completed"
    ending: str

    def refusal(self, state: GameState) -> str:
        if state.adventure_completed:
            return "the adventure ends once"
        return "" if state.closure else "nothing closed the adventure"

    def apply(self, state: GameState) -> GameState:
        return state.having(adventure_completed=True, ending=self.ending, phase=Phase.EPILOGUE)


class VoicesNoted(Fact):
    """Who spoke this turn; counts the turns since the Jester last did."""

    kind: Literal["voices_noted"] = "voices_noted"
    voices: tuple[Voice, ...]

    def apply(self, state: GameState) -> GameState:
        recent = (*state.recent_agents, *self.voices)[-RECENT_VOICES:]
        since = 0 if Voice.JESTER in self.voices else state.turns_since_jester + 1
        return state.having(recent_agents=recent, turns_since_jester=since)


class LinesUsed(Fact):
    """Authored lines that were spoken, so that they are not spoken again soon."""

    kind: Literal["lines_used"] = "lines_used"
    ids: tuple[str, ...]

    def apply(self, state: GameState) -> GameState:
        seen = state.seen_storylets | dict.fromkeys(self.ids, state.revision)
        return state.having(seen_storylets=seen)


class SceneTold(Fact):
    """With which of the turn's speeches the words for a new place or scene begin; counted from 0."""

    kind: Literal["scene_told"] = "scene_told"
    speech: int

    def refusal(self, state: GameState) -> str:
        return "there is no such speech" if self.speech < 0 else ""

    def apply(self, state: GameState) -> GameState:
        return state


class ExchangeAdded(Fact):
    """What the player did and the words it was answered with."""

    kind: Literal["exchange_added"] = "exchange_added"
    action: str
    speeches: tuple[Speech, ...]

    def apply(self, state: GameState) -> GameState:
        exchange = Exchange(revision=state.revision + 1, action=self.action, speeches=self.speeches)
        return state.having(conversation_history=(*state.conversation_history, exchange)[-HISTORY:])


class ChoicesSet(Fact):
    """The deeds offered next."""

    kind: Literal["choices_set"] = "choices_set"
    choices: tuple[Choice, ...] = Field(max_length=6)

    def apply(self, state: GameState) -> GameState:
        return state.having(current_choices=self.choices)


class TurnSettled(Fact):
    """The last fact of every turn: it is whole and may be saved."""

    kind: Literal["turn_settled"] = "turn_settled"
    at: datetime

    def apply(self, state: GameState) -> GameState:
        return state.having(revision=state.revision + 1, played_at=self.at)


class Rewound(Fact):
    """The player took turns back. The journal keeps them; the story goes on from ``to``."""

    kind: Literal["rewound"] = "rewound"
    to: int = Field(ge=0)

    def refusal(self, state: GameState) -> str:
        return "" if self.to < state.revision else "there is nothing to take back"
