"""A TCP proxy that can swallow, cut or refuse what passes through it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Fault = Literal["none", "blackhole", "refuse", "cut before", "cut within", "cut after"]


class Proxy:
    """Forwards to a port on the loopback, as well as its ``fault`` allows.

    ``cut before``: the connection ends before the request arrives; ``within``: in the middle of the
    request; ``after``: when it was served, in the middle of the reply.
    """

    def __init__(self, port: int) -> None:
        self.fault: Fault = "none"
        self.cuts = 0  # how many times yet to cut; 0: always
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def drop(self) -> None:
        """End every connection there is."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self) -> None:
        self.drop()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.fault == "refuse":
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for ends in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, asks: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                match self.fault:
                    case "blackhole":
                        continue
                    case "refuse":
                        break
                    case "cut before" if asks:
                        break
                    case "cut within" if asks:
                        sink.sendall(data[: len(data) // 2])
                        break
                    case "cut after" if not asks:
                        sink.sendall(data[: len(data) // 2])
                        break
                    case _:
                        sink.sendall(data)
        if self.fault.startswith("cut") and self.cuts:
            self.cuts -= 1
            if not self.cuts:
                self.fault = "none"
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def proxied(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
