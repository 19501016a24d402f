"""From an older schema to this one: one module a step, each changing shapes and never ids.

``STEPS[n - 1]`` makes schema n + 1 out of schema n, so there is one step fewer than schemas. A step
works on parsed JSON, a state or a turn at a time, because a store may hold turns of several schemas.
A turn keeps its id: it is what compare-and-set compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from pydantic import JsonValue

Json: TypeAlias = dict[str, JsonValue]


class Step(Protocol):
    """What a module of this package offers."""

    def state(self, raw: Json) -> Json:
        """The state in the next schema."""
        ...

    def turn(self, raw: Json) -> Json:
        """The turn in the next schema."""
        ...


STEPS: Sequence[Step] = ()


def upgraded_state(raw: Json, schema: int) -> Json:
    """A state written in ``schema``, as this version writes it."""
    for step in STEPS[schema - 1 :]:
        raw = step.state(raw)
    return raw


def upgraded_turn(raw: Json, schema: int) -> Json:
    """A turn written in ``schema``, as this version writes it."""
    for step in STEPS[schema - 1 :]:
        raw = step.turn(raw)
    return raw
