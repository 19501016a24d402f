from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pocket_portals.errors import Refused
from pocket_portals.rules.dice import Modifier, Stream, average, d20, parse, roll

SEEDS = st.text(min_size=1, max_size=20)


@given(SEEDS, st.integers(0, 500), st.integers(-50, 50), st.integers(0, 200))
def test_an_integer_stays_in_its_range(seed: str, revision: int, low: int, span: int) -> None:
    assert low <= Stream(seed, revision).integer(low, low + span) <= low + span


@given(SEEDS, st.integers(0, 500))
def test_the_same_place_in_the_stream_gives_the_same_faces(seed: str, revision: int) -> None:
    first = roll("4d6kh3+2", Stream(seed, revision))
    assert roll("4d6kh3+2", Stream(seed, revision)) == first
    assert roll("8d20", Stream(seed, revision + 1)).dice != roll("8d20", Stream(seed, revision)).dice


def test_the_stream_is_the_same_on_every_machine() -> None:
    # Pinned: a save made elsewhere, or by an older version, must meet these dice.
    assert [Stream("ember", 7, n).integer(1, 20) for n in range(8)] == PINNED


PINNED = [5, 15, 14, 3, 13, 3, 15, 6]


def test_a_new_process_rolls_the_same() -> None:
    code = "from pocket_portals.rules.dice import *; print(roll('6d20', Stream('x', 3)).total)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(told.stdout) == roll("6d20", Stream("x", 3)).total


@given(st.integers(-20, 20), SEEDS)
def test_negative_modifiers_are_arithmetic_not_a_crash(modifier: int, seed: str) -> None:
    rolled = roll("1d20", Stream(seed, 0), [Modifier(name="Str", value=modifier)])
    assert rolled.total == rolled.dice[0].face + modifier
    assert roll(f"1d6{modifier:+d}", Stream(seed, 0)).total == roll("1d6", Stream(seed, 0)).total + modifier


@given(SEEDS)
def test_every_face_is_kept_and_accounts_for_the_total(seed: str) -> None:
    rolled = roll("2d20kh1", Stream(seed, 1), [Modifier(name="Dex", value=3)])
    faces = [die.face for die in rolled.dice]
    assert len(faces) == 2
    assert rolled.total == max(faces) + 3
    assert rolled.natural == max(faces)


@given(SEEDS)
def test_advantage_and_disadvantage_cancel(seed: str) -> None:
    assert len(d20(Stream(seed, 0), [], edge=1 - 1).dice) == 1
    low, high = d20(Stream(seed, 0), [], edge=-1), d20(Stream(seed, 0), [], edge=2)
    assert low.natural <= high.natural


@pytest.mark.parametrize(
    "text", ["", "d", "2x6", "0d6", "1d1", "2d6k", "1d6++2", "101d6", "3d6kh4", "1d6 and", "-"]
)
def test_what_is_not_dice_notation_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse(text)


@pytest.mark.parametrize(("text", "mean"), [("1d8+3", 7.5), ("2d6-1", 6.0), ("3", 3.0), ("1d4+1d6", 6.0)])
def test_averages(text: str, mean: float) -> None:
    assert average(text) == mean


def test_all_faces_come_up_evenly() -> None:
    counts = [0] * 20
    for draw in range(20_000):
        counts[Stream("fair", 0, draw * 2).integer(1, 20) - 1] += 1
    assert max(counts) < 1_200
    assert min(counts) > 800
