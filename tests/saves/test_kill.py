"""A player's process is killed at any moment: every turn that was acknowledged is there."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from records import begin, play
from servers import SERVERS, TTL, Server

from pocket_portals.errors import RunNotFound
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.session.journal import problems
from pocket_portals.session.ports import RunStore

RUN = "amber-fox-4821"
KILLS = 20


@pytest.fixture(params=["files", *sorted(SERVERS)])
def opened(
    request: pytest.FixtureRequest, servers: Callable[[str], Server], tmp_path: Path
) -> Callable[[], RunStore]:
    """Opens the store anew, as each process does."""
    if request.param == "files":
        return lambda: FileStore(tmp_path / "saves")
    url = servers(request.param).url
    return lambda: RedisStore(url, TTL)


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


@pytest.mark.timeout(300)
def test_every_acknowledged_turn_outlives_the_kill(opened: Callable[[], RunStore]) -> None:
    chance = random.Random()
    fork = multiprocessing.get_context("fork")
    acknowledged: list[str] = []
    for _ in range(KILLS):
        hears, tells = fork.Pipe(duplex=False)
        player = fork.Process(target=play_on, args=(opened, tells), daemon=True)
        player.start()
        tells.close()
        acknowledged += [hears.recv() for _ in range(chance.randint(1, 4))]
        time.sleep(chance.uniform(0, 0.02))  # anywhere within the next turns
        player.kill()
        player.join()
        try:
            while True:
                acknowledged.append(hears.recv())
        except (EOFError, OSError):  # its end, perhaps in the middle of a word
            hears.close()

        record = opened().load(RUN)
        heads = [turn.id for turn in record.turns]
        assert [head for head in acknowledged if head not in heads] == []
        assert len(heads) - len(acknowledged) <= KILLS  # saved and killed before it could say so
        (line,) = opened().summaries()
        assert line.revision == record.state.revision
    assert problems(record) == []
    assert len(acknowledged) >= KILLS
    further = play(record)
    opened().save(further, record.head)
    assert opened().load(RUN) == further
