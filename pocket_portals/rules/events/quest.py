"""Facts about quests: offered, accepted, advanced, done."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pocket_portals.rules.events.base import Fact
from pocket_portals.rules.state import STAGES, GameState, Quest, Stage


class QuestsOffered(Fact):
    """Three quests lie on the table."""

    kind: Literal["quests_offered"] = "quests_offered"
    quests: tuple[Quest, ...] = Field(max_length=3)

    def apply(self, state: GameState) -> GameState:
        return state.having(pending_quest_options=self.quests)


class QuestAccepted(Fact):
    """The hero took one of the quests offered."""

    kind: Literal["quest_accepted"] = "quest_accepted"
    quest: str

    def refusal(self, state: GameState) -> str:
        if state.active_quest and not state.active_quest.complete:
            return "a quest is under way"
        offered = any(q.id == self.quest for q in state.pending_quest_options)
        return "" if offered else "that quest was not offered"

    def apply(self, state: GameState) -> GameState:
        quest = next(q for q in state.pending_quest_options if q.id == self.quest)
        quest = quest.having(stage_turn=state.adventure_turn)
        return state.having(active_quest=quest, pending_quest_options=())


class _OfQuest(Fact):
    """A fact about the quest under way."""

    def refusal(self, state: GameState) -> str:
        return "" if state.active_quest else "no quest is under way"


class StageEntered(_OfQuest):
    """The quest moved along its spine. It never moves back."""

    kind: Literal["stage_entered"] = "stage_entered"
    stage: Stage

    def refusal(self, state: GameState) -> str:
        quest = state.active_quest
        if quest and STAGES.index(self.stage) <= STAGES.index(quest.stage):
            return "a quest does not move back"
        return super().refusal(state)

    def apply(self, state: GameState) -> GameState:
        quest = state.active_quest
        assert quest is not None
        moved = quest.having(stage=self.stage, stage_turn=state.adventure_turn)
        return state.having(active_quest=moved)


class TwistDrawn(_OfQuest):
    """What the quest is really about; the hero learns it at the reveal."""

    kind: Literal["twist_drawn"] = "twist_drawn"
    twist: str

    def apply(self, state: GameState) -> GameState:
        quest = state.active_quest
        assert quest is not None
        return state.having(active_quest=quest.having(twist=self.twist))


class ObjectiveAdvanced(_OfQuest):
    """Part of what the quest asks for was done."""

    kind: Literal["objective_advanced"] = "objective_advanced"
    objective: str
    by: int = Field(default=1, ge=1)

    def refusal(self, state: GameState) -> str:
        if state.active_quest:
            objective = next((o for o in state.active_quest.objectives if o.id == self.objective), None)
            if objective is None:
                return f"the quest has no objective {self.objective}"
            if objective.done + self.by > objective.count:
                return f"{self.objective} asks for no more"
        return super().refusal(state)

    def apply(self, state: GameState) -> GameState:
        quest = state.active_quest
        assert quest is not None
        objectives = tuple(
            o.having(done=o.done + self.by) if o.id == self.objective else o for o in quest.objectives
        )
        return state.having(active_quest=quest.having(objectives=objectives))


class QuestCompleted(_OfQuest):
    """Every objective is done and the quest is behind the hero."""

    kind: Literal["quest_completed"] = "quest_completed"

    def refusal(self, state: GameState) -> str:
        quest = state.active_quest
        if quest and not quest.complete:
            return "objectives are still open"
        if quest and quest.id in state.completed_quests:
            return "it was completed already"
        return super().refusal(state)

    def apply(self, state: GameState) -> GameState:
        quest = state.active_quest
        assert quest is not None
        done = (*state.completed_quests, quest.id)
        return state.having(completed_quests=done, active_quest=None)


class QuestLost(_OfQuest):
    """The quest came to its end with objectives open. It can't be taken again."""

    kind: Literal["quest_lost"] = "quest_lost"

    def apply(self, state: GameState) -> GameState:
        quest = state.active_quest
        assert quest is not None
        qualities = state.qualities | {f"lost.{quest.id}": 1}
        return state.having(active_quest=None, qualities=qualities)
