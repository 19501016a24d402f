"""While something is being loaded, there is something to read: the story itself, or how far it is."""

from __future__ import annotations

import threading

from driving import game, page, seen, settled, until, write
from fakes import NEW, make


async def test_a_turn_that_waits_for_a_model_shows_its_loading(play):
    async with play() as pilot:
        said = ["Loading tiny (98 MB): 50%"]
        pilot.app.loading_words = lambda: said[0]
        await write(pilot, "hang")
        await until(pilot, lambda: "Loading tiny (98 MB): 50%" in seen(pilot))
        said[0] = "Loading tiny (98 MB): 99%"
        await until(pilot, lambda: "99%" in seen(pilot))
        said[0] = ""
        await until(pilot, lambda: "being told" in seen(pilot))
        assert game(pilot).busy
        await pilot.press("escape")
        await settled(pilot)


async def test_the_first_words_do_not_wait_for_what_is_loaded_behind_them():
    ready = threading.Event()
    app = make(NEW, warm_up=lambda: ready.wait(5))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "in mud to the ankle" in page(pilot)
        await pilot.press("1")
        await pilot.pause(0.05)
        assert game(pilot).busy
        ready.set()
        await settled(pilot)
        assert "Three of the people" in page(pilot)
