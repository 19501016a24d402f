"""A newcomer is told of the models that run on their machine."""

from __future__ import annotations

from driving import seen, until
from fakes import make

from pocket_portals.session.entrance import NewRun
from pocket_portals.tui.screens.title import TitleScreen

OFFER = "Ollama runs here with llama3.2: pocket-portals play --model ollama/llama3.2"


async def test_a_newcomer_is_offered_what_runs_here():
    app = make()
    app.models_nearby = lambda: [OFFER]
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "--model ollama/llama3.2" in " ".join(seen(pilot).split()))


async def test_who_has_a_story_already_is_not_looked_around_for():
    app = make()
    await app.service.create(NewRun(world="ember-road"))
    asked: list[bool] = []
    app.models_nearby = lambda: asked.append(True) or [OFFER]
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, TitleScreen) and "Continue" in seen(pilot))
        await pilot.pause(0.1)
        assert asked == []
