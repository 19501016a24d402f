"""Texts, choices and scenes: what the storyteller reads from a world file."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from pocket_portals.rules.state import ArcPhase, CheckSpec, Degree, Stage, Verb
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.needs import Authored, Names, Needs

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

DIFFICULTY = {"easy": 8, "fair": 12, "hard": 15, "heroic": 18}


class Alternative(Authored):
    """A text for when these conditions hold."""

    needs: Needs
    text: Line


class Telling(Authored):
    """A text that reads what came before. ``when`` replaces, ``also`` adds; most specific first."""

    text: Line
    again: str = Field(default="", description="instead, when this scene was shown before in the run")
    variants: tuple[Line, ...] = Field(default=(), description="other wordings of ``text``")
    when: tuple[Alternative, ...] = ()
    also: tuple[Alternative, ...] = Field(default=(), description="a sentence or two added after it")


def _as_telling(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _as_check(value: object) -> object:
    if isinstance(value, dict) and isinstance(value.get("dc"), str):
        return value | {"dc": DIFFICULTY.get(value["dc"], value["dc"])}
    return value


Text = Annotated[Telling, BeforeValidator(_as_telling)]
Check = Annotated[CheckSpec, BeforeValidator(_as_check)]
Lines = tuple[Line, ...]


class Outcome(Authored):
    """What follows a deed: words, and what they change."""

    text: Text
    do: Effects = Effects()


class ChoiceDef(Authored):
    """A deed offered: ``say`` starts with a verb. With a check it has outcomes by degree, else one."""

    say: Line = Field(max_length=70)
    verb: Verb
    nouns: Names = Field(default=(), description="more words by which free text may mean it")
    note: str = Field(default="", max_length=60, description="what is at stake, if ``say`` does not tell")
    needs: Needs = Needs()
    check: Check | None = None
    text: Text | None = None
    do: Effects = Effects()
    strong: Outcome | None = None
    success: Outcome | None = None
    setback: Outcome | None = None
    disaster: Outcome | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.check and not (self.success and self.setback):
            raise ValueError("a choice with a check needs `success` and `setback`")
        if self.check and (self.text or self.do != Effects()):
            raise ValueError("with a check, put text and do under the degrees")
        if not self.check and (self.text is None or self.success or self.setback):
            raise ValueError("a choice without a check needs `text`, and no degrees")
        return self

    def outcome(self, degree: Degree | None) -> Outcome:
        """What follows at this degree; strong falls back to success, disaster to setback."""
        if degree is None:
            assert self.text is not None
            return Outcome(text=self.text, do=self.do)
        assert self.success is not None
        assert self.setback is not None
        return {
            Degree.STRONG: self.strong or self.success,
            Degree.SUCCESS: self.success,
            Degree.SETBACK: self.setback,
            Degree.DISASTER: self.disaster or self.setback,
        }[degree]


class Role(Authored):
    """Who may play a part: the first of ``or`` that is free, else anybody with the tag."""

    or_: Names = Field(default=(), alias="or")
    tag: str = ""
    known: bool = Field(default=False, description="only somebody already met")


def _as_role(value: object) -> object:
    return {"or": value} if isinstance(value, str | list) else value


class SceneDef(Authored):
    """A scene: when it may come, what is told, what can be done."""

    id: Id
    title: str = ""
    place: Names = Field(default=(), description="places it belongs to; empty: anywhere its tags fit")
    tag: Names = Field(default=(), description="tags of places it belongs to")
    phase: Annotated[tuple[ArcPhase, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)] = ()
    needs: Needs = Needs()
    cast: dict[str, Annotated[Role, BeforeValidator(_as_role)]] = {}
    repeat: bool = Field(default=False, description="may come more than once in a run")
    linked: bool = Field(default=False, description="comes only when another scene names it")
    tense: bool = Field(
        default=False, description="the host makes no small talk over it, and the Jester no joke"
    )
    text: Text
    nouns: Names = Field(default=(), description="things in sight, for free text")
    choices: tuple[ChoiceDef, ...] = Field(min_length=3, max_length=7)
    quest: str = Field(default="", description="set by the quest it is written under")
    stage: Stage | None = None
