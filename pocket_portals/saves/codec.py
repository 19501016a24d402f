"""RunRecord <-> bytes: readable JSON in an envelope, whose first line is enough to list the run.

    {"fmt":1,"sha256":"…","save":{"schema":1,"codec":"json","run":…,"rev":…,"head":…,…,"meta":{…},
    "state":{…},
    "turns":[
    {…},
    {…}]}}

The first line, with ``}}`` for its comma, is a document of its own. ``list`` reads no further, and
as the summary lives in the same file as the state there is one commit point.
A store that keeps turns apart seals the rest and each turn in envelopes of their own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from operator import is_
from typing import TypeVar

from pydantic import Field, JsonValue, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from pocket_portals.clean import clean_line
from pocket_portals.errors import Refused
from pocket_portals.rules.state import GameState, Parent
from pocket_portals.rules.values import Value
from pocket_portals.saves import envelope
from pocket_portals.saves.envelope import MAX_BYTES, damaged, harmless, opening, seal, unseal
from pocket_portals.saves.ids import MAX_LENGTH, is_run_id
from pocket_portals.saves.meta import encode_meta, summary_from
from pocket_portals.saves.migrations import Json, upgraded_state, upgraded_turn
from pocket_portals.session.journal import RunRecord, Turn
from pocket_portals.session.ports import RunSummary, Where

HEADER_BYTES = 16 * 2**10
_ROOM = 200  # bytes that the envelope itself may take
_REMEMBERED = 4  # runs whose turns are kept encoded

_PROVED: deque[tuple[object, bytes]] = deque(maxlen=4)  # values and their JSON
_TURN = TypeAdapter(Turn)
_STATE = TypeAdapter(GameState)
T = TypeVar("T")


class _Body(Value):
    """How every body begins."""

    schema_: int = Field(alias="schema")
    codec: str


class _Save(_Body):
    """The body of an envelope that holds a run."""

    run: str
    rev: int
    head: str
    parent: str
    device: str
    branch_of: Parent | None
    meta: dict[str, JsonValue]
    state: GameState
    turns: tuple[Turn, ...] = ()


class _SavedTurn(_Body):
    """The body of an envelope that holds one turn."""

    turn: Turn


# Writing


class Encoder:
    """Encodes runs that grow turn by turn: a turn that was encoded once is not encoded again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[Turn, ...], bytes]] = {}

    def encode(self, record: RunRecord) -> bytes:
        """The run, whole. Raises Refused for what could not be read back."""
        known, written = self._known.get(record.run, ((), b""))
        fresh = record.turns[len(known) :]
        if not fresh or not all(map(is_, known, record.turns)):
            known, written, fresh = (), b"", record.turns
        parts = [_TURN.dump_json(turn, warnings=False) for turn in fresh[:-1]]
        added = b",\n".join([*parts, _proved(_TURN, fresh[-1])])
        begins = _all_but_turns(record)
        turns = b"%s,\n%s" % (written, added) if written else added
        data = _sealed(b'%s,\n"turns":[\n%s]}' % (begins, turns), record, begins + added)
        if record.run not in self._known and len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[record.run] = (record.turns, turns)
        return data


def encode(record: RunRecord) -> bytes:
    """The run, whole. Raises Refused for what could not be read back."""
    return Encoder().encode(record)


def encode_state(record: RunRecord) -> bytes:
    """The run without its turns. Raises Refused for what could not be read back."""
    body = _all_but_turns(record) + b"}"
    return _sealed(body, record, body)


def encode_turn(turn: Turn) -> bytes:
    """A turn on its own. Raises Refused for what could not be read back."""
    body = b'%s"turn":%s}' % (opening(), _proved(_TURN, turn))
    if not harmless(body):
        raise Refused("A turn can't be saved: its words hold control characters.")
    return seal(body)


def _all_but_turns(record: RunRecord) -> bytes:
    state = _proved(_STATE, record.state)
    last = record.turns[-1]
    fields = {
        "run": record.run,
        "rev": record.rev,
        "head": last.id,
        "parent": last.parent,
        "device": record.device,
        "branch_of": record.branch_of,
    }
    header = b'%s%s,"meta":%s' % (opening(), to_json(fields)[1:-1], encode_meta(record))
    if len(header) > HEADER_BYTES - _ROOM:
        raise Refused("The names in this run are too long to save.")
    return b'%s,\n"state":%s' % (header, state)


