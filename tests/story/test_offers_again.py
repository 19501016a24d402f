"""A quest that is offered a second time: its pitch was told."""

from __future__ import annotations

from standing import WORLD, standing

from pocket_portals.rules.events import LinesUsed
from pocket_portals.rules.state import Phase, Voice
from pocket_portals.story import questing
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Intent, Outcome


async def test_a_pitch_is_told_once_and_its_quest_called_by_name_after() -> None:
    state = standing("crossroads-inn").having(phase=Phase.QUEST, active_quest=None)
    quest = questing.quest_of(WORLD, WORLD.quest["boar"])
    state = state.having(pending_quest_options=(quest,))
    told = []
    for _ in range(2):
        outcome = Outcome(Intent(kind="attempt"))
        narration = await Storybook().tell(
            WORLD, state, outcome, (Voice.QUEST_DESIGNER,), lambda *_args, **_words: None
        )
        told.append(narration.speeches[0].text)
        state = LinesUsed(ids=narration.used).apply(state)
    giver = WORLD.person[quest.giver].name
    assert told[0].startswith(f"{quest.title}. {giver} asks. ")
    assert told[1] == f"{quest.title}. {giver} asks again."
