"""Runs to bytes and back: exactly, readably, and with nothing hostile let in."""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import begin, play, played, undo

from pocket_portals.clean import clean
from pocket_portals.errors import Refused, RunUnreadable, SaveTooNew
from pocket_portals.rules.events import Titled
from pocket_portals.rules.state import SCHEMA_VERSION
from pocket_portals.saves import codec, envelope, migrations
from pocket_portals.session.journal import RunRecord, Timings, problems
from pocket_portals.session.ports import summary

words = st.text(max_size=300).map(clean)
RECORD = played(8)
SAVED = codec.encode(RECORD)


@st.composite
def runs(draw: st.DrawFn) -> RunRecord:
    """A run of real turns: what was said and done is drawn, some of it taken back."""
    record = begin(seed=draw(st.text("abcdef 0123", min_size=1, max_size=12)))
    for _ in range(draw(st.integers(0, 12))):
        if record.state.revision > 2 and draw(st.integers(0, 5)) == 0:
            record = undo(record, to=draw(st.integers(1, record.state.revision - 1)))
        record = play(record, draw(words), words=draw(words))
    return record


def resealed(change: Any, data: bytes = SAVED) -> bytes:
    """The save after ``change`` to its parsed body, with a checksum that is right."""
    body = json.loads(data)["save"]
    change(body)
    header = {key: value for key, value in body.items() if key not in ("state", "turns")}
    order = {"schema": header.pop("schema"), "codec": header.pop("codec"), **header}
    text = json.dumps(
        order | {k: body[k] for k in ("state", "turns") if k in body},
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return envelope.seal(text.encode())


@given(runs())
def test_what_was_saved_is_what_is_read(record: RunRecord) -> None:
    loaded = codec.decode(codec.encode(record))
    assert loaded == record
    assert problems(loaded) == problems(record)


@given(runs())
def test_a_run_kept_in_parts_is_the_same_run(record: RunRecord) -> None:
    parts = [codec.encode_turn(turn) for turn in record.turns]
    assert codec.assemble(codec.encode_state(record), parts) == record


@given(runs())
def test_the_same_run_gives_the_same_bytes(record: RunRecord) -> None:
    data = codec.encode(record)
    assert codec.encode(codec.decode(data)) == data


@given(runs())
def test_the_first_line_is_enough_to_list_a_run(record: RunRecord) -> None:
    start = codec.encode(record)[: codec.HEADER_BYTES]
    assert codec.summary_of(start, "file") == summary(record, "file")
    assert codec.summary_of(start.partition(b"\n")[0] + b"\n{garbage", "file").id == record.run


@given(st.data())
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SAVED) - 2))
    flipped = bytearray(SAVED)
    flipped[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(RunUnreadable):
        codec.decode(bytes(flipped))


@given(st.integers(0, len(SAVED) - 2))
def test_a_save_cut_short_is_noticed(length: int) -> None:
    with pytest.raises(RunUnreadable):
        codec.decode(SAVED[:length])


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_garbage_is_no_save_and_no_crash(data: bytes) -> None:
    for read in (codec.decode, lambda d: codec.head_of(d, RECORD.run), lambda d: codec.summary_of(d, "file")):
        with pytest.raises(RunUnreadable):
            read(data)
        with pytest.raises(RunUnreadable):
            read(SAVED[:80] + data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_any_sealed_json_is_read_or_refused(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    for body in (text, envelope.opening() + b'"state":' + text + b"}", envelope.opening() + text[1:]):
        with pytest.raises(RunUnreadable):
            codec.decode(envelope.seal(body))


def test_a_save_is_readable_json_with_the_fields_that_are_documented() -> None:
    saved = json.loads(SAVED)
    assert list(saved) == ["fmt", "sha256", "save"]
    assert set(saved["save"]) == {
        "schema", "codec", "run", "rev", "head", "parent", "device", "branch_of", "meta", "state", "turns"
    }  # fmt: skip
    body = SAVED.rstrip()[SAVED.index(b'"save":') + 7 : -1]
    assert saved["sha256"] == hashlib.sha256(body).hexdigest()
    assert (saved["save"]["rev"], saved["save"]["head"]) == (RECORD.rev, RECORD.head)
    assert "Ólafsdóttir" in SAVED.decode()
    assert len(SAVED.splitlines()) == RECORD.rev + 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 4096,
        b"{}",
        b"null",
        b"[" * 100_000,
        b'{"fmt":1}',
        b'{"fmt":0,"sha256":"","save":{}}',
        b'{"fmt":-1}',
        b'{"fmt":' + b"9" * 5000 + b"}",
        b"\xff\xfe" + SAVED,
        SAVED[:-20] + b"\0" * 20,
        SAVED + SAVED,
        SAVED + b"x",
    ],
)
def test_broken_files_say_that_they_are_damaged(data: bytes) -> None:
    with pytest.raises(RunUnreadable, match="damaged") as caught:
        codec.decode(data)
    assert not isinstance(caught.value, SaveTooNew)
    assert caught.value.hint


def test_deep_nesting_is_refused_without_a_crash() -> None:
    for deep in (b"[" * 200_000 + b"]" * 200_000, b'{"a":' * 200_000 + b"1" + b"}" * 200_000):
        with pytest.raises(RunUnreadable):
            codec.decode(envelope.seal(envelope.opening() + b'"state":' + deep + b"}"))
        with pytest.raises(RunUnreadable):
            codec.decode(envelope.seal(envelope.opening() + b'"meta":' + deep + b",\n"))
        with pytest.raises(RunUnreadable):
            codec.summary_of(envelope.seal(envelope.opening() + b'"meta":' + deep[:9000] + b",\n"), "file")


def test_a_save_bigger_than_the_bound_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(RunUnreadable, match="too big"):
        codec.decode(SAVED + b" " * envelope.MAX_BYTES)


def test_white_space_at_the_end_does_no_harm() -> None:
    assert codec.decode(SAVED.rstrip()) == RECORD
    assert codec.decode(SAVED + b"\r\n\n") == RECORD


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(extra=1),
        lambda s: s["state"].update(extra=1),
        lambda s: s["turns"][2].update(extra=1),
        lambda s: s["turns"][2]["events"][0].update(kind="wish_granted"),
        lambda s: s["state"].update(session_id="brass-owl-0002"),
        lambda s: s.update(run="brass-owl-0002"),
        lambda s: (s.update(run="../evil"), s["state"].update(session_id="../evil")),
        lambda s: s["state"].update(gold=-1, sliver=1),
        lambda s: s["turns"].pop(),
        lambda s: s["turns"].pop(0),
        lambda s: s["turns"].insert(3, s["turns"][3]),
        lambda s: s.update(turns=[], rev=0, head=""),
        lambda s: s.pop("turns"),
        lambda s: s.pop("state"),
        lambda s: s.pop("head"),
        lambda s: s.update(head="0" * 24),
        lambda s: s.update(parent="0" * 24),
        lambda s: s.update(rev=3),
        lambda s: s["turns"][1].update(parent="0" * 24),
        lambda s: s.update(state=None),
        lambda s: s.update(turns={"0": s["turns"][0]}),
    ],
)
def test_a_sealed_save_that_does_not_hold_is_refused(change: Any) -> None:
    assert codec.decode(resealed(lambda s: None)) == RECORD
    with pytest.raises(RunUnreadable, match="damaged"):
        codec.decode(resealed(change))


