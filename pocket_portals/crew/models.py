"""The models of the crew, made from the settings: for each agent the one that speaks for it."""

from __future__ import annotations

import http.client
import logging
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pocket_portals.crew import discovery
from pocket_portals.crew.agents import AgentDef
from pocket_portals.crew.local import Loading, LocalServer, Progress
from pocket_portals.crew.naming import LOOPBACK, ON_THIS_MACHINE, OPENAI, Model, key_for, read_model
from pocket_portals.crew.troubles import ModelTrouble, installed, trouble
from pocket_portals.errors import ConfigError
from pocket_portals.setting_kinds import Secret
from pocket_portals.settings import ModelConfig

if TYPE_CHECKING:
    from crewai.llms.base_llm import BaseLLM

log = logging.getLogger(__name__)

CONNECT = 5.0  # seconds until a server has to have taken the call
THOUGHT = 2048  # tokens for models that think before they speak, for those count towards the limit
_THINKS = re.compile(r"o\d|gpt-([5-9]|\d\d)|gemini-(2\.5|[3-9])")


class Models:
    """An ``LlmFor`` by the settings. Every thread may call it.

    Nothing is asked of anybody before it is called. The first call for an agent may block for seconds, for a
    model may have to be loaded: call it in a thread, or ``ready`` beforehand.
    """

    def __init__(
        self,
        config: ModelConfig,
        agents: Mapping[str, AgentDef],
        environ: Mapping[str, str],
        load_crewai: Callable[[], None],
    ) -> None:
        """Raises ConfigError: a name means nothing; a key, a library or a file is missing."""
        self.timeout = config.timeout  # seconds that a model may be silent
        self._agents = agents
        self._load_crewai = load_crewai
        named = {agent: config.by_agent.get(agent, config.model) for agent in agents}
        self._models = {agent: read_model(given, config, environ) for agent, given in named.items() if given}
        if missing := agents.keys() - self._models.keys():
            raise ConfigError(
                f"No model speaks for {', '.join(sorted(missing))}.", "Set model under [model]."
            )
        self._keys: dict[Model, Secret | None] = {}
        self._servers: dict[str, LocalServer] = {}
        for model in set(self._models.values()):
            installed(model)
            self._keys[model] = key_for(model, config, environ)
            if model.provider is ON_THIS_MACHINE:
                self._servers[model.name] = LocalServer(model.name, config.context, config.threads)
        self.loading = ""  # what is being loaded, in words for the player; "" where nothing is
        self._built: dict[tuple[str, int], BaseLLM] = {}  # by agent and limit
        self._lock = threading.Lock()

    @property
    def agents(self) -> tuple[str, ...]:
        """Everybody there is a model for."""
        return tuple(self._models)

    def model_of(self, agent: str) -> Model:
        """Whose model speaks for an agent."""
        return self._models[agent]

    def ready(self, progress: Progress | None = None) -> None:
        """Load what has to be loaded, and see that every agent has its model. Blocking.

        Raises ModelUnavailable.
        """
        for agent in self._models:
            for structured in (False, True):
                self._make(agent, structured, progress)

    def __call__(self, agent: str, structured: bool = False) -> BaseLLM:
        """The model for an agent, with its temperature and limit. Raises ModelUnavailable."""
        return self._make(agent, structured, None)

    def trouble(self, error: BaseException, agent: str) -> ModelTrouble:
        """What went wrong in a call for an agent, in words."""
        return trouble(error, self._models[agent])

    def close(self) -> None:
        """End what was started, and let go of connections."""
        self._built.clear()
        for server in self._servers.values():
            server.close()

    def _make(self, agent: str, structured: bool, progress: Progress | None) -> BaseLLM:
        model, card = self._models[agent], self._agents[agent]
        limit = (card.answer_tokens if structured else None) or card.max_tokens
        part = (agent, limit)
        server = self._servers.get(model.name) if model.provider is ON_THIS_MACHINE else None
        with self._lock:
            if part in self._built and (server is None or server.running):
                return self._built[part]
            self._load_crewai()
            if server and not server.running:
                self._start(server, progress)
                stale = [other for other in self._built if self._models[other[0]] == model]
                for other in stale:  # it is elsewhere now
                    del self._built[other]
            reached, key = self._reached(model, server)
            built = build(reached, key, self.timeout, card.having(max_tokens=limit))
            self._built[part] = built
            return built

    def _start(self, server: LocalServer, progress: Progress | None) -> None:
        def tell(step: Loading) -> None:
            self.loading = str(step)
            if progress:
                progress(step)

        try:
            server.start(tell)
        finally:
            self.loading = ""

    def _reached(self, model: Model, server: LocalServer | None) -> tuple[Model, Secret | None]:
        """The model with its name and address as they are to be sent, and the key."""
        if server:
            return replace(model, name=server.name, address=server.address), server.key
        key = self._keys[model]
        return (model if model.name else replace(model, name=self._only_model(model, key))), key

    @staticmethod
    def _only_model(model: Model, key: Secret | None) -> str:
        """The one model that a server has, of which only the address was given."""
        try:
            names = discovery.served(model.address, key, CONNECT)
        except (OSError, http.client.HTTPException) as error:
            raise trouble(error if isinstance(error, OSError) else ConnectionError(), model) from error
        except (ValueError, RecursionError) as error:
            raise ModelTrouble(
                "garbled",
                f"What answers at {model.address} lists no models.",
                "Look at the address, and at the key if it takes one.",
            ) from error
        if len(names) != 1:
            shown = ", ".join(names[:5]) or "none"
            raise ModelTrouble(
                "no such model",
                f"The server at {model.address} has {len(names)} models: {shown}.",
                f"Name one, like {model.address}#{names[0] if names else 'NAME'}.",
            )
        return names[0]


