"""The game line by line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import Player

from pocket_portals.errors import Conflict, ModelUnavailable, StoreUnavailable
from pocket_portals.plain.offering import news
from pocket_portals.session.commands import COMMANDS, Command
from pocket_portals.session.entrance import QUICK, Entrance

LABELLED = re.compile(r"[A-Z][\w ]*: \S|[1-9]\. \S|Saved [a-z-]+\d{4}$|Not saved: ")


@pytest.fixture
def player() -> Player:
    return Player()


async def test_a_new_run_is_opened_and_its_choices_are_numbered(player: Player) -> None:
    assert await player.plays() == 0
    assert [line for line in player.lines if line[:2] in ("1.", "2.", "3.")] == [
        "1. Ask about the lamp",
        "2. Go up",
        "3. Wait it out",
    ]
    assert player.said("Run")[0].startswith(player.run)


async def test_every_line_says_who_speaks(player: Player) -> None:
    await player.plays("1", "2", "look about", "/sheet", "/quest", "/journal", "/dice", "/help", "", "9")
    assert [line for line in player.lines if not LABELLED.match(line)] == []


async def test_at_the_end_of_input_it_says_where_the_run_is_and_all_is_well(player: Player) -> None:
    player.store.name = "file"
    assert await player.plays("1") == 0
    assert player.lines[-1] == f"Saved {player.run}"


async def test_a_run_kept_in_memory_is_not_called_saved(player: Player) -> None:
    await player.plays("1")
    assert player.lines[-1].startswith("Not saved")


async def test_a_deed_is_heard_decided_told_and_saved(player: Player) -> None:
    await player.plays("sing to the lamp")
    assert "You try: sing to the lamp." in player.said("Keeper")
    assert player.said("Theron")
    assert player.record.turns[-1].action == "sing to the lamp"


async def test_the_dice_of_a_turn_are_shown_with_their_faces(player: Player) -> None:
    await player.plays("one", "two", "three", "slip", "past")
    assert any(
        re.match(r"Dexterity, DC 13.*: .*\d+ \+ 3 Dexterity .* = \d+, \w+\.$", line)
        for line in player.said("Dice")
    )


async def test_resuming_prints_the_last_scene_and_its_choices_exactly(player: Player) -> None:
    await player.plays("1", "2", "3", "slip past", "on", "fight")
    left = [line for line in player.lines[:-1] if "hoices" not in line]
    await player.plays(entrance=Entrance(run=player.run))
    deed, *back = player.lines[1:-1]
    assert deed == "You: fight"
    back.remove("Place: The Crossroads.")
    assert back[-3:] == [line for line in left if line[:2] in ("1.", "2.", "3.")]
    assert back[:-3] == left[-len(back) + 3 :]
    assert "Keeper: You try: fight." in back


async def test_resuming_loads_no_engine_before_a_turn_is_played(player: Player) -> None:
    await player.plays("1")
    player.warmed = 0
    await player.plays(entrance=Entrance(run=player.run))
    assert player.warmed == 0
    await player.plays("1", entrance=Entrance(run=player.run))
    assert player.warmed == 1


async def test_resuming_a_fight_tells_how_it_stands(player: Player) -> None:
    await player.plays("1", "2", "3", "on", "on", "on")
    await player.plays(entrance=Entrance(run=player.run))
    assert any("Grey wolf" in line for line in player.said("Fight"))


@pytest.mark.parametrize("line", ["", "   ", "\t", "\x1b[2J", "\u202e\u2066"])
async def test_a_line_with_nothing_in_it_plays_no_turn_and_says_what_can_be_said(
    player: Player, line: str
) -> None:
    await player.plays(line)
    assert player.record.rev == 1
    assert "number from 1 to 3" in player.said("Keeper")[-1]


@pytest.mark.parametrize("number", ["0", "4", "99", "12345678901234567890", "٩"])
async def test_a_number_that_is_no_choice_plays_no_turn(player: Player, number: str) -> None:
    await player.plays(number)
    assert player.record.rev == 1
    assert "go from 1 to 3" in player.said("Keeper")[-1]


async def test_of_ten_thousand_characters_the_first_are_heard_and_the_player_is_told(player: Player) -> None:
    await player.plays("x" * 10_000)
    assert player.engine.heard[-1] == "x" * 400
    assert "first 400" in " ".join(player.said("Keeper"))


@given(line=st.text(max_size=60))
async def test_no_line_crashes_the_game_or_writes_a_control_character(line: str) -> None:
    player = Player()
    assert await player.plays(line, "[bold]hm[/bold]") == 0
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(player.lines))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_every_slash_command_is_answered(player: Player, command: Command) -> None:
    assert await player.plays("1", f"/{command.name}") == 0
    assert not any("can't be used here" in line for line in player.lines)


async def test_an_unknown_command_names_the_nearest(player: Player) -> None:
    await player.plays("/shet")
    assert "Did you mean /sheet?" in player.said("Keeper")[-1]


async def test_undo_takes_the_last_turn_back_and_shows_the_scene_again(player: Player) -> None:
    await player.plays("1", "2", "/undo")
    assert player.record.state.revision == 2
    assert player.said("Run")[-1].startswith(player.run)


@pytest.mark.parametrize("words", ["/undo 99", "/undo x", "/undo -1", "/branch 99", "/undo 99999999999"])
async def test_a_turn_that_is_not_there_is_a_word_and_no_change(player: Player, words: str) -> None:
    await player.plays("1", "2")
    before = player.record
    await player.plays(words, entrance=Entrance(run=player.run))
    assert player.record == before
    assert player.said("Keeper")


async def test_a_branch_goes_on_as_a_run_of_its_own(player: Player) -> None:
    await player.plays("1", "2", "3", "/branch 2", "1")
    runs = {run.id: run.revision for run in player.store.summaries()}
    assert sorted(runs.values()) == [3, 4]
    assert player.lines[-1].endswith("kept in memory only")


async def test_a_title_is_kept(player: Player) -> None:
    await player.plays("1", "/title The [b]winter[/b] road")
    assert player.record.state.title == "The [b]winter[/b] road"


async def test_a_storyteller_that_is_not_here_is_refused(player: Player) -> None:
    await player.plays("/storyteller homer")
    assert player.record.rev == 1
    assert "homer" in player.said("Keeper")[-1]


async def test_after_the_end_commands_still_work(player: Player) -> None:
    await player.plays("1", "2", "3", "die", "go on", "/undo")
    assert any("adventure is over" in line for line in player.said("Keeper"))
    assert not player.record.state.adventure_completed


async def test_quit_leaves_with_more_lines_waiting(player: Player) -> None:
    assert await player.plays("/quit", "1") == 0
    assert player.record.rev == 1


async def test_a_deed_that_could_not_be_kept_is_the_status_of_the_game_unless_a_later_one_was() -> None:
    failure = StoreUnavailable("The disk is full.", "Make room.")
    player = Player(failure=failure)
    with pytest.raises(StoreUnavailable):
        await player.plays("1", "fail")
    assert "The disk is full. Make room." in player.said("Keeper")
    assert await player.plays("fail", "1") == 0


@pytest.mark.parametrize("failure", [ModelUnavailable("It sleeps."), Conflict("Somebody moved it on.")])
async def test_a_turn_that_fails_is_told_and_the_game_goes_on(failure: Conflict | ModelUnavailable) -> None:
    player = Player(failure=failure)
    assert await player.plays("fail", "1") == 0
    assert failure.message in player.said("Keeper")
    assert player.record.rev == 2


async def test_an_interrupt_loses_nothing_and_says_where_the_run_is(player: Player) -> None:
    player.store.name = "file"

    def at_third_line() -> None:
        if player.store.summaries() and player.record.rev == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await player.plays("1", "2", "3", on_read=at_third_line)
    assert player.record.rev == 3
    assert player.lines[-1] == f"Saved {player.run}"


async def test_the_title_begins_a_story(player: Player) -> None:
    assert await player.plays("1", "1", entrance=Entrance()) == 0
    assert player.record.rev == 2


async def test_the_title_offers_the_runs_there_are(player: Player) -> None:
    await player.plays("1", "2")
    run = player.run
    assert await player.plays("nonsense", "2", "1", entrance=Entrance()) == 0
    assert player.store.load(run).rev == 4


async def test_leaving_the_title_plays_nothing(player: Player) -> None:
    assert await player.plays("/quit", entrance=Entrance()) == 0
    assert player.store.summaries() == []
    assert player.warmed == 0


async def test_words_are_found_in_the_story_and_said_where(player: Player) -> None:
    await player.plays("sing to the lamp", "/find  SING to", "/find dragons", "/find", "/odds")
    assert any("sing to the lamp" in line and line.startswith("turn ") for line in player.said("Found"))
    assert "nowhere in this story" in player.said("Found")
    assert any("Which words?" in line for line in player.said("Keeper"))


async def test_a_word_takes_a_ready_hero_to_the_quests(player: Player) -> None:
    assert await player.plays("/quick", "/quit", entrance=Entrance()) == 0
    assert player.engine.heard[-1] == QUICK


async def test_the_hall_is_read_out_before_a_story_begins(player: Player) -> None:
    assert await player.plays("/hall", "/quit", entrance=Entrance()) == 0
    assert player.said("Hall") == ["Nobody yet. A story has to end before its hero is spoken of."]


def test_deeds_offered_again_are_not_read_out_again():
    six = [f"{n}. Deed" for n in range(1, 7)]
    assert list(news(six, [])) == six
    assert list(news(six, six)) == ["Choices: 1 to 6 as before."]
    assert list(news(["1. Strike (42%)", *six[1:]], six)) == [
        "1. Strike (42%)",
        "Choices: the others as before.",
    ]
