"""The composition root: settings -> stores, storytellers, engine, session. Adapters meet here only.

Imports wait inside the functions, so that listing runs builds a store and nothing else.
"""

from __future__ import annotations

import contextlib
import platform
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pocket_portals.clean import clean_line
from pocket_portals.errors import ConfigError, ModelUnavailable, PortalsError
from pocket_portals.paths import Paths
from pocket_portals.settings import Config, StorageConfig

if TYPE_CHECKING:
    from pocket_portals.crew.models import Models
    from pocket_portals.saves.redis import RedisStore
    from pocket_portals.saves.vault import VaultStore
    from pocket_portals.session.ports import RunStore
    from pocket_portals.session.service import GameSessionService
    from pocket_portals.story.storyteller import Storyteller
    from pocket_portals.web.app import Service
    from pocket_portals.worlds.library import WorldLibrary


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds since some fixed point."""
        return time.perf_counter()


def open_store(config: StorageConfig, paths: Paths) -> RunStore:
    """The place where runs are kept: files, with Redis behind them where it is known. Raises ConfigError."""
    backend = config.backend
    if backend == "auto":
        backend = "redis" if config.redis_url else "file"
    match backend:
        case "redis":
            return _vault(config, paths, _redis_store(config))
        case "memory":
            from pocket_portals.saves.memory import MemoryStore

            return MemoryStore()
        case _:
            return _vault(config, paths)


def _vault(config: StorageConfig, paths: Paths, redis: RedisStore | None = None) -> VaultStore:
    from pocket_portals.saves.files import FileStore
    from pocket_portals.saves.vault import VaultStore

    return VaultStore(FileStore(paths.saves, packing=config.compress), redis, device())


def device() -> str:
    """What this machine is called in saves."""
    return clean_line(platform.node(), 60)


def _redis_store(config: StorageConfig) -> RedisStore:
    if config.redis_url is None:
        raise ConfigError(
            "Runs are to be kept in Redis, but its address is not known.",
            'Set REDIS_URL, or backend = "file" in the configuration.',
        )
    from pocket_portals.saves.redis import RedisStore

    return RedisStore(config.redis_url.reveal(), config.ttl_seconds, packing=config.compress)


def open_worlds(paths: Paths) -> WorldLibrary:
    """All worlds that can be played."""
    from pocket_portals.worlds.library import WorldLibrary

    return WorldLibrary(paths.worlds)


def models_nearby(environ: Mapping[str, str]) -> list[str]:
    """Offers of the models that run on this machine, in sentences. Blocking, a quarter of a second."""
    from pocket_portals.crew.discovery import nearby

    return nearby(environ)


def storytellers(paths: Paths, models: Models | None = None) -> dict[str, Storyteller]:
    """Who tells a run, by its storyteller; without models one that stands in. Raises ConfigError."""
    from pocket_portals.story.storybook import StandIn, Storybook

    found: dict[str, Storyteller] = {"storybook": Storybook(), "crew": StandIn("No language model is set.")}
    if models:
        from pocket_portals.crew.agents import load_agents
        from pocket_portals.crew.teller import Crew

        found["crew"] = Crew(models, load_agents(paths.config), paths.config)
    return found


def storyteller_for(config: Config) -> str:
    """The name of the storyteller that a new run begins with. Raises ModelUnavailable."""
    asked = config.story.storyteller
    if asked == "crew" and not config.model.named:
        raise ModelUnavailable(
            "The crew needs a language model.",
            "Name one with --model: `pocket-portals models` finds those on this machine.",
        )
    return "crew" if config.model.named and asked != "storybook" else "storybook"


def open_models(config: Config, paths: Paths, environ: Mapping[str, str]) -> Models | None:
    """The models of the crew; None where none is set. Nothing is asked of them yet. To be closed.

    Raises ConfigError when one is set that can't be used, unless the storybook is to tell anyway.
    """
    if not config.model.named:
        return None
    from pocket_portals.crew.agents import load_agents
    from pocket_portals.crew.models import Models

    try:
        return Models(config.model, load_agents(paths.config).agents, environ, warm_up)
    except ConfigError:
        if config.story.storyteller == "storybook":
            return None
        raise


def open_service(config: Config, paths: Paths, models: Models | None = None) -> GameSessionService:
    """Everything that it takes to play. crewai is not imported before ``warm_up``."""
    from pocket_portals.flow.engine import FlowEngine
    from pocket_portals.saves.bin import Bin
    from pocket_portals.session.service import GameSessionService

    store = open_store(config.storage, paths)
    worlds = open_worlds(paths)
    clock = SystemClock()
    tellers = storytellers(paths, models)
    engine = FlowEngine(store, worlds, tellers, clock, device())
    there = tuple(name for name, teller in tellers.items() if teller.name == name)
    bin_ = None if store.name == "memory" else Bin(paths.bin)
    return GameSessionService(store, engine, worlds, clock, device(), storytellers=there, bin=bin_)


def open_site(config: Config, paths: Paths, environ: Mapping[str, str]) -> Service:
    """The HTTP service of one worker. Raises ConfigError, ModelUnavailable."""
    from pocket_portals.flow.engine import FlowEngine
    from pocket_portals.saves.access import FileAccess, RedisAccess
    from pocket_portals.session.access import AccessStore
    from pocket_portals.session.direct import DirectEngine
    from pocket_portals.session.entrance import NewRun
    from pocket_portals.session.service import GameSessionService
    from pocket_portals.web.app import create_app
    from pocket_portals.web.limits import Limits
    from pocket_portals.web.site import Host

    # One place, not two as for a player: workers on several machines must see one and the same head.
    store: RunStore
    access: AccessStore
    if config.storage.redis_url and config.storage.backend in ("auto", "redis"):
        redis = _redis_store(config.storage)
        store, access = redis, RedisAccess(redis)
    else:
        from pocket_portals.saves.files import FileStore

        store, access = FileStore(paths.saves, packing=config.storage.compress), FileAccess(paths.saves)
    worlds = open_worlds(paths)
    clock = SystemClock()
    serve, story = config.serve, config.story
    # Only when it is asked for by name: whoever finds the page must not spend what a model costs its host.
    teller = storyteller_for(config) if story.storyteller == "crew" else "storybook"
    models = open_models(config, paths, environ) if teller == "crew" else None
    # Without a crew, no CrewAI: a third of what a turn costs here would be its flow.
    engine = (FlowEngine if models else DirectEngine)(
        store, worlds, storytellers(paths, models), clock, device()
    )
    limits = Limits(
        turns_at_once=serve.turns_at_once,
        actions_per_minute=serve.actions_per_minute,
        sessions_per_minute=serve.sessions_per_minute,
        sessions_in_a_burst=serve.sessions_per_minute,
    )
    fresh = NewRun(world=story.world, length=story.length, storyteller=teller)
    service = GameSessionService(store, engine, worlds, clock, device())

    def close() -> None:
        service.close()
        if models:
            models.close()

    def make_ready() -> None:
        for world in worlds.ids():
            with contextlib.suppress(PortalsError):  # whoever asks for it is told
                worlds.get(world)
        if models:
            warm_up(models)

    return create_app(Host(service, access, clock, fresh, make_ready, close, limits))


def warm_up(models: Models | None = None) -> None:
    """Import and load what the first turn needs. Blocking, some seconds; call it in a thread."""
    from pocket_portals.flow.loading import load

    load()
    if models:
        with contextlib.suppress(ModelUnavailable):  # the turn says so, and the storybook tells it
            models.ready()
