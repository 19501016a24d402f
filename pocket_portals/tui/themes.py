"""The looks of the game. Each is eight inks on a page; text inks hold 4.5:1 on it and on what is raised
from it (WCAG AA)."""

from __future__ import annotations

from dataclasses import dataclass

from rich.color import Color as Rich
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import Theme

AA = 4.5  # contrast of text, WCAG 2.1
LOST_ON_DARK = frozenset({0, 1, 4, 8})  # of a terminal's 16 colours, those that are not seen well on black
LOST_ON_LIGHT = frozenset({2, 3, 6, 7, *range(9, 16)})  # and those that are not on white


@dataclass(frozen=True)
class Inks:
    """The colours of a theme, by what they are for."""

    page: str
    raised: str
    ink: str
    quiet: str
    faint: str
    accent: str
    good: str
    warn: str
    bad: str
    dark: bool = True
    tinted: bool = True  # whether a world may bring its own accent


THEMES: dict[str, Inks] = {
    "tavern": Inks(
        page="#15110d",
        raised="#211a14",
        ink="#e8dcc6",
        quiet="#a3937c",
        faint="#4a3f33",
        accent="#e08a3c",
        good="#a3b56b",
        warn="#dfb457",
        bad="#e5735c",
    ),
    "modern": Inks(
        page="#101214",
        raised="#1b1f23",
        ink="#e4e7ea",
        quiet="#939ba3",
        faint="#3a4148",
        accent="#58b7a8",
        good="#7fbf7f",
        warn="#d9b65a",
        bad="#ec7a72",
    ),
    "midnight": Inks(
        page="#0b0f1e",
        raised="#151b31",
        ink="#d9def0",
        quiet="#8d97b8",
        faint="#333c5c",
        accent="#9d8cf2",
        good="#7cc3a2",
        warn="#e0bd72",
        bad="#f0788c",
    ),
    "mono": Inks(
        page="#0e0e0e",
        raised="#1d1d1d",
        ink="#e6e6e6",
        quiet="#9a9a9a",
        faint="#474747",
        accent="#ffffff",
        good="#cfcfcf",
        warn="#e6e6e6",
        bad="#ffffff",
        tinted=False,
    ),
    "daylight": Inks(
        page="#f8f3e8",
        raised="#ece4d3",
        ink="#2a241c",
        quiet="#6b6050",
        faint="#cbbfa8",
        accent="#ad2a08",
        good="#4c6a1c",
        warn="#6d5a1a",
        bad="#8f1238",
        dark=False,
    ),
}


def contrast(one: Color, other: Color) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def legible(color: str, page: str, ratio: float = AA) -> str:
    """The colour, moved towards black or white until it can be read on the page."""
    paper, paint = Color.parse(page), Color.parse(color)
    towards = Color(255, 255, 255) if _luminance(paper) < 0.2 else Color(0, 0, 0)
    mixed = paint
    for step in range(21):
        mixed = paint.blend(towards, step / 20)
        if contrast(mixed, paper) >= ratio:
            break
    return mixed.hex


def sixteenth(color: str) -> int:
    """The number of the colour that a terminal of 16 colours has for it."""
    return Rich.parse(color).downgrade(ColorSystem.STANDARD).number or 0


def variables(inks: Inks, world_accent: str = "") -> dict[str, str]:
    """The names that styles use, as colours."""
    # What is raised lies between page and ink: what can be read on it can be read on the page.
    accent = legible(world_accent, inks.raised) if world_accent and inks.tinted else inks.accent
    if sixteenth(accent) in (LOST_ON_DARK if inks.dark else LOST_ON_LIGHT):
        accent = inks.accent
    return {
        "page": inks.page,
        "raised": inks.raised,
        "ink": inks.ink,
        "quiet": inks.quiet,
        "faint": inks.faint,
        "accent": accent,
        "good": inks.good,
        "warn": inks.warn,
        "bad": inks.bad,
        "footer-background": inks.page,
        "input-cursor-background": accent,
        "input-cursor-foreground": inks.page,
        "input-selection-background": f"{accent} 35%",
        "screen-selection-background": f"{accent} 35%",
        "block-cursor-background": inks.raised,
        "block-cursor-foreground": inks.ink,
        "block-cursor-text-style": "bold",
        "scrollbar": inks.faint,
        "scrollbar-hover": inks.quiet,
        "scrollbar-active": accent,
        "scrollbar-background": inks.page,
        "scrollbar-background-hover": inks.page,
        "scrollbar-background-active": inks.page,
        "scrollbar-corner-color": inks.page,
    }


def theme(name: str) -> Theme:
    """Textual's form of one of THEMES."""
    inks = THEMES[name]
    return Theme(
        name=name,
        primary=inks.accent,
        secondary=inks.quiet,
        accent=inks.accent,
        foreground=inks.ink,
        background=inks.page,
        surface=inks.page,
        panel=inks.raised,
        success=inks.good,
        warning=inks.warn,
        error=inks.bad,
        dark=inks.dark,
        variables=variables(inks),
    )