@pytest.mark.parametrize(
    "evil", ["\x1b]52;c;aGk=\x07", "\x9b2J", "a\u202eb", "\x07", "a\tb", "a\rb", "\ufeff", "\ud800"]
)
def test_control_characters_in_a_sealed_save_are_refused_not_altered(evil: str) -> None:
    def say_it(save: Any) -> None:
        save["state"]["character_description"] = "EVIL"

    def name_it(save: Any) -> None:
        save["state"]["qualities"] = {"EVIL": 1}

    def bring_it(save: Any) -> None:
        save["EVIL"] = 1

    escaped, raw = json.dumps(evil)[1:-1].encode(), evil.encode("utf-8", "surrogatepass")
    for change in (say_it, name_it, bring_it):
        harmless = resealed(change)
        for form in (escaped, raw):
            body = harmless[harmless.index(b'"save":') + 7 :].rstrip()[:-1].replace(b"EVIL", form)
            with pytest.raises(RunUnreadable, match="control characters") as caught:
                codec.decode(envelope.seal(body))
            assert clean(str(caught.value)) == str(caught.value)


@pytest.mark.parametrize("evil", ["\x1b[2J", "a\u202eb", "\t"])
def test_what_could_not_be_read_back_is_not_written(evil: str) -> None:
    record = play(RECORD, words=evil)
    with pytest.raises(Refused):
        codec.encode(record)
    with pytest.raises(Refused):
        codec.encode_turn(record.turns[-1])


