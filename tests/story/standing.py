"""Heroes who stand somewhere in the Ember Road, for tests of what words lead to."""

from __future__ import annotations

from datetime import UTC, datetime

from pocket_portals.rules import quests
from pocket_portals.rules.events import (
    PersonMet,
    PhaseSet,
    PlaceEntered,
    QuestsOffered,
    RunBegun,
    SceneEntered,
    SheetSet,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import ARMS, Ancestry, Calling, CharacterSheet, ability_scores
from pocket_portals.rules.state import Exchange, GameState, Phase, Speech, Voice
from pocket_portals.story import offers, questing
from pocket_portals.story.consequences import carry
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.schema import WorldDef

WORLD = WorldLibrary().get("ember-road")
CARRIED = ("rope", "barley-loaf", "iron-nails", "crane-salve")


def standing(place: str, scene: str = "", cast: dict[str, str] | None = None, said: str = "") -> GameState:
    """A hero who stands in this scene, its choices offered, after having said something."""
    begun = RunBegun(
        session_id="amber-fox-0001",
        seed="sentences",
        world=WORLD.id,
        storyteller="storybook",
        max_turns=50,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    draft = Draft(begun.state())
    sheet = CharacterSheet(
        name="Ilsa",
        ancestry=Ancestry.HUMAN,
        ancestry_name="human",
        calling=Calling.FIGHTER,
        calling_name="fighter",
        abilities=ability_scores(Calling.FIGHTER, Ancestry.HUMAN),
        arms=ARMS[Calling.FIGHTER],
    )
    draft.add(SheetSet(sheet=sheet, gold=10, items={thing: carry(WORLD, thing) for thing in CARRIED}))
    draft.add(PhaseSet(phase=Phase.EXPLORE), PlaceEntered(place="crossroads-inn"), PlaceEntered(place=place))
    for person in ("theron", *(cast or {}).values()):
        draft.add(PersonMet(id=person, name=WORLD.person[person].name, who=WORLD.person[person].who))
    quest = questing.quest_of(WORLD, WORLD.quest["lamper"])
    draft.add(QuestsOffered(quests=(quest,)))
    quests.accept(draft, quest.id, None)
    if scene:
        draft.add(SceneEntered(scene=scene, cast=cast or {}))
    state = draft.state
    if scene:
        state = state.having(current_choices=offers.scene_choices(WORLD, state, WORLD.scene[scene]))
    if said:
        told = (Speech(voice=Voice.NARRATOR, text="So it is."),)
        state = state.having(conversation_history=(Exchange(revision=1, action=said, speeches=told),))
    return state


def world_where(**parts: object) -> WorldDef:
    """The Ember Road with some of its sections written anew."""
    return WorldDef.model_validate({name: getattr(WORLD, name) for name in WorldDef.model_fields} | parts)
