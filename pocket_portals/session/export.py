"""A run as a story to read: Markdown, HTML, plain text. Pure functions of its record.

What a run says is data in every format: nothing in it can become markup, a link or a picture.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from string import Template
from typing import NamedTuple

from pocket_portals.clean import clean, clean_line
from pocket_portals.rules.events import QuestAccepted
from pocket_portals.rules.state import Choice, Closure
from pocket_portals.session.journal import RunRecord, Turn
from pocket_portals.session.scene import scene
from pocket_portals.session.transcript import (
    EMPHASIS,
    Entry,
    Line,
    chapters,
    entry_of,
    narrated,
    quest_titles,
    stakes,
)

WIDTH = 80  # columns of a plain text

CLOSURES: dict[Closure, str] = {
    Closure.QUEST_COMPLETE: "The quest is done",
    Closure.HARD_CAP: "The road ran out",
    Closure.FALLEN: "The hero fell",
    Closure.RETIRED: "The hero laid it down",
}

_MARKDOWN = re.compile(r"([\\`*_\[\]<>&#|~])")
_ESCAPED_EMPHASIS = re.compile(r"\\\*([^*\n]+)\\\*")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


class _Chapter(NamedTuple):
    """A turn to be read: its number, what the player did, and what followed."""

    number: int
    action: str
    entries: tuple[Entry, ...]


# In lines


def labelled(entry: Entry) -> Iterator[str]:
    """An entry as ``Label: text``, one line a paragraph, so that no text can pose as another's."""
    for paragraph in clean(EMPHASIS.sub(r"\1", entry.text)).splitlines():
        if paragraph.strip():
            yield f"{clean_line(entry.label)}: {paragraph.strip()}"


def numbered(choices: Sequence[Choice]) -> Iterator[str]:
    """The deeds offered: ``1. Slip past the guard (Dexterity, DC 13)``."""
    for number, choice in enumerate(choices, start=1):
        stake = clean_line(stakes(choice))
        yield f"{number}. {clean_line(choice.label)}" + (f" ({stake})" if stake else "")


def last_scene(record: RunRecord, line_of: Line = entry_of) -> Iterator[str]:
    """The scene that is being played, in lines. ``line_of``: a face's own words for a fact."""
    for entry in scene(record, line_of):
        yield from labelled(entry)


# As documents


def as_text(record: RunRecord) -> str:
    """The story as plain text, 80 columns wide."""
    blocks = [f"{title_of(record)}\n{'=' * min(WIDTH, len(title_of(record)))}", byline_of(record)]
    for chapter in _story(record):
        if chapter.action:
            blocks.append(f"> {chapter.action}")
        blocks += [line for entry in chapter.entries for line in labelled(entry)]
    blocks.append(ending_of(record))
    return "\n\n".join(textwrap.fill(b, WIDTH) if "\n" not in b else b for b in blocks) + "\n"


def as_markdown(record: RunRecord) -> str:
    """The story as Markdown."""
    blocks = [f"# {_escaped(title_of(record))}", f"*{_escaped(byline_of(record))}*"]
    for chapter in _story(record):
        if chapter.action:
            blocks.append(f"---\n\n**{chapter.number}. {_escaped(chapter.action)}**")
        for entry in chapter.entries:
            blocks += _markdown_of(entry)
    blocks.append(f"---\n\n*{_escaped(ending_of(record))}*")
    return "\n\n".join(blocks) + "\n"


def as_html(record: RunRecord) -> str:
    """The story as one HTML page that needs nothing else, for the screen and for paper."""
    title = html.escape(title_of(record))
    body = [f"<h1>{title}</h1>", f'<p class="by">{html.escape(byline_of(record))}</p>']
    for chapter in _story(record):
        heading = f"<h2>{html.escape(chapter.action)}</h2>" if chapter.action else ""
        told = "\n".join(_html_of_turn(chapter.entries))
        body.append(f'<section id="turn-{chapter.number}">{heading}\n{told}\n</section>')
    body.append(f'<p class="by">{html.escape(ending_of(record))}</p>')
    return _PAGE.substitute(title=title, body="\n".join(body))


def title_of(record: RunRecord) -> str:
    """What to call the story."""
    state = record.state
    if state.title:
        return clean_line(state.title)
    return clean_line(f"{_last_quest(record) or 'A tale'}, as lived by {state.hero_name}")


def _last_quest(record: RunRecord) -> str:
    """The title of the quest taken last; a finished one is no longer in the state."""
    taken = [e.quest for turn in record.story for e in turn.events if isinstance(e, QuestAccepted)]
    return quest_titles(record).get(taken[-1], "") if taken else ""


