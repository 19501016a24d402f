"""Heroes who stand somewhere, for tests of what words lead to: in the Ember Road, or where a test says."""

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
from pocket_portals.story import director, fights, offers, questing
from pocket_portals.story.consequences import carry
from pocket_portals.story.wording import Wording
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.schema import WorldDef

WORLD = WorldLibrary().get("ember-road")
CARRIED = ("rope", "barley-loaf", "iron-nails", "crane-salve")


def standing(
    place: str,
    scene: str = "",
    cast: dict[str, str] | None = None,
    said: str = "",
    *,
    world: WorldDef = WORLD,
    calling: Calling = Calling.FIGHTER,
    fight: str = "",
    carry_too: tuple[str, ...] = (),
    motive: str = "",
    keepsake: str = "",
) -> GameState:
    """A hero who stands in this scene or fight, its choices offered, after having said something."""
    begun = RunBegun(
        session_id="amber-fox-0001",
        seed="sentences",
        world=world.id,
        storyteller="storybook",
        max_turns=50,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    draft = Draft(begun.state())
    called = next(c for c in world.callings if c.calling is calling)
    sheet = CharacterSheet(
        name="Ilsa",
        ancestry=Ancestry.HUMAN,
        ancestry_name="human",
        calling=calling,
        calling_name=called.name,
        abilities=ability_scores(calling, Ancestry.HUMAN),
        arms=ARMS[calling].having(weapon=called.weapon, armour=called.armour),
        motive=motive,
        keepsake=keepsake,
    )
    carried = (*(CARRIED if world.id == WORLD.id and not fight else called.gear), *carry_too)
    draft.add(SheetSet(sheet=sheet, gold=10, items={thing: carry(world, thing) for thing in carried}))
    draft.add(PhaseSet(phase=Phase.EXPLORE), PlaceEntered(place=world.home), PlaceEntered(place=place))
    written = world.scene.get(scene)
    of = (written.quest if written and world.id != WORLD.id else "") or world.quests[0].id
    quest = questing.quest_of(world, world.quest["lamper" if world.id == WORLD.id else of])
    draft.add(QuestsOffered(quests=(quest,)))
    quests.accept(draft, quest.id, None)
    if written and cast is None:
        cast = director.cast(draft, world, written)
    for person in (world.host, *(cast or {}).values()):
        draft.add(PersonMet(id=person, name=world.person[person].name, who=world.person[person].who))
    if scene:
        draft.add(SceneEntered(scene=scene, cast=cast or {}))
    if fight:
        fights.begin(draft, world, fight)
    state = draft.state
    offered = (
        fights.choices(world, state)
        if fight
        else offers.scene_choices(world, state, world.scene[scene])
        if scene
        else ()
    )
    state = state.having(current_choices=offered)
    if said or (written and world.id != WORLD.id):
        text = "So it is." if written is None else Wording(world, state).tell(written.text)
        told = (Speech(voice=Voice.NARRATOR, text=text),)
        state = state.having(conversation_history=(Exchange(revision=1, action=said, speeches=told),))
    return state


def at_the_table(world: WorldDef) -> GameState:
    """A hero to whom three quests are offered."""
    state = standing(world.home, world=world).having(active_quest=None, phase=Phase.QUEST)
    state = state.having(pending_quest_options=questing.fitting(world, state))
    return state.having(current_choices=questing.choices(state))


def world_where(**parts: object) -> WorldDef:
    """The Ember Road with some of its sections written anew."""
    return WorldDef.model_validate({name: getattr(WORLD, name) for name in WorldDef.model_fields} | parts)
