"""The session's Engine on CrewAI's Flow. Importing this module imports no crewai."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pocket_portals.errors import PortalsError
from pocket_portals.flow.loading import load, loaded
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import Clock, RunStore, Saved, Settled, Watch
from pocket_portals.story.storyteller import Narration, Storyteller
from pocket_portals.worlds.library import WorldLibrary

if TYPE_CHECKING:
    from pocket_portals.flow.game_flow import GameSessionFlow

log = logging.getLogger(__name__)


class FlowEngine:
    """Plays every turn in a fresh GameSessionFlow.

    The opening, in which nothing is decided yet, does not wait for crewai: it is played directly,
    so that the first words stand on the screen while the rest is still loading.
    """

    def __init__(
        self,
        store: RunStore,
        worlds: WorldLibrary,
        storytellers: Mapping[str, Storyteller],
        clock: Clock,
        device: str = "",
    ) -> None:
        self._direct = DirectEngine(store, worlds, storytellers, clock, device)
        self._store = store
        self._settled_in = False

    async def play(
        self, record: RunRecord, action: str, watch: Watch, request: str = ""
    ) -> tuple[RunRecord, Saved]:
        """Decide, tell and save one turn; the record with it.

        A failure or a cancellation before the turn is settled leaves nothing behind; a cancellation
        that comes once it is being saved comes too late, and the turn is returned.
        """
        if not record.turns:
            return await self._direct.play(record, action, watch, request)
        if not loaded.is_set():
            await asyncio.to_thread(load)
        play = await self._direct.prepare(record, action, watch, request)
        self._settle_in()
        from pocket_portals.flow.game_flow import GameSessionFlow
        from pocket_portals.flow.persistence import RunPersistence

        flow = GameSessionFlow(play, RunPersistence(self._store))
        try:
            await _kick_off(flow)
        except PortalsError:
            raise
        except Exception as error:
            log.exception("the flow of a turn of %s failed", record.run)
            if flow.state.saved is None:
                raise _lost() from error
        settled, saved = flow.state.record, flow.state.saved
        if settled is None or saved is None:
            log.error("the flow of a turn of %s ended before the turn did", record.run)
            raise _lost()
        watch(Settled(settled.turns[-1], settled.state, saved))
        return settled, saved

    def _settle_in(self) -> None:
        """World, models and screen are there now, and stay: no collection has to go through them again."""
        if not self._settled_in:
            gc.freeze()
            self._settled_in = True

    async def retell(self, record: RunRecord, watch: Watch) -> Narration:
        """Other words for the last turn."""
        if not loaded.is_set():
            await asyncio.to_thread(load)
        from pocket_portals.flow.quiet import hush_context

        hush_context()
        return await self._direct.retell(record, watch)


def _lost() -> PortalsError:
    return PortalsError("That turn could not be played.", "Nothing changed; try it another way.")


async def _kick_off(flow: GameSessionFlow) -> None:
    """Run the flow to its end in a task of its own, whose context crewai may keep to itself."""
    turn = asyncio.create_task(_in_silence(flow))
    try:
        await asyncio.shield(turn)
    except asyncio.CancelledError:
        if not flow.saving:
            turn.cancel()
        await asyncio.wait([turn])
        turn.result()


async def _in_silence(flow: GameSessionFlow) -> None:
    from pocket_portals.flow.quiet import hush_context

    hush_context()
    await flow.kickoff_async()