def byline_of(record: RunRecord) -> str:
    """Who, where, and how to play the same dice."""
    state = record.state
    sheet = state.character_sheet
    who = f"{state.hero_name}, {sheet.ancestry_name} {sheet.calling_name}" if sheet else state.hero_name
    return clean_line(f"{who} · {state.world} · run {record.run} · seed “{state.seed}”")


def ending_of(record: RunRecord) -> str:
    """How it ended, or that it has not."""
    state = record.state
    if not state.adventure_completed:
        return f"To be continued: turn {state.adventure_turn}, {state.phase.value}."
    how = CLOSURES[state.closure] if state.closure else "It is over"
    return f"The end. {how}, after {state.adventure_turn} turns."


def _story(record: RunRecord) -> Iterator[_Chapter]:
    for turn, entries in chapters(record):
        shown = tuple(e for e in entries if e.sort not in ("action", "echo"))
        if shown:
            yield _Chapter(turn.revision, _deed(turn, entries), shown)


def _deed(turn: Turn, entries: Iterable[Entry]) -> str:
    """What the player did, in words: a bare number says nothing to a reader."""
    return clean_line(
        next((e.text for e in entries if e.sort == "action"), turn.action if turn.number else "")
    )


def _escaped(text: str) -> str:
    text = _MARKDOWN.sub(r"\\\1", clean(text))
    text = _ESCAPED_EMPHASIS.sub(r"*\1*", text)
    return _LINE_START.sub(lambda found: f"{found[1]}{_inert(found[2])}", text)


def _inert(marker: str) -> str:
    return f"{marker[:-1]}\\{marker[-1]}"


def _markdown_of(entry: Entry) -> Iterator[str]:
    paragraphs = [p.strip() for p in _escaped(entry.text).splitlines() if p.strip()]
    if entry.sort != "speech":
        yield f"> {_escaped(entry.label)}: {' '.join(paragraphs)}"
        return
    for paragraph in paragraphs:
        yield paragraph if narrated(entry) else f"**{_escaped(entry.label)}:** {paragraph}"


def _html_of_turn(entries: Sequence[Entry]) -> Iterator[str]:
    """Its entries in order; dice that follow each other are folded away under how they fell."""
    for dice, group in groupby(entries, key=lambda entry: entry.sort == "dice"):
        lines = list(group)
        told = [line for entry in lines for line in _html_of(entry)]
        if not dice:
            yield from told
            continue
        fell = ", ".join(filter(None, (_verdict(entry) for entry in lines)))
        summary = html.escape(f"Dice: {fell}" if fell else "Dice")
        yield f'<details class="fact"><summary>{summary}</summary>'
        yield from told
        yield "</details>"


def _verdict(entry: Entry) -> str:
    """``hit, 7 damage`` of a whole line of dice; empty for a roll that decides nothing by itself."""
    _, mark, verdict = clean_line(entry.text).rpartition(" · ")
    return re.sub(r", .* = (\d+ damage)", r", \1", verdict) if mark else ""


def _html_of(entry: Entry) -> Iterator[str]:
    label = html.escape(clean_line(entry.label))
    for paragraph in clean(entry.text).splitlines():
        if not paragraph.strip():
            continue
        text = EMPHASIS.sub(r"<em>\1</em>", html.escape(paragraph.strip()))
        if entry.sort != "speech":
            yield f'<p class="fact"><b>{label}</b> {text}</p>'
        elif narrated(entry):
            yield f"<p>{text}</p>"
        else:
            yield f"<p><b>{label}</b> {text}</p>"


_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>$title</title>
<style>
:root { color-scheme: light dark; --ink: #2b2320; --paper: #fbf6ec; --faint: #7a6a5c; --ember: #a8481f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9dfd0; --paper: #1d1815; --faint: #a3937f; --ember: #e89a5b; }
}
body { color: var(--ink); background: var(--paper); font: 1.1rem/1.6 Georgia, "Times New Roman", serif;
  max-width: 36rem; margin: 3rem auto; padding: 0 1.2rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; }
h2 { font-size: 1rem; font-style: italic; color: var(--ember); margin: 2.2rem 0 0.6rem; }
p { margin: 0.6rem 0; }
.fact { font: 0.85rem/1.4 ui-monospace, monospace; color: var(--faint); }
details.fact { margin: 0.6rem 0; }
details.fact p { margin: 0.2rem 0 0.2rem 1.1rem; }
summary { cursor: pointer; }
.by { color: var(--faint); font-style: italic; }
@media print {
  :root { --ink: #000; --faint: #444; --ember: #000; }
  @page { margin: 2.2cm 2.4cm; }
  body { margin: 0; max-width: none; font-size: 11pt; background: none; }
  p { orphans: 3; widows: 3; }
  h2, summary { break-after: avoid; }
}
</style>
</head>
<body>
$body
</body>
</html>
""")
