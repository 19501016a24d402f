"""Health and clocks, drawn in type. Never by colour alone: the numbers stand beside them."""

from __future__ import annotations

from textual.content import Content

from pocket_portals.rules.state import Clock


def health(value: int, full: int, width: int) -> Content:
    """``━━━━━╸──``: how much is left, red when it is little."""
    halves = round(2 * width * value / full) if full else 0
    if value:
        halves = max(1, halves)
    style = "$bad" if value * 4 <= full else "$warn" if value * 2 <= full else "$good"
    left = "━" * (halves // 2) + ("╸" if halves % 2 else "")
    return Content.assemble((left, style), ("─" * (width - len(left)), "$faint"))


def clock(ticking: Clock, before: Clock | None = None) -> Content:
    """``●●○○``: a danger, and how near it is. What it gained on ``before`` stands out: ``●◉○○``."""
    style = "$bad" if ticking.segments - ticking.filled <= 1 else "$warn"
    new = min(ticking.filled, max(0, ticking.filled - (before.filled if before else ticking.filled)))
    empty = "○" * (ticking.segments - ticking.filled)
    return Content.assemble(
        ("●" * (ticking.filled - new), style), ("◉" * new, f"bold {style}"), (empty, "$quiet")
    )


def change(by: int) -> Content:
    """`` −4``: by how much something changed in the last turn; nothing where it did not."""
    if not by:
        return Content("")
    return Content.styled(f" {'+' if by > 0 else '−'}{abs(by)}", "bold $good" if by > 0 else "bold $bad")