def build(model: Model, key: Secret | None, timeout: float, agent: AgentDef) -> BaseLLM:
    """CrewAI's model for an agent; crewai has to be loaded. It tries once, and only where ``model`` says.

    A call streams where ``call_stream_override`` says so. Raises ModelTrouble when it can't be made.
    """
    from crewai.llm import LLM
    from crewai.llms import retry

    # CrewAI asks a busy server three times, and waits between as long as that likes. Here the caller decides.
    retry._LLM_RATE_LIMIT_MAX_ATTEMPTS = 1  # type: ignore[misc]
    if model.on_loopback:
        _past_proxies()
    # Never None: CrewAI would take OPENAI_API_KEY from the environment, and send it to whoever this is.
    options: dict[str, Any] = {
        "api_key": key.reveal() if key else "none",
        "temperature": agent.temperature,
    }
    limit = agent.max_tokens + (THOUGHT if _THINKS.match(model.name) else 0)
    match model.provider.id:
        case "anthropic":
            options |= {"provider": "anthropic", "max_tokens": limit, "timeout": timeout, "max_retries": 0}
        case "gemini":
            options |= {"provider": "gemini", "max_output_tokens": limit, "use_vertexai": False}
            options["client_params"] = {"http_options": {"timeout": round(timeout * 1000)}}
        case _:
            options |= _openai(model, timeout, limit)
    try:
        made = LLM(model=model.name, **options)
    except ImportError as error:
        raise trouble(error, model) from error
    except ValueError:
        # What pydantic says of it holds the key.
        log.error("%s can't be set up", model.label)  # noqa: TRY400
        raise ModelTrouble(
            "unknown", f"{model.label} can't be set up.", "Look at its name and its key."
        ) from None
    made.api_key = "hidden"  # its client has the key by now; the model itself shows all it has when printed
    return made


def _openai(model: Model, timeout: float, limit: int) -> dict[str, Any]:
    # The first call would import these, on the loop that paints the screen: a third of a second.
    import anyio._backends._asyncio  # noqa: F401
    import httpx
    import openai.resources  # noqa: F401

    options: dict[str, Any] = {
        "provider": "openai",  # for CrewAI guesses it from the name otherwise, and cuts the name
        "base_url": model.address,
        "max_retries": 0,
        "timeout": timeout,
        "client_params": {"timeout": httpx.Timeout(timeout, connect=min(CONNECT, timeout))},
    }
    if model.provider is not OPENAI or model.address != OPENAI.address:
        return options | {"max_tokens": limit}
    options["max_completion_tokens"] = limit
    if _THINKS.match(model.name):
        options |= {"reasoning_effort": "low", "temperature": None}  # these take no other
    return options


def _past_proxies() -> None:
    """Let no proxy of the player's come between the game and this machine."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join([*known, *sorted(LOOPBACK - set(known))])
