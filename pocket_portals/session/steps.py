"""The steps of one turn. Nothing is saved, and nothing outside is touched, before ``keep``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import pairwise

from pocket_portals.errors import Impossible
from pocket_portals.rules.events import (
    AdventureCompleted,
    ChoicesSet,
    EpilogueBegun,
    Event,
    ExchangeAdded,
    LinesUsed,
    QuestsOffered,
    RunBegun,
    SceneTold,
    TurnSettled,
    VoicesNoted,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import Choice, Closure, GameState, Phase, Voice
from pocket_portals.session.journal import RunRecord, Timings, Turn, told_by, turn_id
from pocket_portals.session.ports import Clock, Decided, Heard, Routed, RunStore, Saved, Spoken, Watch, Words
from pocket_portals.session.reading import Fact, Reading
from pocket_portals.session.transcript import entry_of
from pocket_portals.story import fight_intent, fights, intent, interview, offers, perils, questing, referee
from pocket_portals.story.consequences import rest
from pocket_portals.story.router import AgentRouter
from pocket_portals.story.storybook import ending_of
from pocket_portals.story.storyteller import Intent, Narration, Outcome, Storyteller
from pocket_portals.worlds.schema import WorldDef

RETIRE = "/retire"  # the action that ends the adventure


class Play:
    """One turn being played: hear, route, one step by phase, tell, settle."""

    def __init__(
        self,
        record: RunRecord,
        action: str,
        *,
        world: WorldDef,
        storyteller: Storyteller,
        clock: Clock,
        watch: Watch,
        device: str = "",
        request: str = "",
    ) -> None:
        self.record = record
        self.action = action
        self.request = request
        self.world = world
        self.storyteller = storyteller
        self.intent = Intent(kind="nothing")
        self.outcome = Outcome(self.intent)
        self.narration = Narration(speeches=())
        self.voices: tuple[Voice, ...] = ()
        self.draft = Draft(record.state, watch=self._decided)
        self.phase = record.state.phase
        self._clock = clock
        self._watch = watch
        self._device = device
        self._marks = [clock.elapsed()]
        self._facts: list[str] = []
        self._reading = Reading(record.state.combat_state is not None)
        self._first_choices: tuple[Choice, ...] = ()

    @property
    def begins(self) -> bool:
        """Whether this is the first turn of its run."""
        return not self.record.turns

    # The steps

    async def hear(self) -> None:
        """Read the player's words. Raises Impossible when there is nothing in them."""
        if self.begins:
            return
        state = self.draft.state
        if self.action == RETIRE:
            self.intent = Intent(kind="retire", said=self.action)
        elif self.phase is Phase.INTERVIEW:
            self.intent = interview.hear(self.action, state)
        elif self.phase is Phase.COMBAT:
            self.intent = fight_intent.hear(self.action, state, self.world)
        elif self.phase is Phase.QUEST:
            self.intent = questing.hear(self.action, state, self.world)
        else:
            self.intent = intent.read(self.action, state, self.world)
        if not self.intent.sure:
            self.intent = await self.storyteller.hear(self.world, state, self.intent)
        if self.intent.kind == "nothing":
            raise Impossible("Nothing was said.", "Say what you do, or pick a number.")
        self.outcome = Outcome(self.intent)
        self._watch(Heard(self.intent))
        self._marks.append(self._clock.elapsed())

    def route(self) -> Phase:
        """Which step plays this turn."""
        return Phase.EPILOGUE if self.intent.kind == "retire" else self.phase

    async def interview(self) -> None:
        """One exchange at the table, or the opening of the run."""
        if self.begins:
            self._open()
            return
        self.outcome = interview.exchange(self.draft, self.world, self.intent)
        await self._offer_quests()

    async def quest(self) -> None:
        """Take a quest, or ask about them."""
        self.outcome = questing.settle_on(self.draft, self.world, self.intent)

    async def explore(self) -> None:
        """A deed in a scene."""
        self.outcome = referee.explore(self.draft, self.world, self.intent)
        await self._offer_quests()

    async def combat(self) -> None:
        """A round of a fight."""
        self.outcome = referee.fight(self.draft, self.world, self.intent)
        await self._offer_quests()

    async def epilogue(self) -> None:
        """The player ends the adventure."""
        self.outcome = Outcome(self.intent)
        referee.retire(self.draft)

    async def decide(self, phase: Phase) -> None:
        """The step of this phase."""
        match phase:
            case Phase.INTERVIEW:
                await self.interview()
            case Phase.QUEST:
                await self.quest()
            case Phase.EXPLORE:
                await self.explore()
            case Phase.COMBAT:
                await self.combat()
            case Phase.EPILOGUE:
                await self.epilogue()

    async def tell(self) -> None:
        """Let the voices the router picks put what was decided into words."""
        self._marks.append(self._clock.elapsed())
        state = self.draft.state
        self.voices = AgentRouter(self.world.home).route(self.draft, self.phase)
        self._watch(Routed(self.voices))
        teller, world = self.storyteller, self.world
        lost = self._reading.heads and not (state.closure or any(p.arrives for p in self.outcome.pieces))
        if lost or teller.name != "storybook":
            self._show(self._reading.kept())
        self.outcome.facts = tuple(self._facts)
        if state.closure and not state.adventure_completed:
            self.narration = await teller.epilogue(world, state, self.outcome, self._say)
            self.draft.add(AdventureCompleted(ending=ending_of(world, state).id))
        elif state.phase is Phase.INTERVIEW:
            self.narration = await teller.interview(world, state, self.outcome, self._say)
        else:
            self.narration = await teller.tell(world, state, self.outcome, self.voices, self._say)
        self._show(self._reading.told())
        for speech in self.narration.speeches:
            self._watch(Spoken(speech))

    def settle(self) -> RunRecord:
        """Close the turn: what was proposed, who spoke, the words, the choices; the record with it."""
        self._marks.append(self._clock.elapsed())
        draft = self.draft
        for proposal in self.narration.proposals:
            draft.propose(proposal)
        spoke = tuple(dict.fromkeys(s.voice for s in self.narration.speeches))
        draft.add(VoicesNoted(voices=spoke))
        if self.narration.used:
            draft.add(LinesUsed(ids=self.narration.used))
        at = self._clock.now()
        said = "" if self.begins else self.intent.said
        if self.narration.arrives is not None:
            draft.add(SceneTold(speech=self.narration.arrives))
        draft.add(
            ExchangeAdded(action=said, speeches=self.narration.speeches),
            ChoicesSet(choices=self._choices()),
            TurnSettled(at=at),
        )
        action = self.action[:400] if self.begins else self.intent.said
        ident = turn_id(self.record.head, action, draft.events)
        turn = Turn(
            id=ident,
            parent=self.record.head,
            number=self.record.rev,
            revision=draft.state.revision,
            at=at,
            action=action,
            request=self.request,
            intent=None if self.begins else self.intent,
            events=tuple(draft.events),
            told=told_by(self.storyteller.name, self.narration),
            timings=self._timings(),
        )
        return self.record.extended(turn, draft.state.having(last_turn=ident), self._device)

    async def retell(self) -> Narration:
        """Other words for the last turn; nothing is decided. Raises Impossible where there are none."""
        told = self.record.state.conversation_history
        if not told:
            raise Impossible("Nothing was told yet.")
        last = told[-1]
        state = self.record.state
        narration = await self.storyteller.retell(self.world, state, last.speeches, last.action, self._say)
        for speech in narration.speeches:
            self._watch(Spoken(speech))
        return narration

    # Inside

    def _open(self) -> None:
        state = self.record.state
        begun = RunBegun(
            session_id=state.session_id,
            seed=state.seed,
            world=state.world,
            storyteller=state.storyteller,
            max_turns=state.max_turns,
            at=state.created_at,
        )
        self.draft.events.append(begun)
        pieces, self._first_choices, named = interview.opening(self.world, state.seed, self.action)
        if named:
            self.draft.add(named)
        self.outcome = Outcome(self.intent, pieces)

    async def _offer_quests(self) -> None:
        """Lay quests on the table when the hero has come to it; with none left the story closes."""
        state = self.draft.state
        if state.phase is not Phase.QUEST or state.pending_quest_options:
            return
        rest(self.draft, whole=True)
        offered = await self.storyteller.offer_quests(self.world, state)
        if not offered:
            done = Closure.QUEST_COMPLETE if state.completed_quests else Closure.HARD_CAP
            self.draft.add(EpilogueBegun(closure=done))
            return
        self.draft.add(QuestsOffered(quests=offered))
        self.outcome.offers = True
        self.outcome.pieces += questing.gathering(self.world, self.draft.state)

    def _choices(self) -> tuple[Choice, ...]:
        state = self.draft.state
        if self.begins:
            return self._first_choices
        match state.phase:
            case Phase.INTERVIEW:
                return interview.choices(self.world, state)
            case Phase.QUEST:
                return questing.choices(state)
            case Phase.COMBAT:
                return fights.choices(self.world, state)
            case Phase.EPILOGUE:
                return ()
            case Phase.EXPLORE:
                added = self.narration.choices
                reach = perils.in_reach(self.world, state) if any(c.ref for c in added) else []
                return offers.joined(self._scene_choices(state), added, [perils.ref(s) for s in reach])

    def _scene_choices(self, state: GameState) -> tuple[Choice, ...]:
        scene = self.world.scene.get(state.scene.id) if state.scene else None
        return offers.scene_choices(self.world, state, scene) if scene else state.current_choices

    def _timings(self) -> Timings:
        marks = self._marks if len(self._marks) == 4 else [self._marks[0], *self._marks]
        hear, decide, tell = (round((b - a) * 1000, 3) for a, b in pairwise(marks))
        return Timings(hear=hear, decide=decide, tell=tell)

    def _decided(self, event: Event) -> None:
        state = self.draft.state
        if (line := entry_of(event, state)) and line.sort != "dice":
            self._facts.append(f"{line.label}: {line.text}")
        self._show(self._reading.fact(Fact(event, state)))

    def _show(self, facts: Iterable[Fact]) -> None:
        for event, state in facts:
            self._watch(Decided(event, state))

    def _say(
        self,
        voice: Voice,
        text: str,
        speaker: str = "",
        begins: bool = True,
        instead: bool = False,
        stands: int = 0,
        arrives: bool = False,
    ) -> None:
        if arrives:
            self._show(self._reading.arrives())
        elif begins:
            self._show(self._reading.goes_on())
        self._watch(Words(voice, text, speaker, begins, instead, stands, arrives))


async def keep(store: RunStore, record: RunRecord, expected: str) -> Saved:
    """Save a settled turn. Once writing has begun it is seen through, even when cancelled."""
    saving = asyncio.ensure_future(asyncio.to_thread(store.save, record, expected))
    try:
        return await asyncio.shield(saving)
    except asyncio.CancelledError:
        return await saving
