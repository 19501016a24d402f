"""What the hero has set out to do."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from pocket_portals.rules.state import GameState, Quest
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.transcript import quest_titles
from pocket_portals.tui import bars
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.screens.page import PageScreen, line, section
from pocket_portals.tui.wording import spelled


class QuestScreen(PageScreen):
    """The quest under way, or those on the table; the dangers that fill meanwhile."""

    def __init__(self, record: RunRecord) -> None:
        state = record.state
        super().__init__(state.active_quest.title if state.active_quest else "No quest yet")
        self._state = state
        self._titles = quest_titles(record)

    def paragraphs(self) -> Sequence[Paragraph]:
        state = self._state
        lines: list[Paragraph] = []
        if state.active_quest:
            lines += _quest(state.active_quest, state)
        elif not state.pending_quest_options:
            lines.append(Paragraph(plain("Nobody has asked you for anything so far. They will.", "$quiet")))
        for offered in state.pending_quest_options:
            lines += [section(offered.title), *_quest(offered, state)]
        if state.clocks:
            lines.append(section("Drawing near"))
            for clock in state.clocks.values():
                lines.append(line(bars.clock(clock), f"  {clock.name}"))
        behind = [title for ident, title in self._titles.items() if ident in state.completed_quests]
        if behind:
            lines.append(section("Behind you"))
            lines += [line(("✓ ", "$good"), (title, "$quiet")) for title in behind]
        return lines


def _quest(quest: Quest, state: GameState) -> list[Paragraph]:
    lines = [Paragraph(plain(quest.pitch)), Paragraph(plain(""), gap=0)]
    for objective in quest.objectives:
        mark = plain("✓", "$good") if objective.complete else plain("·", "$accent")
        count = f"  {objective.done} of {objective.count}" if objective.count > 1 else ""
        lines.append(Paragraph(Content.assemble(objective.text, (count, "$quiet")), 2, 0, mark=mark))
    reward = [f"{quest.reward.gold} in coin"] if quest.reward.gold else []
    reward += [item.name for item in quest.reward.items.values()]
    giver = state.people.get(quest.giver)
    asks = f"Asked by {giver.name if giver else spelled(quest.giver)}." if quest.giver else ""
    pays = f" Pays {', '.join(reward)}." if reward else ""
    lines.append(Paragraph(Content.styled(f"{asks}{pays}", "$quiet")))
    return lines
