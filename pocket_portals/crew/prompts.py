"""Prompts: a system text for each agent, the parts that matter now under headings, and the task. Bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from pydantic import Field, field_validator

from pocket_portals.crew.agents import AgentDef, CrewDef, overridden
from pocket_portals.crew.calls import PER_TOKEN, Messages
from pocket_portals.crew.situation import Parts, cut, decided, quoted, situation, told
from pocket_portals.rules.state import GameState, Quest, Speech, Verb
from pocket_portals.rules.values import Value
from pocket_portals.story.storyteller import Outcome
from pocket_portals.worlds.schema import WorldDef

FREE = tuple(
    v for v in Verb if v not in (Verb.MOVE, Verb.REST, Verb.PRESS_ON, Verb.FIGHT, Verb.FLEE, Verb.DEFEND)
)
"""The classes of deeds that a storyteller may offer: fights, ways and rests are the engine's own."""


_SLOTS = frozenset(
    "role backstory goal title genre tone money bible rating moderation least most speaker faults verbs "
    "near".split()
)


def _with_known_slots(text: str) -> str:
    """A text whose {slots} are all known. Raises ValueError, naming one that is not."""
    slots = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    if strange := sorted(slots - _SLOTS):
        raise ValueError(f"there is no slot {{{strange[0]}}}")
    return text


class PromptsDef(Value):
    """prompts.yaml."""

    budget: int = Field(ge=500, le=100_000)
    shares: dict[str, int]
    headings: dict[str, str]
    directives: dict[str, str]
    degrees: dict[str, str]
    system: str
    tasks: dict[str, str]
    retell: str
    mend: str
    aftermath: str
    settling: str
    luring: str
    hear: str
    quests: str

    @field_validator("system", "retell", "mend", "aftermath", "settling", "luring", "hear", "quests")
    @classmethod
    def _known_slots(cls, text: str) -> str:
        return _with_known_slots(text)

    @field_validator("tasks")
    @classmethod
    def _known_slots_of_tasks(cls, tasks: dict[str, str]) -> dict[str, str]:
        return {name: _with_known_slots(text) for name, text in tasks.items()}


@dataclass(frozen=True)
class Loose:
    """Loose ends that a turn may take up, each in a line: promises still open, dangers in reach."""

    promises: tuple[str, ...] = ()
    dangers: tuple[str, ...] = ()


