"""How much a caller may ask for. What is over it is refused at once, with when to try again."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from pocket_portals.errors import PortalsError

REMEMBERED = 20_000  # callers whose allowance is kept; one that is forgotten has its whole allowance again


@dataclass(frozen=True)
class Limits:
    """What a worker allows."""

    body: int = 16 * 2**10  # bytes
    turns_at_once: int = 32
    turns_waiting: int = 256
    model_turns_at_once: int = 4
    streams: int = 512
    streams_of_one_session: int = 16
    actions_per_minute: float = 120  # of one session
    actions_in_a_burst: int = 20
    sessions_per_minute: float = 30  # begun from one address
    sessions_in_a_burst: int = 30
    turns_at_hand: int = 1_000  # of all runs that are kept between two requests; some 20 KB each
    idle_seconds: float = 30  # after which a run is not kept any longer


class TooMany(PortalsError):
    """The caller, or all of them together, ask for more than is allowed. ``after`` seconds it may go."""

    def __init__(self, message: str, after: float) -> None:
        super().__init__(message, f"Try again in {max(1, round(after))} s.")
        self.after = max(1, round(after))


class Allowance:
    """A bucket for each caller: so many tokens at most, refilled at a steady rate."""

    def __init__(self, per_minute: float, burst: int, elapsed: Callable[[], float]) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._elapsed = elapsed
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def tidy(self) -> None:
        """Forget whoever has the whole allowance again."""
        long_ago = self._elapsed() - self._burst / self._rate
        while self._left and next(iter(self._left.values()))[1] <= long_ago:
            self._left.popitem(last=False)

    def take(self, caller: str) -> None:
        """Take one. Raises TooMany when there is none left."""
        now = self._elapsed()
        left, then = self._left.pop(caller, (float(self._burst), now))
        left = min(float(self._burst), left + (now - then) * self._rate)
        enough = left >= 1
        self._left[caller] = (left - 1 if enough else left, now)
        while len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        if not enough:
            raise TooMany("That is too fast.", (1 - left) / self._rate)


class Gate:
    """Lets so many through at once and so many wait; the next one is turned away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self.waiting = 0

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Inside it, one of the places is taken. Raises TooMany when the queue is full."""
        if self._room.locked() and self.waiting >= self._most_waiting:
            raise TooMany("The service is busy.", 2)
        self.waiting += 1
        try:
            await self._room.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._room.release()


class Seats:
    """Places for those who stay: so many in all, and so many of one caller."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._taken.total()

    @contextmanager
    def taken(self, caller: str) -> Iterator[None]:
        """Inside it, one is taken. Raises TooMany when there is none left."""
        if len(self) >= self._most or self._taken[caller] >= self._most_of_one:
            raise TooMany("There are too many event streams.", 10)
        self._taken[caller] += 1
        try:
            yield
        finally:
            self._taken[caller] -= 1
            self._taken += Counter()  # forgets those who have none
