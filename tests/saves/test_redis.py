"""Redis and Valkey: time to live, the script's answers, faults told quickly and without the password."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import redis
from records import BEGUN, begin, branch, history, play, played
from redis.cluster import key_slot
from servers import TTL, Server, free_port

from pocket_portals.errors import (
    ConfigError,
    Conflict,
    PortalsError,
    RunNotFound,
    RunUnreadable,
    StoreUnavailable,
)
from pocket_portals.saves.redis import INDEX, RedisStore, history_key, session_key
from pocket_portals.saves.redis_clients import connect

RUN = "amber-fox-4821"
NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)
PASSWORD = "s3cret-Lantern"
STEPS = history(played(6))


@pytest.fixture
def store(server: Server) -> Iterator[RedisStore]:
    store = RedisStore(server.url, TTL, now=lambda: NOON)
    yield store
    store.close()


@pytest.fixture
def client(server: Server) -> Iterator[redis.Redis]:
    with server.client() as client:
        yield client


# Keys


def test_the_keys_are_those_that_are_documented(store: RedisStore, client: redis.Redis) -> None:
    store.save(STEPS[0], "")
    store.save(STEPS[1], STEPS[0].head)
    assert sorted(client.keys()) == [
        "pocket_portals:index",
        "pocket_portals:session:amber-fox-4821",
        "{pocket_portals:session:amber-fox-4821}:history",
    ]
    fields = client.hgetall(session_key(RUN))
    assert set(fields) == {"head", "rev", "state", "meta", "updated"}
    assert (fields["head"], fields["rev"]) == (STEPS[1].head, "2")
    assert client.llen(history_key(RUN)) == 2
    assert client.zscore(INDEX, RUN) == STEPS[1].state.played_at.timestamp() * 1000


def test_the_two_keys_of_a_run_share_a_cluster_slot() -> None:
    assert key_slot(session_key(RUN).encode()) == key_slot(history_key(RUN).encode())


def test_only_the_new_turn_is_sent(store: RedisStore, client: redis.Redis) -> None:
    store.save(STEPS[4], "")
    client.config_resetstat()
    store.save(STEPS[5], STEPS[4].head)
    store.load(RUN)
    store.summaries()
    calls = {
        name.removeprefix("cmdstat_"): stat["calls"] for name, stat in client.info("commandstats").items()
    }
    assert (calls["evalsha"], calls["rpush"], calls.get("eval", 0)) == (1, 1, 0)
    assert not {"keys", "scan"} & set(calls)


def test_no_key_is_touched_outside_the_game_s_own(store: RedisStore, client: redis.Redis) -> None:
    client.set("somebody:else", "1")
    store.save(begin(), "")
    store.delete(RUN)
    assert client.keys() == ["somebody:else"]


# Time to live


def test_playing_and_loading_put_off_the_end(store: RedisStore, client: redis.Redis) -> None:
    keys = (session_key(RUN), history_key(RUN))

    def wane() -> None:
        for key in keys:
            client.expire(key, 5)

    store.save(STEPS[0], "")
    assert [client.ttl(key) for key in keys] == [TTL, TTL]
    for use in (
        lambda: store.save(STEPS[1], STEPS[0].head),
        lambda: store.save(STEPS[1], STEPS[0].head),  # the same again
        lambda: store.load(RUN),
    ):
        wane()
        use()
        assert [client.ttl(key) for key in keys] == [TTL, TTL]


def test_listing_does_not_put_off_the_end(store: RedisStore, client: redis.Redis) -> None:
    store.save(begin(), "")
    client.expire(session_key(RUN), 5)
    store.summaries()
    assert client.ttl(session_key(RUN)) <= 5


def test_a_list_says_when_a_run_expires(store: RedisStore) -> None:
    store.save(begin(), "")
    (line,) = store.summaries()
    assert line.expires_at is not None
    assert timedelta(0) <= NOON + timedelta(seconds=TTL) - line.expires_at < timedelta(minutes=1)


def test_without_a_time_to_live_runs_are_kept_for_ever(server: Server, client: redis.Redis) -> None:
    brief, lasting = RedisStore(server.url, TTL), RedisStore(server.url, 0)
    brief.save(STEPS[0], "")
    lasting.load(RUN)
    assert (client.ttl(session_key(RUN)), client.ttl(history_key(RUN))) == (-1, -1)
    brief.load(RUN)
    lasting.save(STEPS[1], STEPS[0].head)
    assert (client.ttl(session_key(RUN)), client.ttl(history_key(RUN))) == (-1, -1)
    assert lasting.summaries()[0].expires_at is None
    brief.close()
    lasting.close()


def test_an_expired_run_leaves_the_list_and_the_index(store: RedisStore, client: redis.Redis) -> None:
    for number in range(7):
        store.save(begin(f"amber-fox-000{number}", at=BEGUN + timedelta(days=number)), "")
    for number in (1, 4, 6):
        client.pexpire(session_key(f"amber-fox-000{number}"), 0)
    assert [line.id[-1] for line in store.summaries(3)] == ["5", "3", "2"]
    assert [line.id[-1] for line in store.summaries()] == ["5", "3", "2", "0"]
    assert client.zcard(INDEX) == 4
    with pytest.raises(RunNotFound):
        store.load("amber-fox-0006")


def test_a_long_list_is_read_in_windows(
    store: RedisStore, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pocket_portals.saves.redis.WINDOW", 3)
    for number in range(10):
        store.save(begin(f"amber-fox-000{number}", at=BEGUN + timedelta(days=number)), "")
    for number in (2, 3, 5, 9):
        client.delete(session_key(f"amber-fox-000{number}"))
    assert [line.id[-1] for line in store.summaries()] == ["8", "7", "6", "4", "1", "0"]
    assert [line.id[-1] for line in store.summaries(5)] == ["8", "7", "6", "4", "1"]


# Compare and set


def test_two_clients_on_one_run_can_t_overwrite_each_other(server: Server) -> None:
    here, there = RedisStore(server.url, TTL), RedisStore(server.url, TTL)
    record = begin()
    here.save(record, "")
    there.save(play(record, "from there"), record.head)
    with pytest.raises(Conflict) as caught:
        here.save(play(record, "from here"), record.head)
    assert RUN in caught.value.message
    assert here.load(RUN).turns[-1].action == "from there"
    here.close()
    there.close()


def test_a_flushed_server_is_filled_again(store: RedisStore, client: redis.Redis) -> None:
    store.save(STEPS[4], "")
    client.flushall()
    store.save(STEPS[5], STEPS[4].head)
    assert store.load(RUN) == STEPS[5]


@pytest.mark.parametrize("missing", ["all", "one", "too many"])
def test_an_evicted_history_is_never_taken_for_the_run(
    store: RedisStore, client: redis.Redis, missing: str
) -> None:
    store.save(STEPS[4], "")
    match missing:
        case "all":
            client.delete(history_key(RUN))
        case "one":
            client.lpop(history_key(RUN))
        case _:
            client.rpush(history_key(RUN), "more")
    with pytest.raises(RunUnreadable):
        store.load(RUN)
    store.save(STEPS[5], STEPS[4].head)
    assert store.load(RUN) == STEPS[5]


def test_saving_the_same_head_again_mends_a_history(store: RedisStore, client: redis.Redis) -> None:
    store.save(STEPS[5], "")
    client.delete(history_key(RUN))
    store.save(STEPS[5], STEPS[4].head)
    assert store.load(RUN) == STEPS[5]


def test_a_history_without_its_run_is_no_run(store: RedisStore, client: redis.Redis) -> None:
    store.save(STEPS[5], "")
    client.delete(session_key(RUN))
    with pytest.raises(RunNotFound):
        store.load(RUN)
    assert store.summaries() == []
    store.save(begin(seed="anew"), "")
    assert store.load(RUN).rev == 1


def test_a_restarted_server_that_forgot_the_script_still_saves(
    store: RedisStore, client: redis.Redis
) -> None:
    store.save(STEPS[0], "")
    client.script_flush()
    store.save(STEPS[1], STEPS[0].head)
    assert store.load(RUN) == STEPS[1]


def test_a_connection_that_the_server_closed_is_made_again(store: RedisStore, client: redis.Redis) -> None:
    store.save(STEPS[0], "")
    client.client_kill_filter(_type="normal", skipme=True)
    store.save(STEPS[1], STEPS[0].head)
    client.client_kill_filter(_type="normal", skipme=True)
    assert store.load(RUN) == STEPS[1]


# What others may have written


def test_damaged_and_foreign_values_are_refused(store: RedisStore, client: redis.Redis) -> None:
    store.save(STEPS[5], "")
    state = client.hget(session_key(RUN), "state")
    assert state is not None
    for value in ("", "rust", state[:-9], state.replace("Brenna", "Brennb"), state.replace("amber", "brass")):
        client.hset(session_key(RUN), "state", value)
        with pytest.raises(RunUnreadable):
            store.load(RUN)


def test_another_run_s_keys_under_this_name_are_refused(store: RedisStore, client: redis.Redis) -> None:
    store.save(branch(STEPS[0], "brass-owl-0002"), "")
    client.rename(session_key("brass-owl-0002"), session_key(RUN))
    client.rename(history_key("brass-owl-0002"), history_key(RUN))
    with pytest.raises(RunUnreadable):
        store.load(RUN)


def test_a_hostile_index_harms_nothing(
    store: RedisStore, client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    store.save(begin(), "")
    client.zadd(INDEX, {"../../etc": 1e18, "\x1b[2J": 1e18, "": 2e18, b"\xff\xfe": 1e18})
    client.hset(session_key("brass-owl-0002"), "meta", '{"id": "\x1b[2J"}')
    client.zadd(INDEX, {"brass-owl-0002": 1e18})
    assert [line.id for line in store.summaries()] == [RUN]
    assert "\x1b" not in caplog.text


@pytest.mark.parametrize("key", [session_key(RUN), history_key(RUN), INDEX])
def test_a_key_of_another_type_is_told_and_nothing_is_half_written(
    store: RedisStore, client: redis.Redis, key: str
) -> None:
    client.set(key, "somebody else's")
    with pytest.raises(StoreUnavailable, match="WRONGTYPE"):
        store.save(begin(), "")
    assert client.keys() == [key]
    assert client.get(key) == "somebody else's"


# Faults


def test_a_server_that_is_down_is_told(own_server: Callable[..., Server]) -> None:
    server = own_server()
    store = RedisStore(server.url, TTL)
    store.save(STEPS[0], "")
    server.process.kill()
    server.process.wait()
    for attempt in (
        lambda: store.save(STEPS[1], STEPS[0].head),
        lambda: store.load(RUN),
        lambda: store.summaries(),
        lambda: store.delete(RUN),
    ):
        with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:\d+ can't be reached"):
            attempt()


def test_a_server_that_hangs_is_told(own_server: Callable[..., Server]) -> None:
    server = own_server()
    store = RedisStore(server.url, TTL)
    store.save(STEPS[0], "")
    os.kill(server.process.pid, signal.SIGSTOP)
    with pytest.raises(StoreUnavailable, match="does not answer in time"):
        store.save(STEPS[1], STEPS[0].head)
    os.kill(server.process.pid, signal.SIGCONT)
    store.save(STEPS[1], STEPS[0].head)  # whether or not the first attempt came through
    assert store.load(RUN) == STEPS[1]


def test_a_server_that_comes_back_is_used_again(own_server: Callable[..., Server]) -> None:
    server = own_server("--appendonly", "yes", "--appendfsync", "always")
    store = RedisStore(server.url, TTL)
    store.save(STEPS[0], "")
    server.process.kill()
    server.process.wait()
    with pytest.raises(StoreUnavailable):
        store.save(STEPS[1], STEPS[0].head)
    again = own_server("--appendonly", "yes")
    moved = RedisStore(again.url, TTL)
    moved.save(STEPS[1], STEPS[0].head)
    assert moved.load(RUN) == STEPS[1]


@contextmanager
def listener(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Something that takes connections, answers all it is sent with ``answer``, and notes them."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    while data := connection.recv(65536):
                        heard.append(data)
                        if answer:
                            connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_something_that_swallows_all_is_told_after_one_more_try() -> None:
    with listener(b"") as (place, heard):
        store = RedisStore(f"redis://{place}", TTL)
        with pytest.raises(StoreUnavailable, match="does not answer in time"):
            store.load(RUN)
        store.close()
    assert len(heard) == 2


def test_something_that_is_no_redis_is_told() -> None:
    with listener(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (place, _):
        store = RedisStore(f"redis://{place}", TTL)
        with pytest.raises(StoreUnavailable):
            store.load(RUN)
        store.close()


def test_a_server_that_is_still_loading_is_told() -> None:
    with listener(b"-LOADING Redis is loading the dataset in memory\r\n") as (place, _):
        store = RedisStore(f"redis://{place}", TTL)
        with pytest.raises(StoreUnavailable, match="still loading"):
            store.head(RUN)
        store.close()


def test_tls_against_a_plain_server_is_told(server: Server) -> None:
    store = RedisStore(server.url.replace("redis://", "rediss://"), TTL)
    with pytest.raises(StoreUnavailable, match="Redis at"):
        store.load(RUN)


def test_a_wrong_password_is_told_tried_once_and_never_shown(
    own_server: Callable[..., Server], caplog: pytest.LogCaptureFixture
) -> None:
    server = own_server("--requirepass", "another")
    store = RedisStore(f"redis://:{PASSWORD}@127.0.0.1:{server.port}/0", TTL)
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreUnavailable, match="refuses") as caught:
        store.load(RUN)
    with redis.Redis(port=server.port, password="another") as admin:
        assert sum(entry["count"] for entry in admin.acl_log()) == 1
    assert_hidden(caught.value, caplog.text, repr(store))


def test_a_missing_password_is_told(own_server: Callable[..., Server]) -> None:
    server = own_server("--requirepass", PASSWORD)
    with pytest.raises(StoreUnavailable, match="refuses"):
        RedisStore(server.url, TTL).load(RUN)


def test_an_unreachable_server_does_not_give_the_password_away() -> None:
    store = RedisStore(f"redis://hero:{PASSWORD}@127.0.0.1:{free_port()}/0", TTL)
    with pytest.raises(StoreUnavailable) as caught:
        store.load(RUN)
    assert_hidden(caught.value, repr(store))


def assert_hidden(error: PortalsError, *texts: str) -> None:
    """The password is in none of these, nor in what led to the error."""
    assert not [text for text in texts if PASSWORD in text]
    chain: BaseException | None = error
    while chain:
        assert PASSWORD not in f"{chain} {chain!r}"
        chain = chain.__cause__ or chain.__context__


def test_a_user_with_the_documented_rights_can_do_everything(own_server: Callable[..., Server]) -> None:
    server = own_server()
    commands = "auth select multi exec evalsha eval exists get set hget hmget hset llen lrange rpush del"
    with server.client() as admin:
        admin.execute_command(
            *f"ACL SETUSER hero on >{PASSWORD} resetkeys -@all".split(),
            *(
                f"+{command}"
                for command in f"{commands} expire persist pttl zadd zcard zrem zrevrange".split()
            ),
            "~pocket_portals:session:*",
            "~{pocket_portals:session:*",
            "~pocket_portals:index",
        )
    store = RedisStore(f"redis://hero:{PASSWORD}@127.0.0.1:{server.port}/0", TTL)
    store.save(STEPS[0], "")
    store.save(STEPS[1], STEPS[0].head)
    assert store.load(RUN) == STEPS[1]
    assert [line.id for line in store.summaries()] == [RUN]
    assert store.delete(RUN)


def test_a_user_without_rights_is_told(own_server: Callable[..., Server]) -> None:
    server = own_server()
    with server.client() as admin:
        admin.execute_command(*f"ACL SETUSER hero on >{PASSWORD} +@all ~other:*".split())
    store = RedisStore(f"redis://hero:{PASSWORD}@127.0.0.1:{server.port}/0", TTL)
    for attempt in (lambda: store.save(begin(), ""), lambda: store.load(RUN), store.summaries):
        with pytest.raises(StoreUnavailable, match="does not let this user"):
            attempt()


def test_a_full_server_is_told_and_keeps_the_turn_before(own_server: Callable[..., Server]) -> None:
    server = own_server("--maxmemory-policy", "noeviction")
    store = RedisStore(server.url, TTL)
    store.save(STEPS[4], "")
    with server.client() as admin:
        admin.config_set("maxmemory", "1mb")
        with pytest.raises(StoreUnavailable, match="is full"):
            store.save(STEPS[5], STEPS[4].head)
        admin.config_set("maxmemory", "0")
    assert store.load(RUN) == STEPS[4]
    store.save(STEPS[5], STEPS[4].head)


def test_a_replica_is_told(own_server: Callable[..., Server]) -> None:
    server = own_server()
    store = RedisStore(server.url, TTL)
    with server.client() as admin:
        admin.replicaof("127.0.0.1", str(free_port()))
    with pytest.raises(StoreUnavailable, match="read-only replica"):
        store.save(begin(), "")


def test_a_unix_socket_works(
    own_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("s") / "s"
    own_server("--unixsocket", str(path))
    store = RedisStore(f"unix://{path}", TTL)
    store.save(begin(), "")
    assert store.load(RUN) == begin()
    (path).unlink()
    store.close()
    with pytest.raises(StoreUnavailable, match=str(path)):
        RedisStore(f"unix://{path}", TTL).load(RUN)


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        "http://localhost",
        "redis+sentinel://localhost",
        f"redis+sentinel://:{PASSWORD}@/portals",
        "redis+cluster://",
        f"redis://:{PASSWORD}#1@localhost",
        f"redis://hero:{PASSWORD}/1@localhost",
        f"redis://hero:{PASSWORD}@localhost:port",
        f"redis://hero:{PASSWORD}@[::1",
        "redis://localhost?socket_timeout=soon",
    ],
)
def test_an_address_that_is_none_is_told_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connect(url)
    assert_hidden(caught.value)


def test_no_setting_is_left_to_the_library_or_the_address() -> None:
    client = connect("redis://h:1/3?socket_timeout=60&decode_responses=true&max_connections=1")
    settings = client.connection_pool.connection_kwargs
    assert (settings["socket_connect_timeout"], settings["socket_timeout"]) == (0.5, 0.75)
    assert settings["retry"].get_retries() == 1
    assert (settings["host"], settings["port"], settings["db"]) == ("h", 1, 3)
    assert settings["decode_responses"] is False
    assert client.connection_pool.max_connections == 8
