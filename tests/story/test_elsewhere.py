"""Deeds aimed at somebody who is known and not here: no dice, no turn, and where they are to be found."""

from __future__ import annotations

import pytest
from standing import WORLD, standing

from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import Choice, GameState, Promise, Verb
from pocket_portals.story import intent, referee
from pocket_portals.story.storyteller import Intent

YARD = standing("inn-yard")
OWED = Promise(id="tag", what="bring him the tag", turn=1)
POST = standing("third-post", "lamper-hook", {"mara": "mara-quill"})


def say(words: str, state: GameState) -> tuple[str, Intent, Draft]:
    draft = Draft(state)
    meant = intent.read(words, state, WORLD)
    outcome = referee.explore(draft, WORLD, meant)
    return str(outcome.pieces[0].text), meant, draft


@pytest.mark.parametrize("state", [YARD, POST], ids=["alone", "in company"])
@pytest.mark.parametrize(
    "words",
    ["talk to theron", "talk to theron about the chair", "tell theron that jory is dead",
     "give theron the loaf", "give the loaf to theron", "attack theron", "kill theron", "follow theron",
     "find theron", "look for theron", "search for theron", "go to theron",
     "threaten theron", "steal from theron", "show theron the rope", "buy bread from theron"],
)  # fmt: skip
def test_it_says_where_they_are_and_costs_nothing(words: str, state: GameState) -> None:
    told, meant, draft = say(words, state)
    assert told == "Theron is not here. You could try the Crossroads Inn."
    assert meant.kind == "question"
    assert not [e for e in draft.events if e.kind in ("check_rolled", "turn_advanced")]


@pytest.mark.parametrize(
    ("words", "verb"),
    [("sing about theron", Verb.PERFORM), ("pray for theron", Verb.PRAY),
     ("take theron's mug", Verb.TAKE)],
)  # fmt: skip
def test_a_deed_that_needs_nobody_here_is_tried(words: str, verb: Verb) -> None:
    meant = intent.read(words, POST, WORLD)
    assert (meant.kind, meant.verb) == ("attempt", verb)


def test_a_brother_is_not_brother_fennel_nor_is_he_the_one_who_was_named_last() -> None:
    monk = YARD.people["theron"].having(name="Brother Fennel")
    state = POST.having(people=POST.people | {"brother-fennel": monk})
    assert intent.read("look for my brother", state, WORLD).kind == "attempt"
    assert say("look for brother fennel", state)[1].target == "person:brother-fennel"
    spoken = standing("candlewood", "dead-soldier", said="where is theron?")
    assert intent.read("fight him", spoken, WORLD).kind == "attempt"


def test_a_deed_done_to_somebody_here_may_name_somebody_else() -> None:
    for words in ("persuade mara to find theron", "give the lamper bread from theron"):
        assert intent.read(words, POST, WORLD).kind == "attempt"


def test_a_choice_that_names_them_is_that_choice() -> None:
    offered = POST.current_choices[0].having(label="Send word to Theron", verb=Verb.TALK)
    state = POST.having(current_choices=(offered, *POST.current_choices[1:]))
    assert intent.read("send theron word", state, WORLD).kind == "choice"


def test_a_choice_that_names_others_is_not() -> None:
    offered = Choice(label="Attack the reeve", verb=Verb.FIGHT)
    state = POST.having(current_choices=(offered, *POST.current_choices[1:]))
    assert say("attack theron", state)[1].kind == "question"


def known(**about: object) -> GameState:
    theron = YARD.people["theron"].having(**about)
    return YARD.having(people=YARD.people | {"theron": theron})


def test_who_somebody_is_is_a_sentence() -> None:
    assert say("who is theron?", YARD)[0] == "That would be Theron, keeper of the Crossroads inn."
    assert say("who is mara?", POST)[0] == "That is Mara Quill, lamper of the west miles."
    assert "Mara Quill, lamper of the west miles" in say("who is here?", POST)[0]


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"regard": 1}, "Theron likes you."),
        ({"regard": 4}, "Theron would stand by you."),
        ({"regard": -1}, "Theron is wary of you."),
        ({"regard": -4}, "Theron hates you."),
        ({"gone": "taken by the fen"}, "Theron is gone: taken by the fen."),
        ({"promises": (OWED,)}, "You gave your word: bring him the tag."),
    ],
)  # fmt: skip
def test_what_stands_between_them_is_told_with_it(about: dict[str, object], told: str) -> None:
    assert say("who is theron?", known(**about))[0].endswith(f"inn. {told}")


def test_a_promise_that_was_kept_is_no_longer_owed() -> None:
    kept = OWED.having(kept=True)
    assert "your word" not in say("who is theron?", known(promises=(kept,)))[0]


def test_what_is_offered_is_done_though_it_names_somebody_who_is_elsewhere() -> None:
    offered = (
        Choice(label="Shout her name up the stair", verb=Verb.TALK),
        Choice(label="Let it ring, and count", verb=Verb.WAIT),
    )
    state = standing("crossroads-inn", cast={"lamper": "mara-quill"}).having(current_choices=offered)
    assert intent.read("shout mara's name as loud as i can up the stairs", state, WORLD).choice == 0


def test_it_may_be_what_is_fought_for_and_not_what_was_named_last() -> None:
    offered = (Choice(label="Fight Strake for the winch", verb=Verb.FIGHT),)
    state = standing("crossroads-inn", said="tie the rope to the post").having(current_choices=offered)
    assert intent.read("fight strake for it", state, WORLD).choice == 0
