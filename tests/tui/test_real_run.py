"""The screen over the real engine, storybook and world."""

from __future__ import annotations

import pytest
from driving import game, page, seen, settled, until
from screens import Kept, act, gallery_app

from pocket_portals.rules.state import Phase
from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.session.playtest import SensibleBot

NEW = NewRun(world="ember-road", name="Ilsa Thorne", seed="axle")


async def test_a_whole_run_on_screen_is_the_same_game_as_without_one():
    bot = SensibleBot("axle")
    app = gallery_app(Kept(), Entrance(new=NEW))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for _ in range(200):
            if game(pilot).state.adventure_completed:
                break
            await act(pilot, bot.act(game(pilot).state))
        assert "Here ends the story of Ilsa Thorne" in page(pilot)
        assert "The End" in seen(pilot)
        ended = game(pilot).state
    bare = gallery_app(Kept(), Entrance()).service
    bot = SensibleBot("axle")
    run = (await bare.create(NEW)).run
    while not bare.state(run).adventure_completed:
        await bare.act(run, bot.act(bare.state(run)))
    clock = {"played_at", "created_at", "last_turn"}
    assert bare.state(run).model_dump(exclude=clock) == ended.model_dump(exclude=clock)


@pytest.mark.parametrize("where", [Phase.INTERVIEW, Phase.QUEST, Phase.EXPLORE, Phase.COMBAT])
async def test_resume_is_exact_in_every_phase(where):
    bot, store = SensibleBot("axle"), Kept()
    app = gallery_app(store, Entrance(new=NEW))
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        while game(pilot).state.phase is not where:
            await act(pilot, bot.act(game(pilot).state))
        await pilot.pause()
        told, shown, run = page(pilot), seen(pilot), game(pilot).run
    app = gallery_app(store, Entrance(run=run))
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: page(pilot).split() == told.split())
        assert seen(pilot) == shown
