"""Bots that play whole runs by the choices on the screen, and what their runs say about a world."""

from __future__ import annotations

import asyncio
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pocket_portals.rules.checks import chance
from pocket_portals.rules.dice import Stream
from pocket_portals.rules.events import (
    ChoicesSet,
    CombatBegun,
    CombatEnded,
    LevelGained,
    RunBegun,
    SceneEntered,
    SheetSet,
)
from pocket_portals.rules.fighters import Tactic
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import ARMS, Ancestry, Calling, CharacterSheet, ability_scores
from pocket_portals.rules.state import Choice, Closure, GameState, Phase
from pocket_portals.session.entrance import LENGTHS
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.service import unwatched
from pocket_portals.session.steps import Play
from pocket_portals.story import fights
from pocket_portals.story.consequences import carry
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.schema import EncounterDef, WorldDef

MOST_ACTIONS = 600  # a run that takes longer has no end

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class TurnClock:
    """A clock that moves a second at each look, so that runs are the same everywhere."""

    def __init__(self) -> None:
        self._looks = 0

    def now(self) -> datetime:
        """The next second."""
        self._looks += 1
        return _EPOCH + timedelta(seconds=self._looks)

    def elapsed(self) -> float:
        """No time passes while a bot thinks."""
        return 0.0


class Bot(Protocol):
    """Decides what to type."""

    def act(self, state: GameState) -> str:
        """The next action, from what a player can see."""
        ...


class RandomBot:
    """Takes any choice."""

    def __init__(self, seed: str) -> None:
        self._stream = Stream(f"bot/{seed}", 0)

    def act(self, state: GameState) -> str:
        """One of the numbers on the screen."""
        return str(self._stream.integer(1, max(1, len(state.current_choices))))


class SensibleBot:
    """Takes the likelier deeds, minds its health, and reads what foes are about to do."""

    def __init__(self, seed: str, calling: Calling | None = None) -> None:
        self._stream = Stream(f"bot/{seed}", 0)
        self._calling = calling
        self._rested = False

    def act(self, state: GameState) -> str:
        """A number on the screen, or words where they say more."""
        if state.phase is Phase.INTERVIEW:
            if state.creation_turn == 0 and self._calling:
                return f"I am a {self._calling.value}"
            return "1" if state.creation_turn >= 4 else str(self._stream.integer(1, 3))
        if state.phase is Phase.COMBAT:
            return self._fight(state)
        if state.phase is Phase.QUEST:
            quests = [i for i, c in enumerate(state.current_choices) if c.ref.startswith("quest:")]
            return str(1 + self._stream.pick(quests))
        if state.health_current * 5 <= state.health_max * 2 and not self._rested:
            self._rested = True
            return "rest"
        self._rested = False
        weighed = [(self._worth(state, choice), i) for i, choice in enumerate(state.current_choices)]
        best = max(worth for worth, _ in weighed)
        return str(1 + self._stream.pick([i for worth, i in weighed if worth >= best - 15]))

    def _worth(self, state: GameState, choice: Choice) -> int:
        if choice.check is None:
            return 62 - 12 * ("(" in choice.label)
        return chance(state.hero, choice.check.ability, choice.check.dc)

    def _fight(self, state: GameState) -> str:
        fight = state.combat_state
        assert fight is not None
        refs = {choice.ref: str(i + 1) for i, choice in enumerate(state.current_choices)}
        low = state.health_current * 5 <= state.health_max * 2
        heavy = any(f.tactic is Tactic.HEAVY for f in fight.standing)
        mending = [
            r for r in refs if r.startswith(("fight:power:cure", "fight:power:second")) or "heals" in r
        ]
        mending += [
            f"fight:item:{i}"
            for i, item in state.inventory.items()
            if item.heal and f"fight:item:{i}" in refs
        ]
        if low and mending:
            return refs[mending[0]]
        if heavy:
            return refs["fight:defend"]
        striking = [r for r in refs if r.startswith("fight:power:") and r not in mending]
        using = [r for r in refs if r.startswith("fight:use:")]
        if striking:
            return refs[striking[0]]
        if using and any(
            chance(state.hero, c.check.ability, c.check.dc) >= 55 for c in state.current_choices if c.check
        ):
            return refs[using[0]]
        attack = next(r for r in refs if r.startswith("fight:attack"))
        return refs[attack]


async def play_run(world: WorldDef, seed: str, bot: Bot, length: str = "standard") -> RunRecord:
    """Play one run to its epilogue. Raises RuntimeError when it has no end."""
    clock, teller = TurnClock(), Storybook()
    begun = RunBegun(
        session_id="amber-fox-0001",
        seed=seed,
        world=world.id,
        storyteller=teller.name,
        max_turns=LENGTHS[length],
        at=clock.now(),
    )
    record = RunRecord(run="amber-fox-0001", state=begun.state(), turns=())
    action = ""
    for _ in range(MOST_ACTIONS):
        play = Play(record, action, world=world, storyteller=teller, clock=clock, watch=unwatched)
        await play.hear()
        await play.decide(play.route())
        await play.tell()
        record = play.settle()
        if record.state.adventure_completed:
            return record
        action = bot.act(record.state)
    raise RuntimeError(f"the run with seed {seed} has no end")


