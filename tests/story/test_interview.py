"""Who the hero becomes by what was answered at the table."""

from __future__ import annotations

from standing import WORLD, standing

from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import CharacterSheet
from pocket_portals.story import interview


def hero(*answers: str) -> CharacterSheet:
    """The hero of four answers, each typed or picked by its number."""
    state = standing("crossroads-inn").having(creation_turn=0)
    for answer in answers:
        state = state.having(current_choices=interview.choices(WORLD, state))
        draft = Draft(state)
        interview.exchange(draft, WORLD, interview.hear(answer, state))
        state = draft.state
    return state.hero


def test_what_is_said_of_others_makes_nobody_of_their_kind() -> None:
    sheet = hero("Maddy Rook, a dwarf", "I heal people", "my sister owes a man two hundred", "a spoon")
    assert (sheet.ancestry, sheet.calling) == ("dwarf", "cleric")
    sheet = hero("a thief", "I open things", "I owe a man money", "a whistle from the wedding I ran from")
    assert (sheet.calling, sheet.motive, sheet.keepsake) == ("rogue", "debt", "tin-whistle")


def test_an_answer_that_was_picked_holds_whatever_is_said_of_others() -> None:
    offered = interview.choices(WORLD, standing("crossroads-inn").having(creation_turn=0))
    for number, choice in enumerate(offered, 1):
        sheet = hero(str(number), "1", "a man and an elf and a dwarf are after me", "1")
        assert sheet.ancestry_name in choice.label


def test_what_is_answered_to_another_question_counts_where_nothing_else_was_said() -> None:
    sheet = hero("Odo", "I am an elf and I sing", "a debt", "a key")
    assert (sheet.ancestry, sheet.calling) == ("elf", "bard")
