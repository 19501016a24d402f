"""A caller's connection, which is cut when they are too slow to ask or to take the answer.

Uvicorn waits for ever for a request that trickles in, and takes headers of any size.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as Protocol
    from uvicorn.protocols.http.h11_impl import RequestResponseCycle
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as Protocol


class Connection(Protocol):
    """What uvicorn makes for each caller."""

    head_bytes: ClassVar[int] = 32 * 2**10  # of what comes before a body
    request_seconds: ClassVar[float] = 20.0  # for all of a request to arrive
    answer_seconds: ClassVar[float] = 30.0  # in which nothing of an answer is taken
    look_every: ClassVar[float] = 5.0  # seconds

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See Protocol."""
        super().connection_made(transport)
        self._head = 0  # bytes so far
        self._asked = self._taken = (
            self.loop.time()
        )  # when the last request had arrived; when bytes last left
        self._unsent = 0
        self._look = self.loop.call_later(self.look_every, self._look_after)

    def connection_lost(self, exc: Exception | None) -> None:
        """See Protocol."""
        self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See Protocol."""
        before = self._arrival()
        super().data_received(data)
        request, more = self._arrival()
        if (request, more) == before:
            self._head += 0 if more else len(data)
            if self._head > self.head_bytes:
                self.transport.abort()
        else:
            self._head = 0
            if not more:
                self._asked = self.loop.time()

    def _arrival(self) -> tuple[object, bool]:
        """The last request whose head has arrived, and whether more of it is to come."""
        request: RequestResponseCycle | None = self.cycle
        return (request, request.more_body) if request else (None, False)

    def _look_after(self) -> None:
        now = self.loop.time()
        request: RequestResponseCycle | None = self.cycle
        if request and not (request.more_body or request.response_complete):
            self._asked = now  # it is being answered
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent or not unsent:
            self._unsent, self._taken = unsent, now
        if now - self._asked > self.request_seconds or now - self._taken > self.answer_seconds:
            self.transport.abort()
        else:
            self._look = self.loop.call_later(self.look_every, self._look_after)
