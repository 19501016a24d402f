"""A store of runs as crewai's flows see it. Imports crewai: only after ``loading.load``."""

from __future__ import annotations

from typing import Self

from crewai.flow.persistence.base import FlowPersistence
from pydantic import BaseModel, Field, PrivateAttr

from pocket_portals.errors import RunNotFound
from pocket_portals.rules.state import GameState
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import RunStore, Saved


class TurnState(BaseModel):
    """What a flow holds of a turn. ``id`` is the run's, as crewai wants the name to be."""

    id: str
    action: str = ""
    game: GameState | None = Field(default=None, description="as decided so far")
    record: RunRecord | None = Field(
        default=None, exclude=True, repr=False, description="the run with this turn, once it is settled"
    )
    saved: Saved | None = Field(default=None, exclude=True)

    def __deepcopy__(self, memo: dict[int, object] | None = None) -> Self:
        # crewai copies the state into its events; all that it holds is immutable.
        return self.model_copy()


class RunPersistence(FlowPersistence):
    """Saves and loads the runs of one store."""

    persistence_type: str = "pocket_portals"
    _store: RunStore = PrivateAttr()

    def __init__(self, store: RunStore) -> None:
        super().__init__()
        self._store = store

    def init_db(self) -> None:
        """Nothing to prepare: a store makes what it needs when it first saves."""

    def save_state(self, flow_uuid: str, method_name: str, state_data: dict[str, object] | BaseModel) -> None:
        """Keep the run with its settled turn, unless another process has moved it on.

        Notes in the state where it is safe. Raises Conflict, StoreUnavailable; ValueError when
        nothing is settled yet.
        """
        state = TurnState.model_validate(state_data)
        if state.record is None or state.record.run != flow_uuid:
            raise ValueError(f"{method_name} has settled no turn of {flow_uuid}")
        state.saved = self._store.save(state.record, expected=state.record.turns[-1].parent)

    def load_state(self, flow_uuid: str) -> dict[str, object] | None:
        """The fields of the run's last TurnState, or None when there is no such run.

        Raises RunUnreadable, SaveTooNew, StoreUnavailable.
        """
        try:
            record = self._store.load(flow_uuid)
        except RunNotFound:
            return None
        return {"id": record.run, "game": record.state, "record": record}
