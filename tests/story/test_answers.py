"""What people answer: as often as they are asked, but what comes of it comes once."""

from __future__ import annotations

from standing import WORLD, standing, world_where

from pocket_portals.rules.fold import Draft
from pocket_portals.story import intent, referee
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.schema import Talk


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
