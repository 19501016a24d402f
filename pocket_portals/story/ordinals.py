"""Numbers and ordinals that pick a choice: "2", "option two", "the second one please"."""

from __future__ import annotations

import re

_ORDER = ("first", "second", "third", "fourth", "fifth", "sixth")
_COUNT = ("one", "two", "three", "four", "five", "six")
_SHORT = ("1st", "2nd", "3rd", "4th", "5th", "6th")
_MEANT = {word: index for words in (_ORDER, _COUNT, _SHORT) for index, word in enumerate(words)}

_PICK = re.compile(
    r"(?:please |ok(?:ay)? |so |then |um )*"
    r"(?:(?:i(?:'ll| will| would like| want|'d like)?|let's|lets|let me|we) )?(?:to )?"
    r"(?P<verb>(?:choose|pick|select|take|do|try|go with|go for|have) )?"
    r"(?P<the>the )?(?P<noun>(?:option|choice|number|no|answer|#) ?)?"
    rf"(?P<index>[1-9]|last|{'|'.join(_MEANT)})"
    r"(?P<one> (?:one|option|choice|thing|answer))?(?: please| then| thanks)?"
)


_NUMBER = re.compile(r"(?:(?:option|choice|number|no|answer) ?)?#? ?(?P<number>\d{1,3})")


def beyond(said: str, count: int) -> bool:
    """Whether the words are a number and nothing else, and no choice has it."""
    found = _NUMBER.fullmatch(re.sub(r"[.,!)(: ]+", " ", said.lower()).strip())
    return found is not None and not 1 <= int(found["number"]) <= count


def index_of(said: str, count: int) -> int | None:
    """The choice meant, from 0, where the words pick one of ``count`` and mean nothing else."""
    plain = re.sub(r"[.,!)(:]", " ", said.lower().replace("’", "'").replace("#", "# "))
    found = _PICK.fullmatch(" ".join(plain.split()))
    if found is None:
        return None
    word = found["index"]
    # "Take two" and "try last" may be deeds of their own; "take the second one" is a choice.
    bare = word.isdigit() or not found["verb"] or found["the"] or found["noun"] or found["one"]
    index = count - 1 if word == "last" else int(word) - 1 if word.isdigit() else _MEANT[word]
    return index if bare and 0 <= index < count else None
