"""Who may do what with a run that is served to others.

A token is told once, to whoever it is made for; what is kept beside the run is its digest.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from pydantic import Field

from pocket_portals.rules.values import Value

May: TypeAlias = Literal["play", "watch"]  # whoever may play may watch


class Grant(Value):
    """What the bearer of a token may do."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    may: May
    expires_at: datetime | None = None


class AccessStore(Protocol):
    """Keeps the grants of runs where the runs are kept. Blocking. Each raises StoreUnavailable."""

    def grants(self, run: str) -> tuple[Grant, ...]:
        """All that were given and not taken back; none where there is no such run."""
        ...

    def give(self, run: str, grant: Grant) -> None:
        """Keep a grant."""
        ...

    def take_back(self, run: str, digests: Iterable[str]) -> None:
        """Let these tokens open nothing from now on."""
        ...


def new_token() -> str:
    """256 random bits, to be told once."""
    return f"pp_{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> str:
    """What is kept of a token. It is too random to be guessed back, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def grant_for(token: str, grants: Iterable[Grant], now: datetime) -> Grant | None:
    """What the bearer of this token may do; None when it opens nothing, or no longer."""
    digest = digest_of(token)
    found = [g for g in grants if secrets.compare_digest(g.digest, digest)]
    return next((g for g in found if g.expires_at is None or now < g.expires_at), None)
