"""What must be true of a run before a text, a choice or a scene may come."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pocket_portals.rules.hero import Ancestry, Calling
from pocket_portals.rules.state import ArcPhase, Closure, GameState, Stage

_COUNT = re.compile(r"^(>=|<=|=|<|>)(-?\d+)$")
_TESTS: dict[str, Callable[[int, int], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
}


def _count(value: str) -> str:
    if not _COUNT.match(value):
        raise ValueError("write a number (at least that many) or a comparison like '>=2', '<1', '=0'")
    return value


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return ">=1" if value else "=0"
    if isinstance(value, int):
        return f">={value}" if value else "=0"
    return value


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Count = Annotated[str, BeforeValidator(_as_text), AfterValidator(_count)]
"""How many: ``2`` means at least two, ``0`` none; or a comparison such as ``"<3"``."""

Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""One name or a list of them."""


def counts(test: str, value: int) -> bool:
    """Whether ``value`` passes a Count."""
    found = _COUNT.match(test)
    assert found is not None
    return _TESTS[found[1]](value, int(found[2]))


class Authored(BaseModel):
    """What every part of a world file is: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Needs(Authored):
    """Conditions on a run; all must hold. Lists mean "any of these"."""

    phase: Annotated[tuple[ArcPhase, ...], BeforeValidator(_as_tuple)] = ()
    place: Names = ()
    tag: Names = Field(default=(), description="a tag of the place the hero is in")
    quest: Names = ()
    stage: Annotated[tuple[Stage, ...], BeforeValidator(_as_tuple)] = ()
    twist: Names = ()
    calling: Annotated[tuple[Calling, ...], BeforeValidator(_as_tuple)] = ()
    ancestry: Annotated[tuple[Ancestry, ...], BeforeValidator(_as_tuple)] = ()
    motive: Names = ()
    keepsake: Names = ()
    closure: Annotated[tuple[Closure, ...], BeforeValidator(_as_tuple)] = ()
    completed: Names = Field(default=(), description="quests completed in this run")
    has: Names = Field(default=(), description="things carried: all of these")
    lacks: Names = ()
    met: Names = Field(default=(), description="people met and not gone: all of these")
    unmet: Names = ()
    gone: Names = ()
    seen: Names = Field(default=(), description="scenes shown in this run: all of these")
    unseen: Names = ()
    knows: Names = Field(default=(), description="facts learned: all of these")
    unknown: Names = ()
    promised: Names = Field(default=(), description="promises open: all of these")
    kept: Names = ()
    broken: Names = ()
    gold: Count | None = None
    health: Count | None = None
    turn: Count | None = None
    level: Count | None = None
    quality: dict[str, Count] = {}
    objective: dict[str, Count] = Field(default={}, description="done of each, in the quest under way")
    clock: dict[str, Count] = {}
    regard: dict[str, Count] = {}
    any: tuple[Needs, ...] = ()
    not_: Needs | None = Field(default=None, alias="not")

    def hold(self, state: GameState, tags: tuple[str, ...] = ()) -> bool:
        """Whether all of it is true of ``state``; ``tags`` are those of the place."""
        return all(test(self, state, tags) for name, test in _CHECKS if getattr(self, name))

    @property
    def weight(self) -> int:
        """How specific this is: of two that fit, the more specific is told. Place and phase do not count."""
        own = self._named + len(self._counts) + max((part.weight for part in self.any), default=0)
        return own + (1 if self.not_ else 0)

    @property
    def pull(self) -> int:
        """How much must have come about: what draws a storylet. What must *not* have draws nothing."""
        come = sum(not counts(count, 0) for count in self._counts)
        return self._named + come + max((part.pull for part in self.any), default=0)

    @property
    def _named(self) -> int:
        return sum(1 for name in _SPECIFIC if getattr(self, name))

    @property
    def _counts(self) -> list[str]:
        """Those of what begins at nothing."""
        return [c for by in (self.quality, self.objective, self.clock, self.regard) for c in by.values()]

    def parts(self) -> list[Self | Needs]:
        """This and every condition nested in it."""
        nested = [p for part in self.any for p in part.parts()]
        return [self, *nested, *(self.not_.parts() if self.not_ else [])]


def _met(state: GameState, person: str) -> bool:
    known = state.people.get(person)
    return known is not None and not known.gone


def _regard(state: GameState, person: str) -> int:
    known = state.people.get(person)
    return known.regard if known else 0


def _done(state: GameState, objective: str) -> int:
    wanted = state.active_quest.objectives if state.active_quest else ()
    return next((o.done for o in wanted if o.id == objective), 0)


def _filled(state: GameState, clock: str) -> int:
    return state.clocks[clock].filled if clock in state.clocks else 0


_Check = Callable[[Needs, GameState, tuple[str, ...]], bool]

_CHECKS: tuple[tuple[str, _Check], ...] = (
    ("phase", lambda n, s, t: s.adventure_phase in n.phase),
    ("place", lambda n, s, t: s.place in n.place),
    ("tag", lambda n, s, t: any(tag in t for tag in n.tag)),
    ("quest", lambda n, s, t: s.active_quest is not None and s.active_quest.id in n.quest),
    ("stage", lambda n, s, t: s.active_quest is not None and s.active_quest.stage in n.stage),
    ("twist", lambda n, s, t: s.active_quest is not None and s.active_quest.twist in n.twist),
    ("calling", lambda n, s, t: s.character_sheet is not None and s.character_sheet.calling in n.calling),
    ("ancestry", lambda n, s, t: s.character_sheet is not None and s.character_sheet.ancestry in n.ancestry),
    ("motive", lambda n, s, t: s.character_sheet is not None and s.character_sheet.motive in n.motive),
    ("keepsake", lambda n, s, t: s.character_sheet is not None and s.character_sheet.keepsake in n.keepsake),
    ("closure", lambda n, s, t: s.closure in n.closure),
    ("completed", lambda n, s, t: any(q in s.completed_quests for q in n.completed)),
    ("has", lambda n, s, t: all(i in s.inventory for i in n.has)),
    ("lacks", lambda n, s, t: not any(i in s.inventory for i in n.lacks)),
    ("met", lambda n, s, t: all(_met(s, p) for p in n.met)),
    ("unmet", lambda n, s, t: not any(p in s.people for p in n.unmet)),
    ("gone", lambda n, s, t: all(p in s.people and bool(s.people[p].gone) for p in n.gone)),
    ("seen", lambda n, s, t: all(x in s.seen_storylets for x in n.seen)),
    ("unseen", lambda n, s, t: not any(x in s.seen_storylets for x in n.unseen)),
    ("knows", lambda n, s, t: all(f in s.facts for f in n.knows)),
    ("unknown", lambda n, s, t: not any(f in s.facts for f in n.unknown)),
    ("promised", lambda n, s, t: all(p in s.promises and s.promises[p].kept is None for p in n.promised)),
    ("kept", lambda n, s, t: all(p in s.promises and s.promises[p].kept is True for p in n.kept)),
    ("broken", lambda n, s, t: all(p in s.promises and s.promises[p].kept is False for p in n.broken)),
    ("gold", lambda n, s, t: counts(n.gold or "", s.gold)),
    ("health", lambda n, s, t: counts(n.health or "", s.health_current)),
    ("turn", lambda n, s, t: counts(n.turn or "", s.adventure_turn)),
    ("level", lambda n, s, t: counts(n.level or "", s.character_sheet.level if s.character_sheet else 0)),
    ("quality", lambda n, s, t: all(counts(c, s.qualities.get(q, 0)) for q, c in n.quality.items())),
    ("objective", lambda n, s, t: all(counts(c, _done(s, o)) for o, c in n.objective.items())),
    ("clock", lambda n, s, t: all(counts(c, _filled(s, k)) for k, c in n.clock.items())),
    ("regard", lambda n, s, t: all(counts(c, _regard(s, p)) for p, c in n.regard.items())),
    ("any", lambda n, s, t: any(part.hold(s, t) for part in n.any)),
    ("not_", lambda n, s, t: n.not_ is not None and not n.not_.hold(s, t)),
)

_SPECIFIC = (
    "twist", "calling", "ancestry", "motive", "keepsake", "closure", "completed", "has", "met", "gone",
    "seen", "knows", "promised", "kept", "broken", "health", "gold",
)  # fmt: skip
