"""All runs: looked through, gone back into, named, written out, deleted and brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from pocket_portals.clean import clean_line
from pocket_portals.errors import PortalsError
from pocket_portals.session.export import as_html
from pocket_portals.session.ports import RunSummary, Saved
from pocket_portals.tui.screens.confirm import ConfirmScreen
from pocket_portals.tui.widgets.menu import Item, Menu
from pocket_portals.tui.wording import ago, chapter, safe, spelled

if TYPE_CHECKING:
    from pocket_portals.tui.app import PortalsApp

Asked = Literal["", "search", "rename"]
_HINTS = "/ search  t tree  e name  x export  d delete  u undo  Esc"
_ASKS: dict[Asked, str] = {"search": "hero, world, quest or id…", "rename": "a name of your own for it…"}


class RunsScreen(Screen[None]):
    """Runs, the last played first, or as a tree of branches."""

    BINDINGS = [
        Binding("escape", "close", "back", show=False),
        Binding("q", "close", "back", show=False),
        Binding("slash", "ask('search')", "search", show=False),
        Binding("e", "ask('rename')", "rename", show=False),
        Binding("t", "tree", "the tree of branches", show=False),
        Binding("x", "export", "write the story out", show=False),
        Binding("d,delete", "delete", "delete a run", show=False),
        Binding("u", "restore", "bring back the one deleted last", show=False),
    ]
    app: PortalsApp

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[RunSummary] = []
        self._sought = ""
        self._tree = False
        self._asked: Asked = ""
        self._deleted: list[str] = []

    def compose(self) -> Iterable[Widget]:
        with Vertical(id="sheet"):
            yield Static(Content("Runs"), id="head")
            yield Input(id="ask", compact=True)
            yield Menu(id="list")
            yield Static(Content("looking…"), id="word")
            yield Static(Content(_HINTS), id="hints")

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        self.query_one(Menu).focus()
        self.run_worker(self._read())

    async def _read(self, say: str = "") -> None:
        await self.app.opened()
        try:
            self._runs = await asyncio.to_thread(self.app.service.runs)
        except PortalsError as error:
            say = str(error)
        self._show(say)

    def _show(self, say: str = "") -> None:
        menu = self.query_one(Menu)
        words = self._sought.lower().split()
        found = [run for run in self._runs if all(word in _said_of(run) for word in words)]
        lines = list(_tree(found)) if self._tree else [("", run) for run in found]
        now, width = self.app.now(), len(str(len(found)))
        menu.set_class(not found, "-none")
        menu.show([_item(run, f"{n:>{width}}", now, stem) for n, (stem, run) in enumerate(lines, 1)])
        if found and menu.highlighted is None:
            menu.highlighted = 0
        if not found:
            none = "No stories yet. The first one is on the title screen, under n."
            say = f"{say} {'No run is like that.' if self._runs else none}".strip()
        self._say(say)

    def _say(self, words: str) -> None:
        word = self.query_one("#word", Static)
        word.display = bool(words)
        word.update(Content(words))

    def on_option_list_option_selected(self, event: Menu.OptionSelected) -> None:
        if event.option_id:
            self.dismiss()
            self.app.play(event.option_id)

    # Searching and naming

    def action_ask(self, what: Asked) -> None:
        """Open the line for words to look for, or for a name."""
        if what == "rename" and not self.query_one(Menu).chosen:
            return
        self._asked = what
        line = self.query_one(Input)
        line.placeholder = _ASKS[what]
        line.value = self._sought if what == "search" else ""
        line.display = True
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        if self._asked == "search":
            self._sought = clean_line(event.value, 80)
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        run = self.query_one(Menu).chosen
        if self._asked == "rename" and run and event.value.strip():
            self.run_worker(self._try(self._renamed(run, clean_line(event.value, 60))))
        self._back_to_list()

    def _back_to_list(self) -> None:
        self.query_one(Input).display = self._asked == "search" and bool(self._sought)
        self._asked = ""
        self.query_one(Menu).focus()

    async def _renamed(self, run: str, title: str) -> str:
        await self.app.service.resume(run)
        await self.app.service.rename(run, title)
        return f"{run} is called “{title}” now."

    # What else can be done with one

    def action_tree(self) -> None:
        """Show which run grew out of which, or the last played first again."""
        self._tree = not self._tree
        self._show()

    def action_export(self) -> None:
        """Write the highlighted run as a page to read, where the game was started."""
        if run := self.query_one(Menu).chosen:
            self.run_worker(self._try(self._exported(run)))

    async def _exported(self, run: str) -> str:
        return await asyncio.to_thread(lambda: _write(run, as_html(self.app.service.load(run))))

    def action_delete(self) -> None:
        """Delete the highlighted run; where it could not be brought back, after asking."""
        run = self.query_one(Menu).chosen
        if run and self.app.service.bin:
            self.run_worker(self._try(self._delete(run)))
        elif run:
            question = f"Delete {run}? It can't be brought back."
            self.app.push_screen(
                ConfirmScreen(question, "Delete it", "Keep it"), lambda sure: self._decided(run, sure)
            )

    def _decided(self, run: str, sure: bool | None) -> None:
        if sure:
            self.run_worker(self._try(self._delete(run)))

    async def _delete(self, run: str) -> str:
        await self.app.service.delete(run)
        if not self.app.service.bin:
            return f"{run} is deleted."
        self._deleted.append(run)
        return f"{run} is deleted. u brings it back; it is kept for 30 days."

    def action_restore(self) -> None:
        """Bring back the run deleted last."""
        self.run_worker(self._try(self._restored()))

    async def _restored(self) -> str:
        service = self.app.service
        if not self._deleted and service.bin:
            kept = await asyncio.to_thread(service.bin.summaries)
            self._deleted = [run.id for run in reversed(kept)]
        if not self._deleted:
            return "Nothing was deleted."
        run = self._deleted.pop()
        await service.restore(run)
        return f"{run} is back."

    async def _try(self, doing: Awaitable[str]) -> None:
        """Do something with a run, and say what came of it."""
        try:
            say = await doing
        except PortalsError as error:
            say = str(error)
        await self._read(say)

    def action_close(self) -> None:
        """From the line to the list, from the list to the title."""
        if self._asked or self._sought:
            self._sought = ""
            self._back_to_list()
            self._show()
        else:
            self.dismiss()


def _said_of(run: RunSummary) -> str:
    return " ".join((run.id, run.title, run.hero, run.world, run.quest, chapter(run))).lower()


def _tree(runs: Sequence[RunSummary]) -> Iterator[tuple[str, RunSummary]]:
    """Each run under the one it grew out of, with what is drawn before it."""
    there = {run.id for run in runs}
    below: dict[str, list[RunSummary]] = {}
    for run in runs:
        origin = run.branch_of.run if run.branch_of and run.branch_of.run in there else ""
        below.setdefault(origin, []).append(run)

    def grown(origin: str, stem: str) -> Iterator[tuple[str, RunSummary]]:
        branches = below.get(origin, [])
        for number, run in enumerate(branches, 1):
            last = number == len(branches)
            mark = ("└─ " if last else "├─ ") if origin else ""
            yield stem + mark, run
            yield from grown(run.id, stem + (("   " if last else "│  ") if origin else ""))

    return grown("", "")


def _item(run: RunSummary, key: str, now: datetime, stem: str) -> Item:
    name = f"{run.title} · {run.hero}" if run.title else run.hero
    health = f"{run.health_current}/{run.health_max} health"
    about = [*run.remarks, spelled(run.world), chapter(run), health, safe(Saved(run.where))]  # may be cut off
    return Item(run.id, key, stem + name, f"{ago(run.played_at, now)} · {run.id}", " · ".join(about))


def _write(run: str, page: str) -> str:
    """Write a page beside what is there already; where it is, in words."""
    for number in range(1, 100):
        file = Path.cwd() / (f"{run}.html" if number == 1 else f"{run}-{number}.html")
        try:
            with file.open("x", encoding="utf-8") as out:
                out.write(page)
        except FileExistsError:
            continue
        except OSError as error:
            raise PortalsError(f"{file} can't be written: {error.strerror}.") from error
        return f"The story is in {file}"
    raise PortalsError("That story was written out often enough.", "Move some of its pages away.")
