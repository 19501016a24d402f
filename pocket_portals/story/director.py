"""Which scene comes next: the quest's key scenes when they are due, storylets by salience between them."""

from __future__ import annotations

from pocket_portals.rules import pacing
from pocket_portals.rules.events import ClimaxReached, PlaceEntered, SceneEntered
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import GameState, Stage
from pocket_portals.story.consequences import meet
from pocket_portals.story.storyteller import Piece, arriving
from pocket_portals.story.wording import cast_slots
from pocket_portals.worlds.scenes import Role, SceneDef
from pocket_portals.worlds.schema import WorldDef

AS_YOU_LEFT_IT = "It is all as you left it."

SPECIFIC_ENOUGH = 3  # beyond this, asking for more does not make a scene likelier


def next_scene(
    draft: Draft, world: WorldDef, *, linked: str = "", press: bool = False, wander: bool = False
) -> SceneDef | None:
    """The scene to play next, or None when there is nothing left to tell but the end.

    ``press``: the player goes straight for the quest; ``wander``: away from it, for once.
    """
    if linked and linked in world.scene:
        return world.scene[linked]
    state = draft.state
    if come := _come_to_pass(world, state):
        return come
    if press or (pacing.key_scene_due(state) and not wander):
        return key_scene(draft, world) or storylet(draft, world)
    return storylet(draft, world) or key_scene(draft, world)


def _come_to_pass(world: WorldDef, state: GameState) -> SceneDef | None:
    """The scene that a danger brings when it is full, once."""
    for ident, clock in state.clocks.items():
        brings = world.danger[ident].full.scene if clock.full and ident in world.danger else ""
        if brings in world.scene and brings not in state.seen_storylets:
            return world.scene[brings]
    return None


def key_scene(draft: Draft, world: WorldDef) -> SceneDef | None:
    """The scene on the quest's spine for its stage that fits this run best."""
    state = draft.state
    quest = state.active_quest
    if quest is None or quest.id not in world.quest:
        return None
    of_stage = [world.scene[s.id] for s in world.quest[quest.id].scenes if s.stage is quest.stage]
    if waiting := [s for s in of_stage if s.id in state.seen_storylets]:
        return max(waiting, key=lambda s: state.seen_storylets[s.id])  # the hero turned away from it
    scenes = [
        world.scene[s.id]
        for s in world.quest[quest.id].scenes
        if s.stage is quest.stage and not s.linked and s.needs.hold(state, world.tags(state.place))
    ]
    # A quest always goes on: where somebody it needs is gone for good, they are spoken of as they were.
    castable = [s for s in scenes if cast(draft, world, s) is not None] or scenes
    if not castable:
        return None
    best = max(s.needs.weight for s in castable)
    return _least_seen(draft, [s for s in castable if s.needs.weight == best])


def storylet(draft: Draft, world: WorldDef) -> SceneDef | None:
    """The storylet that fits best here or next door: most specific, then least recently seen."""
    state = draft.state
    here = fitting(draft, world, state.place)
    if not here:
        place = world.location.get(state.place)
        near = sorted(set(place.exits.values()) - {world.home}) if place else []
        here = [s for p in near for s in fitting(draft, world, p) if s.place or s.tag]
    if not here:
        return None
    best = max(min(SPECIFIC_ENOUGH, s.needs.pull) for s in here)
    return _least_seen(draft, [s for s in here if min(SPECIFIC_ENOUGH, s.needs.pull) == best])


def fitting(draft: Draft, world: WorldDef, place: str) -> list[SceneDef]:
    """The storylets that may come in a place now."""
    state = draft.state
    tags = world.tags(place)
    return [
        s
        for s in world.storylets
        if not s.linked
        and (s.repeat or s.id not in state.seen_storylets)
        and (not s.phase or state.adventure_phase in s.phase)
        and _belongs(s, place, tags, place == world.home)
        and s.needs.hold(state, tags)
        and cast(draft, world, s) is not None
    ]


def _belongs(scene: SceneDef, place: str, tags: tuple[str, ...], home: bool) -> bool:
    if scene.place or scene.tag:
        return place in scene.place or any(tag in tags for tag in scene.tag)
    return not home


def _least_seen(draft: Draft, scenes: list[SceneDef]) -> SceneDef:
    seen = draft.state.seen_storylets
    oldest = min(seen.get(s.id, -1) for s in scenes)
    return draft.stream.pick([s for s in scenes if seen.get(s.id, -1) == oldest])


def cast(draft: Draft, world: WorldDef, scene: SceneDef) -> dict[str, str] | None:
    """Who plays each role: people already met first. None when a role can't be filled."""
    chosen: dict[str, str] = {}
    for role, rule in scene.cast.items():
        person = _player_of(draft.state, world, rule, set(chosen.values()))
        if person is None:
            return None
        chosen[role] = person
    return chosen


def _player_of(state: GameState, world: WorldDef, rule: Role, taken: set[str]) -> str | None:
    """Those who are named before others, and of each the people whom the hero has met first."""
    named = [p for p in rule.or_ if p in world.person]
    tagged = [p.id for p in world.people if rule.tag and rule.tag in p.tags]
    for person in sorted([*named, *tagged], key=lambda p: (p not in named, p not in state.people)):
        known = state.people.get(person)
        if person in taken or (known and known.gone) or (rule.known and not known):
            continue
        return person
    return None


def enter(draft: Draft, world: WorldDef, scene: SceneDef) -> list[Piece]:
    """Put a scene on stage: travel there, meet who is in it. What there is to tell of it."""
    roles = cast(draft, world, scene) or {role: rule.or_[0] for role, rule in scene.cast.items() if rule.or_}
    pieces: list[Piece] = []
    before = draft.state.seen_storylets
    place = _place_of(draft.state, world, scene)
    if place and place != draft.state.place:
        known = draft.state.place != ""
        draft.add(PlaceEntered(place=place))
        if known:
            name = world.location[place].name if place in world.location else place
            pieces.append(way_to(draft.state, world, place, name))
    for person in roles.values():
        meet(draft, world, person)
    if scene.stage in (Stage.DECISION, Stage.CONFRONTATION) and not draft.state.climax_reached:
        draft.add(ClimaxReached())
    draft.add(SceneEntered(scene=scene.id, cast=roles))
    pacing.follow(draft)
    turned_back = scene.id in before and bool(scene.quest) and not scene.text.again
    text = AS_YOU_LEFT_IT if turned_back else scene.text
    pieces.append(Piece(text, slots=cast_slots(world, roles), id=scene.id))
    return arriving(pieces)


def way_to(state: GameState, world: WorldDef, place: str, name: str) -> Piece:
    """The way there: a line for its kind of ground while there is one that was not told, else any."""
    for tag in world.tags(place):
        lines, pool = world.voices.ways.get(tag, ()), f"travel.{tag}"
        if any(f"{pool}:{index}" not in state.seen_storylets for index in range(len(lines))):
            return Piece(lines, id=pool, slots={"place": name}, once=True)
    return Piece(world.voices.travel, id="travel", slots={"place": name}, once=True)


def _place_of(state: GameState, world: WorldDef, scene: SceneDef) -> str:
    """Where a scene is played: here if it can be, else at its first place, else next door."""
    if state.place in scene.place or (not scene.place and not scene.tag):
        return state.place
    if scene.place:
        return scene.place[0]
    if any(tag in world.tags(state.place) for tag in scene.tag):
        return state.place
    here = world.location.get(state.place)
    near = sorted(set(here.exits.values())) if here else []
    return next((p for p in near if any(t in world.tags(p) for t in scene.tag)), state.place)
