"""A session's id is not its key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from servers import Server
from serving import Caller

from pocket_portals.session.access import digest_of
from pocket_portals.wiring import SystemClock

EVERY_CALL = [
    ("GET", "/session/{run}"),
    ("GET", "/session/{run}/history"),
    ("GET", "/session/{run}/events"),
    ("DELETE", "/session/{run}"),
    ("POST", "/session/{run}/undo"),
    ("POST", "/session/{run}/tokens"),
    ("POST", "/session/{run}/tokens/rotate"),
    ("DELETE", "/session/{run}/tokens"),
    ("POST", "/action"),
    ("POST", "/stream"),
]


async def call(
    http: httpx.AsyncClient, method: str, path: str, run: str, headers: dict[str, str]
) -> httpx.Response:
    body = {"session_id": run, "action": "1"} if path in ("/action", "/stream") else {}
    sent = {"json": body} if method == "POST" else {}
    return await http.request(method, path.format(run=run), headers=headers, **sent)  # type: ignore[arg-type]


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
async def test_no_call_is_answered_without_the_sessions_own_token(
    http: httpx.AsyncClient, method: str, path: str
) -> None:
    mine, other = [await Caller.begin(http) for _ in range(2)]
    bare = await call(http, method, path, mine.run, {})
    assert bare.status_code == 401
    assert bare.headers["www-authenticate"] == "Bearer"
    wrong = await call(http, method, path, mine.run, other.key)
    missing = await call(http, method, path, "clear-wren-0001", other.key)
    assert wrong.status_code == missing.status_code == 404
    told = [{k: v for k, v in a.json().items() if k != "request_id"} for a in (wrong, missing)]
    assert told[0] == told[1]
    assert (await mine.get()).status_code == 200


@pytest.mark.parametrize(("method", "path"), EVERY_CALL[3:])
async def test_a_watch_token_watches_and_no_more(http: httpx.AsyncClient, method: str, path: str) -> None:
    caller = await Caller.begin(http)
    watch = (await caller.post(f"/session/{caller.run}/tokens", may="watch")).json()["token"]
    headers = {"Authorization": f"Bearer {watch}"}
    assert (await http.get(f"/session/{caller.run}", headers=headers)).status_code == 200
    assert (await call(http, method, path, caller.run, headers)).status_code == 403
    assert (await caller.get()).json()["revision"] == caller.session["revision"]


async def test_a_rotated_token_opens_nothing_any_more(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    second = (await caller.post(f"/session/{caller.run}/tokens", may="play")).json()["token"]
    old = caller.token
    caller.token = (await caller.post(f"/session/{caller.run}/tokens/rotate")).json()["token"]
    assert (await caller.get()).status_code == 200
    for gone in (old, second):
        answer = await http.get(f"/session/{caller.run}", headers={"Authorization": f"Bearer {gone}"})
        assert answer.status_code == 404


async def test_watchers_can_be_sent_away(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    watch = (await caller.post(f"/session/{caller.run}/tokens")).json()["token"]
    assert (await http.delete(f"/session/{caller.run}/tokens", headers=caller.key)).status_code == 204
    answer = await http.get(f"/session/{caller.run}", headers={"Authorization": f"Bearer {watch}"})
    assert answer.status_code == 404
    assert (await caller.get()).status_code == 200


@pytest.mark.parametrize(
    "shown", ["Bearer", "Basic eDp5", "bearer pp_x", "Bearer pp_x y", "pp_x", "Bearer " + "x" * 5000]
)
async def test_what_is_no_token_opens_nothing(http: httpx.AsyncClient, shown: str) -> None:
    caller = await Caller.begin(http)
    answer = await http.get(f"/session/{caller.run}", headers={"Authorization": shown})
    assert answer.status_code in (401, 404, 431)


def everything_kept(folder: Path, server: Server) -> bytes:
    """All bytes on the disk and in Redis."""
    found = [f.read_bytes() for f in folder.rglob("*") if f.is_file()]
    with server.client() as client:
        found += [client.dump(key) or b"" for key in client.scan_iter()]
    return b"".join(found)


async def test_tokens_are_never_kept(http: httpx.AsyncClient, tmp_path: Path, valkey: Server) -> None:
    caller = await Caller.begin(http)
    await caller.play(2)
    kept = everything_kept(tmp_path, valkey)
    assert digest_of(caller.token).encode() in kept
    assert caller.token.encode() not in kept
    assert caller.token not in (await http.get("/metrics")).text


async def test_tokens_of_one_session_are_bounded(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    codes = [(await caller.post(f"/session/{caller.run}/tokens")).status_code for _ in range(52)]
    assert codes.count(201) == 49
    assert codes[-1] == 403


async def test_a_token_that_expired_opens_nothing(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await Caller.begin(http)
    short = (await caller.post(f"/session/{caller.run}/tokens", may="watch", expires_in=60)).json()["token"]
    headers = {"Authorization": f"Bearer {short}"}
    assert (await http.get(f"/session/{caller.run}", headers=headers)).status_code == 200
    later = datetime.now(UTC) + timedelta(seconds=61)
    monkeypatch.setattr(SystemClock, "now", lambda self: later)
    assert (await http.get(f"/session/{caller.run}", headers=headers)).status_code == 404
