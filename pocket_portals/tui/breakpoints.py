"""The sizes at which the page is laid out differently."""

from __future__ import annotations

WIDE = 110  # cells from which the panel stands beside the story

TWO_COLUMNS = 58  # cells in which two columns of deeds can be read
HIGH = 30  # lines from which nothing need be spared

WIDTHS = [(0, "-narrow"), (72, "-normal"), (WIDE, "-wide")]
HEIGHTS = [(0, "-tiny"), (12, "-short"), (22, "-tall"), (HIGH, "-high")]
