"""What goes to stdout, for people and for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pocket_portals.cli import output


def test_a_table_for_a_pipe_has_aligned_columns(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("RUN", "HERO"), [("amber-fox-4821", "Mira"), ("grey-owl-0001", "Odo the Long")])
    assert capsys.readouterr().out.splitlines() == [
        "RUN             HERO",
        "amber-fox-4821  Mira",
        "grey-owl-0001   Odo the Long",
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cell=st.text(max_size=40))
def test_no_cell_breaks_its_line_or_speaks_to_the_terminal(
    capsys: pytest.CaptureFixture[str], cell: str
) -> None:
    output.table(("RUN", "HERO"), [("amber-fox-4821", cell)])
    out = capsys.readouterr().out
    assert out.count("\n") == 2
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in out.replace("\n", ""))


def test_json_keeps_every_letter(capsys: pytest.CaptureFixture[str]) -> None:
    output.as_json({"hero": "Brenna Ólafsdóttir", "at": datetime(2026, 1, 1, tzinfo=UTC)})
    out = capsys.readouterr().out
    assert "Ólafsdóttir" in out
    assert json.loads(out)["at"].startswith("2026-01-01")


def test_words_are_not_wrapped_for_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    output.wrapped("word " * 100)
    assert capsys.readouterr().out.count("\n") == 1


def test_words_are_wrapped_for_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    output.wrapped("word " * 100 + "\n" + "x" * 90)
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines[:-1]) <= 40
    assert lines[-1] == "x" * 90


def test_neither_a_word_with_a_hyphen_nor_a_command_is_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    for columns in range(30, 60):
        monkeypatch.setenv("COLUMNS", str(columns))
        output.wrapped("The lantern-priest says to come back with `pocket-portals list --limit 9`, he does.")
        lines = capsys.readouterr().out.splitlines()
        assert any("lantern-priest" in line for line in lines)
        assert any("`pocket-portals list --limit 9`," in line for line in lines)
        assert max(len(line) for line in lines) <= max(columns, 34)


def test_values_are_set_in_under_their_own_beginning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    output.fields({"Run": "amber-fox-4821", "Carries": "a lamp, a rope, three nails, a loaf"})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Run      amber-fox-4821"
    assert lines[2].startswith(" " * 9 + "nails")
