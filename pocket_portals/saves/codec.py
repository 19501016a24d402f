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

import logging
from collections import deque
from collections.abc import Callable, Sequence
from operator import is_
from typing import TypeVar

from pydantic import Field, JsonValue, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from pocket_portals.clean import clean_line
from pocket_portals.errors import Refused, RunUnreadable
from pocket_portals.rules.state import GameState, Parent
from pocket_portals.rules.values import Value
from pocket_portals.saves import envelope
from pocket_portals.saves.envelope import MAX_BYTES, damaged, harmless, opening, packed, seal, unseal
from pocket_portals.saves.ids import MAX_LENGTH, is_run_id
from pocket_portals.saves.meta import encode_meta, summary_from
from pocket_portals.saves.migrations import Json, upgraded_state, upgraded_turn
from pocket_portals.session.journal import RunRecord, Turn, replay
from pocket_portals.session.ports import RunSummary, Where

HEADER_BYTES = 16 * 2**10
_ROOM = 200  # bytes that the envelope itself may take
_REMEMBERED = 4  # runs whose turns are kept encoded

_MADE: deque[tuple[object, bytes]] = deque(maxlen=4)  # values and their JSON
_TURN = TypeAdapter(Turn)
_STATE = TypeAdapter(GameState)
_STRANGE = {"extra_forbidden", "missing"}  # it was written by something else
T = TypeVar("T")

log = logging.getLogger(__name__)


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

    def __init__(self, packing: bool = False) -> None:
        self._packing = packing
        self._known: dict[str, tuple[tuple[Turn, ...], bytes]] = {}

    def encode(self, record: RunRecord) -> bytes:
        """The run, whole. Raises Refused for what could not be read back."""
        known, written = self._known.get(record.run, ((), b""))
        fresh = record.turns[len(known) :]
        if not fresh or not all(map(is_, known, record.turns)):
            known, written, fresh = (), b"", record.turns
        older = b"".join(_TURN.dump_json(turn, warnings=False) + b",\n" for turn in fresh[:-1])
        last, state = _turn_json(fresh[-1]), _state_json(record.state)
        begins = _header(record)
        turns = b"".join([written, b",\n" if written else b"", older, last])
        _fit(record, len(begins) + len(state) + len(turns), begins, older)
        data = _sealed(self._packing, begins, state, b',\n"turns":[\n', turns, b"]}")
        if record.run not in self._known and len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[record.run] = (record.turns, turns)
        return data


def encode(record: RunRecord) -> bytes:
    """The run, whole. Raises Refused for what could not be read back."""
    return Encoder().encode(record)


def encode_state(record: RunRecord, packing: bool = False) -> bytes:
    """The run without its turns. Raises Refused for what could not be read back."""
    state, begins = _state_json(record.state), _header(record)
    _fit(record, len(begins) + len(state), begins)
    return _sealed(packing, begins, state, b"}")


def encode_turn(turn: Turn, packing: bool = False) -> bytes:
    """A turn on its own. Raises Refused for what could not be read back."""
    return _sealed(packing, opening(), b'\n"turn":', _turn_json(turn), b"}")


def _sealed(packing: bool, *body: bytes) -> bytes:
    return seal(packed(*body)) if packing else seal(*body)


def _header(record: RunRecord) -> bytes:
    """The first line, and what introduces the state."""
    last = record.turns[-1]
    fields = {
        "run": record.run,
        "rev": record.rev,
        "head": last.id,
        "parent": last.parent,
        "device": record.device,
        "branch_of": record.branch_of,
    }
    try:
        meta = encode_meta(record)
    except ValidationError as error:
        raise Refused(f"This turn can't be saved: {_reason(error)}.") from error
    header = b'%s%s,"meta":%s' % (opening(), to_json(fields)[1:-1], meta)
    if len(header) > HEADER_BYTES - _ROOM:
        raise Refused("The names in this run are too long to save.")
    return header + b',\n"state":'


