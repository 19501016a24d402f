"""Who may do what with a served run: kept beside the run, gone with it, and never the token itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from records import begin
from servers import SERVERS, TTL, Server

from pocket_portals.saves.access import FileAccess, RedisAccess
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.redis import RedisStore, access_key, session_key
from pocket_portals.session.access import AccessStore, Grant, digest_of, grant_for, new_token
from pocket_portals.session.ports import RunStore

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["files", *sorted(SERVERS)])
def places(
    request: pytest.FixtureRequest, servers: Callable[[str], Server], tmp_path: Path
) -> Iterator[tuple[RunStore, AccessStore]]:
    """A store, and who may do what with its runs."""
    if request.param == "files":
        yield FileStore(tmp_path / "saves"), FileAccess(tmp_path / "saves")
        return
    redis = RedisStore(servers(request.param).url, TTL)
    yield redis, RedisAccess(redis)
    redis.close()


def grant(token: str, may: str = "play", expires_at: datetime | None = None) -> Grant:
    return Grant.model_validate({"digest": digest_of(token), "may": may, "expires_at": expires_at})


def test_what_was_given_is_there_until_it_is_taken_back(places: tuple[RunStore, AccessStore]) -> None:
    store, access = places
    record = begin()
    store.save(record, "")
    assert access.grants(record.run) == ()
    play, watch = grant("a"), grant("b", "watch", NOW)
    access.give(record.run, play)
    access.give(record.run, watch)
    assert set(access.grants(record.run)) == {play, watch}
    access.take_back(record.run, [play.digest])
    assert access.grants(record.run) == (watch,)
    access.take_back(record.run, [])
    assert access.grants(record.run) == (watch,)


def test_grants_go_with_their_run(places: tuple[RunStore, AccessStore]) -> None:
    store, access = places
    record = begin()
    store.save(record, "")
    access.give(record.run, grant("a"))
    store.delete(record.run)
    store.save(record, "")
    assert access.grants(record.run) == ()


@pytest.mark.parametrize("run", ["../x", "", "amber-fox-4821\n", "*"])
def test_what_is_no_id_has_no_grants(places: tuple[RunStore, AccessStore], run: str) -> None:
    assert places[1].grants(run) == ()


def test_grants_in_redis_expire_with_their_run(servers: Callable[[str], Server]) -> None:
    server = servers("valkey")
    store = RedisStore(server.url, TTL)
    record = begin()
    store.save(record, "")
    RedisAccess(store).give(record.run, grant("a"))
    with server.client() as client:
        client.expire(access_key(record.run), 5)
        store.load(record.run)
        assert abs(client.ttl(access_key(record.run)) - client.ttl(session_key(record.run))) <= 1
    store.close()


def test_damaged_grants_open_nothing(tmp_path: Path) -> None:
    store, access = FileStore(tmp_path), FileAccess(tmp_path)
    record = begin()
    store.save(record, "")
    access.give(record.run, grant("a"))
    (tmp_path / record.run / "access.json").write_text('[{"digest": "nonsense"}]')
    assert access.grants(record.run) == ()


def test_a_token_opens_what_its_digest_was_kept_for() -> None:
    token, other = new_token(), new_token()
    assert token != other
    assert len(token) > 40
    given = grant(token)
    assert grant_for(token, [grant(other), given], NOW) == given
    assert grant_for(new_token(), [given], NOW) is None
    assert token not in given.model_dump_json()


def test_a_token_that_has_expired_opens_nothing() -> None:
    late = grant("a", "play", NOW)
    assert grant_for("a", [late], NOW) is None
    assert grant_for("a", [late], NOW - timedelta(seconds=1)) == late
