"""Plain mode as somebody hears it who can't look back: what is said, and what is not said again."""

from __future__ import annotations

import re

import pytest
from records import played
from scripted import Player
from tables import new, play_until, service

from pocket_portals.errors import Impossible
from pocket_portals.plain.game import play
from pocket_portals.plain.steps_back import steps_back
from pocket_portals.plain.telling import Telling
from pocket_portals.plain.words import Terms, spoken
from pocket_portals.rules.dice import roll
from pocket_portals.rules.events import (
    AttackRolled,
    Event,
    FoeHurt,
    GoldChanged,
    HealthChanged,
    ItemGained,
    ItemLost,
    PlaceEntered,
    SceneTold,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import GameState, Item, Phase, Speech, Voice
from pocket_portals.session.commands import parse
from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.session.ports import Words
from pocket_portals.session.service import GameSessionService

TERMS = Terms("silver", {"crossroads": "the Crossroads"})


async def on_the_road() -> tuple[GameSessionService, str]:
    """A real story, some turns in."""
    table = service()
    run = (await table.create(new("heard"))).run
    await play_until(table, run, lambda state: state.phase is Phase.EXPLORE and state.adventure_turn >= 2)
    return table, run


async def hears(table: GameSessionService, entrance: Entrance, *script: str) -> list[str]:
    """What is written while a script is typed."""
    lines: list[str] = []
    typed = iter(script)
    await play(table, entrance, lambda: next(typed, None), lines.append, lambda: None)
    return lines


async def test_after_a_question_the_scene_is_told_whole_with_its_place_and_its_choices() -> None:
    table, run = await on_the_road()
    state = table.state(run)
    scene = table.record(run).story[-1].speeches[-1].text.splitlines()[0]
    lines = await hears(table, Entrance(run=run), "where am i?", "/look")
    told = lines[len(lines) - lines[::-1].index("You: where am i?") - 2 :]
    assert any(scene in line for line in told)
    place = table.worlds.get(state.world).location[state.place].name
    assert [line for line in told if line.startswith("Place: ")] == [f"Place: {place[0].upper()}{place[1:]}."]
    assert told[-2].startswith(f"{len(state.current_choices)}. ")


async def test_a_place_is_named_between_the_words_for_what_was_and_its_own() -> None:
    table, run = await on_the_road()
    while True:
        lines = await hears(table, Entrance(run=run), "1")
        turn = table.record(run).story[-1]
        arrives = next((e.speech for e in turn.events if isinstance(e, SceneTold)), None)
        if arrives and any(isinstance(e, PlaceEntered) for e in turn.events):
            break
    first, own = (lines.index(next(at for at in reversed(lines) if speech.text[:50] in at))
                  for speech in (turn.speeches[arrives - 1], turn.speeches[arrives]))  # fmt: skip
    place = table.worlds.get("ember-road").location[table.state(run).place].name
    assert f"Place: {place[0].upper()}{place[1:]}." in lines[first:own]


async def test_a_place_that_is_only_passed_through_is_not_named() -> None:
    player = Player()
    await player.plays("1", "2", "3", "wander", "/look")
    assert player.said("Place") == ["The Crossroads.", "The Mill.", "The Mill."]


async def test_choices_that_are_as_they_were_are_not_read_out_again() -> None:
    table, run = await on_the_road()
    count = len(table.state(run).current_choices)
    lines = await hears(table, Entrance(run=run), "where am i?", "who is here?", "/choices", "c")
    assert lines.count(f"Choices: 1 to {count} as before.") == 2
    assert sum(line.startswith("1. ") for line in lines) == 3
    assert sum("/choices" in line for line in lines) == 1


async def test_a_question_is_no_step_of_undo_and_what_was_taken_back_is_said() -> None:
    table, run = await on_the_road()
    before = table.state(run)
    lines = await hears(table, Entrance(run=run), "1", "where am i?", "who is here?", "/undo")
    label = before.current_choices[0].label
    assert f"Keeper: Taken back: {label}, and 2 questions since." in lines
    assert table.state(run).current_choices == before.current_choices
    assert table.state(run).adventure_turn == before.adventure_turn
    assert not any("questions" in line for line in await hears(table, Entrance(run=run), "1", "/undo"))


def test_more_turns_than_there_are_is_answered_with_their_number() -> None:
    with pytest.raises(Impossible, match="There are 6 turns to take back"):
        steps_back(played(7), 50)
    assert steps_back(played(7), 6).revisions == 6
    with pytest.raises(Impossible, match="There is no turn to take back"):
        steps_back(played(1), 1)


async def test_what_was_taken_back_of_several_turns_is_counted() -> None:
    assert steps_back(played(7), 3).told == "Taken back: 3 turns, from “turn 4” on."


async def test_a_copy_says_so_and_how_to_get_back() -> None:
    player = Player()
    await player.plays("1", "2")
    run = player.run
    await player.plays("/branch", entrance=Entrance(run=run))
    (said,) = [line for line in player.said("Keeper") if "a copy" in line]
    assert f"`pocket-portals resume {run} --plain`" in said


async def test_the_end_is_asked_for_twice_and_another_story_can_follow() -> None:
    player = Player()
    await player.plays("1", "2", "/retire", "1", "/retire")
    assert "/retire" not in player.engine.heard
    assert "Type /retire again to end the story here." in player.said("Keeper")
    await player.plays("/retire", "/retire", entrance=Entrance(run=player.run))
    assert player.engine.heard[-1] == "/retire"
    await player.plays("die", "/new", "1", entrance=Entrance(run=player.run))
    assert any("/new begins another" in line for line in player.said("Keeper"))
    assert len(player.store.summaries()) == 2


async def test_a_story_that_is_not_over_is_not_left_by_one_word() -> None:
    player = Player()
    await player.plays("1", "2", "/new")
    assert len(player.store.summaries()) == 1
    await player.plays("/new", "/new", entrance=Entrance(run=player.run))
    assert len(player.store.summaries()) == 2


@pytest.mark.parametrize("slip", ["/retry", "/quick", "/quickly", "/retir", "/qit", "/ends", "/exi"])
def test_no_slip_points_to_what_ends_the_story(slip: str) -> None:
    with pytest.raises(Impossible) as caught:
        parse(slip)
    assert not re.search(r"Did you mean /(retire|end|quit|q|exit)\?", str(caught.value))


async def test_a_ready_hero_is_taken_at_the_table_and_nowhere_else() -> None:
    table = service()
    lines = await hears(
        table, Entrance(new=NewRun(world="ember-road", seed="quick")), "/quick", "1", "/quick"
    )
    assert any(line.startswith("Hero: You are ") for line in lines)
    assert "Keeper: /quick takes a ready hero, and you have yours. /new begins another story." in lines


@pytest.mark.parametrize("word", ["help", "/help", "?"])
async def test_help_at_the_title_says_all_that_can_be_typed(word: str) -> None:
    player = Player()
    await player.plays(word, "/quit", entrance=Entrance())
    assert sum("/quick" in line and "/hall" in line for line in player.said("Keeper")) == 2


async def test_help_names_only_what_works_here() -> None:
    player = Player()
    await player.plays("1", "/help")
    names = {line.partition(" ")[0].rstrip(":") for line in player.said("Help")}
    assert not names & {"/settings", "/retell"}
    assert {"/choices", "/undo", "/new", "/quick"} <= names


async def test_it_is_said_once_in_which_world_a_story_plays_where_there_are_several() -> None:
    fresh = NewRun(world="ember-road", seed="where")
    lines = await hears(service(), Entrance(new=fresh), "/quit")
    (said,) = [line for line in lines if "Ember Road" in line]
    assert said.startswith("Keeper: ")
    assert "`pocket-portals play --plain --world " in said
    assert "`pocket-portals worlds list`" in said
    assert lines.index(said) == 0


def test_what_becomes_true_between_words_is_written_between_them() -> None:
    lines: list[str] = []
    telling = Telling(lines.append, lambda text: lines.append(f"Keeper: {text}"))
    one, two = (Speech(voice=Voice.NARRATOR, text=text) for text in ("One.", "Two."))
    telling.begin()
    telling.fact(["Dice: 20."])
    telling.words(Words(Voice.NARRATOR, "One.", begins=True))
    telling.fact(["Place: The Crossroads."])
    telling.words(Words(Voice.NARRATOR, "Two.", begins=True))
    assert lines == ["Dice: 20."]
    telling.spoken(one)
    telling.spoken(two)
    telling.fact(["Change: You rest."])
    telling.end()
    in_order = [
        "Dice: 20.",
        "Narrator: One.",
        "Place: The Crossroads.",
        "Narrator: Two.",
        "Change: You rest.",
    ]
    assert lines == in_order


def test_words_that_stand_do_not_hold_up_what_follows() -> None:
    lines: list[str] = []
    telling = Telling(lines.append, lines.append)
    telling.words(Words(Voice.NARRATOR, "One.", begins=True))
    telling.words(Words(Voice.NARRATOR, "", stands=4))
    telling.fact(["Place: The Crossroads."])
    assert lines == ["Narrator: One.", "Place: The Crossroads."]
    telling.spoken(Speech(voice=Voice.NARRATOR, text="One."))
    assert len(lines) == 2


def heard(event: Event, state: GameState) -> str:
    entry = spoken(event, event.apply(state), TERMS)
    assert entry is not None
    return f"{entry.label}: {entry.text}"


def test_who_was_hurt_is_said_in_words() -> None:
    state = played(7).state
    combat = state.combat_state
    assert combat is not None
    left = f"{state.health_current - 5} of {state.health_max}."
    foe = combat.foes[0].name
    assert heard(HealthChanged(by=-5, why=foe), state) == f"Change: You lose 5 health, by {foe}: {left}"
    assert heard(HealthChanged(by=-5, why="boar-fight"), state) == f"Change: You lose 5 health: {left}"
    assert heard(HealthChanged(by=-5, why="you come to"), state) == f"Change: You lose 5 health: {left}"
    assert (
        heard(HealthChanged(by=-5, why="thorns"), state) == f"Change: You lose 5 health, from thorns: {left}"
    )
    assert heard(HealthChanged(by=-5, why="Go up the wall"), state) == f"Change: You lose 5 health: {left}"
    assert heard(FoeHurt(foe="wolf", by=3), state) == "Change: Grey wolf loses 3: 87 of 90."
    assert heard(FoeHurt(foe="wolf", by=99), state) == "Change: Grey wolf loses 99, and is down."


def test_money_and_things_are_counted_in_words() -> None:
    state = played(7).state
    assert heard(GoldChanged(by=28, why="boar-fight"), state) == (
        f"Change: You gain 28 silver: {state.gold + 28} now."
    )
    assert heard(GoldChanged(by=-2, why="boar-fight"), state) == (
        f"Change: You lose 2 silver: {state.gold - 2} left."
    )
    two = ItemGained(id="loaf", item=Item(name="barley loaf", count=2))
    assert heard(two, state) == "Change: You now carry barley loaf, 2 in all."
    state = two.apply(state)
    assert heard(ItemLost(id="loaf", why="barley loaf"), state) == "Change: Barley loaf: 1 left."
    assert heard(ItemLost(id="loaf", count=2), state) == "Change: You no longer carry loaf."


def test_a_blow_says_at_whom() -> None:
    state = played(7).state
    draft = Draft(state)
    hit = AttackRolled(
        by="wolf",
        target="hero",
        with_="strike",
        armour_class=14,
        roll=roll("1d20", draft.stream, ()),
        hit=False,
    )
    assert heard(hit, state).startswith("Dice: Grey wolf (strike) against you, 14: ")
    assert heard(hit, state).endswith(", miss.")
    own = hit.having(by="hero", target="wolf", with_="longbow")
    assert heard(own, state).startswith("Dice: You (longbow) against Grey wolf, 14: ")


def test_signs_that_are_not_read_out_are_not_written() -> None:
    state = played(7).state
    for turn in played(9).story:
        for event in turn.events:
            if event.kind in ("check_rolled", "health_changed", "gold_changed", "item_gained", "foe_hurt"):
                entry = spoken(event, state, TERMS)
                assert not entry or not re.search("[·−×]", entry.text)