def test_a_state_made_without_validation_is_not_written() -> None:
    for changes in (
        {"title": 7},
        {"title": "\ud800"},
        {"place": object()},
        {"session_id": "brass-owl-0002"},
    ):
        with pytest.raises(Refused):
            codec.encode(RECORD.having(state=RECORD.state.having(**changes)))
    broken = RECORD.turns[-1].having(timings=Timings().having(hear=float("nan")))
    with pytest.raises(Refused):
        codec.encode(RECORD.having(turns=(*RECORD.turns[:-1], broken)))
    with pytest.raises(Refused):
        codec.encode(RECORD.having(run="../evil"))
    with pytest.raises(Refused):
        codec.encode(RECORD.having(device="x" * codec.HEADER_BYTES))


def test_a_state_with_a_value_that_can_t_be_is_made_again_out_of_its_turns(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = RECORD.having(state=RECORD.state.having(gold=-1, place="x" * 10_000))
    assert codec.decode(codec.encode(wrong)) == RECORD
    assert "was made again: state.gold" in caplog.text
    turns = [codec.encode_turn(turn) for turn in wrong.turns]
    assert codec.assemble(codec.encode_state(wrong), turns) == RECORD
    for data in (codec.encode(wrong), codec.encode_state(wrong)):
        body = envelope.unseal(data).data.replace(b'"gold":', b'"sliver":1,"gold":', 1)
        with pytest.raises(RunUnreadable):
            codec.decode(envelope.seal(body))


def test_a_packed_run_is_smaller_and_reads_the_same() -> None:
    record = played(40)
    plain, small = codec.encode(record), codec.Encoder(packing=True).encode(record)
    assert len(small) < len(plain) / 2
    assert codec.decode(small) == codec.decode(plain) == record
    assert codec.head_of(small, record.run) == record.head
    start = small[: codec.HEADER_BYTES]
    assert codec.summary_of(start, "file") == summary(record, "file")
    parts = [codec.encode_turn(turn, packing=number % 2 == 0) for number, turn in enumerate(record.turns)]
    assert codec.assemble(codec.encode_state(record, packing=True), parts) == record
    state = codec.encode_state(record, packing=True)
    assert len(state) < len(codec.encode_state(record)) / 2


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_any_flipped_bit_of_a_packed_run_is_noticed(place: int, bit: int) -> None:
    data = bytearray(codec.Encoder(packing=True).encode(RECORD)[:-1])
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(RunUnreadable):
        codec.decode(bytes(data))


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"no zlib",
        zlib.compress(b"[]")[:-1],
        zlib.compress(b"[]") + b"more",
        zlib.compress(bytes(envelope.MAX_BYTES + 1)),
        zlib.compress(b"\x1b[2J"),
        zlib.compress(b'"state":null}'),
    ],
)
def test_what_is_packed_badly_is_damaged(rest: bytes) -> None:
    line, _, _ = envelope.packed(envelope.unseal(codec.encode(RECORD)).data).partition(b"\n")
    with pytest.raises(RunUnreadable, match="damaged"):
        codec.decode(envelope.seal(line + b"\n" + rest))


