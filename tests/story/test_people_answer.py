"""What people answer: as often as they are asked, but what comes of it comes once."""

from __future__ import annotations

from standing import WORLD, standing, world_where

from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import Choice, Phase, Verb
from pocket_portals.story import answers, consequences, intent, questing, referee
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.schema import Talk
from pocket_portals.worlds.voices import RumourDef


def test_what_an_answer_brings_is_brought_once_however_often_one_asks() -> None:
    talk = Talk(about=("anneke",), text="He says it again.", do=Effects(gold=3))
    world = world_where(
        people=tuple(p.model_copy(update={"says": (talk,)}) if p.id == "theron" else p for p in WORLD.people)
    )
    state = standing("crossroads-inn")
    for _ in range(3):
        draft = Draft(state)
        pieces = referee.explore(draft, world, intent.read("ask theron about anneke", state, world)).pieces
        assert "again" in str(pieces[0].text)
        state = draft.state
    assert state.gold == 13


def test_what_the_hero_knows_is_not_learned_again() -> None:
    draft = Draft(standing("crossroads-inn"))
    for _ in range(2):
        consequences.enact(draft, WORLD, Effects(learn={"anneke": "Anneke took the late ferry."}))
    assert [event.kind for event in draft.events].count("fact_learned") == 1


def test_to_ask_somebody_who_did_a_thing_is_not_to_ask_who_they_are() -> None:
    state = standing("crossroads-inn")
    who_he_is = f"That is Theron, {WORLD.person['theron'].who}."
    asked = {
        "ask theron who stole the zither": False,
        "theron, who is relieving you?": False,
        "who is theron?": True,
        "who are you, theron?": True,
    }
    for said, told in asked.items():
        draft = Draft(state)
        pieces = referee.explore(draft, WORLD, intent.read(said, state, WORLD)).pieces
        assert (pieces[0].text == who_he_is) is told


def test_to_ask_about_a_quest_is_not_to_take_it_up() -> None:
    state = standing("crossroads-inn").having(phase=Phase.QUEST, active_quest=None)
    quests = tuple(questing.quest_of(WORLD, WORLD.quest[q]) for q in ("lamper", "boar"))
    state = state.having(pending_quest_options=quests)
    state = state.having(current_choices=questing.choices(state))
    asked = questing.hear(f"ask theron about {quests[1].title}", state, WORLD)
    assert (asked.kind, asked.target) == ("question", "person:theron")
    assert questing.hear(f"take up {quests[1].title}", state, WORLD).choice == 1
    giver = WORLD.person[quests[0].giver]
    assert questing.hear(f"who is {giver.name}?", state, WORLD).target == f"person:{giver.id}"


def test_who_looks_closer_does_not_turn_away_from_the_scene() -> None:
    state = standing("candlewood", "dead-soldier")
    for said, rolled in (("look up at the crows", False), ("search the bracken", True)):
        draft = Draft(state)
        told = referee.explore(draft, WORLD, intent.read(said, state, WORLD))
        assert bool(told.degree) is rolled
        assert not told.new_scene
        assert draft.state.scene == state.scene


def test_a_question_about_the_quest_that_nobody_here_can_answer_tells_what_is_to_be_done() -> None:
    state = standing("candlewood")
    pieces = referee.explore(Draft(state), WORLD, intent.read("what is the last round?", state, WORLD)).pieces
    assert state.active_quest is not None
    assert state.active_quest.title in str(pieces[0].text)


def test_what_somebody_answers_is_told_under_their_name() -> None:
    mara = WORLD.person["mara-quill"]
    talk = Talk(about=("geese",), text="She counts them.")
    world = world_where(people=(mara.model_copy(update={"says": (talk,)}),))
    state = standing("third-post", "lamper-hook", {"mara": mara.id})
    pieces = referee.explore(Draft(state), world, intent.read("ask mara about geese", state, world)).pieces
    assert (pieces[0].text, pieces[0].speaker) == (talk.text, mara.name)


def test_it_is_what_an_offered_deed_calls_so_before_what_was_named_last() -> None:
    owing = Choice(label="Owe him for it", verb=Verb.TALK, ref="owe")
    state = standing("crossroads-inn", said="look at the rope").having(current_choices=(owing,))
    for said in ("i'll owe you for it", "owe theron for it"):
        assert intent.read(said, state, WORLD).choice == 0


def test_an_answer_that_was_heard_is_introduced_when_it_is_given_again() -> None:
    talk = Talk(about=("anneke",), text="She rang it.")
    world = world_where(
        people=tuple(p.model_copy(update={"says": (talk,)}) if p.id == "theron" else p for p in WORLD.people),
        rumours=(),
    )
    state, told = standing("crossroads-inn"), []
    for _ in range(2):
        draft = Draft(state)
        pieces = referee.explore(draft, world, intent.read("ask theron about anneke", state, world)).pieces
        told.append([p.text for p in pieces])
        state = draft.state
    assert told == [["She rang it."], [answers.SAID_BEFORE, "She rang it."]]
    own = world_where(
        people=world.people,
        rumours=(),
        voices=world.voices.model_copy(update={"repeats": ("{who} sighs.",)}),
    )
    pieces = referee.explore(Draft(state), own, intent.read("ask theron about anneke", state, own)).pieces
    assert (pieces[0].text, pieces[0].slots["who"]) == (("{who} sighs.",), "Theron")


def test_talk_of_the_same_matter_that_was_not_heard_comes_before_what_was() -> None:
    talk = Talk(about=("anneke",), text="She rang it.")
    world = world_where(
        people=tuple(p.model_copy(update={"says": (talk,)}) if p.id == "theron" else p for p in WORLD.people),
        rumours=(RumourDef(id="anneke", text="They say Anneke married a clock."),),
    )
    state, told = standing("crossroads-inn"), []
    for _ in range(3):
        draft = Draft(state)
        pieces = referee.explore(draft, world, intent.read("ask theron about anneke", state, world)).pieces
        told.append(pieces[-1].text)
        state = draft.state
    assert told == ["She rang it.", "They say Anneke married a clock.", "She rang it."]


def test_a_look_at_what_the_scene_shows_rolls_nothing_and_shows_it_again() -> None:
    state = standing("candlewood", "dead-soldier")
    draft = Draft(state)
    told = referee.explore(draft, WORLD, intent.read("look at the boots", state, WORLD))
    assert (told.degree, told.new_scene, draft.events) == (None, False, [])
    assert told.pieces[0].text == WORLD.scene["dead-soldier"].text


def test_a_name_that_begins_with_an_initial_is_told_whole() -> None:
    world = WorldLibrary().get("drowned-bell")
    scene = world.scene["reeds-reveal-boat"]
    state = standing(scene.place[0], scene.id, world=world)
    draft = Draft(state)
    told = answers.answer(draft, world, intent.read("who is M. Lorn?", state, world))
    assert any("M. Lorn, rocker, mind the left." in str(piece.text) for piece in told)
