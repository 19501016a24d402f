"""What went wrong with a model, by kind: one sentence for the player, and what to do.

No word of a server's own answer gets into a sentence: it may say anything, a key among it. The log has it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import ValidationError

from pocket_portals.crew.naming import OLLAMA, ON_THIS_MACHINE, SERVER, Model
from pocket_portals.errors import ConfigError, ModelUnavailable

Kind: TypeAlias = Literal[
    "unreachable", "timeout", "key", "credit", "no such model", "busy", "down",
    "refused", "too long", "cut off", "garbled", "missing", "unknown",
]  # fmt: skip
PASSING: frozenset[Kind] = frozenset({"busy", "down", "timeout", "garbled", "cut off"})

_BY_STATUS: dict[int, Kind] = {
    401: "key", 403: "key", 402: "credit", 404: "no such model", 408: "timeout", 413: "too long", 429: "busy",
}  # fmt: skip
# Libraries of providers name their errors alike, and need not be installed here.
_BY_NAME: dict[str, Kind] = {
    "APITimeoutError": "timeout",
    "APIConnectionError": "unreachable",
    "APIResponseValidationError": "garbled",
    "LengthFinishReasonError": "cut off",
    "ContentFilterFinishReasonError": "refused",
    "LLMContextLengthExceededError": "too long",
    "RemoteProtocolError": "down",
    "ConnectError": "unreachable",
    "ReadError": "down",
}


class ModelTrouble(ModelUnavailable):
    """A model failed, in a known way."""

    def __init__(self, kind: Kind, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.kind: Kind = kind

    @property
    def passing(self) -> bool:
        """Whether the same call may well succeed when it is made once more."""
        return self.kind in PASSING

    @property
    def lasting(self) -> bool:
        """Whether another call would most likely come to the same, perhaps after as long a wait."""
        return self.kind not in ("garbled", "cut off", "refused")


def trouble(error: BaseException, model: Model) -> ModelTrouble:
    """The failure of a call as a sentence. Nothing in it comes from the server."""
    if isinstance(error, ModelTrouble):
        return error
    kind = kind_of(error)
    return ModelTrouble(kind, *_words(kind, model))


def kind_of(error: BaseException) -> Kind:
    """What kind of failure an exception of CrewAI or of a provider's library is."""
    found: Kind = "unknown"
    for cause in _causes(error):
        named = next((_BY_NAME[c.__name__] for c in type(cause).__mro__ if c.__name__ in _BY_NAME), None)
        if named is not None:
            found = named  # the deepest cause that says anything says most
        elif (status := _status(cause)) is not None:
            found = _BY_STATUS.get(status, "down" if status >= 500 else "refused")
        elif found == "unknown":
            found = _plain(cause)
    return found


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _status(error: BaseException) -> int | None:
    for name in ("status_code", "code"):
        given = getattr(error, name, None)
        if isinstance(given, int) and 400 <= given < 600:
            return given
    return None


def _plain(error: BaseException) -> Kind:
    match error:
        case TimeoutError() | asyncio.TimeoutError():
            return "timeout"
        case ImportError():
            return "missing"
        case ConnectionError():
            return "unreachable"
        case ValidationError() | json.JSONDecodeError() | UnicodeDecodeError():
            return "garbled"
        case _:
            return "unknown"


def _words(kind: Kind, model: Model) -> tuple[str, str]:
    who, where, provider = _begin(model.label), _begin(model.where), model.provider
    match kind:
        case "unreachable":
            return f"Nobody answers at {urlsplit(model.address).netloc or where}.", _how_to_reach(model)
        case "timeout":
            return f"{who} took too long.", "Try a smaller model, or a longer timeout under [model]."
        case "key":
            variable = provider.keys[0] if provider.keys else "POCKET_PORTALS_API_KEY"
            return f"{where} does not accept the key.", f"Look at {variable}, or at api_key_file."
        case "credit":
            return f"{where} wants to be paid first.", "Look at your account there."
        case "no such model":
            return f"{where} has no model {model.name}.", _how_to_name(model)
        case "busy":
            return f"{where} has too much to do.", "Wait a while, or change the model."
        case "down":
            return f"{where} failed at its own end.", "Try again later, or change the model."
        case "refused":
            return f"{who} refused that request.", "Another model may take it; the log says more."
        case "too long":
            return (
                f"The story no longer fits into {model.label}.",
                "Take a model, or a context, with more room.",
            )
        case "cut off":
            return f"{who} did not come to the end of its answer.", "A larger model may hold to it."
        case "garbled":
            return f"{who} answered with what is no answer.", "`pocket-portals doctor` tests it."
        case "missing":
            return missing(model.provider.extra)
        case _:
            return f"{who} failed.", "The log says why; `pocket-portals doctor` tests it."


def missing(extra: str) -> tuple[str, str]:
    """That a library is not installed, and the line that installs it."""
    if not extra:
        return "A library that CrewAI needs is not installed.", "Install the game again."
    return f"The library for {extra} models is not installed.", f"Run: pip install 'pocket-portals[{extra}]'"


def installed(model: Model) -> None:
    """See that the library for it is there. Raises ConfigError."""
    from importlib.util import find_spec

    library = {"anthropic": "anthropic", "gemini": "google.genai", "local": "xllamacpp"}
    wanted = library.get(model.provider.extra)
    try:
        there = wanted is None or find_spec(wanted) is not None
    except ModuleNotFoundError:  # the package above it is not there
        there = False
    if not there:
        raise ConfigError(*missing(model.provider.extra))


def _how_to_reach(model: Model) -> str:
    if model.provider is OLLAMA:
        return "Start it with `ollama serve`, or set OLLAMA_HOST."
    if model.provider is SERVER:
        return "Start the server, or see which are there with `pocket-portals models`."
    if model.provider is ON_THIS_MACHINE:
        return "It ended by itself; the log says why."
    return "Look at your network."


def _how_to_name(model: Model) -> str:
    if model.provider is OLLAMA:
        return f"Run `ollama pull {model.name}`, or see which are there with `pocket-portals models`."
    if model.provider is SERVER:
        return "See which are there with `pocket-portals models`."
    return "Look how its name is written."


def _begin(words: str) -> str:
    return words[:1].upper() + words[1:]
