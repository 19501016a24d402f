"""What an outcome changes. The referee turns it into events; a pack can't do anything else."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from pocket_portals.rules.state import Stage
from pocket_portals.worlds.needs import Authored, Names


def _as_moment(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _as_counts(value: object) -> object:
    if isinstance(value, str):
        return {value: 1}
    if isinstance(value, list | tuple):
        return dict.fromkeys(value, 1)
    return value


class PromiseDef(Authored):
    """A word the hero gives somebody."""

    to: str
    id: str
    what: str


class MomentDef(Authored):
    """A deed the epilogue may remember, told in the past tense: "You let the wolf go." """

    text: str
    weight: int = Field(default=5, ge=1, le=10)
    kind: str = "deed"


Tally = Annotated[dict[str, int], BeforeValidator(_as_counts)]
"""Names with numbers; a bare name counts 1."""


class Effects(Authored):
    """Changes, made in the order of these fields. Each is optional."""

    meet: Names = ()
    gold: int = 0
    health: int = Field(default=0, description="negative wounds; never kills outside a fight")
    heal: str = Field(default="", description="dice")
    item: Tally = Field(default={}, description="things gained")
    lose: Tally = Field(default={}, description="things lost, if carried")
    quality: Tally = {}
    clear: Names = Field(default=(), description="qualities set back to nothing")
    clock: Tally = {}
    regard: dict[str, int] = {}
    gone: dict[str, str] = Field(default={}, description="person -> why they can't come back")
    promise: PromiseDef | None = None
    keep: Names = Field(default=(), description="promises kept")
    break_: Names = Field(default=(), alias="break", description="promises broken")
    learn: dict[str, str] = Field(default={}, description="fact id -> what the hero knows now")
    objective: Tally = {}
    twist: str = ""
    level: bool = False
    rest: bool = False
    moment: Annotated[MomentDef | None, BeforeValidator(_as_moment)] = None
    go: str = Field(default="", description="place")
    stage: Stage | None = Field(default=None, description="jump the quest's spine to here")
    stay: bool = Field(default=False, description="key scenes: the quest does not move on yet")
    scene: str = Field(default="", description="the scene that comes next, whatever the director would pick")
    fight: str = Field(default="", description="encounter that begins")
    end: bool = Field(default=False, description="the adventure closes")

    @model_validator(mode="after")
    def _one_way_on(self) -> Self:
        if sum(bool(x) for x in (self.scene, self.fight, self.end)) > 1:
            raise ValueError("scene, fight and end exclude each other")
        return self
