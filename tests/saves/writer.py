"""A process that plays and is ended without warning."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection

from records import begin, play

from pocket_portals.errors import RunNotFound
from pocket_portals.session.ports import RunStore

RUN = "amber-fox-4821"


def play_on(opened: Callable[[], RunStore], acknowledge: Connection) -> None:
    """Play until killed; each turn is acknowledged once it is saved."""
    store = opened()
    try:
        record = store.load(RUN)
    except RunNotFound:
        record = begin(RUN)
        store.save(record, "")
        acknowledge.send(record.head)
    while True:
        further = play(record)
        store.save(further, record.head)
        record = further
        acknowledge.send(record.head)
