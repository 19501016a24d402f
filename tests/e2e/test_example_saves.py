from __future__ import annotations

from pathlib import Path

import pytest

from pocket_portals.errors import Impossible
from pocket_portals.rules.state import Phase
from pocket_portals.saves import codec
from pocket_portals.saves.files import FileStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.journal import problems
from pocket_portals.session.playtest import TurnClock
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.library import WorldLibrary

FOLDER = Path(__file__).parents[2] / "saves.example"


def table(root: Path) -> GameSessionService:
    store, worlds, clock = FileStore(root), WorldLibrary(), TurnClock()
    return GameSessionService(
        store, DirectEngine(store, worlds, {"storybook": Storybook()}, clock), worlds, clock
    )


@pytest.mark.parametrize("name", ["mid-interview", "mid-fight", "finished"])
async def test_an_example_is_taken_in_holds_and_plays_on(name: str, tmp_path: Path) -> None:
    record = codec.decode((FOLDER / f"{name}.json").read_bytes())
    assert problems(record) == []
    there = table(tmp_path)
    await there.import_run(record)
    assert await table(tmp_path).resume(record.run) == record
    if name == "finished":
        assert record.state.closure is not None
        with pytest.raises(Impossible):
            await there.act(record.run, "1")
    else:
        assert record.state.phase is (Phase.COMBAT if name == "mid-fight" else Phase.INTERVIEW)
        await there.act(record.run, "1")
        assert problems(there.record(record.run)) == []
