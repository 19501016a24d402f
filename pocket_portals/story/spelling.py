"""Small slips of the fingers, mended only where one word in reach is clearly meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pocket_portals.story.lexicon import COMMON, tokens
from pocket_portals.worlds.schema import WorldDef

_SHORTEST = 4  # letters of a word that may hold one slip
_LONG = 8  # letters of a word that may hold two

# Typed alone, these are asked of the game; no story's own words come near them.
_COMMANDS = frozenset(
    "help inventory look map quest journal sheet undo odds dice hint options exits health status".split()
)

_known: dict[tuple[str, int], frozenset[str]] = {}


def mend(text: str, world: WorldDef, nouns: Iterable[str]) -> str:
    """The text with words that nobody knows put right, where one known word is nearest."""
    reach = COMMON | set(nouns)
    fixes: dict[str, str] = {}
    for word in tokens(text):
        if len(word) >= _SHORTEST and word.isalpha() and word not in reach and word not in _words(world):
            fixes[word] = _nearest(word, reach)
    for wrong, right in fixes.items():
        text = re.sub(rf"\b{wrong}\b", right, text, flags=re.IGNORECASE) if right != wrong else text
    return text


def command(text: str) -> str:
    """The word of command that a slip of the fingers was meant for, or the text as it is."""
    word = text.strip().lower().rstrip(".!?")
    if len(word) < _SHORTEST - 1 or not word.isalpha() or word in COMMON:
        return text
    near = sorted((slips(word, one), one) for one in _COMMANDS if one[0] == word[0])
    if not near or near[0][0] > (2 if len(near[0][1]) >= _LONG else 1):
        return text
    return near[0][1] if len(near) == 1 or near[1][0] > near[0][0] else text


def _words(world: WorldDef) -> frozenset[str]:
    """Every word the world's own texts use: none of them is a slip."""
    key = world.id, world.version
    if key not in _known:
        _known[key] = frozenset(tokens(world.model_dump_json()))
    return _known[key]


def _nearest(word: str, reach: Iterable[str]) -> str:
    most = 2 if len(word) >= _LONG else 1
    near: dict[int, list[str]] = {}
    for other in reach:
        if other[:1] == word[0] and len(other) >= _SHORTEST - 1 and abs(len(other) - len(word)) <= most:
            near.setdefault(slips(word, other), []).append(other)
    best = min((n for n in near if n <= most), default=0)
    return near[best][0] if best and len(near[best]) == 1 else word


def slips(a: str, b: str) -> int:
    """Letters added, left out, changed or swapped with a neighbour between two words."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
