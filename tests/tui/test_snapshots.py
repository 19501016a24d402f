"""Every screen at three sizes and in two themes, compared with what was looked at and found good.

A snapshot holds the words, then a letter for each cell's style, then what each letter is in either theme.
To accept a change, delete the file under ``snapshots`` and run again: it is written anew, to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits

import pytest
from driving import game, settled, until
from fakes import make
from rich.style import Style
from sixteen import CLEAR, least_contrast
from textual.color import Color
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen

from pocket_portals.tui.themes import AA, contrast

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = [(60, 20), (80, 24), (140, 40)]
THEMES = ("tavern", "daylight")
LOOK = "these were not there, and are written now: look at them"
MARKS = ("bold", "dim", "italic", "underline", "reverse", "strike")
LETTERS = ascii_lowercase + ascii_uppercase + digits
STORY: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {  # after these deeds, the screens by these keys
    (): {"interview": ()},
    ("1",): {"help": ("f1",)},
    ("1", "1"): {
        "scene": (),
        "sheet": ("f2",),
        "quest": ("f3",),
        "map": ("f9",),
        "settings": ("ctrl+o",),
        "retire": ("ctrl+r",),
    },
    ("1", "1", "1"): {
        "dice": (),
        "journal": ("f4",),
        "people": ("f4", "2"),
        "promises": ("f4", "4"),
        "things": ("f4", "5"),
        "fallen": ("f4", "7"),
        "rolls": ("f6",),
        "turns": ("f8",),
    },
    ("1", "1", "3", "1"): {"fight": ()},
}
Screenful = list[list[tuple[str, Style]]]  # rows of cells, each a character and its style


@pytest.mark.parametrize("deeds", STORY, ids=len)
async def test_the_screens_of_the_story(play, deeds):
    async with play(keys=deeds) as pilot:
        new: list[str] = []
        for name, pages in STORY[deeds].items():
            for key in pages:
                await pilot.press(key)
                await until(pilot, lambda: pilot.app.screen is not game(pilot))
            new += await compare(pilot, name)
            if pages:
                await pilot.press("escape")
                await until(pilot, lambda: pilot.app.screen is game(pilot))
        assert not new, LOOK


async def test_the_end(play):
    async with play() as pilot:
        await pilot.press("ctrl+r", "y")
        await until(pilot, lambda: game(pilot).told and game(pilot).state.adventure_completed)
        assert not await compare(pilot, "end"), LOOK


async def test_the_title_and_the_runs(play):
    async with play() as pilot:
        await settled(pilot)
        store = pilot.app.service.store
    app = make(store=store)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Saltwater Bridge" in words(drawn(pilot)))
        new = await compare(pilot, "title")
        await pilot.press("r")
        await until(pilot, lambda: "amber" in words(drawn(pilot)))
        new += await compare(pilot, "runs")
        assert not new, LOOK


async def test_the_list_of_commands_can_be_read_in_every_theme(play):
    async with play() as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "go on from turn N" in words(drawn(pilot)))
        for theme in THEMES:
            pilot.app.theme = theme
            shown = await still(pilot)
            assert not unreadable(shown, pilot.app.screen)
            assert not unreadable(shown, pilot.app.screen, least_contrast, CLEAR)


async def compare(pilot: Pilot[int], name: str) -> list[str]:
    """Hold the screen to its snapshots, in every theme and at every size; those that were not there."""
    new: list[str] = []
    for number, size in enumerate(SIZES):
        await pilot.resize_terminal(*size)
        shown: dict[str, Screenful] = {}
        for theme in THEMES[:: -1 if number % 2 else 1]:  # back and forth, for the fewest changes
            pilot.app.theme = theme
            shown[theme] = screen = await still(pilot)
            faint = unreadable(screen, pilot.app.screen)
            assert not faint, f"too faint in {name}, {theme}, {size}: {faint}"
            faint = unreadable(screen, pilot.app.screen, least_contrast, CLEAR)
            assert not faint, f"too faint with 16 colours in {name}, {theme}, {size}: {faint}"
        new += differs([shown[theme] for theme in THEMES], f"{name}-{size[0]}x{size[1]}")
    return new


def differs(themed: list[Screenful], name: str) -> list[str]:
    """The name of the snapshot if it had to be written. Fails when the screen is not as in it."""
    path, text = SNAPSHOTS / f"{name}.txt", described(themed)
    if not path.exists():
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return [path.name]
    assert text == path.read_text(encoding="utf-8")
    return []


async def still(pilot: Pilot[int]) -> Screenful:
    """The screen once it does not change any more."""
    for line in pilot.app.screen.query("DeedLine"):
        line.cursor_blink = False
    before, now = None, drawn(pilot)
    while now != before:
        await pilot.pause(0.02)
        before, now = now, drawn(pilot)
    return now


def unreadable(
    shown: Screenful,
    screen: Screen[object],
    measure: Callable[[Color, Color], float] = contrast,
    least: float = AA,
) -> set[str]:
    """Letters on grounds that they can't be told from (WCAG AA).

    What a page lies over need not be read, nor the portal, which is an ornament.
    """
    page = screen._compositor.visible_widgets if isinstance(screen, ModalScreen) else {}
    within = [region.intersection(clip) for widget, (region, clip) in page.items() if widget is not screen]
    within = within or [screen.region]
    ornaments = [portal.region for portal in screen.query("Portal")]
    looks = {
        style
        for y, row in enumerate(shown)
        for x, (character, style) in enumerate(row)
        if character.isalnum()
        and any(region.contains(x, y) for region in within)
        and not any(region.contains(x, y) for region in ornaments)
    }
    assert looks, "nothing to read"
    inks = {style: [Color.from_rich_color(c) for c in (style.color, style.bgcolor)] for style in looks}
    return {look(style) for style, (one, other) in inks.items() if measure(one, other) < least}


def drawn(pilot: Pilot[int]) -> Screenful:
    """What the terminal shows, cell by cell."""
    strips = pilot.app.screen._compositor.render_strips()
    return [[(c, piece.style or Style()) for piece in strip for c in piece.text] for strip in strips]


def words(screen: Screenful) -> str:
    """The text of it."""
    return "\n".join("".join(c for c, _ in row).rstrip() for row in screen)


def described(themed: list[Screenful]) -> str:
    """The words, a letter a cell for its style, and what the letters are in each theme."""
    first = themed[0]
    assert all(words(other) == words(first) for other in themed), "a theme changes the words"
    letters: dict[tuple[str, ...], str] = {}
    rows: list[str] = []
    for cells in zip(*themed, strict=True):
        looks = [tuple(look(style) for _, style in cell) for cell in zip(*cells, strict=True)]
        rows.append("".join(letters.setdefault(each, LETTERS[len(letters)]) for each in looks))
    legend = [f"{letter}  {'  |  '.join(look)}" for look, letter in letters.items()]
    return "\n".join([words(first), "", *map(shortened, rows), "", *legend, ""])


def look(style: Style) -> str:
    """A style without what is invisible in it."""
    marks = [
        word for word in ("bold", "dim", "italic", "underline", "reverse", "strike") if getattr(style, word)
    ]
    colour, ground = (c.get_truecolor().hex if c else "default" for c in (style.color, style.bgcolor))
    return " ".join([*marks, colour, "on", ground])


def shortened(row: str) -> str:
    """A row of letters without the last run's repeats."""
    return row.rstrip(row[-1]) + row[-1]
