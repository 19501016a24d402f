"""Authored texts as words of the moment: names inside sentences, wordings that do not come again."""

from __future__ import annotations

import pytest
from standing import WORLD, standing, world_where

from pocket_portals.rules.state import GameState
from pocket_portals.story import questing
from pocket_portals.story.intent import read
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Intent, Outcome, Piece, Say
from pocket_portals.story.wording import Wording, person_slots
from pocket_portals.worlds.needs import Needs
from pocket_portals.worlds.scenes import Telling
from pocket_portals.worlds.schema import WorldDef

INN = standing("crossroads-inn")
SILENT: Say = lambda *_, **__: None  # noqa: E731


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("You come to {place}.", "You come to the Long Arch."),
        ("{place} is shut.", "The Long Arch is shut."),
        ("Rain. {place} is shut.", "Rain. The Long Arch is shut."),
        ("He says, “{place}.”", "He says, “The Long Arch.”"),
    ],
)
def test_a_name_with_an_article_reads_inside_a_sentence(text: str, told: str) -> None:
    assert Wording(WORLD, INN).fill(text, {"place": "The Long Arch"}) == told


def test_people_go_by_their_short_names_in_texts_and_in_what_players_type() -> None:
    theron = WORLD.person["theron"].model_copy(update={"name": "Theron Brask", "short": "Ronny"})
    world = world_where(people=[theron if p.id == "theron" else p for p in WORLD.people])
    slots = person_slots("host", theron)
    assert (
        Wording(world, INN).fill("{host.short} nods. {host} nods.", slots) == "Ronny nods. Theron Brask nods."
    )
    assert read("talk to ronny", INN, world).target == "person:theron"
    assert person_slots("host", theron.model_copy(update={"short": ""}))["host.short"] == "Theron Brask"


async def tell(state: GameState, piece: Piece, world: WorldDef = WORLD) -> tuple[str, GameState]:
    """The words of one piece, and the state that remembers them."""
    outcome = Outcome(Intent(kind="nothing"), [piece])
    told = await Storybook().tell(world, state, outcome, (), SILENT)
    seen = state.seen_storylets | dict.fromkeys(told.used, state.revision)
    return " ".join(s.text for s in told.speeches), state.having(
        seen_storylets=seen, revision=state.revision + 1
    )


async def test_a_text_that_comes_again_is_told_in_other_words_while_there_are_any() -> None:
    text = Telling(text="One.", variants=("Two.", "Three."))
    state, heard = INN, []
    for _ in range(4):
        words, state = await tell(state, Piece(text, id="again"))
        heard.append(words)
    assert sorted(heard[:3]) == ["One.", "Three.", "Two."]
    assert heard[3] == heard[0]


async def test_a_line_that_need_not_be_told_is_left_out_once_it_was_unless_nothing_else_is() -> None:
    line = Piece(("Thud.",), id="thud", once=True)
    outcome = Outcome(Intent(kind="nothing"), [line, Piece("The door holds.")])
    _, state = await tell(INN, line)
    told = await Storybook().tell(WORLD, state, outcome, (), SILENT)
    assert [s.text for s in told.speeches] == ["The door holds."]
    assert (await tell(state, line))[0] == "Thud."


async def test_a_place_is_described_once_and_then_only_arrived_at() -> None:
    text = Telling(text="A yard.", again="The yard, as before.")
    words, state = await tell(INN, Piece(text, id="place:yard"))
    again, _ = await tell(state, Piece(text, id="place:yard"))
    assert (words, again) == ("A yard.", "The yard, as before.")


def test_a_quest_may_be_kept_for_those_who_earned_it() -> None:
    kept = tuple(
        q.model_copy(update={"needs": Needs.model_validate({"quality": {"trusted": 1}})})
        if q.id == "boar"
        else q
        for q in WORLD.quests
    )
    world = world_where(quests=kept)
    state = INN.having(active_quest=None)

    def offered(state: GameState) -> set[str]:
        return {q.id for n in range(20) for q in questing.fitting(world, state.having(seed=str(n)))}

    assert "boar" not in offered(state)
    assert "boar" in offered(state.having(qualities={"trusted": 1}))


async def test_of_lines_that_are_all_spent_the_one_that_rested_longest_comes_again() -> None:
    thud, crack = (Piece((text,), id=text, once=True) for text in ("Thud.", "Crack."))
    _, state = await tell(INN, crack)
    _, state = await tell(state, thud)
    told = await Storybook().tell(WORLD, state, Outcome(Intent(kind="nothing"), [thud, crack]), (), SILENT)
    assert [s.text for s in told.speeches] == ["Crack."]
