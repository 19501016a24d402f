"""Ids from outside are matched before they touch a path or a key."""

from __future__ import annotations

from pocket_portals.errors import Conflict, RunNotFound
from pocket_portals.session.run_ids import RUN_ID

MAX_LENGTH = 64


def is_run_id(run: str) -> bool:
    """Whether ``run`` may name a folder or a key."""
    return len(run) <= MAX_LENGTH and RUN_ID.fullmatch(run) is not None


def checked_id(run: str) -> str:
    """The id itself. Raises RunNotFound when no run can have it."""
    if not is_run_id(run):
        raise RunNotFound(
            "That is not a run's id.", "Ids look like amber-fox-4821; see `pocket-portals list`."
        )
    return run


def unknown(run: str) -> RunNotFound:
    """The error for an id that no saved run has."""
    return RunNotFound(f"There is no run “{run}”.", "See `pocket-portals list`.")


def overtaken(run: str) -> Conflict:
    """The error for a save that would overwrite somebody else's turns."""
    return Conflict(
        f"Run {run} was played on elsewhere since it was opened here; nothing was overwritten.",
        f"Go on from there with `pocket-portals resume {run}`.",
    )
