"""What a model may answer, and how its answer is read: any wrapping is tolerated, no bound is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from pocket_portals.clean import clean, clean_line
from pocket_portals.rules.hero import Ability
from pocket_portals.rules.memory import NoteKind
from pocket_portals.rules.state import Verb

LONGEST = 20_000  # characters of an answer that are looked at
Answer = TypeVar("Answer", bound=BaseModel)
Difficulty: TypeAlias = Literal["easy", "fair", "hard", "heroic"]
Sort: TypeAlias = Literal["deed", "question", "choice", "move"]

_FENCED = re.compile(r"```(?:json)?\s*(.+?)(?:```|$)", re.DOTALL | re.IGNORECASE)
_TRAILING = re.compile(r",\s*([}\]])")


class Unreadable(ValueError):
    """An answer in which nothing of the wanted shape can be found."""


def _cut(limit: int) -> Callable[[object], object]:
    return lambda value: clean_line(value, limit) if isinstance(value, str) else value


def _word(value: object) -> object:
    return value.strip().casefold().replace("_", "-").replace(" ", "-") if isinstance(value, str) else value


def _ability(value: object) -> object:
    """``DEX``, ``dexterity`` and ``Dex (13)`` are all Dexterity; what is none of the six is left out."""
    start = value.strip().casefold()[:3] if isinstance(value, str) else ""
    return next((ability for ability in Ability if start and ability.value.startswith(start)), None)


def _difficulty(value: object) -> object:
    word = _word(value)
    return word if word in ("easy", "fair", "hard", "heroic") else "fair"


def _sound(shape: type[BaseModel], most: int) -> Callable[[object], object]:
    """Of a list, the entries that hold, the first ``most``."""

    def read(value: object) -> object:
        found: list[BaseModel] = []
        for entry in value if isinstance(value, list | tuple) else ():
            try:
                found.append(shape.model_validate(entry))
            except ValidationError:
                continue
            if len(found) == most:
                break
        return found

    return read


class _Bounded(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Deed(_Bounded):
    """A deed that could be offered."""

    say: Annotated[str, BeforeValidator(_cut(60)), Field(min_length=3, max_length=60)]
    verb: Annotated[Verb, BeforeValidator(_word)]
    ability: Annotated[Ability | None, BeforeValidator(_ability)]
    difficulty: Annotated[Difficulty, BeforeValidator(_difficulty)]
    stake: Annotated[str, BeforeValidator(_cut(40)), Field(max_length=40)]


class Told(_Bounded):
    """Something told in passing that should hold from then on."""

    kind: Annotated[NoteKind, BeforeValidator(_word)]
    about: Annotated[str, BeforeValidator(_cut(60)), Field(max_length=60)]
    text: Annotated[str, BeforeValidator(_cut(160)), Field(min_length=3, max_length=160)]


class Settled(_Bounded):
    """A promise that these words kept or broke. ``promise``: its number among the open ones."""

    promise: Annotated[int, Field(ge=1, le=9)]
    kept: bool


class Lure(_Bounded):
    """A danger that is to come nearer, and the deed by which one would meet it. ``danger``: its number."""

    danger: Annotated[int, Field(ge=1, le=9)]
    say: Annotated[str, BeforeValidator(_cut(60)), Field(min_length=3, max_length=60)]


class Aftermath(_Bounded):
    """What comes after the words of a turn: deeds to offer, what to remember, the turn in a sentence."""

    deeds: Annotated[tuple[Deed, ...], BeforeValidator(_sound(Deed, 3)), Field(max_length=3)]
    remember: Annotated[tuple[Told, ...], BeforeValidator(_sound(Told, 3)), Field(max_length=3)]
    settled: Annotated[tuple[Settled, ...], BeforeValidator(_sound(Settled, 1)), Field(max_length=1)] = ()
    lures: Annotated[tuple[Lure, ...], BeforeValidator(_sound(Lure, 1)), Field(max_length=1)] = ()
    happened: Annotated[str, BeforeValidator(_cut(160)), Field(max_length=160)]


class Reading(_Bounded):
    """What the player's words mean to do."""

    sort: Annotated[Sort, BeforeValidator(_word)]
    choice: Annotated[int, Field(ge=0, le=9, description="the number of an offered deed; 0 for none")]
    verb: Annotated[Verb, BeforeValidator(_word)]
    target: Annotated[str, BeforeValidator(_cut(60)), Field(max_length=60)]
    ability: Annotated[Ability | None, BeforeValidator(_ability)]
    difficulty: Annotated[Difficulty, BeforeValidator(_difficulty)]
    stake: Annotated[str, BeforeValidator(_cut(60)), Field(max_length=60)]


class QuestWords(_Bounded):
    """A quest in words for this hero. ``number`` is its place in the list."""

    number: Annotated[int, Field(ge=1, le=3)]
    title: Annotated[str, BeforeValidator(_cut(60)), Field(min_length=3, max_length=60)]
    pitch: Annotated[str, BeforeValidator(_cut(400)), Field(min_length=20, max_length=400)]


class QuestTable(_Bounded):
    """The quests on the table, dressed."""

    quests: Annotated[tuple[QuestWords, ...], BeforeValidator(_sound(QuestWords, 3)), Field(max_length=3)]


def read(answer: object, shape: type[Answer]) -> Answer:
    """A model's answer as ``shape``. Raises Unreadable.

    Fences, prose around the object, thinking aloud, trailing commas and an end that was cut off are forgiven.
    """
    try:
        if isinstance(answer, BaseModel):
            return shape.model_validate(answer.model_dump())
        found = _object(answer) if isinstance(answer, str) else answer
        return shape.model_validate(found)
    except (ValidationError, RecursionError, ValueError) as error:
        raise Unreadable(type(error).__name__) from error


def _object(text: str) -> JsonValue:
    """The JSON object somewhere in a text."""
    text = clean(_without_thoughts(text[:LONGEST]))
    fenced = _FENCED.search(text)
    for part in ([fenced[1]] if fenced else []) + [text]:
        start = part.find("{")
        if start < 0:
            continue
        for attempt in (part[start:], _TRAILING.sub(r"\1", part[start:]), _closed(part[start:])):
            try:
                found, _ = json.JSONDecoder(strict=False).raw_decode(attempt)
            except ValueError:
                continue
            return found  # type: ignore[no-any-return]
    raise ValueError("no object")


def _without_thoughts(text: str) -> str:
    _, thought, after = text.rpartition("</think>")
    return after if thought else text


def _closed(text: str) -> str:
    """A text whose end was cut off, with what is open closed, back to its last whole entry."""
    stack: list[str] = []
    inside = escaped = False
    whole = 0
    ends: list[str] = []
    for at, char in enumerate(text):
        if inside:
            escaped = char == "\\" and not escaped
            inside = not (char == '"' and not (escaped or _is_escaped(text, at)))
            continue
        if char == '"':
            inside = True
        elif char in "{[":
            stack.append("}" if char == "{" else "]")
        elif char in "}]" and stack:
            stack.pop()
            whole, ends = at + 1, list(stack)
            if not stack:
                return text[: at + 1]
    return text[:whole] + "".join(reversed(ends)) if whole else text


def _is_escaped(text: str, at: int) -> bool:
    count = 0
    while at > 0 and text[at - 1] == "\\":
        count, at = count + 1, at - 1
    return count % 2 == 1
