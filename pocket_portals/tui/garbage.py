"""Garbage is looked for between turns, and only among what is new: to look through all stops the screen."""

from __future__ import annotations

import gc

NEVER = 1_000_000  # collections of the middle generation before one of the oldest comes by itself
MANY = 20_000  # objects that are looked through in some 12 ms


def only_between_turns() -> None:
    """From now on the oldest objects are looked through when ``sweep`` is called, and not in between."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)


def spare() -> None:
    """What there is now stays, such as worlds and modules: it is never looked at again."""
    gc.freeze()


def sweep() -> None:
    """Free what became garbage. Where much is left, it is spared from now on.

    Not every time: what is spared and becomes garbage then is never freed.
    """
    gc.collect()
    if len(gc.get_objects()) > MANY:
        spare()
