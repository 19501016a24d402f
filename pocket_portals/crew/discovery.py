"""Models that are there already: on servers of this machine, and in folders. Nothing leaves the machine."""

from __future__ import annotations

import contextlib
import http.client
import json
import shlex
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pocket_portals.clean import clean_line
from pocket_portals.crew.naming import OLLAMA, is_loopback, ollama_address
from pocket_portals.errors import ConfigError
from pocket_portals.setting_kinds import Secret

PORTS = {8080: "llama.cpp", 1234: "LM Studio", 8000: "vLLM"}  # where these listen unless told otherwise
PATIENCE = 0.25  # seconds; what runs on this machine answers in one of them
LARGEST = 1_000_000  # bytes of a list of models that are read
MOST = 50  # models of one server that are shown
_OWNERS = {"llamacpp": "llama.cpp", "vllm": "vLLM", "organization_owner": "LM Studio", "library": "Ollama"}


@dataclass(frozen=True)
class Found:
    """A server that answers, and the names of its models."""

    title: str
    address: str
    models: tuple[str, ...]

    def setting(self, model: str) -> str:
        """What to give as --model to play with one of its models."""
        return f"ollama/{model}" if self.title == OLLAMA.title else f"{self.address}#{model}"


def servers_here(environ: Mapping[str, str], patience: float = PATIENCE) -> list[Found]:
    """Servers on loopback that list models, Ollama first; all are asked at once, for ``patience`` seconds."""
    addresses = [address for address in (_ollama(environ), *_usual_addresses()) if address]
    found: dict[str, Found] = {}

    def ask(address: str) -> None:
        if server := _ask(address, patience):
            found[address] = server

    # Daemons: what answers a byte at a time must not keep the game from ending.
    asking = [threading.Thread(target=ask, args=(address,), daemon=True) for address in addresses]
    until = time.monotonic() + patience
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(max(0.0, until - time.monotonic()))
    return [found[address] for address in addresses if address in found]


def _usual_addresses() -> Iterator[str]:
    yield from (f"http://127.0.0.1:{port}/v1" for port in PORTS)


def _ollama(environ: Mapping[str, str]) -> str:
    """Ollama's address, if it is this machine's: nobody else is asked."""
    with contextlib.suppress(ConfigError):
        address = ollama_address(environ)
        return address if is_loopback(address) else ""
    return OLLAMA.address


def _ask(address: str, patience: float) -> Found | None:
    try:
        models = _listed(address, None, patience)
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        return None
    port = urlsplit(address).port or 0
    title = next((_OWNERS[owner] for _, owner in models if owner in _OWNERS), PORTS.get(port, OLLAMA.title))
    return Found(title, address, tuple(name for name, _ in models))


def served(address: str, key: Secret | None, patience: float = 5.0) -> list[str]:
    """The models that a server lists. Blocking. Raises OSError, ValueError or http.client.HTTPException."""
    return [name for name, _ in _listed(address, key, patience)]


def _listed(address: str, key: Secret | None, patience: float) -> list[tuple[str, str]]:
    """Names and owners. It follows no redirect, uses no proxy, and reads no more than ``LARGEST``."""
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=patience)
    try:
        headers = {"Authorization": f"Bearer {key.reveal()}"} if key else {}
        connection.request("GET", f"{parts.path}/models", headers=headers)
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise ValueError(f"status {response.status}")
        answer: object = json.loads(response.read(LARGEST))
    finally:
        connection.close()
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list):
        raise ValueError("no list of models")  # noqa: TRY004 - whoever says so is no server of models
    entries = [entry for entry in data if isinstance(entry, dict)]
    named = [(clean_line(str(entry.get("id", "")), 120), str(entry.get("owned_by", ""))) for entry in entries]
    return [(name, owner) for name, owner in named if name][:MOST]


def model_files(folder: Path) -> list[Path]:
    """The GGUF files of a folder that hold a model: of one in several parts the first, and no projectors."""
    files = sorted(path for path in folder.glob("*.gguf") if path.is_file())
    return [
        path for path in files
        if not path.name.startswith("mmproj") and ("-of-" not in path.stem or "-00001-of-" in path.stem)
    ]  # fmt: skip


def model_file(path: str) -> Path:
    """The file that ``local:path`` means. Raises ConfigError, naming the files to choose from."""
    named = Path(path).expanduser()
    try:
        if named.is_dir():
            return _only_file(named)
        with named.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ConfigError(f"{named} is no GGUF file.", "Give a model that llama.cpp can read.")
    except OSError as error:
        raise ConfigError(
            f"The model {named} can't be read: {error.strerror}.", "Look at the path."
        ) from None
    return named


def _only_file(folder: Path) -> Path:
    files = model_files(folder)
    if not files:
        raise ConfigError(f"There is no GGUF file in {folder}.", "Put one there, or name another folder.")
    if len(files) > 1:
        names = "; ".join(f"--model local:{file}" for file in files[:9])
        raise ConfigError(f"There are {len(files)} models in {folder}.", f"Take one: {names}")
    return model_file(str(files[0]))


def nearby(environ: Mapping[str, str]) -> list[str]:
    """Sentences that offer what runs here, each with the command to play with it; none where nothing does."""
    offers = []
    for server in servers_here(environ):
        if not server.models:
            offers.append(f"{server.title} runs here, but has no model yet.")
            continue
        more = f" (and {len(server.models) - 1} more)" if len(server.models) > 1 else ""
        command = f"pocket-portals play --model {shlex.quote(server.setting(server.models[0]))}"
        offers.append(f"{server.title} runs here with {server.models[0]}{more}: {command}")
    return offers
