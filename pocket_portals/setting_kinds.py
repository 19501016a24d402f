"""The types a setting can have: what is allowed, and how what was given is read."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Secret:
    """A value that never shows itself: not in logs, not in tracebacks, not in crash reports."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __str__(self) -> str:
        return "hidden"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Kind(Protocol):
    """A type of setting: says what is allowed, and reads what was given."""

    @property
    def allowed(self) -> str:
        """What may be given, to follow the words “it can be”."""

    def read(self, given: object) -> object:
        """The value. Raises ValueError when it is not allowed."""


class OneOf(NamedTuple):
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"{', '.join(self.words[:-1])} or {self.words[-1]}"

    def read(self, given: object) -> object:
        if given not in self.words:
            raise ValueError
        return given


class Name(NamedTuple):
    """A short text on one line; ``empty`` says what leaving it empty means, if it may be."""

    what: str
    empty: str = ""

    @property
    def allowed(self) -> str:
        return f"{self.what}, or empty: {self.empty}" if self.empty else self.what

    def read(self, given: object) -> object:
        fits = isinstance(given, str) and given.isprintable() and len(given) <= 200
        if not fits or not (given or self.empty):
            raise ValueError
        return given


class Pairs(NamedTuple):
    """Names with a value each: a table in the file, and everywhere else ``name=value, name=value``."""

    what: str
    names: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"{self.what}, with the names {', '.join(self.names)}; or empty"

    def read(self, given: object) -> object:
        """Both forms as the one line. See ``pairs``."""
        if isinstance(given, dict):
            if not all(isinstance(value, str) and "," not in value for value in given.values()):
                raise ValueError
            given = ", ".join(f"{name}={value}" for name, value in given.items())
        if not isinstance(given, str) or not given.isprintable():
            raise ValueError
        if any(name not in self.names or not value for name, value in pairs(given).items()):
            raise ValueError
        return given


def pairs(line: str) -> dict[str, str]:
    """``name=value, name=value`` as a dictionary."""
    parts = (part.partition("=") for part in line.split(",") if part.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


class Number(NamedTuple):
    """A number in a range, both ends included."""

    low: int
    high: int
    whole: bool = True

    @property
    def allowed(self) -> str:
        return f"a {'whole ' if self.whole else ''}number from {self.low} to {self.high}"

    def read(self, given: object) -> object:
        if isinstance(given, bool) or not isinstance(given, int | float | str):
            raise ValueError  # noqa: TRY004 - the one error of every kind
        number = float(given)
        if not self.low <= number <= self.high or (self.whole and number != int(number)):
            raise ValueError
        return int(number) if number == int(number) else number


class Switch(NamedTuple):
    """Yes or no."""

    allowed: str = "true or false"

    def read(self, given: object) -> object:
        words = {"true": True, "yes": True, "on": True, "1": True,
                 "false": False, "no": False, "off": False, "0": False}  # fmt: skip
        if str(given).lower() not in words:
            raise ValueError
        return words[str(given).lower()]


class Hidden(NamedTuple):
    """A secret. ``<key>_file`` names a file that holds it; a ``private`` one must be unreadable to others."""

    what: str
    sample: str
    private: bool = False

    @property
    def allowed(self) -> str:
        return f"{self.what} such as {self.sample}"

    def read(self, given: object) -> object:
        if not isinstance(given, str) or not given.strip():
            raise ValueError
        return Secret(given.strip())
