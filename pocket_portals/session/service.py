"""GameSessionService: everything a face can ask of a run. The faces know nothing below it."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import re
import secrets
from collections.abc import Callable, Sequence

from pocket_portals.clean import clean_line
from pocket_portals.errors import (
    Conflict,
    Impossible,
    OpenElsewhere,
    RunNotFound,
    RunUnreadable,
    StoreUnavailable,
)
from pocket_portals.rules.events import (
    Branched,
    Event,
    NoteCorrected,
    NoteForgotten,
    NoteSettled,
    NoteTaken,
    Retold,
    Rewound,
    RunBegun,
    StorytellerSet,
    Titled,
)
from pocket_portals.rules.fold import fold
from pocket_portals.rules.memory import NOTE_LENGTH, Note, NoteKind
from pocket_portals.rules.state import GameState, Parent
from pocket_portals.session.entrance import LENGTHS, NewRun
from pocket_portals.session.journal import RunRecord, Told, Turn, problems, replay, same_run, told_by, turn_id
from pocket_portals.session.ports import (
    Clock,
    Engine,
    Holder,
    Mirrored,
    RunStore,
    RunSummary,
    Saved,
    Signal,
    Watch,
)
from pocket_portals.session.run_ids import RUN_ID, new_run_id
from pocket_portals.worlds.library import WorldLibrary

_NO_ID = "That is not a run's id.", "Ids look like amber-fox-4821; see `pocket-portals list`."
_SEED = re.compile(r"[^\w .-]")


def unwatched(signal: Signal) -> None:
    """A watcher that looks away."""


class GameSessionService:
    """Create, resume, act, undo, branch, delete. One turn of a run at a time."""

    def __init__(
        self,
        store: RunStore,
        engine: Engine,
        worlds: WorldLibrary,
        clock: Clock,
        device: str = "",
        random_below: Callable[[int], int] = secrets.randbelow,
        storytellers: Sequence[str] = ("storybook",),
        bin: RunStore | None = None,
    ) -> None:
        self.store = store
        self.bin = bin
        self.storytellers = tuple(storytellers)
        self.worlds = worlds
        self._engine = engine
        self._clock = clock
        self._device = device
        self._random_below = random_below
        self._open: dict[str, RunRecord] = {}
        self._saved: dict[str, Saved] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    # Reading

    def runs(self, limit: int | None = None) -> list[RunSummary]:
        """Runs, the last played first."""
        return self.store.summaries(limit)

    def find(self, prefix: str = "", deleted: bool = False) -> str:
        """The id of the one run that starts with ``prefix``; of the last played when it is empty.

        With ``deleted`` it is looked for among those that can be brought back.
        Raises RunNotFound, saying what is nearest; StoreUnavailable when it may be where nobody can look.
        """
        prefix = prefix.strip().lower()
        if prefix and not re.fullmatch(r"[a-z0-9-]{1,64}", prefix):
            raise RunNotFound(*_NO_ID)
        store = self.bin if deleted else self.store
        ids = [run.id for run in store.summaries()] if store else []
        unasked = self.store.trouble if not deleted and isinstance(self.store, Mirrored) else None
        if deleted and not ids:
            raise RunNotFound("There is no deleted run to bring back.", "They are kept for 30 days.")
        if unasked and not any(i.startswith(prefix) for i in ids):
            raise unasked  # what is meant may be where it can't be seen now
        if not ids:
            raise RunNotFound("There are no saved runs yet.", "Start one with `pocket-portals play`.")
        if not prefix or prefix in ids:
            return prefix or ids[0]
        matches = [i for i in ids if i.startswith(prefix)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise RunNotFound(
                f"More than one run starts with “{prefix}”.", f"Which: {', '.join(matches[:5])}?"
            )
        close = difflib.get_close_matches(prefix, ids, n=1)
        where = "restore" if deleted else "list"
        hint = f"Did you mean {close[0]}?" if close else f"See `pocket-portals {where}`."
        raise RunNotFound(f"There is no run “{prefix}”.", hint)

    def load(self, run: str) -> RunRecord:
        """The run as it is saved now. Blocking. Raises RunNotFound, RunUnreadable."""
        if not RUN_ID.fullmatch(run):
            raise RunNotFound(*_NO_ID)
        return self.store.load(run)

    def record(self, run: str) -> RunRecord:
        """The open run, as of its last turn."""
        return self._open[run]

    def state(self, run: str) -> GameState:
        """The open run's state. Immutable."""
        return self._open[run].state

    def saved(self, run: str) -> Saved:
        """Where the open run's last turn is safe now; it may reach another place later."""
        told = self._saved.get(run, Saved(self.store.name))
        if not isinstance(self.store, Mirrored) or run not in self._open:
            return told
        now = self.store.standing(run)
        return told if told.where == now.where else now

    # Playing

    async def create(self, new: NewRun, watch: Watch = unwatched) -> RunRecord:
        """Begin a run and play its opening, up to the first question."""
        self.worlds.get(new.world)
        run = await self._new_id()
        seed = _SEED.sub("", new.seed).strip()[:60] or f"{self._random_below(16**8):08x}"
        begun = RunBegun(
            session_id=run,
            seed=seed,
            world=new.world,
            storyteller=new.storyteller,
            max_turns=LENGTHS[new.length],
            at=self._clock.now(),
        )
        record = RunRecord(run=run, device=self._device, state=begun.state(), turns=())
        record, saved = await self._engine.play(record, new.name, watch)
        await asyncio.to_thread(self.claim, run)
        return self._keep(record, saved)

    async def resume(self, run: str) -> RunRecord:
        """Open a saved run exactly where it stands. Raises OpenElsewhere when another process has it."""
        record = await asyncio.to_thread(self.load, run)
        if holder := await asyncio.to_thread(self.claim, run):
            raise OpenElsewhere(run, holder)
        store = self.store
        return self._keep(record, store.standing(run) if isinstance(store, Mirrored) else Saved(store.name))

    def claim(self, run: str, anyway: bool = False) -> Holder | None:
        """Note that the run is open here; or, unless ``anyway``, who else has it open. Blocking."""
        return self.store.claim(run, anyway) if isinstance(self.store, Mirrored) else None

    async def act(self, run: str, action: str, watch: Watch = unwatched, request: str = "") -> Turn:
        """Play one turn. It is saved when this returns. ``request`` marks it in the journal.

        Raises Impossible when the run is over, Conflict when another process moved it on.
        """
        async with self._lock(run):
            record = self._open[run]
            if record.state.adventure_completed:
                raise Impossible("This adventure is over.", "Start another, or /branch from an earlier turn.")
            try:
                record, saved = await self._engine.play(record, action, watch, request)
            except Conflict:
                self._open[run] = await asyncio.to_thread(self.load, run)
                raise
            self._keep(record, saved)
            return record.turns[-1]

    async def undo(self, run: str, turns: int = 1) -> RunRecord:
        """Take back the last turns. The journal keeps them; the same deed meets the same dice."""
        async with self._lock(run):
            record = self._open[run]
            floor = record.story[0].revision
            to = record.state.revision - turns
            if turns < 1 or to < floor:
                raise Impossible("There is no turn to take back.")
            state = _at(record, to)
            return await self._amend(record, "/undo", [Rewound(to=to)], state)

    async def rename(self, run: str, title: str) -> RunRecord:
        """Give the run the player's own name for it."""
        return await self._note(run, "/title", Titled(title=title[:60]))

    async def set_storyteller(self, run: str, storyteller: str) -> RunRecord:
        """Let another storyteller tell the run from here. Raises Impossible for one that is not there."""
        if storyteller not in self.storytellers:
            no_model = "It needs a language model: see `pocket-portals doctor`."
            known = f"There is: {', '.join(self.storytellers)}."
            raise Impossible(
                f"There is no storyteller “{storyteller[:20]}” here.",
                no_model if storyteller == "crew" else known,
            )
        return await self._note(run, "/storyteller", StorytellerSet(storyteller=storyteller))

    async def remember(self, run: str, text: str) -> RunRecord:
        """Keep a note of the player's own for whoever tells the story. Raises Impossible when it is known."""
        record = self._open[run]
        turn = record.state.adventure_turn
        note = Note(kind=NoteKind.FACT, text=_words(text), turn=turn, by="player")
        return await self._noted(run, "/memory add", NoteTaken(id=f"own-{record.rev}", note=note))

    async def correct(self, run: str, note: str, text: str) -> RunRecord:
        """Let a note read otherwise. Raises Impossible for what the game itself decided."""
        return await self._noted(run, "/memory correct", NoteCorrected(id=note, text=_words(text)))

    async def forget(self, run: str, key: str) -> RunRecord:
        """Take a note out of memory; what the game itself decided is left unsaid, and stays true."""
        return await self._noted(run, "/memory forget", NoteForgotten(id=key))

    async def settle(self, run: str, note: str, kept: bool) -> RunRecord:
        """Let a promise that was told be kept, or broken. Raises Impossible when it is so already."""
        event = NoteSettled(id=note, kept=kept)
        return await self._noted(run, f"/memory {'keep' if kept else 'break'}", event)

    async def retell(self, run: str, watch: Watch = unwatched) -> RunRecord:
        """Have the last words told again in others. No fact changes. Raises Impossible, ModelUnavailable."""
        async with self._lock(run):
            record = self._open[run]
            narration = await self._engine.retell(record, watch)
            event = Retold(speeches=narration.speeches)
            told = told_by(record.state.storyteller, narration)
            return await self._amend(record, "/retell", [event], fold(record.state, [event]), told=told)

    async def branch(self, run: str, revision: int | None = None) -> RunRecord:
        """Grow a new run out of this one at ``revision`` (now, if None). This one stays as it is."""
        record = self._open[run] if run in self._open else await asyncio.to_thread(self.load, run)
        at = record.state.revision if revision is None else revision
        line = tuple(t for t in record.story if t.revision <= at)
        if not line or line[-1].revision != at:
            last = record.state.revision
            raise Impossible(
                f"Run {run} has no turn {at}.", f"Its turns go from {record.story[0].revision} to {last}."
            )
        branch = await self._new_id()
        turns: list[Turn] = []
        for number, turn in enumerate(line):
            parent = turns[-1].id if turns else ""
            ident = turn_id(parent, turn.action, turn.events)
            turns.append(turn.having(id=ident, parent=parent, number=number))
        origin = Parent(run=run, revision=at)
        before = RunRecord(
            run=branch,
            device=self._device,
            branch_of=origin,
            state=_at(record, at).having(last_turn=turns[-1].id),
            turns=tuple(turns),
        )
        event = Branched(session_id=branch, parent=origin)
        return await self._amend(before, "/branch", [event], fold(before.state, [event]), expected="")

    async def import_run(self, record: RunRecord) -> RunRecord:
        """Keep a run that came from elsewhere; one that is here too may be further there.

        Raises Conflict when its id is taken by another.
        """
        if found := problems(record):
            raise Impossible(f"That save does not hold: {found[0]}.")
        try:
            here = (await asyncio.to_thread(self.store.load, record.run)).head
        except RunNotFound:
            here = ""
        earlier = any(turn.id == here for turn in record.turns)
        saved = await asyncio.to_thread(self.store.save, record, here if earlier else "")
        return self._keep(record, saved)

    async def delete(self, run: str) -> bool:
        """Remove a run; whether there was one. It waits in the bin for some days, if there is a bin."""
        self._open.pop(run, None)
        return await asyncio.to_thread(self._delete, run)

    def _delete(self, run: str) -> bool:
        if self.bin:
            with contextlib.suppress(RunNotFound, RunUnreadable):  # of a damaged one there is nothing to keep
                record = self.load(run)
                self.bin.delete(run)
                self.bin.save(record, "")
        return self.store.delete(run)

    async def restore(self, run: str) -> None:
        """Bring a deleted run back. Raises RunNotFound when it is not in the bin any more."""
        await asyncio.to_thread(self._restore, run)

    def _restore(self, run: str) -> None:
        if self.bin is None:
            raise RunNotFound(f"Run {run} is not kept any more.")
        self.store.save(self.bin.load(run), "")
        self.bin.delete(run)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def leave(self, run: str) -> None:
        """Let go of an open run; others may open it."""
        self._open.pop(run, None)
        self._saved.pop(run, None)
        self._locks.pop(run, None)
        if isinstance(self.store, Mirrored):
            self.store.release(run)

    # Inside

    async def _new_id(self) -> str:
        """An id that no run has which can be seen from here; for the others, saving compares heads."""
        while await asyncio.to_thread(self._is_taken, run := new_run_id(self._random_below)):
            pass
        return run

    def _is_taken(self, run: str) -> bool:
        try:
            return bool(self.store.head(run))
        except RunUnreadable:
            return True
        except StoreUnavailable:  # a story can begin where none can be read
            return False

    def _lock(self, run: str) -> asyncio.Lock:
        return self._locks.setdefault(run, asyncio.Lock())

    def _keep(self, record: RunRecord, saved: Saved) -> RunRecord:
        self._open[record.run] = record
        self._saved[record.run] = saved
        return record

    async def _note(self, run: str, action: str, event: Event) -> RunRecord:
        async with self._lock(run):
            record = self._open[run]
            return await self._amend(record, action, [event], fold(record.state, [event]))

    async def _noted(self, run: str, action: str, event: Event) -> RunRecord:
        if reason := event.refusal(self._open[run].state):
            raise Impossible(f"{reason[0].upper()}{reason[1:]}.")
        return await self._note(run, action, event)

    async def _amend(
        self,
        record: RunRecord,
        action: str,
        events: list[Event],
        state: GameState,
        expected: str | None = None,
        told: Told | None = None,
    ) -> RunRecord:
        """Save a turn in which nothing was decided. It does not move the story's revision."""
        at = self._clock.now()
        ident = turn_id(record.head, action, events)
        turn = Turn(
            id=ident,
            parent=record.head,
            number=record.rev,
            revision=state.revision,
            at=at,
            action=action,
            events=tuple(events),
            told=told or Told(storyteller=state.storyteller),
        )
        amended = record.extended(turn, state.having(last_turn=ident), self._device)
        head = record.head if expected is None else expected
        saved = await asyncio.shield(asyncio.to_thread(self.store.save, amended, head))
        return self._keep(amended, saved)


def _words(text: str) -> str:
    if not (said := clean_line(text, NOTE_LENGTH)):
        raise Impossible("There are no words to remember.", "For example: /memory add Ossa hates the sea")
    return said


def _at(record: RunRecord, revision: int) -> GameState:
    """The state the story had at a revision."""
    upto = tuple(t for t in record.story if t.revision <= revision)
    return same_run(replay(upto), record.state)