class Prompter:
    """Writes prompts. Raises ConfigError when the player's own prompts.yaml does not hold."""

    def __init__(self, crew: CrewDef, own: Path | None = None) -> None:
        self._crew = crew
        self._texts = overridden("prompts.yaml", own, PromptsDef)
        characters = self._texts.budget * PER_TOKEN
        self._room = {part: characters * share // 100 for part, share in self._texts.shares.items()}

    def most_words(self, agent: str) -> int:
        """How many words an agent is asked for at most."""
        return self._crew.agents[agent].words[1]

    def speech(
        self,
        agent: str,
        task: str,
        world: WorldDef,
        state: GameState,
        outcome: Outcome,
        storybook: str,
        said: tuple[Speech, ...],
        speaker: str = "",
    ) -> Messages:
        """For an agent that speaks. ``said`` are the voices before it."""
        card = self._crew.agents[agent]
        parts = self._situation(world, state, f"{outcome.intent.said} {storybook}")
        parts |= decided(outcome, state, self._texts.degrees) | {"storybook": storybook, "said": told(said)}
        parts.pop("offered")
        return self._messages(card, world, parts, _fill(self._texts.tasks[task], card, speaker))

    def retelling(self, agent: str, world: WorldDef, state: GameState, words: str, action: str) -> Messages:
        """For an agent that tells the same again."""
        card = self._crew.agents[agent]
        parts = self._situation(world, state, f"{action} {words}")
        kept = {name: parts[name] for name in ("hero", "place", "people", "away")}
        kept |= {"deed": quoted(action), "said": words}
        return self._messages(card, world, kept, _fill(self._texts.retell, card))

    def mending(self, messages: Messages, words: str, faults: list[str]) -> Messages:
        """The same once more, with what was wrong with the answer."""
        return [
            *messages,
            {"role": "assistant", "content": cut(words, self._room["storybook"])},
            {"role": "user", "content": self._texts.mend.format(faults=" ".join(faults))},
        ]

    def aftermath(
        self,
        world: WorldDef,
        state: GameState,
        outcome: Outcome,
        said: tuple[Speech, ...],
        offered: str,
        loose: Loose,
        talk: Messages,
    ) -> Messages:
        """For deeds to offer and things to remember.

        ``talk`` is what the narrator was told and answered, if it spoke:
        going on from there, a model reads only what is new.
        """
        task = self._texts.aftermath.format(verbs=_verbs(FREE))
        task += self._texts.settling.format() if loose.promises else ""
        task += self._texts.luring.format() if loose.dangers else ""
        parts: Parts = {"said": told(said), "offered": offered}
        parts |= {"promised": _numbered(loose.promises), "dangers": _numbered(loose.dangers)}
        if talk:
            return [*talk, {"role": "user", "content": self._with_task(parts, task)}]
        parts = self._situation(world, state, told(said)) | parts
        parts |= decided(outcome, state, self._texts.degrees)
        return self._asking("narrator", world, parts, task)

    def hearing(self, world: WorldDef, state: GameState, words: str, near: str) -> Messages:
        """For reading what the player means."""
        parts = self._situation(world, state, words) | {"deed": quoted(words)}
        task = self._texts.hear.format(verbs=_verbs(tuple(Verb)), near=near)
        return self._asking("keeper", world, parts, task)

    def quests(self, world: WorldDef, state: GameState, quests: tuple[Quest, ...]) -> Messages:
        """For quests in words that fit the hero."""
        parts = self._situation(world, state, "")
        listed = "\n".join(f"{n}. {_quest(world, q)}" for n, q in enumerate(quests, start=1))
        kept = {name: parts[name] for name in ("hero", "memory", "story")} | {"quests": listed}
        return self._asking("quest_designer", world, kept, self._texts.quests.format())

    def _situation(self, world: WorldDef, state: GameState, about: str) -> Parts:
        return situation(world, state, self._room, self._texts.directives, about)

    def _asking(self, agent: str, world: WorldDef, parts: Parts, task: str) -> Messages:
        return self._messages(self._crew.agents[agent], world, parts, task)

    def _messages(self, card: AgentDef, world: WorldDef, parts: Parts, task: str) -> Messages:
        system = self._texts.system.format(
            role=card.role,
            backstory=card.backstory,
            goal=card.goal,
            title=world.title,
            genre=world.genre,
            tone=cut(world.tone, 600),
            money=world.money,
            bible=cut(" ".join(world.bible.split()), self._room["bible"]),
            rating=self._crew.rating,
            moderation=self._crew.moderation,
        )
        return [
            {"role": "system", "content": system},
            {"role": "user", "content": self._with_task(parts, task)},
        ]

    def _with_task(self, parts: Mapping[str, str], task: str) -> str:
        return f"{self._laid_out(parts)}\n\nYOUR TASK\n{task}"

    def _laid_out(self, parts: Mapping[str, str]) -> str:
        order = [name for name in self._texts.headings if parts.get(name)]
        return "\n\n".join(
            f"{self._texts.headings[name]}\n{cut(parts[name], self._room.get(name, 0))}" for name in order
        )


def _fill(task: str, card: AgentDef, speaker: str = "") -> str:
    return task.format(least=card.words[0], most=card.words[1], speaker=speaker or card.role)


def _numbered(lines: tuple[str, ...]) -> str:
    return "\n".join(f"{n}. {cut(line, 120)}" for n, line in enumerate(lines, start=1))


def _verbs(verbs: tuple[Verb, ...]) -> str:
    return ", ".join(v.value for v in verbs)


def _quest(world: WorldDef, quest: Quest) -> str:
    giver = world.person.get(quest.giver)
    asked = f" Asked by {giver.name}, {giver.who}." if giver else ""
    goals = " ".join(o.text for o in quest.objectives)
    pay = f"{quest.reward.gold} {world.money}" if quest.reward.gold else "no money"
    return f"“{quest.title}” ({quest.kind}).{asked} {quest.pitch} Goals: {goals} Pay: {pay}."
