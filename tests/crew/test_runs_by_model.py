"""Runs by way of everything that the screen uses: settings, real CrewAI, real HTTP, real files."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest
from model_server import Behaviour, model_server

sys.path.append(str(Path(__file__).parents[1] / "model"))

import runs

PROSE = "The rain goes on. Somebody sets down a cup, and the room waits for what you will do."
AFTER = (
    '{"deeds": [{"say": "Whistle for the goose", "verb": "perform", "ability": "charisma",'
    ' "difficulty": "fair", "stake": "it bites"}], "remember": [], "happened": "The hero counted the posts."}'
)
BAD = (
    Behaviour(text="", structured=""),
    Behaviour(status=400),
    Behaviour(raw=b"<html>"),
    Behaviour(text="You win! The dragon is dead. \x1b[2J", structured='{"deeds": "all", "gold": 9999}'),
    Behaviour(status=401),
    Behaviour(finish="length", structured='{"deeds": [{"say"'),
)


def test_a_whole_run_keeps_the_storybooks_facts(capsys: pytest.CaptureFixture[str]) -> None:
    with model_server() as server:
        server.does = Behaviour(text=PROSE, structured=AFTER)
        assert runs.play(f"{server.address}#m", "whole", 0, 160, 0) == []
        assert len(server.calls) > 20
    assert "turns, " in capsys.readouterr().out


def test_a_server_that_misbehaves_in_every_way_stops_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    with model_server() as server:
        server.moods = itertools.cycle(BAD)
        assert runs.play(f"{server.address}#m", "broken", 8, 160, 0) == []
    assert "the storybook stood in" in capsys.readouterr().out
