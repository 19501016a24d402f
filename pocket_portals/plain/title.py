"""The title in lines: what can be played, and the answer to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from pocket_portals.clean import clean_line
from pocket_portals.errors import StoreUnavailable
from pocket_portals.plain import pages
from pocket_portals.session.entrance import LENGTHS, Entrance, NewRun
from pocket_portals.session.ports import Mirrored, RunSummary
from pocket_portals.session.service import GameSessionService

RUNS_SHOWN = 8

HOW = "Type a number, /quick for a story with a ready hero, /hall for the heroes of finished ones, or /quit."


class Title:
    """What there is to choose from, and which was chosen."""

    def __init__(self, service: GameSessionService, new: NewRun, write: Callable[[str], None]) -> None:
        self._service = service
        self._new = new
        self._write = write
        self._runs: list[RunSummary] = []

    async def say(self) -> None:
        """Say what there is."""
        every, trouble = await self._saved_runs()
        self._runs = every[:RUNS_SHOWN]
        self._write("Pocket Portals: a solo text adventure")
        self._write("1. Begin a new story")
        for number, run in enumerate(self._runs, start=2):
            self._write(f"{number}. Go on with {_described(run)}")
        said = [trouble, which_world(self._service, self._new)]
        if more := len(every) - len(self._runs):
            shows = "`pocket-portals list` shows them, `pocket-portals resume RUN --plain` opens one."
            said.append(f"And {more} more: {shows}")
        self._lines("Keeper", [*filter(None, said), HOW])

    async def answer(self, line: str) -> Entrance | None:
        """Where a line leads; nowhere when it was answered here."""
        word = line.lower()
        number = int(word[:4]) if word.isdecimal() else 0
        if word in ("1", "/new", "/quick", "new", "quick"):
            return Entrance(new=self._new._replace(quick=self._new.quick or word.endswith("quick")))
        if 2 <= number < len(self._runs) + 2:
            return Entrance(run=self._runs[number - 2].id)
        if word in ("/hall", "hall"):
            self._lines("Hall", await asyncio.to_thread(lambda: list(pages.hall_page(self._service))))
        elif word.lstrip("/") in ("help", "h", "?"):
            self._lines("Keeper", [HOW])
        elif self._runs:
            self._lines("Keeper", [f"Type a number from 1 to {len(self._runs) + 1}; /help says what else."])
        else:
            self._lines("Keeper", ["Type 1 to begin a story; /help says what else."])
        return None

    def _lines(self, label: str, texts: Iterable[str]) -> None:
        for text in texts:
            self._write(f"{label}: {clean_line(text)}")

    async def _saved_runs(self) -> tuple[list[RunSummary], str]:
        """The runs there are, and why there may be others that can't be seen."""
        try:
            runs = await asyncio.to_thread(self._service.runs)
        except StoreUnavailable as error:
            return [], str(error)
        store = self._service.store
        return runs, str(store.trouble or "") if isinstance(store, Mirrored) else ""


def which_world(service: GameSessionService, new: NewRun) -> str:
    """In which world a new story plays, and how to choose another; empty where there is only one."""
    others = [ident for ident in service.worlds.ids() if ident != new.world]
    if not others:
        return ""
    turns, length = LENGTHS[new.length], next(each for each in LENGTHS if each != new.length)
    return (
        f"A new story plays in {_spelled(new.world)}, for about {turns} turns. For another world or length: "
        f"`pocket-portals play --plain --world {others[0]} --length {length}`; "
        "`pocket-portals worlds list` names the worlds."
    )


def way_back(run: str) -> str:
    """What to type to go on with a run."""
    return f"`pocket-portals resume {run} --plain`"


def _spelled(ident: str) -> str:
    return ident.replace("-", " ").replace("_", " ").title()


def _described(run: RunSummary) -> str:
    what = run.title or run.quest or _spelled(run.world)
    over = ", ended" if run.completed else ""
    return clean_line("; ".join([f"{run.hero}, {what}, turn {run.turn}{over} ({run.id})", *run.remarks]))
