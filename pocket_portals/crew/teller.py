"""The crew: a Storyteller that tells the same turn as the storybook, each voice by its own agent.

The storybook tells every turn first, unheard: its words are what the agents are to tell, what their words are
checked against, and what is told where they fail.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from pocket_portals.crew import designer, keeper
from pocket_portals.crew.agents import CrewDef
from pocket_portals.crew.answers import Aftermath, Answer, QuestTable, Reading
from pocket_portals.crew.calls import BACKOFF, Calls, Messages, Models, Spent
from pocket_portals.crew.checks import Bounds
from pocket_portals.crew.prompts import Loose, Prompter
from pocket_portals.crew.telling import Telling, parts
from pocket_portals.crew.troubles import ModelTrouble
from pocket_portals.errors import Impossible
from pocket_portals.rules.state import GameState, Phase, Quest, Speech, Voice
from pocket_portals.story import offers, perils
from pocket_portals.story.storybook import Storybook
from pocket_portals.story.storyteller import Intent, Narration, Outcome, Say
from pocket_portals.worlds.schema import WorldDef

MOST_SPEECHES = 4  # of a turn that agents tell; more are the storybook's
UNSETTLED_TURNS = 64  # whose tokens are kept until they are told

_AGENTS: dict[Voice, str] = {
    Voice.NARRATOR: "narrator",
    Voice.JESTER: "jester",
    Voice.INNKEEPER: "innkeeper",
    Voice.INTERVIEWER: "interviewer",
    Voice.CHRONICLER: "chronicler",
}
"""Who speaks for a voice. The Keeper's numbers and the quests on the table are told as they are."""


def mute(*words: object, **how: object) -> None:
    """A Say that nobody hears."""


