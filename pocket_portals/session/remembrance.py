"""``/memory``: what is remembered of a run, and how the player mends it. The same in every face."""

from __future__ import annotations

from pocket_portals.errors import Impossible
from pocket_portals.rules.memory import NoteKind
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.memory import Remembered, remembered

_HOW = (
    "/memory add WORDS, /memory forget 3, /memory correct 3 WORDS; of a promise, /memory keep 3 or break 3."
)


async def mind(service: GameSessionService, run: str, argument: str) -> list[str]:
    """Do what the words after ``/memory`` ask; what is remembered then, as lines. Raises Impossible."""
    word, _, rest = argument.strip().partition(" ")
    match word.lower():
        case "":
            pass
        case "add":
            await service.remember(run, rest)
        case "forget":
            await service.forget(run, _numbered(service, run, rest).key)
        case "correct":
            number, _, text = rest.strip().partition(" ")
            entry = _numbered(service, run, number)
            if not entry.note:
                raise Impossible(
                    "The game itself decided that.", "You can add a note of your own, or have it forgotten."
                )
            await service.correct(run, entry.key, text)
        case "keep" | "break" as became:
            entry = _numbered(service, run, rest)
            if entry.kind is not NoteKind.PROMISE:
                raise Impossible("That is no promise.", _HOW)
            if not entry.note:
                raise Impossible("The game itself keeps count of that one.", "What you do decides it.")
            await service.settle(run, entry.key, kept=became == "keep")
        case _:
            raise Impossible(f"/memory can't “{word[:20]}”.", _HOW)
    return lines(service, run)


def lines(service: GameSessionService, run: str) -> list[str]:
    """Everything remembered, numbered."""
    state = service.state(run)
    held = [f"{n}. ({entry.kind}) {entry.text}" for n, entry in enumerate(remembered(state), start=1)]
    told = [f"Turn {line.turn}: {line.text}" for line in state.memory.story[-5:]]
    return [*(held or ["Nothing is remembered yet."]), *told, _HOW]


def _numbered(service: GameSessionService, run: str, number: str) -> Remembered:
    held = remembered(service.state(run))
    if not number.strip().isdecimal() or not 1 <= int(number.strip()[:4]) <= len(held):
        raise Impossible(f"There is no number {number.strip()[:10] or '0'} in what is remembered.", _HOW)
    return held[int(number.strip()[:4]) - 1]
