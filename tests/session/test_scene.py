"""A scene told again: whoever comes back to it, or asks for it, can understand what is offered."""

from __future__ import annotations

from tables import new, play_until, reach, service

from pocket_portals.rules.events import FoeHurt, GoldChanged, HealthChanged, SceneEntered, SceneTold
from pocket_portals.rules.state import Phase, Speech
from pocket_portals.session.export import last_scene
from pocket_portals.session.journal import RunRecord, Turn
from pocket_portals.session.scene import scene
from pocket_portals.session.service import GameSessionService
from pocket_portals.session.transcript import entry_of


async def in_a_scene() -> tuple[GameSessionService, str]:
    table = service()
    run = (await table.create(new("scene"))).run
    await play_until(table, run, lambda state: state.phase is Phase.EXPLORE and state.adventure_turn >= 2)
    return table, run


def brought(record: RunRecord, kind: type) -> Turn:
    """The last turn in which such a thing happened."""
    return next(turn for turn in reversed(record.story) if any(isinstance(e, kind) for e in turn.events))


def own_words(turn: Turn) -> tuple[Speech, ...]:
    """The words of a turn from where it comes to the new scene."""
    return turn.speeches[next(e.speech for e in turn.events if isinstance(e, SceneTold)) :]


async def test_after_questions_the_scene_is_told_from_its_beginning() -> None:
    table, run = await in_a_scene()
    begun = brought(table.record(run), SceneEntered)
    own = own_words(begun)
    await table.act(run, "where am i?")
    await table.act(run, "who is here?")
    told = list(last_scene(table.record(run)))
    assert told[0].removeprefix("Narrator: ") in own[0].text
    assert "Since then: where am i?" in told
    assert told.index("You: who is here?") > told.index("Since then: where am i?")
    answers = table.record(run).story[-1].speeches
    assert all(any(speech.text[:40] in line for line in told) for speech in answers)
    before = [speech.text for speech in begun.speeches if speech not in own]
    assert not any(text[:40] in line for text in before for line in told)


async def test_a_scene_that_has_just_begun_is_told_with_the_deed_that_led_to_it() -> None:
    table, run = await in_a_scene()
    told = list(scene(table.record(run)))
    assert told[0].sort == "action"
    assert sum(entry.sort == "action" for entry in told) == 1


async def test_a_fight_is_told_from_its_first_blow() -> None:
    table, run = await reach(lambda state: state.combat_state is not None)
    begun = table.record(run).story[-1]
    for _ in range(2):
        if table.state(run).combat_state:
            await table.act(run, "2")
    told = list(last_scene(table.record(run)))
    assert told[0].endswith(own_words(begun)[0].text.splitlines()[0])


async def test_what_only_the_pack_calls_so_is_not_said() -> None:
    table, run = await in_a_scene()
    state = table.state(run)
    inside = [HealthChanged(by=-1, why="boar-fight"), HealthChanged(by=-1, why="a bad landing")]
    lines = [entry_of(event, event.apply(state)) for event in inside]
    left = f"{state.health_current - 1}/{state.health_max}"
    assert [line.text for line in lines if line] == [
        f"−1 health · {left}",
        f"−1 health (a bad landing) · {left}",
    ]
    won = GoldChanged(by=28, why="boar-fight")
    line = entry_of(won, won.apply(state))
    assert line is not None
    assert line.text == f"Purse: +28 · {state.gold + 28} now"
    assert entry_of(FoeHurt(foe="nobody", by=1), state) is None
