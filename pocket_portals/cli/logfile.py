"""The log: one JSON object a line, rotating, only for the player's eyes."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pocket_portals.cli.diagnostics import redacted

SIZE = 1_000_000  # bytes before the log turns over
KEPT = 3


class JsonLines(logging.Formatter):
    """A record as one line of JSON, without secrets."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return redacted(json.dumps(entry, ensure_ascii=False), self._secrets)


class _PrivateFile(RotatingFileHandler):
    """Makes its file when there is something to write. A log that can't be written stops no game."""

    def _open(self) -> TextIOWrapper:
        file = Path(self.baseFilename)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        pass


def log_to(file: Path, secrets: Sequence[str]) -> None:
    """Send every log record of this process to ``file``, and nothing to the terminal."""
    handler = _PrivateFile(file, maxBytes=SIZE, backupCount=KEPT, delay=True)
    handler.setFormatter(JsonLines(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("pocket_portals").setLevel(logging.INFO)
    logging.captureWarnings(True)
