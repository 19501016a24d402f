"""Dice: notation -> tree -> roll with every face, from a seeded stream.

The stream is a pure function of (seed, revision, draw): the same on every machine and Python.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from pydantic import Field

from pocket_portals.errors import Refused
from pocket_portals.rules.values import Value

STREAM = "blake2b-1"  # recorded in saves: another algorithm gets another name

T = TypeVar("T")
_TERM = re.compile(r"([+-]?)(?:(\d{0,3})d(\d{1,4})(?:k([hl])(\d{1,2}))?|(\d{1,5}))")


class Stream:
    """The run's randomness for one turn. ``draw`` counts what was taken from it."""

    def __init__(self, seed: str, revision: int, draw: int = 0) -> None:
        self.seed = seed
        self.revision = revision
        self.draw = draw

    def bits(self) -> int:
        """The next 64 random bits."""
        key = f"{STREAM}\0{self.seed}\0{self.revision}\0{self.draw}".encode()
        self.draw += 1
        return int.from_bytes(blake2b(key, digest_size=8).digest(), "big")

    def integer(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included, without bias."""
        span = high - low + 1
        ceiling = (1 << 64) - (1 << 64) % span
        while (bits := self.bits()) >= ceiling:
            pass
        return low + bits % span

    def chance(self, percent: int) -> bool:
        """True in ``percent`` of 100 draws."""
        return self.integer(1, 100) <= percent

    def pick(self, options: Sequence[T]) -> T:
        """One of ``options``, which must not be empty."""
        return options[self.integer(0, len(options) - 1)]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Up to ``count`` different members of ``options``, in drawn order."""
        pool = list(options)
        return [pool.pop(self.integer(0, len(pool) - 1)) for _ in range(min(count, len(pool)))]


class Die(Value):
    """One die as it fell; ``kept`` is false for the one advantage discards."""

    sides: int = Field(ge=2)
    face: int = Field(ge=1)
    kept: bool = True


class Modifier(Value):
    """A named part of a roll's arithmetic, such as ``Dexterity +3``."""

    name: str
    value: int


class Roll(Value):
    """A roll, whole: every face, every modifier by name, and its place in the stream."""

    notation: str
    dice: tuple[Die, ...]
    modifiers: tuple[Modifier, ...] = ()
    total: int
    revision: int
    draw: int

    @property
    def natural(self) -> int:
        """The face of the first kept die: what a d20 check calls its natural roll."""
        return next(die.face for die in self.dice if die.kept)


@dataclass(frozen=True)
class Term:
    """``sign`` times either ``count`` dice of ``sides`` (``count`` kept highest or lowest), or a number."""

    sign: int
    count: int
    sides: int
    keep: str = ""
    kept: int = 0


@dataclass(frozen=True)
class Notation:
    """Parsed dice notation: a sum of terms."""

    text: str
    terms: tuple[Term, ...]


def parse(text: str) -> Notation:
    """Read ``2d6+1d4-2`` or ``2d20kh1``. Raises Refused when it is not dice notation."""
    compact = text.replace(" ", "").lower()
    terms: list[Term] = []
    at = 0
    while at < len(compact):
        found = _TERM.match(compact, at)
        if not found or (terms and not found[1]):
            break
        sign = -1 if found[1] == "-" else 1
        if found[6]:
            terms.append(Term(sign, int(found[6]), 0))
        else:
            count, sides = int(found[2] or 1), int(found[3])
            kept = int(found[5] or count)
            if not (1 <= count <= 100 and sides >= 2 and 1 <= kept <= count):
                break
            terms.append(Term(sign, count, sides, found[4] or "", kept))
        at = found.end()
    if at < len(compact) or not terms:
        raise Refused(f"“{text}” is not dice notation.", "Write it like 2d6+1 or 2d20kh1.")
    return Notation(compact, tuple(terms))


def roll(text: str, stream: Stream, modifiers: Sequence[Modifier] = ()) -> Roll:
    """Roll ``text``, then add the named modifiers (those of 0 are left out)."""
    position = stream.draw
    dice: list[Die] = []
    total = 0
    for term in parse(text).terms:
        if not term.sides:
            total += term.sign * term.count
            continue
        faces = [stream.integer(1, term.sides) for _ in range(term.count)]
        order = sorted(range(len(faces)), key=faces.__getitem__, reverse=term.keep != "l")
        kept = set(order[: term.kept])
        dice += [Die(sides=term.sides, face=f, kept=i in kept) for i, f in enumerate(faces)]
        total += term.sign * sum(faces[i] for i in kept)
    named = tuple(m for m in modifiers if m.value)
    return Roll(
        notation=text,
        dice=tuple(dice),
        modifiers=named,
        total=total + sum(m.value for m in named),
        revision=stream.revision,
        draw=position,
    )


def d20(stream: Stream, modifiers: Sequence[Modifier], edge: int = 0) -> Roll:
    """A d20 with advantage (``edge`` > 0), disadvantage (< 0) or neither (0). SRD 5.1, p. 76."""
    notation = "2d20kh1" if edge > 0 else "2d20kl1" if edge < 0 else "1d20"
    return roll(notation, stream, modifiers)


def average(text: str) -> float:
    """The mean of a notation without keep-rules; for showing what is at stake."""
    return sum(t.sign * (t.count * (t.sides + 1) / 2 if t.sides else t.count) for t in parse(text).terms)
