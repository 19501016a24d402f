"""When the host has something to say, and when nobody wants small talk."""

from __future__ import annotations

import pytest
from standing import WORLD, standing

from pocket_portals.rules.state import Degree, Voice
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Intent, Outcome, Piece, Say
from pocket_portals.worlds.scenes import SceneDef

INN = standing("crossroads-inn")
SILENT: Say = lambda *_, **__: None  # noqa: E731
AT_EASE = WORLD.storylets[0]
KEY = next(s for s in WORLD.scene.values() if s.quest)


async def speaks(scene: SceneDef, degree: Degree | None = None, who: Voice = Voice.INNKEEPER) -> bool:
    """Whether the host, or another, says something to this scene, after a deed that went like this."""
    outcome = Outcome(Intent(kind="attempt"), [Piece("A door.")], degree, 12, scene, new_scene=True)
    told = await Storybook().tell(WORLD, INN, outcome, (Voice.NARRATOR, who), SILENT)
    return who in {s.voice for s in told.speeches}


async def test_the_host_talks_while_the_room_is_at_ease() -> None:
    assert await speaks(AT_EASE)
    assert await speaks(AT_EASE, Degree.SUCCESS)


@pytest.mark.parametrize("degree", [Degree.SETBACK, Degree.DISASTER])
async def test_nobody_makes_small_talk_over_what_went_wrong(degree: Degree) -> None:
    assert not await speaks(AT_EASE, degree)


async def test_nobody_makes_small_talk_into_a_key_scene() -> None:
    assert not await speaks(KEY)


@pytest.mark.parametrize("who", [Voice.INNKEEPER, Voice.JESTER])
async def test_a_scene_may_ask_for_quiet(who: Voice) -> None:
    assert await speaks(AT_EASE, who=who)
    assert not await speaks(AT_EASE.model_copy(update={"tense": True}), who=who)


async def test_a_host_who_is_spoken_to_answers_all_the_same() -> None:
    outcome = Outcome(Intent(kind="attempt"), host_speaks=True)
    told = await Storybook().tell(WORLD, INN, outcome, (Voice.INNKEEPER,), SILENT)
    assert told.speeches[0].voice is Voice.INNKEEPER
