"""What is said where people talk: heard once, remembered, sometimes wrong, and readable by scenes."""

from __future__ import annotations

import pytest
from standing import WORLD, standing, world_where

from pocket_portals.rules.events import FactLearned, PlaceEntered, TurnAdvanced
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import GameState
from pocket_portals.story import intent, referee, rumours
from pocket_portals.story.storyteller import Piece
from pocket_portals.worlds.needs import Needs
from pocket_portals.worlds.schema import WorldDef
from pocket_portals.worlds.voices import RumourDef

INN = standing("crossroads-inn")


def say(words: str, state: GameState, world: WorldDef = WORLD) -> tuple[list[Piece], Draft]:
    draft = Draft(state)
    return referee.explore(draft, world, intent.read(words, state, world)).pieces, draft


def learned(draft: Draft) -> list[str]:
    return [e.id for e in draft.events if isinstance(e, FactLearned) and e.id.startswith("rumour.")]


def with_rumours(*told: RumourDef) -> WorldDef:
    return world_where(rumours=told)


@pytest.mark.parametrize(
    "words",
    ["any news?", "what's the news", "heard anything?", "gossip", "ask around", "listen to the talk",
     "listen in on the next table", "eavesdrop on the regulars", "ask theron for news",
     "ask theron what he has heard", "what are people talking about?", "look for rumours"],
)  # fmt: skip
def test_asking_for_news_brings_a_rumour_that_the_hero_then_knows(words: str) -> None:
    pieces, draft = say(words, INN)
    (fact,) = learned(draft)
    assert draft.state.facts[fact].text == pieces[0].text
    assert draft.state.adventure_turn == INN.adventure_turn
    told, _ = say("what do i know?", draft.state)
    assert pieces[0].text in told[0].text


def test_a_second_question_in_the_same_breath_finds_nothing_new() -> None:
    _, draft = say("any news?", INN)
    _, again = say("any news?", draft.state)
    assert learned(again) == []


def test_no_rumour_comes_twice_and_there_is_an_end_of_them() -> None:
    state, heard = INN, []
    for _ in range(2 * len(WORLD.rumours) + 10):
        _, draft = say("any news?", state)
        heard += learned(draft)
        draft.add(TurnAdvanced())
        state = draft.state.having(revision=state.revision + 1, adventure_turn=state.adventure_turn % 40 + 1)
        state = state.having(facts={k: f.having(turn=0) for k, f in state.facts.items()})
    assert len(heard) == len(set(heard)) > len(WORLD.rumours) / 2
    assert say("any news?", state)[0][0].text == "Nobody has anything newer to tell, for now."


def test_where_nobody_is_there_is_no_news() -> None:
    alone = standing("candlewood")
    pieces, draft = say("any news?", alone)
    assert learned(draft) == []
    assert pieces[0].text == "Nobody is here to tell you any."


def test_a_rest_in_company_brings_talk_and_a_rest_alone_does_not() -> None:
    assert learned(say("rest", INN)[1])
    assert not learned(say("rest", standing("candlewood"))[1])


def test_somebody_with_nothing_left_to_say_passes_on_what_they_heard() -> None:
    state = INN
    for _ in range(20):
        _, draft = say("talk to theron", state)
        if learned(draft):
            return
        state = draft.state
    pytest.fail("Theron never fell back on the talk of the road")


def test_asked_about_a_matter_people_tell_what_they_heard_of_it() -> None:
    world = with_rumours(RumourDef(id="zither", text="The reeve keeps a zither in the grain."))
    pieces, draft = say("ask theron about the zither", INN, world)
    assert learned(draft) == ["rumour.zither"]
    assert "zither" in str(pieces[0].text)


def test_a_rumour_may_be_told_wrong_and_put_right_by_asking() -> None:
    told = RumourDef(id="zither", text="The reeve keeps a zither in the grain.",
                     twisted="The reeve keeps a wife in the grain.")  # fmt: skip
    world = with_rumours(told)
    seen: set[str] = set()
    for seed in range(30):
        _, draft = say("any news?", INN.having(seed=str(seed)), world)
        text = draft.state.facts["rumour.zither"].text
        seen.add(text)
        wrong = text == told.twisted
        assert draft.state.qualities.get("twisted.zither", 0) == wrong
        _, right = say("ask theron about the zither", draft.state, world)
        assert right.state.facts["rumour.zither"].text == (told.text if wrong else text)
        assert "twisted.zither" not in right.state.qualities
    assert seen == {told.text, told.twisted}


def test_a_scene_can_answer_what_was_heard_and_is_likelier_for_it() -> None:
    world = with_rumours(
        RumourDef.model_validate({"id": "zither", "text": "A zither.", "do": {"quality": "rich"}})
    )
    _, draft = say("any news?", INN, world)
    reads = Needs.model_validate({"quality": {"heard.zither": 1, "rich": 1}})
    assert reads.weight == 2
    assert not reads.hold(INN)
    assert reads.hold(draft.state)


def test_the_most_fitting_rumour_comes_first() -> None:
    plain = [RumourDef(id=f"plain-{n}", text=f"Plain {n}.") for n in range(9)]
    fits = RumourDef.model_validate({"id": "fits", "text": "Of the rope.", "needs": {"has": "rope"}})
    _, draft = say("any news?", INN, with_rumours(*plain, fits))
    assert learned(draft) == ["rumour.fits"]


def test_words_about_how_it_comes_are_the_worlds_own() -> None:
    world = with_rumours(RumourDef(text="Salt is up."))
    voices = world.voices.model_copy(
        update={"hearsay": ("A page hangs by the door. {rumour} So says {who}.",)}
    )
    world = world.model_copy(update={"voices": voices, "host": "mara-quill"})
    draft = Draft(INN)
    draft.add(PlaceEntered(place="crossroads-inn"))
    (piece,) = rumours.overheard(draft, world)
    assert piece.slots == {"rumour": "Salt is up.", "who": "Theron"}


def test_a_bridge_tells_no_gossip() -> None:
    state = standing("long-arch", cast={"bridge": "mother-arch"}, scene="arch-decision")
    for said in ("ask the bridge for news", "ask mother arch about the curtains", "ask her about the gates"):
        _, draft = say(said, state)
        assert not learned(draft), said
