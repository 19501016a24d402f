"""What is said while quests are on offer: taken up, asked about, or neither."""

from __future__ import annotations

from standing import WORLD, standing

from pocket_portals.rules.state import Phase
from pocket_portals.story import questing


def test_only_what_a_quest_is_about_takes_it_up_not_a_verb_that_its_pitch_has_too() -> None:
    state = standing("crossroads-inn").having(phase=Phase.QUEST, active_quest=None)
    quest = questing.quest_of(WORLD, WORLD.quest["boar"]).having(pitch="Somebody is to look at a boar.")
    state = state.having(pending_quest_options=(quest,))
    state = state.having(current_choices=questing.choices(state))
    assert questing.hear("look at the ceiling", state, WORLD).kind == "question"
    assert questing.hear("look into the boar", state, WORLD).choice == 0
