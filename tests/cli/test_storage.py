"""Runs between this machine and Redis by command: sync, migrate, keep, and what list and verify say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from processes import Done, Portals
from records import begin, play, played
from servers import SERVERS, Server, start_server

from pocket_portals.cli.safety import kept, tell_standing
from pocket_portals.rules.state import Parent
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.saves.redis import RedisStore, history_key, session_key
from pocket_portals.session.execution import executions, prometheus
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.ports import summary

RUN = "amber-fox-4821"
NOON = datetime(2025, 11, 21, 12, tzinfo=UTC)
DOWN: Mapping[str, str] = {"REDIS_URL": "redis://me:hunter2@127.0.0.1:1/0"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = start_server(SERVERS["valkey"], tmp_path)
    yield server
    server.end()


@pytest.fixture
def there(server: Server) -> Iterator[RedisStore]:
    store = RedisStore(server.url, 3600)
    yield store
    store.close()


@pytest.fixture
def with_redis(portals: Portals, server: Server) -> Callable[..., Done]:
    return lambda *words, **more: portals(*words, env={"REDIS_URL": server.url}, **more)


def test_sync_sends_fetches_and_parts_and_then_has_nothing_to_do(
    with_redis: Callable[..., Done], saves: FileStore, there: RedisStore
) -> None:
    saves.save(begin("brass-owl-0001"), "")
    there.save(begin("coral-elk-0002"), "")
    saves.save(play(begin(), "here"), "")
    there.save(play(begin(), "there"), "")
    done = with_redis("sync")
    assert done.status == 0
    assert sorted(done.out.splitlines()) == [
        "amber-fox-4821: parted; played here: amber-fox-4821-b1",
        "brass-owl-0001: sent to Redis",
        "coral-elk-0002: fetched here",
    ]
    assert {line.id for line in saves.summaries()} == {line.id for line in there.summaries()}
    assert with_redis("sync").out == "Everything is in both places\n"
    assert with_redis("sync", "coral").out == "coral-elk-0002: the same in both places\n"
    assert "played in two places: parted from amber-fox-4821 at turn 1" in with_redis("list").out


def test_resuming_a_run_that_parted_explains_it(
    with_redis: Callable[..., Done], saves: FileStore, there: RedisStore
) -> None:
    saves.save(play(begin(), "here"), "")
    there.save(play(begin(), "there"), "")
    out = with_redis("resume", "--plain", stdin="/save\n").out
    assert "Keeper: This run was played on in two places. What was played here is now" in out
    with_redis("resume", "--plain", stdin="1\n")
    assert "two places" not in with_redis("resume", "--plain", stdin="/save\n").out


def test_sync_needs_a_redis_that_answers(portals: Portals, amber: RunRecord) -> None:
    down = portals("sync", env=DOWN)
    assert (down.status, down.out) == (4, "")
    assert "hunter2" not in down.err
    assert portals("sync").status == 2


@pytest.mark.parametrize(("source", "target"), [("file", "redis"), ("redis", "file")])
def test_migrate_copies_all_runs_once(
    with_redis: Callable[..., Done], saves: FileStore, there: RedisStore, source: str, target: str
) -> None:
    first, second = (saves, there) if source == "file" else (there, saves)
    for number in range(5):
        first.save(played(3, f"coral-elk-000{number}"), "")
    command = ("migrate", "--from", source, "--to", target)
    assert with_redis(*command, "--dry-run").out == "5 would be copied, 0 there already\n"
    assert second.summaries() == []
    second.save(played(3, "coral-elk-0003"), "")  # as if it had been stopped half-way
    assert with_redis(*command).out == "4 copied, 1 there already\n"
    assert [second.load(line.id) == first.load(line.id) for line in first.summaries()] == [True] * 5
    assert with_redis(*command).out == "0 copied, 5 there already\n"


def test_migrate_leaves_parted_runs_and_damaged_ones_alone(
    with_redis: Callable[..., Done], saves: FileStore, there: RedisStore, home: Path
) -> None:
    here, other = play(begin(), "here"), play(begin(), "there")
    saves.save(here, "")
    there.save(other, "")
    saves.save(begin("brass-owl-0001"), "")
    damaged = home / "data" / "saves" / "brass-owl-0001" / "state.json"
    damaged.write_bytes(damaged.read_bytes()[:-40])
    for source, target in (("file", "redis"), ("redis", "file")):
        done = with_redis("migrate", "--from", source, "--to", target)
        assert "1 parted and were left alone" in done.err
    assert (saves.load(RUN), there.load(RUN)) == (here, other)
    done = with_redis("migrate", "--from", "file", "--to", "redis")
    assert done.status == 3
    assert "brass-owl-0001: " in done.err


def test_migrate_refuses_the_same_place(portals: Portals) -> None:
    assert portals("migrate", "--from", "file", "--to", "file").status == 2


def test_keep_keeps_a_run_for_ever_or_as_long_as_it_says(
    with_redis: Callable[..., Done], server: Server, amber: RunRecord
) -> None:
    assert with_redis("keep", "amber").out == "Redis keeps amber-fox-4821 for ever\n"
    with server.client() as admin:
        assert (admin.ttl(session_key(RUN)), admin.ttl(history_key(RUN))) == (-1, -1)
        with_redis("resume", stdin="1\n")
        assert admin.ttl(session_key(RUN)) == -1
        assert "for 2 days" in with_redis("keep", "amber", "--ttl", "2").out
        assert admin.ttl(session_key(RUN)) == pytest.approx(2 * 86_400, abs=60)  # it runs already
        with_redis("resume", stdin="1\n")
        assert admin.ttl(session_key(RUN)) <= 2 * 86_400


def test_with_redis_down_the_runs_here_are_listed_and_it_is_said(portals: Portals, amber: RunRecord) -> None:
    done = portals("list", "--json", env=DOWN)
    assert [run["where"] for run in json.loads(done.out)] == ["file"]
    assert "These are the runs on this machine." in done.err
    assert "hunter2" not in done.err
    assert portals("verify", env=DOWN).status == 0
    assert portals("show", "amber", env=DOWN).status == 0


def test_verify_reads_the_history_in_redis_too(
    with_redis: Callable[..., Done], server: Server, amber: RunRecord
) -> None:
    with_redis("sync")
    assert with_redis("verify").out == "amber-fox-4821 holds: 7 turns in file, 7 turns in redis\n"
    with server.client() as admin:
        turn = admin.lindex(history_key(RUN), 3)
        assert turn is not None
        admin.lset(history_key(RUN), 3, turn.replace("Rain", "Snow"))
    done = with_redis("verify")
    assert done.status == 3
    assert "checksum" in done.err


# Words


def line(where: str = "file", **changes: object):  # type: ignore[no-untyped-def]
    return summary(begin(), "file").model_copy(update={"where": where, **changes})


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (line(), "file"),
        (line("both", expires_at=NOON), "file and redis; there until 2025-11-21"),
        (line(branch_of=Parent(run="brass-owl-0001", revision=3)), "a branch: parted from brass-owl-0001"),
        (line(open_in="tavern, process 7"), "open elsewhere now (tavern, process 7)"),
        (line("redis", expires_at=NOON), "redis; in Redis only, until 2025-11-21"),
        (
            line(id="brass-owl-0001-b4", branch_of=Parent(run="brass-owl-0001", revision=3)),
            "file; played in two places: parted from brass-owl-0001 at turn 3",
        ),
    ],
)
def test_where_a_run_is_kept_is_said_in_words(run, words: str) -> None:  # type: ignore[no-untyped-def]
    assert words in kept(run)


def test_a_run_that_only_redis_has_is_warned_about_before_it_goes(capsys: pytest.CaptureFixture[str]) -> None:
    soon, late = NOON + timedelta(days=3), NOON + timedelta(days=60)
    runs = [line("redis", expires_at=soon), line("redis", expires_at=late), line("both", expires_at=soon)]
    tell_standing(MemoryStore(), runs, NOON)
    said = capsys.readouterr().err
    assert "gone for good from 2025-11-24: amber-fox-4821." in said
    tell_standing(MemoryStore(), runs[1:], NOON)
    assert capsys.readouterr().err == ""


# What turns took


def test_stats_shows_every_turn(portals: Portals, amber: RunRecord) -> None:
    lines = portals("stats", "amber").out.splitlines()
    assert lines[0].split()[:4] == ["TURN", "ASKED", "VOICES", "TOLD"]
    assert len([row for row in lines if "narrator innkeeper" in row]) == amber.rev
    turns = json.loads(portals("stats", "amber", "--json").out)
    assert [turn["asked"] for turn in turns] == [turn.action for turn in amber.turns]


def test_stats_says_what_tokens_cost_where_their_price_is_given(portals: Portals, amber: RunRecord) -> None:
    assert "tokens (at that price 0.0000)" in portals("stats", "amber", "--price", "0.15", "0.6").out
    assert portals("stats", "amber", "--price", "0.15").status == 2
    assert portals("stats", "amber", "--price", "-1", "0").status == 2


def test_stats_writes_what_a_collector_reads(portals: Portals, amber: RunRecord, tmp_path: Path) -> None:
    file = tmp_path / "amber.prom"
    assert portals("stats", "amber", "--prometheus", str(file)).status == 0
    text = file.read_text()
    assert text == portals("stats", "amber", "--prometheus", "-").out
    who = f'run="{RUN}",storyteller="storybook",model="",result="told"'
    assert f"pocket_portals_turns_total{{{who}}} {amber.rev}\n" in text
    values = [row for row in text.splitlines() if not row.startswith("#")]
    assert all(float(row.rpartition(" ")[2]) >= 0 for row in values)
    assert portals("stats", "amber", "--prometheus", str(tmp_path / "no" / "where")).status == 1


def test_how_a_turn_ended_is_told_apart() -> None:
    record = played(4)
    told = record.turns[3].told.having(model='gpt "x"\\', fallback="timed out", tokens_in=7, tokens_out=9)
    record = record.having(turns=(*record.turns[:3], record.turns[3].having(told=told)))
    turns = executions(record)
    assert [turn.result for turn in turns] == ["told", "told", "told", "fallback"]
    text = prometheus(RUN, turns)
    assert 'model="gpt \\"x\\"\\\\",result="fallback"} 1' in text
    assert f'pocket_portals_tokens_total{{run="{RUN}",direction="out"}} 9' in text


# doctor


def test_doctor_says_what_redis_does_and_what_to_change(
    with_redis: Callable[..., Done], server: Server, amber: RunRecord
) -> None:
    with server.client() as admin:
        admin.config_set("maxmemory", "100mb")
        admin.config_set("maxmemory-policy", "allkeys-lru")
    said = with_redis("doctor").out
    assert f"ok    Redis at 127.0.0.1:{server.port} answers in " in said
    assert "ok    Runs can be written there." in said
    assert "note  When it is full it drops runs (allkeys-lru)." in said
    assert "Runs on this machine: 1." in said


def test_doctor_tells_a_redis_that_can_only_be_read(with_redis: Callable[..., Done], server: Server) -> None:
    with server.client() as admin:
        admin.replicaof("127.0.0.1", "1")
    done = with_redis("doctor")
    assert done.status == 1
    assert "wrong Nothing can be written there: " in done.out
    assert "read-only replica" in done.out


def test_doctor_with_redis_down_says_that_the_game_goes_on(portals: Portals) -> None:
    done = portals("doctor", env=DOWN)
    assert done.status == 1
    assert "can't be reached" in done.out
    assert "The game goes on in files." in done.out
    assert "hunter2" not in done.out + done.err
