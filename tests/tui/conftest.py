"""Helpers of the screen's tests."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

sys.path.insert(0, str(Path(__file__).parent))

from driving import settled
from fakes import NEW, make

Play = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture
def play() -> Play:
    """An app in a new scripted run, by default past the interview, standing at the bridge."""

    @asynccontextmanager
    async def playing(size=(80, 24), keys=("1", "1"), entrance=NEW, **settings) -> AsyncIterator[Pilot[int]]:
        app = make(entrance, **settings)
        async with app.run_test(size=size) as pilot:
            if entrance.new or entrance.run:
                await settled(pilot)
            for key in keys:
                await pilot.press(key)
                await settled(pilot)
            yield pilot

    return playing
