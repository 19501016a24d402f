"""While a model is being loaded, the screen says how far it is."""

from __future__ import annotations

from driving import game, seen, settled, until, write


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
