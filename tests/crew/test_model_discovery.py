"""Models that are there already: found quickly, on this machine only, whatever answers."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer, model_server

from pocket_portals.crew import discovery
from pocket_portals.crew.discovery import Found, model_file, model_files, nearby, servers_here
from pocket_portals.errors import ConfigError

NOWHERE = {"OLLAMA_HOST": "127.0.0.1:1"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server on the only port that is tried."""
    with model_server() as server:
        monkeypatch.setattr(discovery, "PORTS", {server.server_port: "llama.cpp"})
        yield server


def test_a_server_on_this_machine_is_found_with_its_models(server: ModelServer) -> None:
    server.does.models = (("qwen3:8b", "vllm"), ("phi", "vllm"))
    (found,) = servers_here(NOWHERE)
    assert found == Found("vLLM", server.address, ("qwen3:8b", "phi"))
    assert found.setting("phi") == f"{server.address}#phi"
    (offer,) = nearby(NOWHERE)
    assert offer.endswith(f"(and 1 more): pocket-portals play --model '{server.address}#qwen3:8b'")


def test_ollama_is_found_where_its_variable_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PORTS", {})
    with model_server() as server:
        server.does.models = (("llama3.2:3b", "library"),)
        (offer,) = nearby({"OLLAMA_HOST": f"127.0.0.1:{server.server_port}"})
        assert offer == "Ollama runs here with llama3.2:3b: pocket-portals play --model ollama/llama3.2:3b"
        server.does.models = ()
        (offer,) = nearby({"OLLAMA_HOST": f"127.0.0.1:{server.server_port}"})
        assert "no model yet" in offer


def test_nobody_beyond_this_machine_is_asked(monkeypatch: pytest.MonkeyPatch, server: ModelServer) -> None:
    connected: list[object] = []

    def connect(address: tuple[str, int], *rest: object, **more: object) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    assert servers_here({"OLLAMA_HOST": "https://gpu.example"}) == []
    assert connected == ["127.0.0.1"]


def test_what_does_not_answer_costs_no_more_than_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, model_server() as server:
        ports = {silent.getsockname()[1]: "vLLM", server.server_port: "llama.cpp"}
        monkeypatch.setattr(discovery, "PORTS", ports)
        assert [found.address for found in servers_here(NOWHERE)] == [server.address]


def test_what_drips_costs_no_more_either(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            while not stop.wait(0.05):
                connection.send(b"H")

    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        monkeypatch.setattr(discovery, "PORTS", {listener.getsockname()[1]: "vLLM"})
        assert servers_here(NOWHERE) == []  # though the answer has no end
        assert all(thread.daemon for thread in set(threading.enumerate()) - before)
        stop.set()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"[]",
        b"null",
        b'{"data": 5}',
        b'{"data": "x"}',
        b'{"models": []}',
        b"\xff\xfe",
        b"{" * 5000,
    ],
)
def test_what_is_no_list_of_models_is_no_server(server: ModelServer, answer: bytes) -> None:
    server.does.listed = answer
    assert servers_here(NOWHERE) == []


def test_names_are_cleaned_bounded_and_quoted(server: ModelServer) -> None:
    names = ["\x1b[2J\x07evil", "; rm -rf ~", "x" * 5000, "", {"a": 1}, *map(str, range(500))]
    server.does.listed = json.dumps({"data": [{"id": name} for name in names] + [None, 5]}).encode()
    (found,) = servers_here(NOWHERE)
    assert found.models[:2] == ("evil", "; rm -rf ~")
    assert len(found.models) == discovery.MOST
    assert max(map(len, found.models)) == 120
    server.does.models, server.does.listed = (("; rm -rf ~", "x"),), None
    (offer,) = nearby(NOWHERE)
    assert offer.endswith(f"--model '{server.address}#; rm -rf ~'")


def test_a_redirect_is_not_followed(server: ModelServer) -> None:
    with model_server() as other:
        server.does.list_status = 302
        server.does.headers = {"Location": f"{other.address}/models"}
        assert servers_here(NOWHERE) == []
        assert other.asked == []


# Files


def gguf(path: Path) -> Path:
    path.write_bytes(b"GGUF\x03")
    return path


def test_a_folder_shows_its_models_but_no_parts_and_no_projectors(tmp_path: Path) -> None:
    for name in ("b-00001-of-00002", "b-00002-of-00002", "mmproj-b", "a"):
        gguf(tmp_path / f"{name}.gguf")
    (tmp_path / "notes.txt").write_text("x")
    assert [file.name for file in model_files(tmp_path)] == ["a.gguf", "b-00001-of-00002.gguf"]


def test_of_a_folder_with_one_model_that_is_taken_and_of_more_one_has_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no GGUF file"):
        model_file(str(tmp_path))
    only = gguf(tmp_path / "a.gguf")
    assert model_file(str(tmp_path)) == only
    other = gguf(tmp_path / "b.gguf")
    with pytest.raises(ConfigError, match="2 models") as caught:
        model_file(str(tmp_path))
    assert f"--model local:{only}" in str(caught.value)
    assert f"--model local:{other}" in str(caught.value)


def test_what_is_no_model_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        model_file(str(tmp_path / "none.gguf"))
    (tmp_path / "x.gguf").write_text("<html>")
    with pytest.raises(ConfigError, match="no GGUF file"):
        model_file(str(tmp_path / "x.gguf"))
