"""Lines that any scene may need: the Keeper, the Jester, the host, fights, and deeds nobody wrote."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from pocket_portals.rules.hero import Ability, Calling
from pocket_portals.rules.state import Degree, Verb
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.needs import Authored, Needs
from pocket_portals.worlds.scenes import Line, Lines


class Saying(Authored):
    """A line somebody may say when these conditions hold."""

    text: Line
    needs: Needs = Needs()
    on: Literal["any", "good", "bad", "fight", "rest", "quest", "scene"] = "any"


def _as_saying(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Sayings = tuple[Annotated[Saying, BeforeValidator(_as_saying)], ...]


class RumourDef(Authored):
    """Something people say. It is told once in a run, and the hero then knows it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]*$", max_length=50)] = Field(
        default="", description="raises the quality `heard.<id>` when it is told"
    )
    text: Line
    twisted: str = Field(default="", description="how it is told by those who have it wrong")
    needs: Needs = Needs()
    do: Effects = Effects()


Rumours = tuple[Annotated[RumourDef, BeforeValidator(_as_saying)], ...]


class AttemptDef(Authored):
    """How a deed nobody wrote goes: by degree. ``{target}`` is what it was aimed at."""

    verbs: tuple[Verb, ...] = Field(min_length=1)
    ability: Ability
    dc: int = Field(default=13, ge=5, le=20)
    strong: Lines
    success: Lines
    setback: Lines
    disaster: Lines
    cost: Literal["health", "clock", "gold", "regard"] = "clock"


class Voices(Authored):
    """Lines that any scene may need."""

    keeper: dict[Degree, Lines]
    keeper_hurt: Lines
    jester: Sayings
    innkeeper: Sayings
    attempts: tuple[AttemptDef, ...]
    travel: Lines = Field(description="{place} is where the hero arrives")
    ways: dict[str, Lines] = Field(
        default={}, description="tag of the place arrived at -> lines told there before those of `travel`"
    )
    rests: Lines
    wakes: Lines = Field(description="coming to after a defeat")
    unknown: Lines = Field(description="answer to a question nobody can answer")
    hearsay: Lines = Field(default=(), description="how a {rumour} comes to the hero, from {who}")
    repeats: Lines = Field(default=(), description="told before an answer that {who} gave already")
    hits: dict[Calling, Lines] = Field(description="{foe}; under 15 words")
    misses: dict[Calling, Lines]
    powers: dict[str, Lines] = Field(description="by power id; {foe}")
    defends: Lines
    hurts: Lines = Field(description="a foe hits: {foe}")
    foe_misses: Lines
    flees: Lines
    flee_fails: Lines
    improvises: Lines = Field(default=(), description="a deed nobody wrote comes off in a fight: {foe}")
    improvise_fails: Lines = ()
    talks_down: Lines
    talk_fails: Lines