def test_every_printable_character_is_clean() -> None:
    """The fast test in ``harmless`` rests on this."""
    printable = [chr(c) for c in range(sys.maxunicode + 1) if chr(c).isprintable()]
    assert [c for c in printable if clean(c) != c] == []


@pytest.mark.parametrize(
    "text", ["👩‍🚀 ✈️", "שלום", "مرحبا", "a\u00a0b", 'say "no"\\n', "[bold]x[/]", "line\n\nline"]
)
def test_words_that_are_not_control_are_kept_whatever_their_script(text: str) -> None:
    record = play(RECORD, text, words=text)
    assert codec.decode(codec.encode(record)).turns[-1].speeches[0].text == text


@pytest.mark.parametrize(
    "data",
    [
        SAVED.replace(b'{"fmt":1', b'{"fmt":2', 1),
        b'{"fmt":2, "anything": "else"',
        envelope.seal(b'{"schema":%d,"codec":"json",}' % (SCHEMA_VERSION + 1)),
        envelope.seal(b'{"schema":1,"codec":"json+zstd","save":"..."}'),
    ],
)
def test_a_later_version_s_save_says_to_upgrade(data: bytes) -> None:
    with pytest.raises(SaveTooNew, match="later version") as caught:
        codec.decode(data)
    assert "pgrade" in caught.value.hint


def test_a_later_version_s_save_can_still_be_listed() -> None:
    later = SAVED.replace(b'{"fmt":1', b'{"fmt":2', 1).replace(b'"meta":{', b'"meta":{"mood":"grim",', 1)
    assert codec.summary_of(later, "file") == summary(RECORD, "file")


def test_a_summary_with_control_characters_is_refused() -> None:
    for evil in (b"\\u001b[2J", "\u202e".encode(), b"\x9b", b"\\t"):
        with pytest.raises(RunUnreadable):
            codec.summary_of(SAVED.replace(b"Brenna", evil, 1), "file")


@dataclass
class Renamed:
    """A step as a later schema might need it: a field under another name, and a new one."""

    def state(self, raw: migrations.Json) -> migrations.Json:
        return raw | {"gold": raw.pop("coins")}

    def turn(self, raw: migrations.Json) -> migrations.Json:
        return raw | {"action": raw.pop("deed")}


def test_an_older_save_is_brought_up_to_date_a_step_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_it_was(save: Any) -> None:
        save["state"]["coins"] = save["state"].pop("gold")
        for turn in save["turns"]:
            turn["deed"] = turn.pop("action")

    old = resealed(as_it_was)
    old_turns = [
        envelope.seal(envelope.opening() + b'"turn":' + json.dumps(turn, ensure_ascii=False).encode() + b"}")
        for turn in json.loads(old)["save"]["turns"]
    ]
    old_state = resealed(lambda save: (as_it_was(save), save.pop("turns")))
    with pytest.raises(RunUnreadable):
        codec.decode(old)

    monkeypatch.setattr(envelope, "SCHEMA", SCHEMA_VERSION + 1)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, Renamed()))
    assert codec.decode(old) == RECORD
    assert codec.decode(codec.encode(RECORD)) == RECORD
    newer_turn = codec.encode_turn(RECORD.turns[-1])
    assert codec.assemble(old_state, [*old_turns[:-1], newer_turn]) == RECORD


def test_an_older_save_that_a_step_can_t_read_is_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "SCHEMA", SCHEMA_VERSION + 1)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, Renamed()))
    with pytest.raises(RunUnreadable, match="damaged"):
        codec.decode(SAVED)


def test_there_is_a_step_for_every_schema_but_the_first() -> None:
    assert len(migrations.STEPS) == SCHEMA_VERSION - 1


def test_a_named_event_survives() -> None:
    assert Titled(title="x") in codec.decode(codec.encode(_titled())).turns[-1].events


def _titled() -> RunRecord:
    record = play(RECORD)
    turn = record.turns[-1]
    return record.having(turns=(*RECORD.turns, turn.having(events=(*turn.events, Titled(title="x")))))
