"""Quests: taken, moved along their spine, paid. Progress is made by events, never by words."""

from __future__ import annotations

from pocket_portals.rules.events import (
    ClockStarted,
    ClockStopped,
    GoldChanged,
    ItemGained,
    LevelGained,
    ObjectiveAdvanced,
    QualityChanged,
    QuestAccepted,
    QuestCompleted,
    QuestLost,
    StageEntered,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import STAGES, Clock, Stage

OF_THE_QUEST = "quest."  # qualities that begin so are gone when the quest is


def accept(draft: Draft, quest: str, clock: Clock | None) -> None:
    """Take one of the quests offered; its danger begins to fill."""
    draft.add(QuestAccepted(quest=quest))
    active = draft.state.active_quest
    if active and active.clock and clock and active.clock not in draft.state.clocks:
        draft.add(ClockStarted(id=active.clock, clock=clock))


def next_stage(draft: Draft, to: Stage | None = None) -> bool:
    """Move along the spine by one stage, or to a later one; False when it is at its end."""
    quest = draft.state.active_quest
    if quest is None:
        return False
    at = STAGES.index(quest.stage)
    target = STAGES.index(to) if to else at + 1
    if target >= len(STAGES) or target <= at:
        return False
    draft.add(StageEntered(stage=STAGES[target]))
    return True


def progress(draft: Draft, objective: str, by: int) -> None:
    """Advance an objective by as much as it still asks for. A finished one grows the hero a level."""
    quest = draft.state.active_quest
    wanted = next((o for o in quest.objectives if o.id == objective), None) if quest else None
    if wanted is None or wanted.complete or by < 1:
        return
    draft.add(ObjectiveAdvanced(objective=objective, by=min(by, wanted.count - wanted.done)))
    if wanted.done + by >= wanted.count:
        draft.propose(LevelGained())


def close(draft: Draft) -> bool:
    """End the quest under way: completed and paid, or lost. True when it was completed."""
    quest = draft.state.active_quest
    if quest is None:
        return False
    if quest.complete:
        draft.add(QuestCompleted())
        if quest.reward.gold:
            draft.add(GoldChanged(by=quest.reward.gold, why=quest.title))
        for ident, item in quest.reward.items.items():
            draft.propose(ItemGained(id=ident, item=item))
    else:
        draft.add(QuestLost())
    for name in [n for n in draft.state.qualities if n.startswith(OF_THE_QUEST)]:
        draft.add(QualityChanged(name=name, by=-draft.state.qualities[name]))
    if quest.clock in draft.state.clocks:
        draft.add(ClockStopped(id=quest.clock))
    return quest.complete