def _turn_json(turn: Turn) -> bytes:
    """A turn, read back: a fact made without validation must not cost the run."""

    def prove(data: bytes) -> None:
        _TURN.validate_json(data)
        if not harmless(data):
            raise Refused("This turn can't be saved: its words hold control characters.")

    return _json(_TURN, turn, prove)


def _state_json(state: GameState) -> bytes:
    """A state. It is not read back, for it is what its turns add up to: see ``_current``."""
    return _json(_STATE, state)


def _json(adapter: TypeAdapter[T], value: T, prove: Callable[[bytes], object] = len) -> bytes:
    # A turn goes to the file and then to Redis, so what was made last is asked for once more.
    for known, data in tuple(_MADE):  # another thread may add to it
        if known is value:
            return data
    try:
        data = adapter.dump_json(value, warnings=False)
        prove(data)
    except (PydanticSerializationError, ValidationError) as error:
        raise Refused(f"This turn can't be saved: {_reason(error)}.") from error
    _MADE.append((value, data))
    return data


def _fit(record: RunRecord, size: int, *unproved: bytes) -> None:
    """Raises Refused for what could not be read back."""
    trouble = _trouble(record)
    if not trouble and size > MAX_BYTES - _ROOM:
        trouble = "it has grown too big"
    if not trouble and not all(map(harmless, unproved)):
        trouble = "its words hold control characters"
    if trouble:
        raise Refused(f"Run {clean_line(record.run, MAX_LENGTH)} can't be saved: {trouble}.")


# Reading


def decode(data: bytes) -> RunRecord:
    """The run that ``encode`` wrote. Raises RunUnreadable, SaveTooNew."""
    return _record(_read_save(data))


def assemble(state: bytes, turns: Sequence[bytes]) -> RunRecord:
    """The run that ``encode_state`` and ``encode_turn`` wrote. Raises RunUnreadable, SaveTooNew."""
    return _record(_read_save(state, tuple(_read_turn(turn) for turn in turns)))


def head_of(data: bytes, run: str) -> str:
    """The head of this run, encoded: the checksum is verified, the turns are not read."""
    unseal(data)
    header = _first_line(data)
    head = header.get("head")
    if header.get("run") != run or not isinstance(head, str):
        raise damaged("it is the save of another run")
    return head


def head_in(data: bytes) -> str:
    """The head that an encoded run claims, out of its first ``HEADER_BYTES`` bytes, unverified."""
    return str(_first_line(data).get("head", ""))


def summary_of(data: bytes, where: Where) -> RunSummary:
    """What a list shows of an encoded run, out of its first ``HEADER_BYTES`` bytes, unverified."""
    return summary_from(_first_line(data).get("meta"), where)


def _first_line(data: bytes) -> Json:
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


def _read_save(data: bytes, apart: tuple[Turn, ...] = ()) -> _Save:
    """The body of an envelope that holds a run; its turns may be kept ``apart``."""
    schema, body = unseal(data)
    if not harmless(body):
        raise damaged("its words hold control characters")
    try:
        if schema == envelope.SCHEMA:
            save = _current(body, apart)
        else:
            raw = from_json(body)
            raw["state"] = upgraded_state(raw["state"], schema)
            raw["turns"] = [upgraded_turn(turn, schema) for turn in raw.get("turns", ())]
            save = _Save.model_validate(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RunUnreadable) as error:
        raise damaged(_reason(error)) from error
    return save.having(turns=apart) if apart else save


def _current(body: bytes, apart: tuple[Turn, ...]) -> _Save:
    """A body of this schema. A state with a value that can't be is made again out of its turns."""
    try:
        return _Save.model_validate_json(body)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        if any(
            each["loc"][0] != "state" or len(each["loc"]) == 1 or each["type"] in _STRANGE for each in wrong
        ):
            raise
        raw = from_json(body)
        turns = apart or tuple(map(_TURN.validate_python, raw["turns"]))
        log.warning(
            "the state of %s was made again: %s", clean_line(str(raw["run"]), MAX_LENGTH), _reason(error)
        )
        return _Save.model_validate(raw | {"state": replay(turns), "turns": turns})


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
