"""Neutralise text at a border: what a player, a model, a save or a pack says is data, never control.

Terminals obey escape sequences, C0/C1 controls and bidirectional overrides wherever they are
printed, so they are taken out before text enters the game.
"""

from __future__ import annotations

import re

_SEQUENCES = re.compile(
    r"\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, clipboard, links
    r"|\x1b[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # CSI: cursor, colour, clear
    r"|\x1b[ -/]*[0-~]?"  # every other escape
    r"|\x9b[0-?]*[ -/]*[@-~]?"
    r"|[\x90\x98\x9d\x9e\x9f][^\x1b\x9c]*(?:\x1b\\|\x9c)?"
)
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 (but tab and newline), DEL, C1
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"  # bidi and invisible
    "\U000e0000-\U000e007f\ud800-\udfff]"  # tags, lone surrogates
)
_SPACES = re.compile(r"[ \t\u00a0\u2028\u2029]+")


def clean(text: str, limit: int | None = None) -> str:
    """Text without control sequences, tabs as spaces, at most ``limit`` characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", _SEQUENCES.sub("", text)).replace("\t", " ")
    return text if limit is None else text[:limit]


def clean_line(text: str, limit: int | None = None) -> str:
    """``clean`` folded to a single trimmed line."""
    line = _SPACES.sub(" ", clean(text).replace("\n", " ")).strip()
    return line if limit is None else line[:limit].rstrip()
