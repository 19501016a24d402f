"""A session over HTTP: begun, played, read, taken back, ended."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from serving import Caller

from pocket_portals.session.journal import problems
from pocket_portals.web.site import Host


async def test_a_session_begins_with_a_scene_a_question_and_a_token(http: httpx.AsyncClient) -> None:
    answer = await http.post("/session/new", json={"seed": "tuesday", "length": "short"})
    assert answer.status_code == 201
    begun = answer.json()
    assert begun["token"].startswith("pp_")
    assert begun["session"]["phase"] == "interview"
    assert begun["session"]["max_turns"] == 25
    assert [option["number"] for option in begun["session"]["choices"]] == [1, 2, 3]
    assert any(line["sort"] == "speech" and len(line["text"]) > 100 for line in begun["turn"]["lines"])


async def test_the_same_seed_and_deeds_give_the_same_facts(http: httpx.AsyncClient) -> None:
    first, second = [await Caller.begin(http, seed="twins") for _ in range(2)]
    for action in ("skip", "1", "1", "2", "1", "look around"):
        told = [(await caller.act(action)).json()["turn"]["lines"] for caller in (first, second)]
        assert told[0] == told[1]


async def test_every_turn_that_was_answered_is_in_the_journal(http: httpx.AsyncClient, place: Host) -> None:
    caller = await Caller.begin(http)
    ids = [(await caller.act()).json()["turn"]["id"] for _ in range(8)]
    record = place.service.store.load(caller.run)
    assert [turn.id for turn in record.turns[1:]] == ids
    assert problems(record) == []


async def test_history_comes_in_pages(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.play(6)
    whole = (await caller.get("/history")).json()
    assert [turn["number"] for turn in whole["turns"]] == list(range(7))
    assert whole["more_after"] is None
    pages, after = [], -1
    while after is not None:
        page = (await caller.get("/history", after=after, limit=3)).json()
        pages += page["turns"]
        after = page["more_after"]
    assert pages == whole["turns"]


async def test_an_undo_stands_in_the_history_and_the_session_is_where_it_was(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.play(3)
    before = (await caller.get()).json()
    told = (await caller.act("1")).json()["turn"]["lines"]
    answer = await caller.post(f"/session/{caller.run}/undo")
    assert answer.status_code == 200
    assert answer.json()["choices"] == before["choices"]
    assert answer.json()["revision"] == before["revision"]
    assert (await caller.get("/history")).json()["turns"][-1]["took_back_to"] == before["revision"]
    again = (await caller.act("1")).json()["turn"]["lines"]
    assert [line for line in again if line["sort"] == "dice"] == [li for li in told if li["sort"] == "dice"]


async def test_a_session_that_was_ended_is_gone(http: httpx.AsyncClient, place: Host) -> None:
    caller = await Caller.begin(http)
    assert (await http.delete(f"/session/{caller.run}", headers=caller.key)).status_code == 204
    assert (await caller.get()).status_code == 404
    assert (await caller.act("1")).status_code == 404
    assert place.service.store.summaries() == []


async def test_a_whole_run_can_be_played_to_its_epilogue_and_no_further(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http, length="short")
    for _ in range(120):
        if caller.session["completed"]:
            break
        assert (await caller.act()).status_code == 200
    assert caller.session["completed"]
    assert caller.session["closure"]
    answer = await caller.act("1")
    assert answer.status_code == 422
    assert answer.json()["code"] == "impossible"


async def test_the_worlds_can_be_listed_and_another_one_played(http: httpx.AsyncClient) -> None:
    worlds = [world["id"] for world in (await http.get("/worlds")).json()]
    assert worlds[0] == "ember-road"
    assert len(worlds) >= 3
    caller = await Caller.begin(http, world=worlds[-1])
    assert caller.session["world"] == worlds[-1]
    answer = await http.post("/session/new", json={"world": "nowhere"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-world")


async def test_two_actions_at_once_play_one_turn(http: httpx.AsyncClient, place: Host) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip")
    revision = caller.session["revision"]
    answers = await asyncio.gather(*(caller.act("1") for _ in range(8)))
    won = [a for a in answers if a.status_code == 200]
    lost = [a for a in answers if a.status_code == 409]
    assert len(won) + len(lost) == 8
    assert won
    assert all(a.json()["revision"] >= revision + 1 for a in lost)
    assert place.service.store.load(caller.run).state.revision == revision + len(won)


async def test_an_action_for_another_revision_is_refused(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip")
    revision = caller.session["revision"]
    answer = await caller.act("1", revision=revision - 1)
    assert (answer.status_code, answer.json()["revision"]) == (409, revision)
    assert (await caller.act("1", revision=revision)).status_code == 200


async def test_a_repeated_request_plays_one_turn_and_gets_the_same_answer(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip")
    first = await caller.act("1", key="once")
    again = await caller.act("1", key="once")
    assert first.json() == again.json()
    await caller.act("1", key="twice")
    late = await caller.act("1", key="once")
    assert late.json() == first.json()
    assert (await caller.act("2", key="once")).json()["code"] == "key-reused"


async def test_repeats_that_arrive_together_play_one_turn(http: httpx.AsyncClient, place: Host) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip")
    answers = await asyncio.gather(*(caller.act("1", key="once") for _ in range(8)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert place.service.store.load(caller.run).rev == 3


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"action": 1}', b'{"session_id": "../x", "action": "1"}', b"\xff\xfe"],
)
async def test_what_can_not_be_read_is_refused_in_words(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer x"}
    answer = await http.post("/action", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_a_body_over_the_limit_is_not_taken(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    answer = await caller.act("a" * 20_000)
    assert answer.status_code == 413


async def test_the_service_says_how_it_is(http: httpx.AsyncClient) -> None:
    assert (await http.get("/health")).json() == {"status": "ok"}
    ready = await http.get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    caller = await Caller.begin(http)
    await caller.play(2)
    figures = (await http.get("/metrics")).text
    assert 'pocket_portals_turns_total{storyteller="storybook"} 2.0' in figures
    assert caller.run not in figures


async def test_answers_close_what_a_browser_need_not_do(http: httpx.AsyncClient) -> None:
    answer = await http.get("/health", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"]
