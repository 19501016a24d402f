"""The last rolls, in the margin: the newest on top."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from textual.content import Content
from textual.widget import Widget

from pocket_portals.tui.rolls import KEPT, Logged

HEAD = 2  # lines above the rolls, one of them blank
EACH = 2  # lines of a roll


class RollLog(Widget):
    """As many rolls as there is room for; nothing at all before the first."""

    def __init__(self) -> None:
        super().__init__()
        self._rolls: deque[Logged] = deque(maxlen=KEPT)
        self._before: tuple[Logged, ...] = ()
        self._room = 0
        self.display = False

    @property
    def begun(self) -> bool:
        """Whether any roll fell."""
        return bool(self._rolls)

    def put(self, rolls: Iterable[Logged]) -> None:
        """Show these rolls, the newest last."""
        self._rolls = deque(rolls, KEPT)
        self._lay()

    def add(self, roll: Logged) -> None:
        """Another roll fell."""
        self._rolls.append(roll)
        self._lay()

    def begin(self) -> None:
        """A turn begins, which may be taken back."""
        self._before = tuple(self._rolls)

    def take_back(self) -> None:
        """The turn did not come about, and its rolls did not fall."""
        self.put(self._before)

    def give_room(self, lines: int) -> None:
        """Use up to so many lines."""
        if lines != self._room:
            self._room = lines
            self._lay()

    def render(self) -> Content:
        return Content("\n").join(self._lines())

    def _lines(self) -> Iterator[Content]:
        yield Content("")
        yield Content.styled("DICE", "$accent")
        for roll in list(self._rolls)[: -self._count - 1 : -1]:
            for text in (roll.arithmetic, roll.outcome):
                yield text.truncate(self.size.width, ellipsis=True)

    @property
    def _count(self) -> int:
        return min(len(self._rolls), max(0, self._room - HEAD) // EACH)

    def _lay(self) -> None:
        self.display = self._count > 0
        self.styles.height = HEAD + EACH * self._count
        self.refresh()
