"""The hero and the quest at a glance, where there is room beside the story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from pocket_portals.rules.state import GameState, Quest
from pocket_portals.tui import bars
from pocket_portals.tui.leaf import Leaf, Paragraph, plain
from pocket_portals.tui.widgets.roll_log import EACH, HEAD, RollLog
from pocket_portals.tui.widgets.transcript import LeafView
from pocket_portals.tui.wording import Setting, described, regard

_PEOPLE = 6  # the most that are named, where there is room
_FEWEST = HEAD + 2 * EACH  # lines that the rolls have even where the rest must scroll
_LOW = 18  # lines under which the rolls give way


class SidePanel(VerticalScroll):
    """Health, money, things, the quest, clocks, people; under them the last rolls."""

    can_focus = False

    def compose(self) -> Iterable[Widget]:
        yield LeafView()
        yield RollLog()

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[GameState, Setting] | None = None
        self._before: GameState | None = None

    def since(self, state: GameState | None) -> None:
        """A turn begins: what changes from this state on is marked as changed."""
        self._before = state

    def show(self, state: GameState, setting: Setting) -> None:
        """Tell how this state stands."""
        self._shown = state, setting
        before, room = self._before or state, self.scrollable_content_region
        view, rolls = self.query_one(LeafView), self.query_one(RollLog)
        width, least = max(10, room.width), _FEWEST if rolls.begun and room.height >= _LOW else 0
        rules = view.styles.get_rules()
        leaf = Leaf(_lines(state, before, setting, width, _PEOPLE))
        if over := max(0, leaf.get_height(rules, width) + least - room.height):
            fewer = max(0, min(_PEOPLE, len(state.people)) - over)
            leaf = Leaf(_lines(state, before, setting, width, fewer))
        view.show(leaf.paragraphs)
        rolls.give_room(max(room.height - leaf.get_height(rules, width), least))

    def on_resize(self) -> None:
        if self._shown:
            self.show(*self._shown)


def _lines(
    state: GameState, before: GameState, setting: Setting, width: int, most: int
) -> Iterator[Paragraph]:
    sheet = state.character_sheet
    yield Paragraph(plain(state.hero_name, "bold"), gap=0)
    if sheet is None:
        yield Paragraph(plain("Nobody yet. Say who you are.", "$quiet"), gap=0)
        return
    yield Paragraph(plain(described(sheet), "$quiet"), gap=0)
    count = f"{state.health_current}/{state.health_max}"
    hurt = bars.change(state.health_current - before.health_current)
    bar = bars.health(
        state.health_current, state.health_max, max(4, width - len(count) - 2 - hurt.cell_length)
    )
    yield Paragraph(Content.assemble(bar, (f"  {count}", ""), hurt))
    paid = bars.change(state.gold - before.gold)
    yield Paragraph(
        Content.assemble((f"{state.gold} ", "bold $warn"), (setting.money, "$quiet"), paid), gap=0
    )
    for power, left in state.powers_left.items():
        dots = Content.assemble(("●" * left, "$accent"), ("○" * (sheet.powers[power] - left), "$quiet"))
        yield Paragraph(Content.assemble(dots, (f"  {power.title}", "$quiet")), gap=0)
    if state.active_quest:
        yield from _quest(state.active_quest)
    if state.clocks:
        yield _head("Drawing near")
        for ident, clock in state.clocks.items():
            drawn = bars.clock(clock, before.clocks.get(ident))
            mark = Content.assemble(drawn, "  ")
            yield Paragraph(plain(clock.name, "$quiet"), mark.cell_length, gap=0, mark=mark)
    if state.inventory:
        yield _head("Carried")
        for item in state.inventory.values():
            count = f" ×{item.count}" if item.count > 1 else ""
            yield Paragraph(plain(item.name + count), gap=0)
    people = sorted(state.people.values(), key=lambda p: -p.seen_turn)[:most]
    if people:
        yield _head("People")
        for person in people:
            note = person.gone or regard(person.regard)
            whole = Content.assemble(person.name, (f"  {note}" if note else "", "$quiet"))
            if whole.cell_length <= width:
                yield Paragraph(whole, gap=0)
            else:
                yield Paragraph(plain(person.name), gap=0)
                yield Paragraph(plain(note, "$quiet"), indent=2, gap=0)


def _quest(quest: Quest) -> Iterator[Paragraph]:
    yield _head("Quest")
    yield Paragraph(plain(quest.title, "bold"), gap=0)
    for objective in quest.objectives:
        mark = plain("✓", "$good") if objective.complete else plain("·", "$accent")
        count = f" {objective.done}/{objective.count}" if objective.count > 1 else ""
        words = "$quiet" if objective.complete else ""
        text = Content.assemble((objective.text, words), (count, "$quiet"))
        yield Paragraph(text, indent=2, gap=0, mark=mark)


def _head(text: str) -> Paragraph:
    return Paragraph(plain(text.upper(), "$accent"))
