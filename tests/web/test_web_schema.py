"""Whatever is sent to it, the service answers as it describes itself, and never with a failure of its own."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from serving import OPEN, host, served

from pocket_portals.saves.access import FileAccess
from pocket_portals.saves.files import FileStore

EXAMPLES = 8  # of each call
MANY = int(os.environ.get("EXAMPLES", "400"))  # in `make soak`
ENDLESS = "/session/{session_id}/events"
FAILED = re.compile(r'requests_total{.*status="5\d\d"} (?!0)')
COUNTED = re.compile(r"requests_total{.*} (\d+)")

log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where it is served. What it counted of itself is looked at when all is done."""
    folder: Path = tmp_path_factory.mktemp("api")
    with served(host(FileStore(folder), FileAccess(folder), OPEN)) as address:
        yield address
        figures = httpx.get(f"{address}/metrics").text
        log.info("%d requests were answered", sum(map(int, COUNTED.findall(figures))))
        assert not FAILED.findall(figures)


@pytest.fixture(scope="module")
def api(address: str) -> object:
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


@dataclass(frozen=True)
class Session:
    """A session, and the key to it."""

    run: str
    key: dict[str, str]


class Sessions:
    """Those that a player has: one to play, one that is over, and a new one for whatever takes it away."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=30)
        self._played = self.fresh()
        self._over = self.fresh()
        body = {"session_id": self._over.run, "action": "/retire"}
        assert self._http.post("/action", json=body, headers=self._over.key).is_success

    def fresh(self) -> Session:
        answer = self._http.post("/session/new", json={}).json()
        return Session(answer["session"]["session_id"], {"Authorization": f"Bearer {answer['token']}"})

    def fit_for(self, method: str, path: str) -> Session:
        if method == "DELETE" or path.endswith("rotate"):
            return self.fresh()
        return self._over if path == ENDLESS else self._played


@pytest.fixture(scope="module")
def sessions(address: str) -> Sessions:
    return Sessions(address)


schema = schemathesis.pytest.from_fixture("api")


def often(examples: int) -> settings:
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)


@schema.parametrize()
@often(EXAMPLES)
def test_strangers_are_answered_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate()


@schema.parametrize()
@often(EXAMPLES)
def test_a_player_is_answered_as_described(case: schemathesis.Case, sessions: Sessions) -> None:
    as_a_player(case, sessions)


@pytest.mark.soak
@schema.parametrize()
@often(MANY)
def test_strangers_are_answered_for_a_long_time(case: schemathesis.Case) -> None:
    case.call_and_validate()


@pytest.mark.soak
@schema.parametrize()
@often(MANY)
def test_a_player_is_answered_for_a_long_time(case: schemathesis.Case, sessions: Sessions) -> None:
    as_a_player(case, sessions)


def as_a_player(case: schemathesis.Case, sessions: Sessions) -> None:
    """Make the call in a session of one's own."""
    session = sessions.fit_for(case.method, case.operation.path)
    if "session_id" in case.path_parameters:
        case.path_parameters["session_id"] = session.run
    if isinstance(case.body, dict) and "session_id" in case.body:
        case.body["session_id"] = session.run
    # What was drawn to be wrong has been put right above; what the rules refuse is no matter of form.
    others = [positive_data_acceptance, negative_data_rejection, ignored_auth]
    case.call_and_validate(headers=session.key, excluded_checks=others)
