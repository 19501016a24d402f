"""The runs of all callers. Between two requests nothing is kept but what makes the next one quicker.

Any worker may serve any run: whether what is at hand is still current is asked of the store each time,
and compare-and-set in the store decides between two that act at once.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pocket_portals.errors import Conflict, PortalsError, RunNotFound
from pocket_portals.session.direct import STORYBOOK
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import RunRecord, Step, unfold
from pocket_portals.session.ports import Watch
from pocket_portals.session.service import GameSessionService, unwatched
from pocket_portals.web.limits import Gate, Limits


class Overtaken(Conflict):
    """Somebody else's turn came first. ``revision`` is where the run stands now."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            f"The session has moved on to revision {revision}; nothing was played.",
            "Read it again, then decide.",
        )
        self.revision = revision


class KeyReused(PortalsError):
    """An Idempotency-Key came again with another action."""


@dataclass(frozen=True)
class Action:
    """What a caller asks for. ``revision`` is where they think the run stands, ``key`` marks a request."""

    text: str
    revision: int | None = None
    key: str = ""

    @property
    def request(self) -> str:
        """What the journal keeps of the key: enough to know it, and the action that came with it, again."""
        return f"{_digest(self.key)}:{_digest(self.text)}" if self.key else ""


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


class Sessions:
    """Plays turns for many callers through one GameSessionService."""

    def __init__(self, service: GameSessionService, limits: Limits, elapsed: Callable[[], float]) -> None:
        self.service = service
        self.turns = Gate(limits.turns_at_once, limits.turns_waiting)
        self.model_turns = Gate(limits.model_turns_at_once, limits.turns_waiting)
        self._limits = limits
        self._elapsed = elapsed
        self._open: OrderedDict[str, float] = OrderedDict()  # when each was asked for, the latest at the end
        self._busy: dict[str, asyncio.Event] = {}

    @property
    def at_hand(self) -> int:
        """How many runs are kept open."""
        return len(self._open)

    async def begin(self, new: NewRun) -> RunRecord:
        """A run, up to its first question. Raises TooMany."""
        async with self.turns.passed():
            record = await self.service.create(new)
        self._keep_at_hand(record.run)
        return record

    async def read(self, run: str) -> RunRecord:
        """The run as it is saved now. Raises RunNotFound."""
        head = await asyncio.to_thread(self.service.store.head, run)
        if run in self._open and self.service.record(run).head == head:
            return self.service.record(run)
        if run in self._busy:  # the turn being played has its own idea of what comes next
            return await asyncio.to_thread(self.service.load, run)
        record = await self.service.resume(run)
        self._keep_at_hand(run)
        return record

    async def act(self, run: str, action: Action, watch: Watch = unwatched) -> Step:
        """Play one turn, once for each key. It is saved when this returns.

        Raises Overtaken when another turn came first, KeyReused, TooMany, Impossible.
        """
        record, moved_on = await self._when_free(run)
        with self._at_work(run):
            if step := _found(record, action):
                return step
            if moved_on or action.revision not in (None, record.state.revision):
                raise Overtaken(record.state.revision)
            gate = self.turns if record.state.storyteller == STORYBOOK else self.model_turns
            async with gate.passed():
                while self.service.record(run).head != record.head:  # read anew while this waited
                    now = await self._current(run)
                    if now.head != record.head:
                        return _again(now, action)
                try:
                    turn = await self.service.act(run, action.text, watch, action.request)
                except Conflict:  # another worker's turn came first, which may be this very request's
                    return _again(self.service.record(run), action)
                return Step(turn, record.state, self.service.state(run))

    async def undo(self, run: str, revision: int | None = None) -> RunRecord:
        """Take back the last turn. Raises Overtaken, Impossible."""
        record, moved_on = await self._when_free(run)
        with self._at_work(run):
            if moved_on or revision not in (None, record.state.revision):
                raise Overtaken(record.state.revision)
            try:
                return await self.service.undo(run)
            except Conflict:
                raise Overtaken((await self.service.resume(run)).state.revision) from None

    async def end(self, run: str) -> None:
        """Remove the run for good. Raises RunNotFound."""
        while at_work := self._busy.get(run):  # saved afterwards, it would be there again
            await at_work.wait()
        self._let_go(run)
        if not await self.service.delete(run):
            raise RunNotFound(f"There is no run “{run}”.")

    def tidy(self, but: str = "") -> None:
        """Let go of the runs that nobody asked for lately, and of others where all together hold too much.

        Those that are being played stay, and so does one more.
        """
        lately = self._elapsed() - self._limits.idle_seconds
        turns = sum(self.service.record(run).rev for run in self._open)
        for run, asked in tuple(self._open.items()):
            if asked >= lately and turns <= self._limits.turns_at_hand:
                break
            if run not in self._busy and run != but:
                turns -= self.service.record(run).rev
                self._let_go(run)

    # Inside

    async def _current(self, run: str) -> RunRecord:
        """The run, open at its last turn."""
        head = await asyncio.to_thread(self.service.store.head, run)
        if run not in self._open or self.service.record(run).head != head:
            await self.service.resume(run)
        self._keep_at_hand(run)
        return self.service.record(run)

    async def _when_free(self, run: str) -> tuple[RunRecord, bool]:
        """The run, once nobody is at work on it, and whether it has moved on meanwhile."""
        record = await self._current(run)
        found = record.head
        while at_work := self._busy.get(run):
            await at_work.wait()
            record = await self._current(run)
        return record, record.head != found

    @contextmanager
    def _at_work(self, run: str) -> Iterator[None]:
        self._busy[run] = asyncio.Event()
        try:
            yield
        finally:
            self._busy.pop(run).set()

    def _keep_at_hand(self, run: str) -> None:
        self._open[run] = self._elapsed()
        self._open.move_to_end(run)
        self.tidy(but=run)

    def _let_go(self, run: str) -> None:
        if self._open.pop(run, None) is not None:
            self.service.leave(run)


def _found(record: RunRecord, action: Action) -> Step | None:
    """The turn that was played for this request. Raises KeyReused when it was for another action."""
    if not action.key:
        return None
    key = action.request.partition(":")[0]
    turn = next((t for t in reversed(record.turns) if t.request.partition(":")[0] == key), None)
    if turn is None:
        return None
    if turn.request != action.request:
        raise KeyReused(
            "That Idempotency-Key was used for another action.", "Take a new key for each action."
        )
    return next(step for step in unfold(record.turns) if step.turn.number == turn.number)


def _again(record: RunRecord, action: Action) -> Step:
    """The turn that this very request has played already. Raises Overtaken where another came first."""
    if step := _found(record, action):
        return step
    raise Overtaken(record.state.revision) from None
