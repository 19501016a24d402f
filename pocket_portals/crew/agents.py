"""Who the agents are: role, goal, backstory, temperature, limits. Data from agents.yaml, and from the player.

Imports no crewai, so that settings, help and the storybook never wait for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import Field, ValidationError

from pocket_portals.errors import ConfigError
from pocket_portals.rules.values import Value

HERE = Path(__file__).parent
Shape = TypeVar("Shape", bound=Value)


class AgentDef(Value):
    """One agent. ``words`` is how long one of its speeches should be, least and most.

    ``max_tokens`` bounds a speech, ``answer_tokens`` a structured answer (as ``max_tokens``, where left out).
    """

    role: str = Field(max_length=80)
    goal: str = Field(max_length=300)
    backstory: str = Field(max_length=1200)
    temperature: float = Field(ge=0, le=2)
    max_tokens: int = Field(ge=16, le=4096)
    answer_tokens: int | None = Field(default=None, ge=16, le=4096)
    words: tuple[int, int]


class CrewDef(Value):
    """All agents, and what every one of them keeps to."""

    rating: str = Field(max_length=40)
    moderation: str = Field(max_length=1200)
    agents: dict[str, AgentDef]


def load_agents(own: Path | None = None) -> CrewDef:
    """The crew, with what the player's own ``agents.yaml`` changes. Raises ConfigError."""
    return overridden("agents.yaml", own, CrewDef)


def overridden(name: str, own: Path | None, shape: type[Shape]) -> Shape:
    """A YAML file of this folder, with the values of the player's file of that name in ``own`` laid over it.

    Raises ConfigError, naming the file, when the player's does not fit ``shape``.
    """
    shipped: object = yaml.safe_load((HERE / name).read_text("utf-8"))
    file = own / name if own else None
    if file is None or not file.is_file():
        return shape.model_validate(shipped)
    try:
        return shape.model_validate(_laid_over(shipped, yaml.safe_load(file.read_text("utf-8"))))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{file} can't be read.", "Mend it, or take it away.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise ConfigError(
            f"{file}: {where} does not fit.", f"{first['msg']}. Mend it or take it out."
        ) from None


def _laid_over(below: object, above: object) -> object:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return below if above is None else above
    return below | {key: _laid_over(below.get(key), value) for key, value in above.items()}
