"""Looking for words in the story: what was found, and which place is in sight."""

from __future__ import annotations

import asyncio
import re

from pocket_portals.errors import Impossible
from pocket_portals.tui.widgets.transcript import Place, Transcript

_KEYS = "n on · N back · Esc to the story"


class Finding:
    """One search on a transcript; the latest place is shown first."""

    def __init__(self, page: Transcript) -> None:
        self._page = page
        self._said = ""
        self._places: list[Place] = []
        self._at = 0

    async def look_for(self, words: str) -> str:
        """Mark the words and show where they stand last; which place it is, in words.

        Raises Impossible when they stand nowhere.
        """
        pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
        places = await asyncio.to_thread(self._page.places, pattern)
        if not places:
            raise Impossible(f"“{words[:40]}” is nowhere in this story.")
        self._said, self._places, self._at = words, places, 0
        self._page.light(pattern)
        return self.step(0)

    def step(self, by: int) -> str:
        """Go to another place: back in the story for 1, on for -1. In words; "" where nothing was found."""
        if not self._places:
            return ""
        self._at = (self._at + by) % len(self._places)
        self._page.go_to(self._places[self._at])
        return f"“{self._said[:24]}” {self._at + 1} of {len(self._places)} · {_KEYS}"

    def close(self) -> None:
        """Forget it, and follow the story again."""
        self._places = []
        self._page.light(None)
        self._page.follow()
