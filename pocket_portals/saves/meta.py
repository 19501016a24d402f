"""The ``meta`` document: a run in one line, kept so that listing never reads a state.

Later versions may add fields to it but never take one away, so that even a newer save can be listed.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from pydantic_core import from_json

from pocket_portals.saves.envelope import damaged, harmless
from pocket_portals.saves.ids import is_run_id
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import RunSummary, Where, summary

_TEXT = 120  # characters of a name or a title that a list has use for
_FIELDS = frozenset(RunSummary.model_fields)
_UNTOLD = {"where", "expires_at", "open_in"}  # what only a store knows


def encode_meta(record: RunRecord) -> bytes:
    """What a list shows of the run, as JSON."""
    line = summary(record, "memory")
    line = line.having(hero=line.hero[:_TEXT], quest=line.quest[:_TEXT])
    return line.model_dump_json(exclude=_UNTOLD).encode()


def decode_meta(data: bytes, where: Where, expires_at: datetime | None = None) -> RunSummary:
    """What ``encode_meta`` wrote, here or in a later version. Raises RunUnreadable."""
    if not harmless(data):
        raise damaged("its summary holds control characters")
    try:
        return summary_from(from_json(data), where, expires_at)
    except ValueError as error:
        raise damaged("its summary can't be read") from error


def summary_from(meta: JsonValue, where: Where, expires_at: datetime | None = None) -> RunSummary:
    """The summary out of a parsed ``meta``. Raises RunUnreadable."""
    if not isinstance(meta, dict):
        raise damaged("its summary is missing")
    known = {name: value for name, value in meta.items() if name in _FIELDS}
    try:
        line = RunSummary.model_validate(known | {"where": where, "expires_at": expires_at, "open_in": ""})
    except ValueError as error:
        raise damaged("its summary can't be read") from error
    if not is_run_id(line.id):
        raise damaged("it names no possible run")
    return line