def _proved(adapter: TypeAdapter[T], value: T) -> bytes:
    """The value as JSON that was read back: a fact made without validation must not cost the run."""
    # A turn goes to the file and then to Redis, so what was proved last is asked for once more.
    for known, data in tuple(_PROVED):  # another thread may add to it
        if known is value:
            return data
    try:
        data = adapter.dump_json(value, warnings=False)
        adapter.validate_json(data)
    except (PydanticSerializationError, ValidationError) as error:
        raise Refused(f"This turn can't be saved: {_reason(error)}.") from error
    _PROVED.append((value, data))
    return data


def _sealed(body: bytes, record: RunRecord, fresh: bytes) -> bytes:
    """The body in its envelope; only what is ``fresh`` in it needs a look for control characters."""
    trouble = _trouble(record)
    if not trouble and len(body) > MAX_BYTES - _ROOM:
        trouble = "it has grown too big"
    if not trouble and not harmless(fresh):
        trouble = "its words hold control characters"
    if trouble:
        raise Refused(f"Run {clean_line(record.run, MAX_LENGTH)} can't be saved: {trouble}.")
    return seal(body)


# Reading


def decode(data: bytes) -> RunRecord:
    """The run that ``encode`` wrote. Raises RunUnreadable, SaveTooNew."""
    return _record(_read_save(data))


def assemble(state: bytes, turns: Sequence[bytes]) -> RunRecord:
    """The run that ``encode_state`` and ``encode_turn`` wrote. Raises RunUnreadable, SaveTooNew."""
    return _record(_read_save(state).having(turns=tuple(_read_turn(turn) for turn in turns)))


def head_of(data: bytes, run: str) -> str:
    """The head of this run, encoded: the checksum is verified, the turns are not read."""
    unseal(data)
    header = _header(data)
    head = header.get("head")
    if header.get("run") != run or not isinstance(head, str):
        raise damaged("it is the save of another run")
    return head


def head_in(data: bytes) -> str:
    """The head that an encoded run claims, out of its first ``HEADER_BYTES`` bytes, unverified."""
    return str(_header(data).get("head", ""))


def summary_of(data: bytes, where: Where) -> RunSummary:
    """What a list shows of an encoded run, out of its first ``HEADER_BYTES`` bytes, unverified."""
    return summary_from(_header(data).get("meta"), where)


def _header(data: bytes) -> Json:
    """The fields of the first line."""
    line, newline, _ = data[:HEADER_BYTES].partition(b"\n")
    if not newline or not harmless(line):
        raise damaged("its first line can't be read")
    try:
        header = from_json(line.removesuffix(b",") + b"}}")["save"]
    except (ValueError, LookupError, TypeError) as error:
        raise damaged("its first line can't be read") from error
    if not isinstance(header, dict):
        raise damaged("its first line can't be read")
    return header


def _read_save(data: bytes) -> _Save:
    schema, body = unseal(data)
    if not harmless(body):
        raise damaged("its words hold control characters")
    try:
        if schema == envelope.SCHEMA:
            return _Save.model_validate_json(body)
        raw = from_json(body)
        raw["state"] = upgraded_state(raw["state"], schema)
        raw["turns"] = [upgraded_turn(turn, schema) for turn in raw.get("turns", ())]
        return _Save.model_validate(raw)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise damaged(_reason(error)) from error


def _read_turn(data: bytes) -> Turn:
    schema, body = unseal(data)
    if not harmless(body):
        raise damaged("its words hold control characters")
    try:
        if schema == envelope.SCHEMA:
            return _SavedTurn.model_validate_json(body).turn
        return _TURN.validate_python(upgraded_turn(from_json(body)["turn"], schema))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise damaged(_reason(error)) from error


def _record(save: _Save) -> RunRecord:
    if not save.turns:
        raise damaged("it holds no turns")
    record = RunRecord(
        run=save.run, device=save.device, branch_of=save.branch_of, state=save.state, turns=save.turns
    )
    last = record.turns[-1]
    if (save.rev, save.head, save.parent) != (record.rev, last.id, last.parent):
        raise damaged("turns are missing from it")
    if trouble := _trouble(record):
        raise damaged(trouble)
    return record


# Both


def _trouble(record: RunRecord) -> str:
    """Why the record could not be the save of a run; empty when it could."""
    if not is_run_id(record.run):
        return "it names no possible run"
    if record.state.session_id != record.run:
        return "its state belongs to another run"
    parent = ""
    for number, turn in enumerate(record.turns):
        if turn.parent != parent or turn.number != number:
            return f"turn {number} does not follow the one before it"
        parent = turn.id
    return ""


def _reason(error: Exception) -> str:
    """A short reason out of a validation error, without the values it met."""
    if not isinstance(error, ValidationError):
        return "its fields are not those of a save"
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return clean_line(f"{place[-80:]}: {first['msg'][:100]}".removeprefix(": "))