@dataclass
class Tally:
    """What many runs of a world add up to."""

    runs: int = 0
    actions: int = 0
    turns: list[int] = field(default_factory=list)
    quests: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    closures: Counter[Closure] = field(default_factory=Counter)
    scenes: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    shown: int = 0
    fights: Counter[tuple[Calling, str]] = field(default_factory=Counter)
    lengths: list[int] = field(default_factory=list)

    def add(self, record: RunRecord) -> None:
        """Count one finished run."""
        state = record.state
        self.runs += 1
        self.actions += len(record.turns)
        self.turns.append(state.adventure_turn)
        self.quests += bool(state.completed_quests)
        self.endings[state.ending] += 1
        if state.closure:
            self.closures[state.closure] += 1
        scenes = [e.scene for t in record.turns for e in t.events if isinstance(e, SceneEntered)]
        self.scenes.update(scenes)
        self.shown += len(scenes)
        self.repeats += len(scenes) - len(set(scenes))
        for turn in record.turns:
            for event in turn.events:
                if isinstance(event, CombatEnded):
                    self.fights[state.hero.calling, event.result] += 1
                elif isinstance(event, CombatBegun):
                    self.fights[state.hero.calling, "begun"] += 1

    @property
    def completion(self) -> float:
        """Share of runs in which a quest was completed."""
        return self.quests / self.runs

    @property
    def median_turns(self) -> float:
        """The median length of a run in turns of the adventure."""
        return statistics.median(self.turns)

    def table(self, world: WorldDef) -> str:
        """The figures, as lines to read."""
        unseen = sorted(s.id for s in world.storylets if s.id not in self.scenes)
        unreached = [e.id for e in world.endings if e.id not in self.endings]
        repeated = self.repeats / max(1, self.shown)
        lines = [
            f"runs {self.runs} · actions {self.actions} · median turns {self.median_turns:g}",
            f"quest completed {self.completion:.0%} · scenes repeated {repeated:.1%}",
            "closures  " + ", ".join(f"{c} {n / self.runs:.0%}" for c, n in self.closures.most_common()),
            "endings   " + ", ".join(f"{e} {n / self.runs:.0%}" for e, n in self.endings.most_common()),
            f"endings never reached: {', '.join(unreached) or 'none'}",
            f"storylets never shown: {', '.join(unseen) or 'none'}",
        ]
        for calling in Calling:
            begun = self.fights[calling, "begun"]
            if begun:
                won = sum(self.fights[calling, r] for r in ("won", "talked")) / begun
                fallen = self.fights[calling, "fallen"] / begun
                lines.append(f"{calling:8} fights {begun}, won {won:.0%}, fallen {fallen:.0%}")
        return "\n".join(lines)


def playtest(
    world: WorldDef, seeds: Iterable[str], kind: str = "sensible", length: str = "standard"
) -> Tally:
    """Play a run for each seed with one kind of bot, and count."""

    async def all_runs() -> Tally:
        tally = Tally()
        for number, seed in enumerate(seeds):
            calling = list(Calling)[number % len(Calling)]
            bot: Bot = RandomBot(seed) if kind == "random" else SensibleBot(seed, calling)
            tally.add(await play_run(world, seed, bot, length))
        return tally

    return asyncio.run(all_runs())


def prove(world: WorldDef, runs: int, progress: Callable[[int], None] = lambda done: None) -> Tally:
    """Play ``runs`` seeded runs, most sensibly, every fourth by any choice. ``progress`` hears of each.

    Raises RuntimeError, naming the seed, when a run has no end.
    """

    async def all_runs() -> Tally:
        tally = Tally()
        for number in range(runs):
            seed = f"{world.id}-{number}"
            calling = list(Calling)[number % len(Calling)]
            bot: Bot = RandomBot(seed) if number % 4 == 3 else SensibleBot(seed, calling)
            tally.add(await play_run(world, seed, bot))
            progress(number + 1)
        return tally

    return asyncio.run(all_runs())


def tier_of(world: WorldDef, encounter: EncounterDef) -> str:
    """How hard a fight is meant to be: by its hardest foe, one step up where that foe has company."""
    order = ["common", "standard", "tough", "boss"]
    if encounter.boss:
        return "boss"
    tiers = sorted(order.index(world.foe[kind].tier) for kind in encounter.foes)
    return order[min(2, tiers[-1] + (len(tiers) > 1))]


def duel(world: WorldDef, encounter: str, calling: Calling, bot: Bot, seed: str) -> tuple[bool, int]:
    """Fight one encounter with a fresh hero (level 3 for a boss): whether it was not lost, and its rounds."""
    begun = RunBegun(
        session_id="amber-fox-0001", seed=seed, world=world.id, storyteller="", max_turns=50, at=_EPOCH
    )
    draft = Draft(begun.state())
    ancestry = list(Ancestry)[sum(seed.encode()) % len(Ancestry)]
    named = next(c for c in world.callings if c.calling is calling)
    sheet = CharacterSheet(
        name="Bot",
        ancestry=ancestry,
        ancestry_name=ancestry.value,
        calling=calling,
        calling_name=named.name,
        abilities=ability_scores(calling, ancestry),
        arms=ARMS[calling],
    )
    draft.add(SheetSet(sheet=sheet, gold=0, items={thing: carry(world, thing) for thing in named.gear}))
    if world.encounter[encounter].boss:
        draft.add(LevelGained(), LevelGained())
    draft = Draft(draft.state, draft.stream)
    fights.begin(draft, world, encounter)
    rounds = 0
    while draft.state.combat_state:
        rounds += 1
        draft = Draft(draft.state, draft.stream)
        draft.add(ChoicesSet(choices=fights.choices(world, draft.state)))
        intent = fights.hear(bot.act(draft.state), draft.state, world)
        fights.round_of(draft, world, intent)
    result = next(e.result for e in reversed(draft.events) if isinstance(e, CombatEnded))
    return result != "fallen", rounds
