"""A turn as a CrewAI Flow. Imports crewai: only after ``loading.load``."""

from __future__ import annotations

import asyncio

from crewai.flow.flow import Flow, listen, or_, router, start
from pydantic import PrivateAttr

from pocket_portals.flow.persistence import RunPersistence, TurnState
from pocket_portals.rules.state import Phase
from pocket_portals.session.steps import Play


class GameSessionFlow(Flow[TurnState]):
    """One turn of one run, from the player's words to the save. Made anew for every turn.

    The steps are ``session.steps``; the flow orders them and mirrors in ``state`` what they
    decided. It adds nothing to the rules.
    """

    _skip_auto_memory: bool = True  # else the first flow builds a vector store
    _play: Play = PrivateAttr()
    _saving: bool = PrivateAttr(default=False)

    def __init__(self, play: Play, persistence: RunPersistence) -> None:
        super().__init__(
            initial_state=TurnState(id=play.record.run, action=play.action),
            persistence=persistence,
            suppress_flow_events=True,
            tracing=False,
        )
        self._play = play
        self._mirror()

    @property
    def saving(self) -> bool:
        """Whether the turn is being saved or is saved: too late to call it off."""
        return self._saving

    @start()
    async def hear(self) -> None:
        """Read the player's words."""
        await self._play.hear()
        self._mirror()

    @router(hear)
    async def route(self) -> Phase:
        """Which rules the turn is played by."""
        return self._play.route()

    @listen(Phase.INTERVIEW)
    async def play_interview(self) -> None:
        """An exchange of the interview."""
        await self._play.interview()
        self._mirror()

    @listen(Phase.QUEST)
    async def play_quest(self) -> None:
        """A quest taken, or asked about."""
        await self._play.quest()
        self._mirror()

    @listen(Phase.EXPLORE)
    async def play_exploration(self) -> None:
        """A deed in a scene."""
        await self._play.explore()
        self._mirror()

    @listen(Phase.COMBAT)
    async def play_combat(self) -> None:
        """A round of a fight."""
        await self._play.combat()
        self._mirror()

    @listen(Phase.EPILOGUE)
    async def play_epilogue(self) -> None:
        """The adventure ended by the player."""
        await self._play.epilogue()
        self._mirror()

    @listen(or_(play_interview, play_quest, play_exploration, play_combat, play_epilogue))
    async def tell(self) -> None:
        """Put what was decided into words."""
        await self._play.tell()
        self._mirror()

    @listen(tell)
    async def settle(self) -> None:
        """Close the turn and save it."""
        self.state.record = self._play.settle()
        self._mirror()
        await self._save()

    async def _save(self) -> None:
        """The one place that persists, once a turn."""
        assert isinstance(self.persistence, RunPersistence)
        self._saving = True
        await asyncio.to_thread(self.persistence.save_state, self.state.id, "settle", self.state)

    def _mirror(self) -> None:
        self.state.game = self._play.draft.state
