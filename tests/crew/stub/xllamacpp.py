"""Stands in for llama.cpp where there are no weights: its calls, and a server that tells what it got."""

from __future__ import annotations

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace


class CommonParams(SimpleNamespace):
    def __init__(self) -> None:
        super().__init__(
            model=SimpleNamespace(path=""), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace()
        )


class Server:
    def __init__(self, params: CommonParams) -> None:
        time.sleep(float(os.environ.get("STUB_LOADING", "0")))
        if b"bad" in Path(params.model.path).read_bytes():
            raise RuntimeError("Failed to init server, please check the input params.")
        assert isinstance(params.model_alias, set)
        assert params.hostnames == ["127.0.0.1"]
        self.http = ThreadingHTTPServer((params.hostnames[0], params.port), _Handler)
        self.http.keys = params.api_keys  # type: ignore[attr-defined]
        given = {
            "context": params.n_ctx,
            "threads": params.cpuparams.n_threads,
            "cache": params.cache_ram_mib,
        }
        self.http.given = given  # type: ignore[attr-defined]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{self.http.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.send_response(200 if key in self.server.keys else 401)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(json.dumps({"data": [{"id": json.dumps(self.server.given)}]}).encode())  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: object) -> None:
        pass
