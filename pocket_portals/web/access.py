"""The door: a session's id is not its key. Every call but ``new`` shows a token."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from pocket_portals.errors import PortalsError
from pocket_portals.session.access import AccessStore, Grant, May, digest_of, grant_for, new_token
from pocket_portals.session.ports import Clock

MOST_GRANTS = 50  # of one session


class Unannounced(PortalsError):
    """No token was shown."""


class Unknown(PortalsError):
    """There is no such session, or the token does not open it: which of the two is not told."""


class Forbidden(PortalsError):
    """The token may watch, not play."""


class Door:
    """Gives tokens out, and asks for them."""

    def __init__(self, store: AccessStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def admit(self, run: str, token: str | None, wants: May) -> Grant:
        """What the bearer may do. Raises Unannounced, Unknown, Forbidden."""
        if not token:
            raise Unannounced("A token is needed.", "Send it as `Authorization: Bearer …`.")
        grants = await asyncio.to_thread(self._store.grants, run)
        grant = grant_for(token, grants, self._clock.now())
        if grant is None:
            raise Unknown("There is no such session, or the token does not open it.")
        if wants == "play" and grant.may == "watch":
            raise Forbidden("This token may watch, not play.")
        return grant

    async def give(self, run: str, may: May, seconds: int | None = None) -> str:
        """A new token, told this once. Raises Forbidden when there are too many already."""
        grants = await asyncio.to_thread(self._store.grants, run)
        now = self._clock.now()
        expired = [g.digest for g in grants if g.expires_at and g.expires_at <= now]
        await asyncio.to_thread(self._store.take_back, run, expired)
        if len(grants) - len(expired) >= MOST_GRANTS:
            raise Forbidden(f"A session has {MOST_GRANTS} tokens at most.", "Rotate one instead.")
        token = new_token()
        until = now + timedelta(seconds=seconds) if seconds else None
        await asyncio.to_thread(
            self._store.give, run, Grant(digest=digest_of(token), may=may, expires_at=until)
        )
        return token

    async def rotate(self, run: str, old: Grant, seconds: int | None = None) -> str:
        """A new token in the place of all that may play; watchers keep theirs."""
        grants = await asyncio.to_thread(self._store.grants, run)
        token = await self.give(run, old.may, seconds)
        gone = [g.digest for g in grants if g.may == "play"]
        await asyncio.to_thread(self._store.take_back, run, gone)
        return token

    async def revoke_watchers(self, run: str) -> None:
        """Let no watch token open the session from now on."""
        grants = await asyncio.to_thread(self._store.grants, run)
        await asyncio.to_thread(self._store.take_back, run, [g.digest for g in grants if g.may == "watch"])
