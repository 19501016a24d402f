"""What works with a Redis, what does not, and what to change, in plain words. Shows no password."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from pocket_portals.errors import StoreUnavailable

if TYPE_CHECKING:
    from pocket_portals.saves.redis import RedisStore

_SLOW = 50  # milliseconds


class Checked(NamedTuple):
    """One thing that was looked at."""

    state: Literal["ok", "note", "wrong"]
    what: str
    advice: str = ""


def checkup(store: RedisStore) -> Iterator[Checked]:
    """Look at everything the game needs of it. Writes one key and takes it away again."""
    try:
        began = time.perf_counter()
        runs = store.count()
        took = (time.perf_counter() - began) * 1000
    except StoreUnavailable as error:
        yield Checked("wrong", error.message, f"{error.hint} The game goes on in files.".strip())
        return
    yield Checked("ok", f"{store.place} answers in {took:.0f} ms and lists {runs:,} runs.")
    if took > _SLOW:
        yield Checked("note", "That is slow.", "Turns are kept in files first, so play does not wait for it.")
    yield _writes(store)
    if not store.is_encrypted and not store.is_local:
        yield Checked("note", "The way to it is not encrypted.", "Use rediss:// where the server offers TLS.")
    yield from _server(store)


def _writes(store: RedisStore) -> Checked:
    run = f"doctor-doctor-{secrets.randbelow(10_000):04}"
    try:
        store.hold_lease(run, b"doctor", 5)
        store.end_lease(run, b"doctor")
    except StoreUnavailable as error:
        return Checked("wrong", f"Nothing can be written there: {error.message}", error.hint)
    return Checked("ok", "Runs can be written there.")


def _server(store: RedisStore) -> Iterator[Checked]:
    """What the server tells of itself; a user with few rights may not ask."""
    try:
        told = store.server_info()
    except StoreUnavailable:
        yield Checked("ok", "What else the server does, this user may not ask, and need not.")
        return
    name = "Valkey" if "valkey_version" in told else "Redis"
    yield Checked("ok", f"It is {name} {told.get('valkey_version') or told.get('redis_version')}.")
    policy = str(told.get("maxmemory_policy", ""))
    if told.get("maxmemory") and policy.startswith("allkeys"):
        advice = "Set maxmemory-policy to volatile-ttl or noeviction; what it drops is sent again from files."
        yield Checked("note", f"When it is full it drops runs ({policy}).", advice)
    if not told.get("aof_enabled"):
        advice = "Set appendonly yes to lose none; they are sent again from the files either way."
        yield Checked("note", "A crash of the server may cost it the latest turns.", advice)
