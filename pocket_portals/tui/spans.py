"""What a terminal shows already is not sent again: a line that grows costs itself, not the page it is on."""

from __future__ import annotations

import re
from time import monotonic

from rich.cells import cell_len

LASTS = 10.0  # seconds after which all is sent again, for other programs may have written over it
_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
_STYLE = re.compile(r"\x1b\[[\d;]*m|\n")
_SYNC = re.compile(r"(?:\x1b\[\?2026[hl])*")


class Spans:
    """Remembers each span that was painted: its row, the column it begins in, and what stands there.

    ``unseen`` is called by the thread that writes, ``forget`` by any.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nobody knows what the terminal shows now: it was resized, or cleared."""
        self._rows: dict[int, dict[int, tuple[int, str]]] = {}
        self._since = monotonic()

    def unseen(self, text: str) -> str:
        """What of these sequences would change the screen; all, where they do more than paint spans."""
        head, *rest = _MOVE.split(text)
        if not _SYNC.fullmatch(head) or monotonic() - self._since > LASTS:
            self.forget()
        rows, sent = self._rows, [head]
        for row, column, painted in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
            if not painted or not _shows(rows.setdefault(int(row), {}), int(column), painted):
                sent.append(f"\x1b[{row};{column}H{painted}")
        return "".join(sent)


def _shows(row: dict[int, tuple[int, str]], column: int, painted: str) -> bool:
    """Whether the row has this span already; noted as painted now."""
    if column in row and row[column][1] == painted:
        return True
    text = _STYLE.sub("", painted)
    if "\x1b" in text:
        row.clear()
        return False
    end = column + cell_len(text)
    for at, (until, _) in list(row.items()):
        if at < end and column < until:
            del row[at]
    row[column] = end, painted
    return False
