"""Event streams: a turn as it is told, and the record of all of them, cut anywhere and resumed."""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import httpx
import pytest
from serving import Caller, Corrected, Event, host, read, served

from pocket_portals.errors import ModelUnavailable
from pocket_portals.saves.access import FileAccess
from pocket_portals.saves.files import FileStore
from pocket_portals.story.storybook import Storybook
from pocket_portals.web.site import Host


async def take(caller: Caller, count: int, last_id: str = "") -> list[Event]:
    """The next so many events, and then the line is cut."""
    found: list[Event] = []
    async with contextlib.aclosing(caller.events(last_id)) as events:
        async for event in events:
            found.append(event)
            if len(found) == count:
                break
    return found


async def test_a_turn_is_told_as_it_is_played_and_ends_with_its_record(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    body = {"session_id": caller.run, "action": "skip"}
    async with http.stream("POST", "/stream", json=body, headers=caller.key) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = [event async for event in read(answer)]
    kinds = [event.event for event in told]
    assert kinds[0] == "routing"
    assert kinds.index("agent_start") < kinds.index("agent_chunk") < kinds.index("agent_response")
    assert kinds[-3:] == ["choices", "game_state", "complete"]
    assert [event.id for event in told[:-3]] == [""] * (len(told) - 3)
    words = "".join(str(e.data["text"]) for e in told if e.event == "agent_chunk")
    whole = "".join(str(e.data["text"]) for e in told if e.event == "agent_response")
    assert "".join(words.split()) == "".join(whole.split())
    recorded = [e async for e in until_complete(caller, 1)]
    assert told[-1] == recorded[-1]


async def until_complete(caller: Caller, turn: int):  # type: ignore[no-untyped-def]
    async with contextlib.aclosing(caller.events()) as events:
        async for event in events:
            yield event
            if event.event == "complete" and event.data["turn"] == turn:
                return


async def test_a_stream_cut_anywhere_goes_on_without_a_lost_or_doubled_event(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.play(6)
    whole = [event async for event in until_complete(caller, 6)]
    assert len({event.id for event in whole}) == len(whole)
    draws = random.Random(7)
    for _ in range(5):
        seen: list[Event] = []
        while len(seen) < len(whole):
            count = min(draws.randint(1, 9), len(whole) - len(seen))
            seen += await take(caller, count, seen[-1].id if seen else "")
        assert seen == whole


async def test_turns_played_meanwhile_come_in_order(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)

    async def watch() -> list[int]:
        return [e.data["turn"] async for e in until_complete(caller, 5) if e.event == "complete"]  # type: ignore[misc]

    watching = asyncio.create_task(watch())
    await caller.play(5)
    assert await asyncio.wait_for(watching, 20) == [0, 1, 2, 3, 4, 5]


async def test_a_turn_taken_back_is_an_event_too(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.play(2)
    await caller.post(f"/session/{caller.run}/undo")
    last = [event async for event in until_complete(caller, 3)][-1]
    assert last.data["took_back_to"] == last.data["revision"]


async def test_the_stream_ends_with_the_adventure(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip")
    await caller.act("/retire")
    told = [event async for event in caller.events()]
    assert told[-1].data["completed"] is True


@pytest.mark.parametrize("last_id", ["nonsense", "9999.1", "-1.0", "1.", "1.1.1"])
async def test_an_id_that_never_was_is_no_failure(http: httpx.AsyncClient, last_id: str) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip")
    await caller.act("/retire")
    headers = caller.key | {"Last-Event-ID": last_id}
    answer = await http.get(f"/session/{caller.run}/events", headers=headers)
    assert answer.status_code == 200


async def test_a_caller_that_goes_away_cancels_nothing(http: httpx.AsyncClient, place: Host) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip")
    rev = place.service.store.load(caller.run).rev
    body = {"session_id": caller.run, "action": "1"}
    async with http.stream("POST", "/stream", json=body, headers=caller.key) as answer:
        await anext(read(answer))  # gone before the first word
    for _ in range(200):
        if place.service.store.load(caller.run).rev > rev:
            break
        await asyncio.sleep(0.02)
    assert place.service.store.load(caller.run).rev == rev + 1


@pytest.mark.parametrize(
    ("asked", "status"), [({"revision": 99}, 409), ({"action": "2"}, 422), ({"action": "3", "key": ""}, 422)]
)
async def test_what_is_refused_is_refused_before_a_stream_begins(
    http: httpx.AsyncClient, asked: dict[str, object], status: int
) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip", key="once")
    if asked.get("key") == "":  # the adventure is over
        await caller.act("/retire")
    key = {"Idempotency-Key": str(asked.pop("key", "once" if "revision" not in asked else "other"))}
    body = {"session_id": caller.run, "action": "1"} | asked
    answer = await caller.post("/stream", {k: v for k, v in key.items() if v}, **body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_request_that_is_repeated_is_streamed_as_it_was_recorded(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    await caller.act("skip", key="once")
    body = {"session_id": caller.run, "action": "skip"}
    headers = caller.key | {"Idempotency-Key": "once"}
    async with http.stream("POST", "/stream", json=body, headers=headers) as answer:
        told = [event async for event in read(answer)]
    assert [e async for e in until_complete(caller, 1)][-len(told) :] == told


async def test_the_streams_of_a_session_are_counted(http: httpx.AsyncClient, place: Host) -> None:
    caller = await Caller.begin(http)
    async with contextlib.AsyncExitStack() as open_streams:
        for _ in range(place.limits.streams_of_one_session):
            await anext(await open_streams.enter_async_context(contextlib.aclosing(caller.events())))
        refused = await caller.get("/events")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
        other = await Caller.begin(http)
        assert len(await take(other, 3)) == 3

    async def none_left() -> bool:
        return "pocket_portals_streams 0.0" in (await http.get("/metrics")).text

    for _ in range(200):
        if await none_left():
            break
        await asyncio.sleep(0.02)
    assert await none_left()


async def test_a_session_that_is_ended_ends_its_streams(http: httpx.AsyncClient) -> None:
    caller = await Caller.begin(http)
    async with contextlib.aclosing(caller.events()) as events:
        await anext(events)
        await http.delete(f"/session/{caller.run}", headers=caller.key)
        told = [event async for event in events]
    assert (told[-1].event, told[-1].data["status"]) == ("error", 404)


async def test_words_that_are_taken_back_are_said_to_be(tmp_path: Path) -> None:
    with served(host(FileStore(tmp_path), FileAccess(tmp_path), teller=Corrected())) as address:
        async with httpx.AsyncClient(base_url=address) as http:
            caller = await Caller.begin(http)
            body = {"session_id": caller.run, "action": "skip"}
            async with http.stream("POST", "/stream", json=body, headers=caller.key) as answer:
                told = [event async for event in read(answer)]
    heard: list[str] = []
    for event in told:
        if event.event == "agent_start":
            if event.data["instead"]:
                heard.pop()
            heard.append("")
        elif event.event == "agent_chunk":
            heard[-1] += str(event.data["text"])
    assert heard == [e.data["text"] for e in told if e.event == "agent_response"]
    assert sum(e.event == "agent_start" for e in told) == len(heard) + 2


class Mute(Storybook):
    """Begins the tale, then has lost its voice."""

    async def interview(self, world, state, outcome, say):  # type: ignore[no-untyped-def]
        if state.creation_turn or outcome.intent.said:
            raise ModelUnavailable("secret-host:8080 does not answer.", "Start it.")
        return await super().interview(world, state, outcome, say)


async def test_a_turn_that_fails_is_told_as_an_error_and_leaves_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    silent = host(FileStore(tmp_path), FileAccess(tmp_path), teller=Mute())
    with served(silent) as address:
        async with httpx.AsyncClient(base_url=address) as http:
            caller = await Caller.begin(http)
            body = {"session_id": caller.run, "action": "a thief named Nell"}
            async with http.stream("POST", "/stream", json=body, headers=caller.key) as answer:
                told = [event async for event in read(answer)]
            assert told[-1].event == "error"
            assert told[-1].data["status"] == 503
            assert "secret-host" not in str(told[-1].data)
            assert (await caller.get()).json()["revision"] == caller.session["revision"]
            again = await caller.act("a thief named Nell")
            assert (again.status_code, again.headers["retry-after"]) == (503, "2")
