"""Where the hero is, and how far the story has come: the rule under it fills as it goes."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from pocket_portals.rules.state import ArcPhase, GameState, Phase
from pocket_portals.session.transcript import ARC
from pocket_portals.tui.wording import CLOSURES, Setting


class StoryHeader(Widget):
    """Two lines: place and quest; the arc as a rule in five parts, without numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._left = ""
        self._right = ""
        self._arc = -1

    def entitle(self, words: str) -> None:
        """What stands there before there is a state."""
        self._left = words
        self.refresh()

    def show(self, state: GameState, setting: Setting, numbers: bool = False) -> None:
        """Tell where this state stands; with ``numbers``, which turn it is."""
        self._left, self._right, self._arc = _words(state, setting)
        if numbers and state.adventure_turn and not state.closure:
            self._right += f" · turn {state.adventure_turn} of {state.max_turns}"
        self.refresh()

    def render(self) -> Content:
        width = self.size.width
        room = width - len(self._left) - 2
        right = self._right if len(self._right) <= room else self._right.partition(" · ")[2]
        if len(right) > room:
            right = ""
        gap = " " * max(1, width - len(self._left) - len(right))
        return Content.assemble((self._left, "bold"), gap, (right, "$quiet"), "\n", _rule(width, self._arc))


def _words(state: GameState, setting: Setting) -> tuple[str, str, int]:
    if state.phase is Phase.INTERVIEW:
        return setting.title, "who are you?", -1
    if state.closure:
        return "The End", f"{state.hero_name} · {CLOSURES[state.closure].lower()}", len(ArcPhase) - 1
    place = setting.place(state.place) if state.place else setting.title
    quest = f"{state.active_quest.title} · " if state.active_quest else ""
    arc = list(ArcPhase).index(state.adventure_phase)
    return place, quest + ARC[state.adventure_phase], arc


def _rule(width: int, at: int) -> Content:
    parts = len(ArcPhase)
    if width < parts * 3:
        return Content.styled("─" * width, "$faint")
    each, rest = divmod(width - (parts - 1), parts)
    pieces: list[tuple[str, str]] = []
    for index in range(parts):
        length = each + (1 if index < rest else 0)
        mark, style = ("━", "$accent") if index <= at else ("─", "$faint")
        pieces += [(mark * length, style), (" ", "")]
    return Content.assemble(*pieces[:-1])
