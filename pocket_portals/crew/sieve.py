"""A model's words as they come -> words to show: no control sequences, no thoughts, no fences, no labels."""

from __future__ import annotations

import re

from pocket_portals.clean import clean

_THINK, _THOUGHT = "<think>", "</think>"
_LABELS = (
    "narrator", "jester", "keeper", "innkeeper", "interviewer", "chronicler", "story", "scene", "answer",
)  # fmt: skip
_LABEL = re.compile(rf"[\s*#>_]*(?:the )?(?:{'|'.join(_LABELS)})[*_]*\s*:[*_\s]*", re.IGNORECASE)
_LONGEST_LABEL = 24
# What may still become something else when more comes: an escape, a tag, a fence, the end of a line, a star.
_UNSETTLED = re.compile(
    r"(?:\x1b[^a-zA-Z~\x07\x1b]{0,60}|\x1b[\]PX^_][^\x07\x1b]{0,200}|[\x90\x98\x9b\x9d-\x9f][^\x07\x9c]{0,60}"
    r"|<[/a-z]{0,8}|\*+|\r|\s*\n\s*|`{1,3}\w{0,10})$"
)
_FENCE = re.compile(r"```\w*\n?")
_LINES = re.compile(r"[ \t]*\n\s*")


class Sieve:
    """Takes pieces; gives what of them can be shown already. ``text`` is all that was given out."""

    def __init__(self) -> None:
        self.text = ""
        self._held = ""
        self._thinking = False
        self._begun = False

    def feed(self, piece: str) -> str:
        """What can be shown now that ``piece`` has come."""
        self._held += piece
        return self._let_through(last=False)

    def end(self) -> str:
        """What was still held back."""
        return self._let_through(last=True)

    def _let_through(self, last: bool) -> str:
        ready = self._unthought(self._held)
        if not last and (unsettled := _UNSETTLED.search(ready)):
            cut = unsettled.start()
            ready, kept = ready[:cut], ready[cut:]
            self._held = kept + self._held
        if not self._begun:
            if not last and len(ready) < _LONGEST_LABEL and _may_be_label(ready):
                self._held = ready + self._held
                return ""
            ready = _LABEL.sub("", ready, count=1) if _LABEL.match(ready) else ready
        shown = _LINES.sub("\n", _FENCE.sub("", clean(ready)).replace("**", "*"))
        if not self._begun:
            shown = shown.lstrip()
        self._begun = self._begun or bool(shown)
        self.text += shown
        return shown

    def _unthought(self, text: str) -> str:
        """Text without what stands between think tags; leaves in ``_held`` what is not clear yet."""
        told = ""
        while text:
            if self._thinking:
                _, closed, text = text.partition(_THOUGHT)
                if not closed:
                    self._held = _[-len(_THOUGHT) :]
                    return told
                self._thinking = False
            else:
                before, opened, text = text.partition(_THINK)
                told += before
                self._thinking = bool(opened)
        self._held = ""
        return told


def _may_be_label(text: str) -> bool:
    if _LABEL.fullmatch(text):
        return True  # what follows may still belong to it
    word = text.strip("*#>_ \n").casefold()
    bare = word.removeprefix("the ")
    return "the".startswith(word) or any(label.startswith(bare) for label in _LABELS)


def sifted(raw: str) -> str:
    """A whole answer, sifted at once."""
    sieve = Sieve()
    sieve.feed(raw)
    sieve.end()
    return sieve.text
