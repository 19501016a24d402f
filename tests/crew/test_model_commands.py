"""``doctor`` and ``models`` at the command line: real calls, and no key in anything that is written."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer, model_server

sys.path.append(str(Path(__file__).parents[1] / "cli"))

from processes import Done, Portals, portals_at

from pocket_portals.cli.diagnostics import crashed
from pocket_portals.cli.game import Game
from pocket_portals.cli.logfile import log_to

STUB = str(Path(__file__).with_name("stub"))
KEY = "sk-hunter2-hunter2"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def portals(home: Path) -> Portals:
    return portals_at(home)


def doctor(portals: Portals, server: ModelServer, **env: str) -> Done:
    environ = {"POCKET_PORTALS_MODEL": f"{server.address}#m", "POCKET_PORTALS_API_KEY": KEY, **env}
    return portals("doctor", env=environ)


def written(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_doctor_tells_how_quick_a_model_is_and_that_its_answers_hold(
    portals: Portals, server: ModelServer
) -> None:
    server.does.gap = 0.02
    done = doctor(portals, server)
    said = done.out.splitlines()[-3:]
    assert done.status == 0
    assert said[0].startswith(f"ok    The model m at 127.0.0.1:{server.server_port} speaks for all agents")
    assert said[1].startswith("ok    First word after 0.")
    assert said[2] == "ok    Its structured answers hold."
    rate = int(said[1].split()[-4])
    assert 20 <= rate <= 55
    assert {asked.headers["authorization"] for asked in server.calls} == {f"Bearer {KEY}"}


def test_doctor_tells_what_to_change_of_a_slow_model_that_keeps_no_form(
    portals: Portals, server: ModelServer
) -> None:
    server.does.text, server.does.gap = "Slow. Very slow.", 0.5
    server.does.structured = "Sure! Here are your choices."
    done = doctor(portals, server)
    pace, form = done.out.splitlines()[-2:]
    assert pace.startswith("note")
    assert "smaller model" in pace
    assert form.startswith("note  0 of 2 structured answers held.")
    assert "JSON schema" in form
    assert done.status == 0


def test_doctor_tells_why_a_model_does_not_answer_and_no_key_is_written(
    portals: Portals, server: ModelServer, home: Path
) -> None:
    server.does.status, server.does.detail = 401, f"Incorrect API key provided: {KEY}."
    done = doctor(portals, server, OPENAI_API_KEY="sk-other-other")
    assert done.status == 1
    assert "does not accept the key" in done.out
    log = written(home)
    assert b"Incorrect API key provided: [hidden]" in log
    for secret in (KEY, "sk-other-other"):
        assert secret not in done.out + done.err
        assert secret.encode() not in log


def test_doctor_tries_another_model_when_told(portals: Portals, server: ModelServer) -> None:
    done = portals("doctor", "--model", f"{server.address}#other", env={"POCKET_PORTALS_MODEL": "ollama/x"})
    assert done.status == 0
    assert server.calls[0].body["model"] == "other"


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("llama3.2", "Did you mean ollama/llama3.2?"),
        ("openai/gpt-4o", "Set OPENAI_API_KEY"),
        ("local:nowhere.gguf", "can't be read"),
    ],
)
def test_doctor_tells_a_name_that_can_t_be_used(portals: Portals, model: str, words: str) -> None:
    done = portals("doctor", "--model", model, env={"PYTHONPATH": STUB})
    assert done.status == 1
    assert words in done.out


def test_without_a_model_doctor_offers_what_runs_here(portals: Portals, server: ModelServer) -> None:
    server.does.models = (("llama3.2", "library"),)
    done = portals("doctor", env={"OLLAMA_HOST": f"127.0.0.1:{server.server_port}"})
    assert "No language model is set, and none is needed" in done.out
    assert "pocket-portals play --model ollama/llama3.2" in done.out


def test_models_lists_what_is_here_with_what_to_type(
    portals: Portals, server: ModelServer, tmp_path: Path
) -> None:
    server.does.models = (("llama3.2", "library"),)
    (tmp_path / "my model.gguf").write_bytes(b"GGUF")
    done = portals("models", str(tmp_path), env={"OLLAMA_HOST": f"127.0.0.1:{server.server_port}"})
    lines = [line.split(maxsplit=2) for line in done.out.splitlines()]
    assert ["llama3.2", "Ollama", "ollama/llama3.2"] in lines
    assert f"'local:{tmp_path}/my model.gguf'" in done.out


def test_config_shows_no_key(portals: Portals) -> None:
    done = portals("config", "show", env={"POCKET_PORTALS_API_KEY": KEY})
    assert "model.api_key" in done.out
    assert KEY not in done.out


def test_neither_a_log_nor_a_crash_report_holds_a_providers_key(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    game = Game({**os.environ, "ANTHROPIC_API_KEY": KEY, "HF_TOKEN": "none"})
    game.config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log_to(game.paths.log_file, game.secrets)
    try:
        logging.getLogger("anthropic").error("x-api-key: %s", KEY)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(False)
    crashed(RuntimeError(f"Bearer {KEY}: none"), game.paths.crashes, game.secrets)
    assert b"x-api-key: [hidden]" in written(home)
    assert b"Bearer [hidden]: none" in written(home)
    assert KEY.encode() not in written(home)
    assert KEY not in capsys.readouterr().err
