"""The calls. Each asks the door first; what it may do is told by the token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from pocket_portals.clean import clean_line
from pocket_portals.errors import PortalsError
from pocket_portals.rules.state import Phase
from pocket_portals.session.access import Grant
from pocket_portals.session.following import follow
from pocket_portals.session.journal import RunRecord, Step, unfold
from pocket_portals.session.ports import Settled, Signal, Spoken, Watch
from pocket_portals.session.service import unwatched
from pocket_portals.web import events, problems
from pocket_portals.web.models import (
    Begun,
    Deed,
    History,
    NewSession,
    NewToken,
    Played,
    Problem,
    Session,
    SessionId,
    Token,
    TurnView,
    Undo,
    World,
)
from pocket_portals.web.sessions import Action
from pocket_portals.web.site import At, Bearer, Site, token_of


def _failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    titles = {
        400: "The body can't be read",
        401: "No token was shown",
        403: "The token may watch, not play",
        404: "No such session, or the token does not open it; or no such world",
        409: "Another action came first; `revision` is where the session stands",
        413: "The request is too big",
        422: "The request, or what it asks for, can't be done",
        429: "Too many requests; see `Retry-After`",
        503: "The store or the model does not answer; see `Retry-After`",
    }
    return {status: {"model": Problem, "description": titles[status]} for status in statuses}


_GUARDED = _failures(401, 404, 422, 429, 503)

router = APIRouter()


@router.get("/worlds")
async def worlds(at: At) -> list[World]:
    """The worlds that can be played."""
    library = at.service.worlds
    found = [await asyncio.to_thread(library.get, world) for world in library.ids()]
    return [World(id=w.id, title=w.title, pitch=w.genre) for w in found]


@router.post("/session/new", status_code=201, responses=_failures(400, 404, 413, 422, 429, 503))
async def new_session(asked: NewSession, request: Request, at: At) -> Begun:
    """Begin a story. The token in the answer is told this once; every other call needs it."""
    at.beginnings.take(request.client.host if request.client else "")
    fresh = at.host.fresh
    new = fresh._replace(
        world=asked.world or fresh.world,
        name=clean_line(asked.name, 40),
        seed=clean_line(asked.seed, 40),
        length=asked.length,
    )

    async def begin() -> Begun:
        record = await at.sessions.begin(new)
        token = await at.door.give(record.run, "play", asked.expires_in)
        first = next(unfold(record.turns))
        return Begun(turn=TurnView.of(first), session=Session.of(record.state), token=token)

    begun = await at.seen_through(begin())
    at.metrics.sessions.inc()
    return begun


@router.api_route("/session/new", methods=["GET", "DELETE"], include_in_schema=False)
async def new_is_no_session() -> None:
    """Keep the word from being read as a session's id."""
    raise HTTPException(405)


async def _may_watch(session_id: SessionId, at: At, bearer: Bearer) -> Grant:
    return await at.door.admit(session_id, token_of(bearer), "watch")


async def _may_play(session_id: SessionId, at: At, bearer: Bearer) -> Grant:
    return await at.door.admit(session_id, token_of(bearer), "play")


Watcher = Annotated[Grant, Depends(_may_watch)]
Player = Annotated[Grant, Depends(_may_play)]


@dataclass(frozen=True)
class _Ready:
    """An action that was let in."""

    at: Site
    run: str
    action: Action

    async def play(self, watch: Watch = unwatched) -> Step:
        """The turn, once there is room for it; seen through whatever becomes of the caller."""
        return await self.at.seen_through(self._play(watch))

    async def _play(self, watch: Watch) -> Step:
        metrics, elapsed = self.at.metrics, self.at.host.clock.elapsed
        told = began = elapsed()

        def measured(signal: Signal) -> None:
            nonlocal told
            match signal:
                case Spoken():
                    told = elapsed()
                case Settled(turn=turn):
                    metrics.save_seconds.observe(elapsed() - told)
                    metrics.turn_seconds.observe(elapsed() - began)
                    metrics.turns.labels(turn.told.storyteller).inc()
                    metrics.fallbacks.inc(bool(turn.told.fallback))
            watch(signal)

        return await self.at.sessions.act(self.run, self.action, measured)


async def _ready(
    deed: Deed,
    at: At,
    bearer: Bearer,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="one key plays one turn, however often"),
    ] = None,
) -> _Ready:
    await at.door.admit(deed.session_id, token_of(bearer), "play")
    at.actions.take(deed.session_id)
    action = Action(clean_line(deed.action, 400), deed.revision, idempotency_key or "")
    return _Ready(at, deed.session_id, action)


Ready = Annotated[_Ready, Depends(_ready)]


@router.post("/action", responses=_GUARDED | _failures(400, 403, 409, 413))
async def action(ready: Ready) -> Played:
    """Play one turn: the number of a choice, or words of one's own. It is saved when this answers."""
    return Played.of(await ready.play())


@dataclass(frozen=True)
class _Performance:
    """A turn that is being told, or had been played before."""

    rev: int
    phase: Phase
    first: Signal | None
    signals: asyncio.Queue[Signal | None]
    work: asyncio.Future[Step]


