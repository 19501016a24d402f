"""The dramatic arc: which part of the story a turn belongs to, and how hard it should press."""

from __future__ import annotations

from pocket_portals.rules.events import ArcAdvanced, TurnAdvanced
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import STAGES, ArcPhase, GameState, Stage

# The last turn of each phase in a run of 50; other lengths scale.
_LAST_TURN = {ArcPhase.SETUP: 5, ArcPhase.RISING: 20, ArcPhase.MIDPOINT: 30, ArcPhase.CLIMAX: 42}
_ARC = tuple(ArcPhase)

_PRESSURE = {
    ArcPhase.SETUP: 0.0,
    ArcPhase.RISING: 0.1,
    ArcPhase.MIDPOINT: 0.2,
    ArcPhase.CLIMAX: 0.4,
    ArcPhase.DENOUEMENT: 0.3,
}

# A quest that reaches a stage pulls the arc at least this far.
_STAGE_ARC = {
    Stage.REVEAL: ArcPhase.MIDPOINT,
    Stage.DECISION: ArcPhase.CLIMAX,
    Stage.CONFRONTATION: ArcPhase.CLIMAX,
    Stage.AFTERMATH: ArcPhase.DENOUEMENT,
}
_PULL_FROM = 0.4  # share of the run before which a quest does not pull the arc

SHORTEST_QUEST = 12  # turns, in a run of 50
PATIENCE = 4  # turns that a key scene waits before the danger moves, and again each time it does

# Turns of other scenes before the key scene of each stage, in a run of 50.
_GAPS = {
    Stage.HOOK: 0,
    Stage.APPROACH: 2,
    Stage.COMPLICATION: 4,
    Stage.REVEAL: 4,
    Stage.DECISION: 4,
    Stage.CONFRONTATION: 2,
    Stage.AFTERMATH: 1,
}


def phase_at(turn: int, max_turns: int) -> ArcPhase:
    """The phase that a turn falls into by the clock alone."""
    scaled = turn * 50 / max_turns
    return next((phase for phase, last in _LAST_TURN.items() if scaled <= last), ArcPhase.DENOUEMENT)


def directive(state: GameState) -> str:
    """One word for the storyteller: what this turn is for."""
    scaled = state.adventure_turn * 50 / state.max_turns
    match state.adventure_phase:
        case ArcPhase.SETUP:
            return "ESTABLISH"
        case ArcPhase.RISING:
            return "DEVELOP" if scaled < 10 else "ESCALATE"
        case ArcPhase.MIDPOINT:
            return "REVEAL"
        case ArcPhase.CLIMAX:
            return "INTENSIFY" if scaled < 40 else "CONFRONT"
        case ArcPhase.DENOUEMENT:
            return "RESOLVE"


def urgency(state: GameState) -> float:
    """How hard the story presses, 0 to 1."""
    progress = state.active_quest.progress if state.active_quest else 0.0
    share = state.adventure_turn / state.max_turns
    return min(1.0, share + 0.2 * progress + _PRESSURE[state.adventure_phase])


def advance(draft: Draft) -> None:
    """Let one turn of the adventure pass, and the arc with it."""
    draft.add(TurnAdvanced())
    follow(draft)


def follow(draft: Draft) -> None:
    """Bring the arc to where the turn, or the quest's stage, says it is."""
    state = draft.state
    target = phase_at(state.adventure_turn, state.max_turns)
    quest = state.active_quest
    if quest and state.adventure_turn >= _PULL_FROM * state.max_turns:
        pulled = _STAGE_ARC.get(quest.stage, ArcPhase.SETUP)
        target = max(target, pulled, key=_ARC.index)
    if _ARC.index(target) > _ARC.index(state.adventure_phase):
        draft.add(ArcAdvanced(to=target))


def key_scene_due(state: GameState) -> bool:
    """Whether the quest's next key scene should come now rather than another storylet."""
    return _waited(state) >= 0


def dawdled(state: GameState) -> bool:
    """Whether the hero has kept the quest waiting for so long that its danger moves now."""
    waited = _waited(state)
    return waited > 0 and waited % PATIENCE == 0


def _waited(state: GameState) -> int:
    """Turns since the next key scene was due; less than nothing while it is not, or without a quest."""
    quest = state.active_quest
    if quest is None:
        return -1
    since = state.adventure_turn - quest.stage_turn
    clock = state.clocks.get(quest.clock)
    if clock and clock.full:
        return since  # nobody has time for anything else now
    ahead = STAGES[STAGES.index(quest.stage) :]
    left = state.max_turns - state.adventure_turn
    wanted = sum(_GAPS[s] + 2 for s in ahead)  # two beats a key scene
    scale = min(state.max_turns / 50, left * 0.8 / wanted)
    return since - round(_GAPS[quest.stage] * scale)


def room_for_a_quest(state: GameState) -> bool:
    """Whether there are turns enough left to play another quest to its end."""
    return (state.max_turns - state.adventure_turn) * 50 >= SHORTEST_QUEST * state.max_turns


def half_way(state: GameState) -> bool:
    """Whether a completed quest is enough of a story."""
    return state.adventure_turn * 2 >= state.max_turns
