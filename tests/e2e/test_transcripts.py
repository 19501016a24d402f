"""The transcripts in the docs are what the game tells for their deeds, up to the epilogue."""

from __future__ import annotations

import asyncio
import re
from itertools import combinations
from pathlib import Path

import pytest
from transcripts import FOLDER, by_number, deeds_of, played

from pocket_portals.session.export import as_markdown
from pocket_portals.worlds.library import WorldLibrary

DEEDS = sorted(FOLDER.glob("*.deeds"))
FREE = [file for file in DEEDS if file.stem.endswith("-in-words")]


def test_every_world_has_two_and_one_of_them_in_the_players_own_words() -> None:
    for world in WorldLibrary().shipped():
        assert len([file for file in DEEDS if deeds_of(file)[0].world == world]) == 2
        assert len([file for file in FREE if deeds_of(file)[0].world == world]) == 1


@pytest.mark.parametrize("file", DEEDS, ids=lambda file: file.stem)
def test_a_transcript_is_what_the_game_tells(file: Path) -> None:
    record = asyncio.run(played(file))
    assert record.state.adventure_completed
    told = file.with_suffix(".md").read_text("utf-8")
    assert as_markdown(record) == told, (
        "the worlds have changed: read the story again, then `make transcripts`"
    )


@pytest.mark.parametrize("file", FREE, ids=lambda file: file.stem)
def test_in_words_means_that_nothing_was_picked_by_its_number(file: Path) -> None:
    assert by_number(asyncio.run(played(file))) == 0


@pytest.mark.parametrize("file", DEEDS, ids=lambda file: file.stem)
def test_no_long_sentence_is_told_twice(file: Path) -> None:
    speeches = [s.text for turn in asyncio.run(played(file)).story for s in turn.speeches]
    sentences = [s for text in speeches for s in re.split(r"(?<=[.!?])\s+", text) if len(s.split()) > 8]
    assert not {a for a, b in combinations(sentences, 2) if a == b}
