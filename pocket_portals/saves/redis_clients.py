"""From an address to a client that gives up in time: one server, Sentinel, or a Cluster.

    redis://USER:PASSWORD@HOST:6379/0            rediss:// for TLS, unix:///PATH for a socket
    redis+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/SERVICE/0
    redis+cluster://USER:PASSWORD@HOST:6379,HOST:6379

No default of the library is relied on: some wait for a minute.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast

from redis import Redis
from redis.backoff import FullJitterBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.connection import BlockingConnectionPool, parse_url
from redis.exceptions import AuthenticationError
from redis.retry import Retry
from redis.sentinel import Sentinel

from pocket_portals.errors import ConfigError

T = TypeVar("T")
Kind = Literal["single", "sentinel", "cluster"]

_CONNECTIONS = 8
_URL = re.compile(r"(redis|rediss)\+(sentinel|cluster)://((?:[^@/]*@)?)([^/?]+)(/[^?]*)?(\?.*)?")
_PORTS = {"sentinel": 26379, "cluster": 6379}


class RetryOnce(Retry):
    """One more try after a jittered wait; a refused password is not tried again."""

    def __init__(self) -> None:
        super().__init__(FullJitterBackoff(cap=0.1, base=0.02), retries=1)

    def call_with_retry(
        self,
        do: Callable[[], T],
        fail: Callable[[Exception], Any] | Callable[[Exception, int], Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> T:
        """See Retry."""

        def again(error: Exception) -> bool:
            return not isinstance(error, AuthenticationError) and (
                is_retryable is None or is_retryable(error)
            )

        return super().call_with_retry(do, fail, again, with_failure_count)


@dataclass(frozen=True)
class Address:
    """Where Redis is, read and checked, but not yet connected to."""

    kind: Kind
    nodes: tuple[tuple[str, int], ...]
    settings: dict[str, Any] = field(repr=False)
    service: str = ""

    @property
    def name(self) -> str:
        """What the player knows it by; no password."""
        if self.kind == "single":
            path = self.settings.get("path")
            return f"Redis at {path or '{}:{}'.format(*self.nodes[0])}"
        places = ", ".join(f"{host}:{port}" for host, port in self.nodes)
        what = f"Redis {self.service} by Sentinel" if self.kind == "sentinel" else "the Redis Cluster"
        return f"{what} at {places}"

    @property
    def is_local(self) -> bool:
        """Whether every node is this machine."""
        here = ("localhost", "::1")
        return "path" in self.settings or all(h in here or h.startswith("127.") for h, _ in self.nodes)

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is asked for."""
        return bool(self.settings.get("ssl") or "SSL" in str(self.settings.get("connection_class", "")))

    def client(self) -> Redis:
        """A client. That of a Cluster asks for its nodes at once and so raises RedisError."""
        patience: dict[str, Any] = {"socket_connect_timeout": 0.5, "socket_timeout": 0.75}
        settings = self.settings | patience | {"health_check_interval": 0, "protocol": 2}
        settings |= {"decode_responses": False, "encoding": "utf-8", "client_name": None, "driver_info": None}
        if self.kind == "cluster":
            settings |= {"retry": RetryOnce(), "max_connections": _CONNECTIONS}
            nodes = [ClusterNode(*node) for node in self.nodes]  # type: ignore[no-untyped-call]
            return cast("Redis", RedisCluster(startup_nodes=nodes, **settings))
        settings |= {"retry": RetryOnce(), "retry_on_error": [], "max_connections": _CONNECTIONS}
        if self.kind == "sentinel":
            watch = patience | {"password": settings.pop("sentinel_password", None), "retry": RetryOnce()}
            watch["username"] = settings.pop("sentinel_username", None)
            sentinels = Sentinel(self.nodes, sentinel_kwargs=watch)  # type: ignore[no-untyped-call]
            return cast("Redis", sentinels.master_for(self.service, **settings))  # type: ignore[no-untyped-call]
        pool = BlockingConnectionPool(**settings | {"timeout": 1.0})  # type: ignore[no-untyped-call]
        return Redis.from_pool(pool)


def read_address(url: str) -> Address:
    """What a URL says. Raises ConfigError, which never quotes it."""
    if "#" in url:
        raise ConfigError("The Redis URL holds a bare “#”.", "In a password write it as %23.")
    address: Address | None = None
    with contextlib.suppress(ValueError):  # forgotten, for it may quote a piece of a password
        address = _many(url) if "+" in url.partition("://")[0] else _single(url)
    if address is None:
        raise ConfigError(
            "That is no Redis URL.",
            "Write redis://USER:PASSWORD@HOST:6379/0, rediss:// for TLS, "
            "redis+sentinel://HOST:26379/SERVICE, or redis+cluster://HOST:6379.",
        )
    return address


def connect(url: str) -> Redis:
    """A client for a URL. Raises ConfigError."""
    return read_address(url).client()


def _single(url: str) -> Address:
    settings: dict[str, Any] = parse_url(url)  # type: ignore[no-untyped-call]
    if "path" not in settings:
        settings["socket_keepalive"] = True
    return Address("single", ((settings.get("host", "localhost"), settings.get("port", 6379)),), settings)


def _many(url: str) -> Address | None:
    found = _URL.fullmatch(url)
    if not found:
        return None
    scheme, kind, user, hosts, path, query = (part or "" for part in found.groups())
    service, _, number = path.strip("/").partition("/")
    if kind == "sentinel" and not service:
        return None
    if kind == "cluster":
        service, number = "", ""
    plain: dict[str, Any] = parse_url(f"{scheme}://{user}host/{number}{query}")  # type: ignore[no-untyped-call]
    plain.pop("host", None)
    if plain.pop("connection_class", None):
        plain["ssl"] = True
    nodes = tuple(_node(place, _PORTS[kind]) for place in hosts.split(","))
    if kind == "cluster":
        plain.pop("db", None)
    return Address(cast("Kind", kind), nodes, plain | {"socket_keepalive": True}, service)


def _node(place: str, port: int) -> tuple[str, int]:
    host, _, given = place.rpartition(":") if re.search(r":\d+$", place) else (place, "", "")
    if not host or not re.fullmatch(r"[\w.\[\]:-]+", host):
        raise ValueError("no host")
    return host.strip("[]"), int(given or port)