class Crew:
    """Tells by models. One is enough for any number of runs; it keeps nothing of them."""

    name = "crew"

    def __init__(
        self, models: Models, crew: CrewDef, own: Path | None = None, backoff: float = BACKOFF
    ) -> None:
        """``own``: the directory with the player's own prompts. Raises ConfigError when they don't hold."""
        self._book = Storybook()
        self._calls = Calls(models, crew, backoff)
        self._prompter = Prompter(crew, own)
        self._spent: OrderedDict[tuple[str, int], Spent] = OrderedDict()

    async def hear(self, world: WorldDef, state: GameState, intent: Intent) -> Intent:
        """The Keeper's reading of unsure words; where there is none, the one that was given."""
        if intent.kind == "choice":
            return intent
        messages = self._prompter.hearing(world, state, intent.said, keeper.near(state, world))
        reading = await self._asked("keeper", messages, Reading, state)
        if reading is None:
            return intent
        return keeper.intent_of(reading, intent, state, world)

    async def interview(self, world: WorldDef, state: GameState, outcome: Outcome, say: Say) -> Narration:
        """The talk at the table; the way in is always the world's own words."""
        if not state.conversation_history:
            return await self._book.interview(world, state, outcome, say)
        book = await self._book.interview(world, state, outcome, mute)
        return await self._told(book, world, state, outcome, say)

    async def offer_quests(self, world: WorldDef, state: GameState) -> tuple[Quest, ...]:
        """The quests that the storybook lays on the table, in words for this hero."""
        quests = await self._book.offer_quests(world, state)
        if not quests:
            return quests
        messages = self._prompter.quests(world, state, quests)
        table = await self._asked("quest_designer", messages, QuestTable, state)
        return designer.dressed(quests, table, world) if table else quests

    async def tell(
        self, world: WorldDef, state: GameState, outcome: Outcome, voices: tuple[Voice, ...], say: Say
    ) -> Narration:
        """A turn of play."""
        if outcome.intent.kind == "question" and outcome.intent.target.startswith("topic:"):
            return await self._book.tell(world, state, outcome, voices, say)  # exact, and at once
        book = await self._book.tell(world, state, outcome, voices, mute)
        return await self._told(book, world, state, outcome, say)

    async def epilogue(self, world: WorldDef, state: GameState, outcome: Outcome, say: Say) -> Narration:
        """How it ended."""
        book = await self._book.epilogue(world, state, outcome, mute)
        return await self._told(book, world, state, outcome, say)

    async def retell(
        self, world: WorldDef, state: GameState, told: tuple[Speech, ...], action: str, say: Say
    ) -> Narration:
        """The last words again. Raises ModelUnavailable, Impossible."""
        telling = Telling(self._calls, self._prompter, Spent(), say)
        for part in parts(told):
            agent = _AGENTS.get(part.voice)
            if agent is None:
                telling.print(part)
                continue
            messages = self._prompter.retelling(agent, world, state, part.text, action)
            await telling.part(part, agent, messages, Bounds(world, state, part.text))
        if all(part.voice not in _AGENTS for part in parts(told)):
            raise Impossible("There are no other words for that.")
        return telling.narration()

    async def _told(
        self, book: Narration, world: WorldDef, state: GameState, outcome: Outcome, say: Say
    ) -> Narration:
        """The storybook's turn in the agents' words, as far as they can be had."""
        telling = Telling(self._calls, self._prompter, self._take_spent(state), say)
        if lost := telling.spent.lost:
            telling.give_up(lost)
        printed = " ".join(speech.text for speech in book.speeches)
        for part in parts(book.speeches):
            agent = _AGENTS.get(part.voice)
            if agent is None or telling.trouble or telling.asked >= MOST_SPEECHES:
                telling.print(part)
                continue
            task = _task(agent, state, book)
            messages = self._prompter.speech(
                agent, task, world, state, outcome,
                "" if task == "narrator_open" else part.text, tuple(telling.said), part.speaker,
            )  # fmt: skip
            try:
                await telling.part(part, agent, messages, Bounds(world, state, printed, outcome.facts))
            except ModelTrouble as trouble:
                telling.give_up(trouble)
                telling.print(part, instead=telling.shown)
        if state.phase is Phase.EXPLORE and not telling.trouble and telling.asked:
            await self._aftermath(telling, world, state, outcome)
        return telling.narration(book.used)

    async def _aftermath(self, telling: Telling, world: WorldDef, state: GameState, outcome: Outcome) -> None:
        """Deeds to offer beside the written ones, and what is to be remembered."""
        scene = world.scene.get(state.scene.id) if state.scene else None
        written = offers.scene_choices(world, state, scene) if scene else state.current_choices
        offered = "\n".join(f"{n}. {c.label}" for n, c in enumerate(written, start=1))
        try:
            said = tuple(s for s in telling.said if s.voice is not Voice.NARRATOR or not telling.talk)
            notes, dangers = state.memory.notes, perils.in_reach(world, state)
            loose = Loose(
                promises=tuple(notes[ident].text for ident in keeper.open_promises(state)),
                dangers=tuple(perils.named(world, scene) for scene in dangers),
            )
            messages = self._prompter.aftermath(world, state, outcome, said, offered, loose, telling.talk)
            after = await self._calls.ask("narrator", messages, Aftermath, telling.spent)
        except ModelTrouble:
            return  # the written deeds are enough
        deeds = keeper.choices(after.deeds, state, world, written)
        telling.choices = (*keeper.lures(after, dangers), *deeds)
        telling.proposals = tuple(keeper.proposals(after, state))

    async def _asked(
        self, agent: str, messages: Messages, shape: type[Answer], state: GameState
    ) -> Answer | None:
        """A structured answer before the turn is told; None where there is none to be had."""
        spent = self._spent_on(state)
        if spent.lost:
            return None
        try:
            return await self._calls.ask(agent, messages, shape, spent)
        except ModelTrouble as trouble:
            spent.lost = trouble if trouble.lasting else None
            return None

    def _spent_on(self, state: GameState) -> Spent:
        """What the turn that follows this state took so far."""
        key = (state.session_id, state.revision)
        while len(self._spent) >= UNSETTLED_TURNS:
            self._spent.popitem(last=False)
        return self._spent.setdefault(key, Spent())

    def _take_spent(self, state: GameState) -> Spent:
        return self._spent.pop((state.session_id, state.revision), Spent())


def _task(agent: str, state: GameState, book: Narration) -> str:
    """Which task an agent is given: in a fight, and where the storybook had no answer, another."""
    if agent != "narrator":
        return agent
    if any(line.startswith("unknown:") for line in book.used):
        return "narrator_open"
    return "narrator_fight" if state.combat_state else "narrator"
