"""Walk all of a world: its scenes, and everything in it that reads or changes a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.needs import Needs
from pocket_portals.worlds.scenes import ChoiceDef, Outcome, SceneDef, Telling
from pocket_portals.worlds.schema import WorldDef


def all_scenes(world: WorldDef) -> Iterator[SceneDef]:
    """Every scene: the quests' own, then the storylets."""
    for quest in world.quests:
        yield from quest.scenes
    yield from world.storylets


def choice_outcomes(choice: ChoiceDef) -> Iterator[Outcome]:
    """What follows a deed with a check, by degree."""
    yield from (o for o in (choice.strong, choice.success, choice.setback, choice.disaster) if o)


def choice_effects(choice: ChoiceDef) -> Iterator[Effects]:
    """Everything a deed can change, however it goes."""
    yield choice.do
    yield from (o.do for o in choice_outcomes(choice))


def encounter_effects(world: WorldDef, encounter_id: str) -> Iterator[Effects]:
    """Everything the ends of a fight can change."""
    for encounter in world.encounters:
        if encounter.id == encounter_id:
            yield from (
                o.do for o in (encounter.won, encounter.talked, encounter.fled, encounter.fallen) if o
            )


def quest_effects(world: WorldDef, quest_id: str) -> Iterator[Effects]:
    """Everything the key scenes of a quest can change, their fights included."""
    for quest in world.quests:
        if quest.id != quest_id:
            continue
        for scene in quest.scenes:
            for choice in scene.choices:
                for effects in choice_effects(choice):
                    yield effects
                    if effects.fight:
                        yield from encounter_effects(world, effects.fight)


def all_effects(world: WorldDef) -> Iterator[Effects]:
    """Everything anything in the world can change."""
    for scene in all_scenes(world):
        for choice in scene.choices:
            yield from choice_effects(choice)
    for encounter in world.encounters:
        yield from encounter_effects(world, encounter.id)
    yield from standing_effects(world)


def standing_effects(world: WorldDef) -> Iterator[Effects]:
    """What can change outside scenes and fights: by talk, in a place, by a clock."""
    for person in world.people:
        yield from (talk.do for talk in person.says)
    for place in world.places:
        for feature in place.features:
            for deed in feature.deeds:
                yield from choice_effects(deed)
    yield from (danger.full for danger in world.danger.values())
    yield from (rumour.do for rumour in world.rumours)


def _text_needs(text: Telling | None) -> Iterator[Needs]:
    if text:
        yield from (a.needs for a in (*text.when, *text.also))


def all_needs(world: WorldDef) -> Iterator[tuple[str, Needs]]:
    """Everything that is read, with the id of who reads it."""
    for scene in all_scenes(world):
        yield scene.id, scene.needs
        for needs in _text_needs(scene.text):
            yield scene.id, needs
        for choice in scene.choices:
            yield scene.id, choice.needs
            for text in (choice.text, *(o.text for o in choice_outcomes(choice))):
                for needs in _text_needs(text):
                    yield scene.id, needs
    for person in world.people:
        yield from ((person.id, talk.needs) for talk in person.says)
    yield from ((world.id, rumour.needs) for rumour in world.rumours)
    for ending in world.endings:
        yield ending.id, ending.needs
    for echo in world.echoes:
        yield world.id, echo.needs
    for quest in world.quests:
        yield quest.id, quest.suits
        yield quest.id, quest.needs


@dataclass(frozen=True)
class Problem:
    """Something wrong with a part of a world: whose it is, what, how to mend it, and words it stands at."""

    owner: str
    what: str
    mend: str
    near: str = ""


def narration(world: WorldDef) -> Iterator[tuple[str, str]]:
    """Every text a scene, a place or a fight tells, with the id of what tells it."""
    for scene in all_scenes(world):
        yield from _tellings(scene.id, scene.text)
        for choice in scene.choices:
            yield from _choice_tellings(scene.id, choice)
    for place in world.places:
        yield from _tellings(place.id, place.text)
        for feature in place.features:
            yield place.id, feature.look
            for deed in feature.deeds:
                yield from _choice_tellings(place.id, deed)
    for encounter in world.encounters:
        yield from _tellings(encounter.id, encounter.text)
        for outcome in (encounter.won, encounter.talked, encounter.fled, encounter.fallen):
            if outcome:
                yield from _tellings(encounter.id, outcome.text)
    for quest in world.quests:
        yield from _tellings(quest.id, quest.accept)
        yield from _tellings(quest.id, quest.paid)
    for ending in world.endings:
        yield from _tellings(ending.id, ending.opening)
        yield from _tellings(ending.id, ending.closing)


def _tellings(owner: str, text: Telling | None) -> Iterator[tuple[str, str]]:
    if text:
        for part in (text.text, text.again, *text.variants, *(a.text for a in (*text.when, *text.also))):
            if part:
                yield owner, part


def _choice_tellings(owner: str, choice: ChoiceDef) -> Iterator[tuple[str, str]]:
    yield from _tellings(owner, choice.text)
    for outcome in choice_outcomes(choice):
        yield from _tellings(owner, outcome.text)
