"""What is left of colours where a terminal has but 16."""

from __future__ import annotations

from textual.color import Color

from pocket_portals.tui.themes import contrast, sixteenth

CLEAR = 3.0  # the contrast that letters keep there
# Every terminal has a palette of its own. The VGA's, which many still have, and xterm's:
PALETTES = (
    "#000000 #aa0000 #00aa00 #aa5500 #0000aa #aa00aa #00aaaa #aaaaaa "
    "#555555 #ff5555 #55ff55 #ffff55 #5555ff #ff55ff #55ffff #ffffff".split(),
    "#000000 #cd0000 #00cd00 #cdcd00 #0000ee #cd00cd #00cdcd #e5e5e5 "
    "#7f7f7f #ff0000 #00ff00 #ffff00 #5c5cff #ff00ff #00ffff #ffffff".split(),
)


def least_contrast(one: Color, other: Color) -> float:
    """The contrast of two colours once they are two of the 16, in the worse of the palettes."""
    pairs = ([Color.parse(palette[sixteenth(c.hex)]) for c in (one, other)] for palette in PALETTES)
    return min(contrast(*pair) for pair in pairs)
