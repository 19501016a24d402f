"""Settings: where they come from, which one wins, and what is said when one is wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from pocket_portals.config import load, resolve, unknown_variables
from pocket_portals.config_example import example
from pocket_portals.errors import ConfigError
from pocket_portals.paths import Paths
from pocket_portals.session.entrance import LENGTHS
from pocket_portals.setting_kinds import OneOf, Secret
from pocket_portals.settings import SETTINGS, Config, StorageConfig

ROOT = Path(__file__).parents[2]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of({"POCKET_PORTALS_HOME": str(tmp_path)})


def write(paths: Paths, text: str, mode: int = 0o600) -> Path:
    paths.config.mkdir(parents=True, exist_ok=True)
    file = paths.config / "config.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_without_anything_the_defaults_hold(paths: Paths) -> None:
    assert load(paths, {}) == Config()


def test_flags_beat_the_environment_which_beats_the_file(paths: Paths) -> None:
    write(paths, '[story]\nworld = "file"\nlength = "short"\n[model]\nmodel = "file"')
    environ = {"POCKET_PORTALS_WORLD": "environ", "POCKET_PORTALS_LENGTH": "long"}
    config = load(paths, environ, {"world": "flag"})
    assert (config.story.world, config.story.length, config.model.model) == ("flag", "long", "file")


def test_each_value_knows_where_it_was_set(paths: Paths) -> None:
    file = write(paths, '[screen]\n\n# a comment\npace = 0\n[story]\nworld = "x"')
    found = resolve(paths, {"POCKET_PORTALS_MOTION": "no"}, {"length": "short"})
    assert found["pace"].origin == f"{file}, line 4"
    assert found["world"].origin == f"{file}, line 6"
    assert found["motion"].origin == "POCKET_PORTALS_MOTION"
    assert found["length"].origin == "--length"
    assert found["theme"].origin == "default"


def test_variables_of_other_programs_are_read_but_ours_win(paths: Paths) -> None:
    environ = {"REDIS_URL": "redis://theirs", "REDIS_SESSION_TTL": "129600", "SESSION_BACKEND": "file"}
    storage = load(paths, environ).storage
    assert storage == StorageConfig("file", Secret("redis://theirs"), 1.5)
    assert storage.ttl_seconds == 129_600
    ours = environ | {"POCKET_PORTALS_REDIS_URL": "redis://ours"}
    assert load(paths, ours).storage.redis_url == Secret("redis://ours")


def test_an_empty_variable_is_as_good_as_none(paths: Paths) -> None:
    environ = {"POCKET_PORTALS_PACE": "", "REDIS_URL": "", "POCKET_PORTALS_CONFIG": ""}
    assert load(paths, environ) == Config()


def test_a_named_configuration_is_read_instead(paths: Paths, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("[screen]\npace = 7")
    assert load(paths, {"POCKET_PORTALS_CONFIG": str(other)}).screen.pace == 7
    other.unlink()
    with pytest.raises(ConfigError, match=r"other\.toml"):
        load(paths, {"POCKET_PORTALS_CONFIG": str(other)})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[story]\nwrold = "x"', ["line 2", "“wrold”", "Did you mean world?", "length"]),
        ("[stroy]\n", ["line 1", "[stroy]", "Did you mean story?"]),
        ("pace = 3\n[screen]", ["line 1", "[pace]"]),
        ("[screen]\n\npace = -1", ["line 3", "pace", "“-1”", "from 0 to 10000"]),
        ("[screen]\npace = 1.5", ["pace", "whole number"]),
        ("[screen]\npace = true", ["pace", "whole number"]),
        ("[screen]\npace = nan", ["pace", "whole number"]),
        ("[screen]\npace = [1]", ["pace", "whole number"]),
        ("[screen]\nmotion = 'perhaps'", ["motion", "true or false"]),
        ("[story]\nlength = 'shrot'", ["length", "short, standard or long", "Did you mean short?"]),
        ("[story]\nworld = ''", ["world", "can't be “”"]),
        ('[story]\nworld = "a\\u001bb"', ["world"]),
        ("[storage]\nredis_url = 5", ["redis_url", "redis://"]),
        ("[storage]\nredis_url = 'a'\nredis_url_file = 'b'", ["both set"]),
        ("[storage]\nredis_url_file = 'nowhere'", ["redis_url_file", "nowhere"]),
        ("[model]\nagents = {keper = 'x'}", ["line 2", "agents", "keeper"]),
        ("[model]\n\n[model.agents]\nkeeper = 5", ["line 3", "agents", "keeper"]),
        ("[model]\nagents = 'keeper'", ["agents", "keeper=ollama/llama3.2"]),
        ("[screen\npace = 3", ["TOML", "line 1"]),
        ("[screen]\npace = 3\npace = 4\n[story]", ["TOML", "line 3"]),
        ("[screen]\npace = \x00", ["TOML"]),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_file_line_and_what_is_allowed(
    paths: Paths, text: str, words: list[str]
) -> None:
    file = write(paths, text)
    with pytest.raises(ConfigError) as caught:
        load(paths, {})
    assert [word for word in [str(file), *words] if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("POCKET_PORTALS_PACE", "fast", "whole number"),
        ("REDIS_SESSION_TTL", "soon", "number"),
        ("REDIS_SESSION_TTL", "-5", "number"),
        ("SESSION_BACKEND", "postgres", "redis, file or memory"),
    ],
)
def test_a_wrong_variable_is_named(paths: Paths, name: str, value: str, allowed: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        load(paths, {name: value})
    assert allowed in str(caught.value)


def test_a_secret_never_shows_itself(paths: Paths) -> None:
    config = load(paths, {"REDIS_URL": "redis://me:hunter2@host"})
    assert "hunter2" not in f"{config} {config!r} {config.storage.redis_url}"
    assert config.storage.redis_url is not None
    assert config.storage.redis_url.reveal() == "redis://me:hunter2@host"


def test_a_secret_can_come_from_a_file(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://filed\n")
    expected = Secret("redis://filed")
    assert load(paths, {"REDIS_URL_FILE": str(tmp_path / "url")}).storage.redis_url == expected
    write(paths, "[storage]\nredis_url_file = '../url'", mode=0o644)
    assert load(paths, {}).storage.redis_url == expected


def test_a_key_in_a_file_that_others_can_read_is_refused_unshown(paths: Paths, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-hunter2\n")
    file.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600") as caught:
        load(paths, {"POCKET_PORTALS_API_KEY_FILE": str(file)})
    assert "hunter2" not in str(caught.value)
    file.chmod(0o600)
    key = load(paths, {"POCKET_PORTALS_API_KEY_FILE": str(file)}).model.api_key
    assert key == Secret("sk-hunter2")


def test_agents_have_models_of_their_own_in_a_table_or_in_a_line(paths: Paths) -> None:
    expected = {"keeper": "ollama/llama3.2", "jester": "http://127.0.0.1:8080/v1#a=b"}
    line = ", ".join(f"{name}={model}" for name, model in expected.items())
    assert load(paths, {"POCKET_PORTALS_AGENTS": line}).model.by_agent == expected
    table = "\n".join(f'{name} = "{model}"' for name, model in expected.items())
    write(paths, f"[model]\n[model.agents]\n{table}")
    assert load(paths, {}).model.by_agent == expected


def test_a_secret_in_a_configuration_that_others_can_read_is_refused_unshown(paths: Paths) -> None:
    write(paths, "[storage]\nredis_url = 'redis://me:hunter2@host'", mode=0o644)
    with pytest.raises(ConfigError, match="chmod 600") as caught:
        load(paths, {})
    assert "hunter2" not in str(caught.value)
    write(paths, "[storage]\nredis_url = 'redis://me:hunter2@host'", mode=0o600)
    assert load(paths, {}).storage.redis_url == Secret("redis://me:hunter2@host")


def test_variables_that_mean_nothing_are_found_with_the_nearest() -> None:
    assert unknown_variables({"POCKET_PORTALS_PAEC": "1", "POCKET_PORTALS_HOME": "x", "PATH": "y"}) == {
        "POCKET_PORTALS_PAEC": "POCKET_PORTALS_PACE"
    }


def test_the_words_allowed_are_those_of_the_types_and_of_the_session() -> None:
    kinds = {s.key: s.kind for s in SETTINGS}
    assert kinds["backend"] == OneOf(get_args(get_type_hints(StorageConfig)["backend"]))
    assert kinds["length"] == OneOf(tuple(LENGTHS))


# config.toml.example


def uncommented(text: str) -> str:
    return re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)


def test_the_example_is_what_the_table_of_settings_says() -> None:
    assert (ROOT / "config.toml.example").read_text() == example()


def test_the_example_documents_every_key_and_no_other() -> None:
    documented = tomllib.loads(uncommented(example()))
    keys = {(section, key) for section, part in documented.items() for key in part}
    assert keys == {(s.section, k) for s in SETTINGS for k in (s.key, s.file_key) if k}


def test_the_defaults_in_the_example_are_the_real_ones() -> None:
    documented = tomllib.loads(uncommented(example()))
    shown = {s.key: documented[s.section][s.key] for s in SETTINGS if not s.file_key}
    assert shown == {s.key: s.default for s in SETTINGS if not s.file_key}


def test_the_example_loads_as_it_stands_and_with_every_line_in_force(paths: Paths) -> None:
    write(paths, example())
    assert load(paths, {}) == Config()
    text = re.sub(r"^(redis_url|api_key)_file.*\n", "", uncommented(example()), flags=re.MULTILINE)
    write(paths, text)
    assert load(paths, {}).story == Config().story


def test_every_setting_can_be_set_by_its_own_variable(paths: Paths) -> None:
    values: dict[str, str] = {}
    for setting in SETTINGS:
        values[setting.env] = setting.kind.words[-1] if isinstance(setting.kind, OneOf) else "5"
    values |= {
        "POCKET_PORTALS_MOTION": "off",
        "POCKET_PORTALS_NUMBERS": "on",
        "POCKET_PORTALS_KEYS": "map=f8",
        "POCKET_PORTALS_COMPRESS": "on",
        "POCKET_PORTALS_AGENTS": "keeper=x",
        "POCKET_PORTALS_CONTEXT": "4096",
    }
    found = resolve(paths, values)
    assert {s.key: found[s.key].origin for s in SETTINGS} == {s.key: s.env for s in SETTINGS}


# Paths


def test_one_variable_moves_every_directory(tmp_path: Path) -> None:
    paths = Paths.of({"POCKET_PORTALS_HOME": str(tmp_path)})
    for path in (paths.config, paths.data, paths.state, paths.log, paths.saves, paths.worlds, paths.log_file):
        assert tmp_path in path.parents


def test_without_it_the_directories_are_the_systems(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Paths.of({}).saves == tmp_path / "pocket-portals" / "saves"
