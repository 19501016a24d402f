"""Taking turns back as a player counts them: deeds. A question is no step of its own."""

from __future__ import annotations

from typing import NamedTuple

from pocket_portals.errors import Impossible
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.transcript import chapters


class Back(NamedTuple):
    """How far it goes for the session, which counts questions too; and what is taken back, in words."""

    revisions: int
    told: str


class _Played(NamedTuple):
    name: str
    question: bool


def steps_back(record: RunRecord, deeds: int) -> Back:
    """The last ``deeds`` deeds, with the questions since. Raises Impossible where there are not as many."""
    played = _played(record)
    total = sum(not turn.question for turn in played) or len(played)
    only_questions = all(turn.question for turn in played)
    if deeds > total:
        there_are = {0: "There is no turn", 1: "There is one turn"}.get(total, f"There are {total} turns")
        raise Impossible(f"{there_are} to take back.", f"/undo {total} takes back all." if total > 1 else "")
    back: list[_Played] = []
    while sum(only_questions or not turn.question for turn in back) < deeds:
        back.append(played.pop())
    return Back(len(back), _told(back, only_questions))


def _played(record: RunRecord) -> list[_Played]:
    """The turns that moved the story, without its opening."""
    found: list[_Played] = []
    at = record.story[0].revision
    for turn, entries in chapters(record):
        if turn.revision != at:
            at = turn.revision
            name = next((e.text for e in entries if e.sort == "action"), turn.action)
            found.append(_Played(name, turn.intent is not None and turn.intent.kind == "question"))
    return found


def _told(back: list[_Played], only_questions: bool) -> str:
    deeds = [turn for turn in back if only_questions or not turn.question]
    what = deeds[-1].name if len(deeds) == 1 else f"{len(deeds)} turns, from “{deeds[-1].name}” on"
    asked = len(back) - len(deeds)
    if not asked:
        return f"Taken back: {what}."
    since = " since" if len(deeds) == 1 else ""
    return f"Taken back: {what}, and {'one question' if asked == 1 else f'{asked} questions'}{since}."


def number_of(argument: str) -> int | None:
    """The number that was typed after a command; None for none. Raises Impossible where it is no number."""
    if not argument:
        return None
    if not argument.isdecimal() or len(argument) > 4:
        raise Impossible(f"“{argument[:20]}” is no number of a turn.", "For example: /undo 2")
    return int(argument)
