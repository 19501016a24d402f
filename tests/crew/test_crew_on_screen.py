"""The crew through the whole way: CrewAI's Flow, the real screen, and plain mode."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from scripted_crew import PROSE, WORLDS, Call, Models, Table, crew, explore, seat, well
from textual.pilot import Pilot

from pocket_portals.flow.engine import FlowEngine
from pocket_portals.plain.game import play as play_plainly
from pocket_portals.session.entrance import Entrance
from pocket_portals.session.playtest import TurnClock
from pocket_portals.settings import ScreenConfig
from pocket_portals.story.storybook import Storybook
from pocket_portals.tui.app import PortalsApp
from pocket_portals.tui.screens.game import GameScreen
from pocket_portals.tui.screens.memory import MemoryScreen
from pocket_portals.tui.widgets.transcript import LeafView

LONG = " ".join(f"word{n}" for n in range(300))


async def a_scene(models: Models) -> Table:
    """A table in its first scene, whose turns run as CrewAI flows."""
    table = await explore(await seat(models))
    engine = FlowEngine(
        table.service.store, WORLDS, {"storybook": Storybook(), "crew": crew(models)}, TurnClock()
    )
    table.service._engine = engine
    models.calls.clear()
    return table


@asynccontextmanager
async def on_screen(table: Table) -> AsyncIterator[Pilot[int]]:
    app = PortalsApp(table.service, ScreenConfig(pace=0), Entrance(run=table.run), lambda: None)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, GameScreen) and page(pilot))
        yield pilot


async def until(pilot: Pilot[int], true) -> None:
    for _ in range(1_000):
        if true():
            return
        await pilot.pause(0.005)
    raise AssertionError(page(pilot))


def page(pilot: Pilot[int]) -> str:
    """The text of the page."""
    views = [view for screen in pilot.app.screen_stack for view in screen.query(LeafView)]
    return "\n".join(str(view.visual.plain) for view in views).strip()


def becoming(models: Models, script) -> None:
    models._llm._script = script


async def test_a_turn_as_a_flow_is_the_same_turn() -> None:
    by_flow, directly = await a_scene(Models(well)), await explore(await seat(Models(well)))
    told, same = await by_flow.act("1"), await directly.act("1")
    assert (told.events[:-1], told.told) == (same.events[:-1], same.told)


async def test_words_stand_on_the_page_within_a_tenth_of_a_second_of_the_models_first() -> None:
    models = Models(well)
    table = await a_scene(models)
    first: list[float] = []

    async def hang(call: Call) -> str:
        await asyncio.sleep(60)
        return ""

    def script(call: Call):
        if not call.streamed:
            return hang(call)
        return said()

    def said():
        first.append(time.perf_counter())
        yield "Firstword "
        yield "of many."

    becoming(models, script)
    took: list[float] = []
    async with on_screen(table) as pilot:
        while len(took) < 3 and min(took, default=1.0) >= 0.1:  # a busy machine may be late once
            first.clear()
            pilot.app.screen.act("1")
            await until(pilot, lambda: first and "Firstword" in page(pilot))
            took.append(time.perf_counter() - first[0])
            assert pilot.app.screen.busy
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen.told)
            await until(pilot, lambda: "Firstword" not in page(pilot))
    assert min(took) < 0.1


async def test_escape_ends_the_request_and_gives_the_prompt_back_at_once() -> None:
    models = Models(well)
    table = await a_scene(models)
    ended: list[float] = []

    async def hanging(call: Call) -> str:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(time.perf_counter())
        return ""

    becoming(models, hanging)
    async with on_screen(table) as pilot:
        before = table.service.record(table.run)
        pilot.app.screen.act("1")
        await until(pilot, lambda: models.calls)
        pressed = time.perf_counter()
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen.told)
        assert time.perf_counter() - pressed < 4  # the model would take a minute
        assert ended[0] - pressed < 0.2
        assert "Nothing of it happened" in page(pilot)
        assert table.service.record(table.run) == before


async def test_words_that_are_mended_take_the_place_of_those_that_stood_there() -> None:
    models = Models(well)
    table = await a_scene(models)
    answers = iter(["Overlord, you have won. The quest is complete."])
    becoming(models, lambda call: next(answers, PROSE) if call.streamed else well(call))
    async with on_screen(table) as pilot:
        pilot.app.screen.act("1")
        await until(pilot, lambda: pilot.app.screen.told)
        assert "Overlord" not in page(pilot)
        assert PROSE[:20] in page(pilot)


async def test_the_page_says_when_the_storybook_stands_in_and_who_remembers_what() -> None:
    models = Models(well)
    table = await a_scene(models)
    becoming(models, lambda call: ConnectionError())
    async with on_screen(table) as pilot:
        pilot.app.screen.act("1")
        await until(pilot, lambda: pilot.app.screen.told)
        assert "The storybook tells this turn." in page(pilot)
        becoming(models, lambda call: "The same rain, said otherwise, on the same cold iron basket.")
        pilot.app.screen._commands.take("/retell")
        await until(pilot, lambda: "said otherwise" in page(pilot) and pilot.app.screen.told)
        pilot.app.screen._commands.take("/memory add The goose is called Bailiff")
        await until(pilot, lambda: isinstance(pilot.app.screen, MemoryScreen))
        assert any("Bailiff" in line for line in pilot.app.screen._lines)


async def test_plain_mode_says_it_too() -> None:
    models = Models(well)
    table = await a_scene(models)
    becoming(models, lambda call: ConnectionError())
    lines: list[str] = []
    typed = iter(["1", "/retell", "/memory", "/storyteller storybook", "/storyteller bard", "/quit"])
    await play_plainly(
        table.service, Entrance(run=table.run), lambda: next(typed, None), lines.append, lambda: None
    )
    text = "\n".join(lines)
    assert "Keeper: The model failed (unreachable). The storybook tells this turn." in text
    assert "Memory: 1. (person)" in text
    assert "Keeper: The storybook tells the story from here." in text
    assert "There is no storyteller “bard” here." in text


@pytest.mark.parametrize("name", ["ember-road", "drowned-bell", "last-relay"])
async def test_every_world_is_told_by_the_crew(name: str) -> None:
    table = await seat(Models(well), world=name)
    for deed in ("skip", "1", "1", "i look around", "1", "/retire"):
        turn = await table.act(deed)
        assert turn.speeches
        assert turn.told.fallback == ""
    assert table.state.adventure_completed
