"""A player's process is killed at any moment: every turn that was acknowledged is there."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from records import play
from servers import SERVERS, TTL, Server, start_server
from writer import RUN, play_on

from pocket_portals.saves.files import FileStore
from pocket_portals.saves.redis import RedisStore
from pocket_portals.saves.vault import VaultStore
from pocket_portals.session.journal import problems
from pocket_portals.session.ports import RunStore

PLACES = ("files", "redis", "both", "both, and redis is killed too")
KILLS = 10  # in each place
MANY = 125


@dataclass
class Place:
    """Where the runs of a test are kept, opened anew as each process does."""

    kind: str
    folder: Path
    server: Server

    def opened(self) -> RunStore:
        files = FileStore(self.folder / "saves")
        if self.kind == "files":
            return files
        redis = RedisStore(self.server.url, TTL)
        return redis if self.kind == "redis" else VaultStore(files, redis)

    def kill_redis(self) -> None:
        """It comes back where it was, and has forgotten everything."""
        self.server.end()
        self.server = start_server(SERVERS["valkey"], self.folder, at=self.server.port)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    place = Place(request.param, tmp_path, start_server(SERVERS["valkey"], tmp_path))
    yield place
    place.server.end()


def kill(place: Place, kills: int) -> None:
    chance = random.Random()
    fork = multiprocessing.get_context("fork")
    acknowledged: list[str] = []
    for _ in range(kills):
        hears, tells = fork.Pipe(duplex=False)
        player = fork.Process(target=play_on, args=(place.opened, tells), daemon=True)
        player.start()
        tells.close()
        acknowledged += [hears.recv() for _ in range(chance.randint(1, 4))]
        if "killed" in place.kind:
            place.kill_redis()
        time.sleep(chance.uniform(0, 0.02))  # anywhere within the next turns
        player.kill()
        player.join()
        try:
            while True:
                acknowledged.append(hears.recv())
        except (EOFError, OSError):  # its end, perhaps in the middle of a word
            hears.close()

        store = place.opened()
        record = store.load(RUN)
        heads = {turn.id for turn in record.turns}
        assert [head for head in acknowledged if head not in heads] == []
        assert len(heads) - len(acknowledged) <= kills  # saved and killed before it could say so
        (line,) = store.summaries()
        assert line.revision == record.state.revision
        store.close()
    assert problems(record) == []
    assert len(acknowledged) >= kills
    store = place.opened()
    further = play(record)
    store.save(further, record.head)
    store.close()
    assert place.opened().load(RUN) == further


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_every_acknowledged_turn_outlives_the_kill(place: Place) -> None:
    kill(place, KILLS)


@pytest.mark.soak
@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_every_acknowledged_turn_outlives_many_kills(place: Place) -> None:
    kill(place, MANY)
