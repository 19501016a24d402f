"""What every request works with, put together once a worker."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from pocket_portals.session.access import AccessStore
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.ports import Clock
from pocket_portals.session.service import GameSessionService
from pocket_portals.web.access import Door
from pocket_portals.web.limits import Allowance, Limits, Seats
from pocket_portals.web.metrics import Metrics
from pocket_portals.web.sessions import Sessions

TIDY_EVERY = 5.0  # seconds

T = TypeVar("T")


@dataclass(frozen=True)
class Host:
    """What the service is given to work with."""

    service: GameSessionService
    access: AccessStore
    clock: Clock
    fresh: NewRun  # what a new session is like where the caller does not say
    warm_up: Callable[[], None]
    close: Callable[[], None]
    limits: Limits


class Site:
    """The parts of a running service."""

    def __init__(self, host: Host) -> None:
        limits = host.limits
        self.host = host
        self.service = host.service
        self.metrics = Metrics()
        elapsed = host.clock.elapsed
        self.sessions = Sessions(host.service, limits, elapsed)
        self.door = Door(host.access, host.clock)
        self.actions = Allowance(limits.actions_per_minute, limits.actions_in_a_burst, elapsed)
        self.beginnings = Allowance(limits.sessions_per_minute, limits.sessions_in_a_burst, elapsed)
        self.streams = Seats(limits.streams, limits.streams_of_one_session)
        self.warm = False
        self._under_way: set[asyncio.Task[object]] = set()

    async def seen_through(self, work: Coroutine[object, object, T]) -> T:
        """Carry work to its end even when whoever asked for it goes away meanwhile."""
        task = asyncio.create_task(work)
        self._under_way.add(cast("asyncio.Task[object]", task))
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # told to the caller, if there still is one

    def gauge(self) -> None:
        """Note how much there is of what comes and goes."""
        self.metrics.open_sessions.set(self.sessions.at_hand)
        self.metrics.waiting.set(self.sessions.turns.waiting + self.sessions.model_turns.waiting)
        self.metrics.streams.set(len(self.streams))

    async def keep_tidy(self) -> None:
        """Let go, without end, of what idle sessions hold."""
        while True:
            await asyncio.sleep(TIDY_EVERY)
            held = self.sessions.at_hand
            self.sessions.tidy()
            if held and not self.sessions.at_hand:
                gc.collect()  # nobody waits for it now
            self.actions.tidy()
            self.beginnings.tidy()
            self.gauge()  # another worker may be asked for the figures of all

    async def settle(self) -> None:
        """Wait for the turns that are being played."""
        if self._under_way:
            await asyncio.wait(self._under_way)


async def site_of(request: Request) -> Site:
    """The site that serves this request. Not a plain function: for each of those a thread is asked."""
    return cast("Site", request.app.state.site)


At = Annotated[Site, Depends(site_of)]
_bearer = HTTPBearer(auto_error=False, description="The token that `POST /session/new` told.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def token_of(bearer: HTTPAuthorizationCredentials | None) -> str | None:
    """The token that was shown."""
    return bearer.credentials if bearer else None
