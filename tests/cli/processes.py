"""The command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Done:
    """A process that ended."""

    status: int
    out: str
    err: str


# portals("show", "amber", stdin="", env={})
Portals = Callable[..., Done]


def portals_at(home: Path) -> Portals:
    """The command, with its things in ``home``."""

    def run(*arguments: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "pocket_portals", *arguments],
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            env={**os.environ, "PYTHONUTF8": "1", "POCKET_PORTALS_HOME": str(home), **(env or {})},
            check=False,
        )
        out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
        assert "Traceback" not in err, err
        return Done(done.returncode, out, err)

    return run
