"""The composition root: which parts a configuration gets, and that Redis is one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Portals
from servers import SERVERS, Server, start_server

from pocket_portals import wiring
from pocket_portals.errors import ConfigError, ModelUnavailable
from pocket_portals.paths import Paths
from pocket_portals.saves.files import FileStore
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import RunRecord
from pocket_portals.setting_kinds import Secret
from pocket_portals.settings import Config, ModelConfig, StorageConfig, StoryConfig


@pytest.fixture
def paths(home: Path) -> Paths:
    return Paths.of(os.environ)


@pytest.mark.parametrize(
    ("storage", "name"),
    [
        (StorageConfig(), "file"),
        (StorageConfig("memory"), "memory"),
        (StorageConfig("file", Secret("redis://localhost")), "file"),
        (StorageConfig("auto", Secret("redis://localhost")), "both"),
        (StorageConfig("redis", Secret("redis://localhost")), "both"),
    ],
)
def test_the_configuration_says_where_runs_are_kept(paths: Paths, storage: StorageConfig, name: str) -> None:
    store = wiring.open_store(storage, paths)
    assert store.name == name
    store.close()


def test_redis_needs_an_address(paths: Paths) -> None:
    with pytest.raises(ConfigError, match="REDIS_URL"):
        wiring.open_store(StorageConfig("redis"), paths)


def test_listing_makes_no_directory(paths: Paths, home: Path) -> None:
    assert wiring.open_store(StorageConfig(), paths).summaries() == []
    assert not home.exists()


def test_without_a_crew_the_storybook_tells(paths: Paths) -> None:
    assert wiring.storyteller_for(Config()) == "storybook"
    assert wiring.storyteller_for(Config(story=StoryConfig(storyteller="storybook"))) == "storybook"
    with pytest.raises(ModelUnavailable):
        wiring.storyteller_for(Config(story=StoryConfig(storyteller="crew")))


def test_where_a_model_is_set_the_crew_tells_unless_the_storybook_is_asked_for(paths: Paths) -> None:
    model = ModelConfig(model="http://127.0.0.1:1/v1#x")
    assert wiring.storyteller_for(Config(model=model)) == "crew"
    assert (
        wiring.storyteller_for(Config(story=StoryConfig(storyteller="storybook"), model=model)) == "storybook"
    )
    models = wiring.open_models(Config(model=model), paths, {})
    service = wiring.open_service(Config(model=model), paths, models)
    assert service.storytellers == ("storybook", "crew")
    service.store.close()


def test_a_model_that_can_t_be_used_stops_no_story_of_the_storybooks(paths: Paths) -> None:
    model = ModelConfig(model="llama3.2")
    with pytest.raises(ConfigError, match=r"ollama/llama3\.2"):
        wiring.open_models(Config(model=model), paths, {})
    told_by_book = Config(story=StoryConfig(storyteller="storybook"), model=model)
    assert wiring.open_models(told_by_book, paths, {}) is None


async def test_without_a_model_the_storybook_stands_in_for_the_crew_and_says_so(paths: Paths) -> None:
    service = wiring.open_service(Config(StorageConfig("memory")), paths)
    assert service.storytellers == ("storybook",)
    run = (await service.create(NewRun(world="ember-road", storyteller="crew"))).run
    turn = await service.act(run, "skip")
    assert turn.told.fallback == "No language model is set. The storybook tells this turn."


def test_compression_may_be_turned_on_and_off_in_the_middle_of_a_run(
    portals: Portals, saves: FileStore, amber: RunRecord
) -> None:
    file = saves.root / amber.run / "state.json"
    plain = file.stat().st_size
    for setting, small in (("true", True), ("false", False), ("true", True)):
        environment = {"POCKET_PORTALS_COMPRESS": setting}
        assert portals("resume", stdin="/title On\n", env=environment).status == 0
        assert (file.stat().st_size < plain / 2) == small
        assert portals("verify").out.endswith("turns\n")


# Redis, for real


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    server = start_server(SERVERS["valkey"], tmp_path)
    yield server
    server.end()


def test_with_an_address_of_redis_a_story_is_kept_there_too(portals: Portals, redis: Server) -> None:
    address = {"REDIS_URL": redis.url, "REDIS_SESSION_TTL": "86400"}
    assert portals("play", "--plain", "--seed", "x", stdin="1\n" * 3, env=address).status == 0
    (run,) = json.loads(portals("list", "--json", env=address).out)
    assert (run["where"], run["revision"]) == ("both", 4)
    assert run["expires_at"] is not None
    resumed = portals("resume", stdin="1\n", env=address)
    assert resumed.out.splitlines()[-1] == f"Saved {run['id']}"
    assert portals("verify", env=address).status == 0


def test_a_redis_that_dies_in_the_middle_of_a_story_does_not_stop_it(portals: Portals, redis: Server) -> None:
    address = {"REDIS_URL": redis.url}
    portals("play", "--plain", "--seed", "x", stdin="1\n" * 3, env=address)
    with subprocess.Popen(
        [sys.executable, "-m", "pocket_portals", "resume"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **address, "PYTHONUNBUFFERED": "1"},
    ) as game:
        assert game.stdout is not None
        for line in game.stdout:
            if line.startswith("3. "):
                break
        redis.end()
        out, err = game.communicate("1\n1\n1\n")
    assert game.returncode == 0
    assert out.count("Turns are kept on this machine") == 1
    assert "on this machine only" in err
    (run,) = json.loads(portals("list", "--json", env=address).out)
    assert (run["where"], run["revision"]) == ("file", 7)
