"""Run ids: short, typeable, and safe as a file name and a key. ``amber-fox-4821``."""

from __future__ import annotations

import re
from collections.abc import Callable

RUN_ID = re.compile(r"[a-z]{2,12}-[a-z]{2,12}-[0-9]{4}(?:-b[0-9]{1,4})*")

_COLOURS = (
    "amber ashen azure bold brass brave bright bronze calm clay clear clever copper coral crimson "
    "dusky early ember fair fern flint gentle gilded golden grey hazel hidden hollow indigo iron "
    "ivory jade keen lively lone lucky mellow merry misty mossy noble oaken ochre olive pale patient "
    "pearl plain proud quick quiet red restless rowan ruby rusty sable salt scarlet silent silver "
    "slate sly smoky spry steady still sunny swift tawny teal umber velvet violet warm wary wild "
    "willow winter wise "
).split()
_CREATURES = (
    "adder badger bat bear beaver bee bison boar crane cricket crow curlew deer dove drake eagle "
    "egret elk falcon ferret finch fox frog gull hare hawk hedgehog heron hind hound ibis jackdaw jay "
    "kestrel kite lamb lark linnet lynx magpie mare marten merlin mole moth mouse newt ox osprey "
    "otter owl pike plover pony quail rabbit ram raven robin rook salmon seal shrew snail sparrow "
    "squirrel stag stoat stork swan swift tern thrush toad trout viper vole wasp weasel whale wolf "
    "wren "
).split()


def new_run_id(below: Callable[[int], int]) -> str:
    """An id; ``below(n)`` draws a whole number from 0 to n-1."""
    colour = _COLOURS[below(len(_COLOURS))]
    creature = _CREATURES[below(len(_CREATURES))]
    return f"{colour}-{creature}-{below(10_000):04d}"
