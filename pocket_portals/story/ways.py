"""Ways to go: which place next door is meant, or the ways there are where none is."""

from __future__ import annotations

import re

from pocket_portals.rules.state import GameState, Verb
from pocket_portals.story import offered
from pocket_portals.story.lexicon import NOISE, content, stem, verb_of
from pocket_portals.story.scope import Scope
from pocket_portals.story.storyteller import Intent
from pocket_portals.worlds.schema import WorldDef

_WAYS = frozenset(
    "north south east west northeast northwest southeast southwest up down in out left right back away "
    "outside inside home upstairs there somewhere forward on far place else".split()
)
_WAY_STEMS = frozenset(stem(w) for w in _WAYS)
COMPASS = {  # as in the games of old, where a letter was a way
    short: f"go {way}"
    for way in "north south east west up down northeast northwest southeast southwest".split()
    for short in (way, way[0] if len(way) < 6 else way[0] + way[5])
}
_LEAVES_BE = re.compile(r"leave (?:it|him|her|them)\b")


def way(
    words: list[str], verb: Verb | None, sort: str, scope: Scope, state: GameState, world: WorldDef
) -> Intent | None:
    """A way to go, or the ways there are when this one is not."""
    meant = {stem(w) for w in words if w not in NOISE or w in _WAYS}
    bare = bool(meant) and all(w in scope.places for w in meant) and len(words) <= 3
    if verb not in (Verb.MOVE, Verb.FLEE) and not bare:
        return None
    plain = [w for w in words if w not in NOISE]  # "walk over to her" is not the way named "over"
    if place := scope.place_named(plain) or ("" if sort else scope.place_named(words)):
        return Intent(kind="move", verb=Verb.MOVE, target=place)
    if verb is not Verb.MOVE or sort:
        return None
    here = world.location.get(state.place)
    if here and {stem(w) for w in plain} & content(f"{here.name} {here.id.replace('-', ' ')}"):
        return _asked("topic:here")
    rest = meant - {stem(w) for w in words if verb_of(w)} - {"go", "get"}
    if "back" in rest and rest <= _WAY_STEMS:
        near = set(scope.places.values())
        before = next((p for p in reversed(state.known_places) if p in near and p != state.place), "")
        if before:
            return Intent(kind="move", verb=Verb.MOVE, target=before)
    begun = offered.beginning_with(words, state.current_choices)
    if (
        not rest <= _WAY_STEMS
        or begun == 1
        or _LEAVES_BE.match(" ".join(words))
        or set(words) & offered.BY_BOAT
    ):
        return None
    return _asked("topic:choices" if begun else "topic:exits")


def _asked(topic: str) -> Intent:
    return Intent(kind="question", verb=Verb.TALK, target=topic)
