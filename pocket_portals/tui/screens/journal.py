"""The journal: the story so far, people, places, promises, things, what is known, the dice."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from pocket_portals.rules.state import GameState, Item, Person
from pocket_portals.session.journal import RunRecord, living
from pocket_portals.tui import ink
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.pages import deed_of, told
from pocket_portals.tui.screens.dice import fallen
from pocket_portals.tui.screens.page import PageScreen, hung, line, spaced
from pocket_portals.tui.widgets.transcript import LeafView
from pocket_portals.tui.wording import Setting, regard

SECTIONS = ("Story", "People", "Places", "Promises", "Things", "Known", "Dice")
_MARK = plain("◆ ", "$accent")
_STANDINGS = {None: ("open", "$warn"), True: ("kept", "$good"), False: ("broken", "$bad")}


class JournalScreen(PageScreen):
    """Sections, turned with ← and →, by number or by mouse."""

    BINDINGS = [
        Binding("left", "turn(-1)", "the section before", show=False),
        Binding("right,tab", "turn(1)", "the next section", show=False),
        *(Binding(str(n), f"open({n - 1})", name, show=False) for n, name in enumerate(SECTIONS, 1)),
    ]
    hints = "←→ sections   ↑↓ scroll   Esc back"

    def __init__(self, record: RunRecord, setting: Setting) -> None:
        super().__init__("")
        self._record = record
        self._setting = setting
        self._at = 0
        self._edges: list[int] = []

    def on_mount(self) -> None:
        self.action_open(0)

    def action_turn(self, by: int) -> None:
        """Go to the next section, or the one before."""
        self.action_open((self._at + by) % len(SECTIONS))

    def action_open(self, at: int) -> None:
        """Show a section."""
        self._at = at
        parts: list[tuple[str, str]] = []
        self._edges = []
        for index, name in enumerate(SECTIONS):
            parts += [(name, "underline $accent" if index == at else "not bold $quiet"), ("  ", "")]
            self._edges.append(sum(len(text) for text, _ in parts))
        self.query_one("#head", Static).update(Content.assemble(*parts))
        self.query_one(LeafView).show(spaced(self.paragraphs()))
        self.query_one("#reading", VerticalScroll).scroll_home(animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click on a section's name opens it."""
        if event.widget is not None and event.widget.id == "head":
            for index, edge in enumerate(self._edges):
                if event.x - event.widget.gutter.left < edge:
                    self.action_open(index)
                    return

    def paragraphs(self) -> Sequence[Paragraph]:
        state = self._record.state
        match SECTIONS[self._at]:
            case "Story":
                return self._story()
            case "People":
                return [p for person in state.people.values() for p in _person(person)] or _none("nobody yet")
            case "Promises":
                return _promises(state)
            case "Places":
                return _places(state, self._setting) or _none("nowhere yet")
            case "Things":
                return [p for item in state.inventory.values() for p in _thing(item)] or _none("nothing")
            case "Known":
                return [
                    hung(_MARK, fact.text, (f"  turn {fact.turn}", "$quiet")) for fact in state.facts.values()
                ] or _none("nothing yet")
            case _:
                turns = fallen(self._record, self._setting)
                return [p for lines in turns for p in lines] or _none("no dice have fallen yet")

    def _story(self) -> Sequence[Paragraph]:
        lines: list[Paragraph] = []
        state: GameState | None = None
        for turn in living(self._record.turns):
            if deed := deed_of(state, turn):
                lines.append(ink.deed(deed))
            for after, words in zip((None, *turn.speeches), turn.speeches, strict=False):
                lines += ink.speech(words, after)
            _, state = told(state, turn, self._setting)
        return lines


def _person(person: Person) -> list[Paragraph]:
    note = person.gone or regard(person.regard)
    met = f"met in turn {person.met_turn}" if person.met_turn else "met at the beginning"
    seen = f", last seen in turn {person.seen_turn}" if person.seen_turn > person.met_turn else ""
    lines = [
        Paragraph(Content.assemble((person.name, "bold"), (f"  {note}" if note else "", "$warn"))),
        line((person.who or "you have met", "")),
        line((met + seen, "$quiet")),
    ]
    for promise in person.promises:
        word, style = _STANDINGS[promise.kept]
        lines.append(hung(_MARK, (f"{word}: ", style), promise.what))
    return lines


def _places(state: GameState, setting: Setting) -> list[Paragraph]:
    return [
        line(("◉ " if ident == state.place else "● ", "$accent"), setting.place(ident),
             ("  you are here" if ident == state.place else "", "$quiet"))
        for ident in state.known_places
    ]  # fmt: skip


def _thing(item: Item) -> list[Paragraph]:
    count = f" ×{item.count}" if item.count > 1 else ""
    does = [f"heals {item.heal}"] if item.heal else []
    does += [f"harms {item.harm}"] if item.harm else []
    about = [Paragraph(plain(item.about, "$quiet"), gap=0)] if item.about else []
    return [
        Paragraph(Content.assemble((item.name + count, "bold"), ("  " + ", ".join(does), "$good"))),
        *about,
    ]


def _promises(state: GameState) -> list[Paragraph]:
    lines: list[Paragraph] = []
    for person in state.people.values():
        for promise in person.promises:
            word, style = _STANDINGS[promise.kept]
            lines.append(hung(plain(f"{word:<8}", style), promise.what, (f"  to {person.name}", "$quiet")))
    return lines or _none("you have given nobody your word")


def _none(text: str) -> list[Paragraph]:
    return [Paragraph(plain(text, "$quiet"), gap=0)]
