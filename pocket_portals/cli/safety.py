"""How safe runs are, in words: where they are kept, until when, and who has them open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pocket_portals.cli.diagnostics import tell

if TYPE_CHECKING:
    from pocket_portals.session.ports import RunStore, RunSummary

SOON = timedelta(days=14)


def kept(run: RunSummary) -> str:
    """Where a run is, when its copy in Redis expires, and what else bears on it."""
    words: list[str] = ["file and redis" if run.where == "both" else run.where]
    if run.expires_at and run.where != "redis":  # else a remark says so
        words.append(f"there until {run.expires_at.astimezone():%Y-%m-%d}")
    return "; ".join([*words, *run.remarks])


def tell_standing(store: RunStore, runs: Sequence[RunSummary], now: datetime | None = None) -> None:
    """What a list can't show: that Redis is down, and runs that will be gone for good.

    Raises StoreUnavailable when there are no runs to show because it is down.
    """
    from pocket_portals.session.ports import Mirrored

    trouble = store.trouble if isinstance(store, Mirrored) else None
    if trouble and not runs:
        raise trouble
    if trouble:
        tell(f"{trouble} These are the runs on this machine.")
    at = now or datetime.now(UTC)
    going = [run for run in runs if run.where == "redis" and run.expires_at and run.expires_at - at < SOON]
    if going:
        first = min(run.expires_at for run in going if run.expires_at)
        names = ", ".join(run.id for run in going[:3]) + (" and others" if len(going) > 3 else "")
        tell(
            f"In Redis only, and gone for good from {first.astimezone():%Y-%m-%d}: {names}. "
            "`pocket-portals sync` brings them here, `pocket-portals keep RUN` keeps them there."
        )
