"""The scene that is being played, told again: how it began, what came since in short, the last answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pocket_portals.rules.events import (
    CombatBegun,
    CreationTurnSet,
    EpilogueBegun,
    QuestsOffered,
    Retold,
    RunBegun,
    SceneEntered,
    SceneTold,
)
from pocket_portals.session.journal import RunRecord, Turn
from pocket_portals.session.transcript import Entry, Line, chapters, entry_of, narrated

SINCE = 6  # deeds that are named between the beginning of a scene and its last answer

_OPENS = (RunBegun, CreationTurnSet, QuestsOffered, SceneEntered, EpilogueBegun)


@dataclass
class _Told:
    """A turn that was told; ``entries`` in the words that stand now."""

    turn: Turn
    entries: list[Entry]


def scene(record: RunRecord, line_of: Line = entry_of) -> Iterator[Entry]:
    """The scene from the words with which it began, so that what is offered now can be understood.

    A fight is told from its own beginning. ``line_of``: a face's own words for a fact.
    """
    told = _told(record, line_of)
    if not told:
        return
    opens = (CombatBegun, EpilogueBegun) if record.state.combat_state else _OPENS
    first = next((at for at in reversed(range(len(told))) if _has(told[at].turn, opens)), len(told) - 1)
    if first < len(told) - 1:
        yield from _beginning(told[first])
    yield from _since(told[first + 1 : -1])
    yield from told[-1].entries


def _told(record: RunRecord, line_of: Line) -> list[_Told]:
    """The turns with words in them; what was told again has its new words."""
    told: list[_Told] = []
    for turn, entries in chapters(record, line_of):
        said = [entry for entry in entries if entry.sort == "speech"]
        if _has(turn, (Retold,)) and told:
            told[-1].entries = [*(e for e in told[-1].entries if e.sort != "speech"), *said]
        elif said:
            told.append(_Told(turn, entries))
    return told


def _has(turn: Turn, kinds: tuple[type, ...]) -> bool:
    return any(isinstance(event, kinds) for event in turn.events)


def _beginning(told: _Told) -> Iterator[Entry]:
    """The words that brought the scene, without what came of the deed before it where that stands apart."""
    said = [entry for entry in told.entries if entry.sort == "speech"]
    arrives = next((event.speech for event in told.turn.events if isinstance(event, SceneTold)), None)
    if arrives is None and told.turn.told.storyteller == "storybook" and _has(told.turn, (SceneEntered,)):
        # A run from before that was noted: its scenes end with the narrator.
        arrives = max((at for at, entry in enumerate(said) if narrated(entry)), default=0)
    yield from said[arrives or 0 :]


def _since(turns: Sequence[_Told]) -> Iterator[Entry]:
    """What was done in between, by name."""
    deeds = [entry.text for told in turns for entry in told.entries if entry.sort == "action"]
    named = list(dict.fromkeys(deeds))
    if named:
        more = "… " if len(named) > SINCE else ""
        yield Entry(sort="echo", label="Since then", text=more + "; ".join(named[-SINCE:]))