async def _performance(ready: Ready) -> AsyncIterator[_Performance]:
    """The turn, once something is heard of it; if it is refused, that is answered like any other refusal."""
    at = ready.at
    with at.streams.taken(ready.run):
        record = await at.sessions.read(ready.run)
        signals: asyncio.Queue[Signal | None] = asyncio.Queue()
        work = asyncio.ensure_future(ready.play(signals.put_nowait))
        work.add_done_callback(lambda _: signals.put_nowait(None))
        first = await signals.get()
        if first is None:
            work.result()
        yield _Performance(record.rev, record.state.phase, first, signals, work)


@router.post(
    "/stream", response_class=EventSourceResponse, responses=_GUARDED | _failures(400, 403, 409, 413)
)
async def stream(
    performance: Annotated[_Performance, Depends(_performance)], request: Request
) -> AsyncIterator[ServerSentEvent]:
    """Play one turn, told as it happens. The last events have the ids of the record; see `events`."""
    signal = performance.first
    try:
        while signal is not None:
            for event in events.performed(signal, performance.rev, performance.phase):
                yield event
            signal = await performance.signals.get()
        step = performance.work.result()
    except PortalsError as error:
        yield events.failed(problems.problem_of(error, request.state.request_id))
    else:
        for event in events.closing(step) if performance.first else events.recorded(step):
            yield event


@router.get("/session/{session_id}", responses=_GUARDED)
async def session(session_id: SessionId, at: At, grant: Watcher) -> Session:
    """Where the session stands."""
    return Session.of((await at.sessions.read(session_id)).state)


@router.delete("/session/{session_id}", status_code=204, responses=_GUARDED | _failures(403))
async def end(session_id: SessionId, at: At, grant: Player) -> Response:
    """Remove the session for good."""
    await at.sessions.end(session_id)
    return Response(status_code=204)


@router.post("/session/{session_id}/undo", responses=_GUARDED | _failures(400, 403, 409, 413))
async def undo(session_id: SessionId, asked: Undo, at: At, grant: Player) -> Session:
    """Take back the last turn. The journal keeps it, and the same deed meets the same dice."""
    at.actions.take(session_id)
    return Session.of((await at.seen_through(at.sessions.undo(session_id, asked.revision))).state)


@router.get("/session/{session_id}/history", responses=_GUARDED)
async def history(
    session_id: SessionId,
    at: At,
    grant: Watcher,
    after: Annotated[int, Query(ge=-1, le=10**9, description="the last turn that is known")] = -1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> History:
    """The turns of the session, in the order of the journal."""
    record = await at.sessions.read(session_id)
    return await asyncio.to_thread(_page, record, range(after + 1, after + 1 + limit))


def _page(record: RunRecord, wanted: range) -> History:
    """The turns of these numbers. Blocking: a journal is folded from its beginning."""
    turns = [TurnView.of(step) for step in unfold(record.turns) if step.turn.number in wanted]
    more = turns[-1].number if turns and turns[-1].number + 1 < record.rev else None
    return History(turns=turns, more_after=more)


async def _place_in_record(
    session_id: SessionId,
    at: At,
    grant: Watcher,
    last_event_id: Annotated[str, Header(max_length=20, description="the last event that was seen")] = "",
) -> AsyncIterator[str]:
    """The last event that was seen; none if it is of another session."""
    with at.streams.taken(session_id):
        turn, _ = events.place_of(last_event_id)
        yield last_event_id if turn < (await at.sessions.read(session_id)).rev else ""


@router.get("/session/{session_id}/events", response_class=EventSourceResponse, responses=_GUARDED)
async def session_events(
    session_id: SessionId, at: At, last_id: Annotated[str, Depends(_place_in_record)], request: Request
) -> AsyncIterator[ServerSentEvent]:
    """The session's turns as events: those after `Last-Event-ID`, then each as it is saved.

    The ids are a function of the journal, so nothing is missed and nothing comes twice. The stream ends
    with the adventure.
    """
    turn, _ = events.place_of(last_id)
    store = at.service.store
    try:
        async for step in follow(store, session_id, turn - 1):
            for event in events.resumed(step, last_id):
                yield event
            if step.after.adventure_completed and step.turn.id == await asyncio.to_thread(
                store.head, session_id
            ):
                return
    except PortalsError as error:
        yield events.failed(problems.problem_of(error, request.state.request_id))


@router.post("/session/{session_id}/tokens", status_code=201, responses=_GUARDED | _failures(400, 403, 413))
async def new_token(session_id: SessionId, asked: NewToken, at: At, grant: Player) -> Token:
    """Another token: for watching, or for a second device to play on."""
    token = await at.door.give(session_id, asked.may, asked.expires_in)
    return Token(session_id=session_id, token=token, may=asked.may)


@router.post("/session/{session_id}/tokens/rotate", responses=_GUARDED | _failures(403))
async def rotate(session_id: SessionId, at: At, grant: Player) -> Token:
    """A new token to play with. All that could play until now open nothing any more; watchers keep theirs."""
    token = await at.door.rotate(session_id, grant)
    return Token(session_id=session_id, token=token, may=grant.may)


@router.delete("/session/{session_id}/tokens", status_code=204, responses=_GUARDED | _failures(403))
async def revoke_watchers(session_id: SessionId, at: At, grant: Player) -> Response:
    """Let no watch token open the session from now on."""
    await at.door.revoke_watchers(session_id)
    return Response(status_code=204)
