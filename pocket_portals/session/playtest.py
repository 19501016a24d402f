"""Bots that play whole runs by the choices on the screen, and what their runs say about a world."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pocket_portals.rules.checks import chance, edge_of
from pocket_portals.rules.dice import Stream
from pocket_portals.rules.events import RunBegun
from pocket_portals.rules.fighters import Tactic
from pocket_portals.rules.hero import Calling
from pocket_portals.rules.state import Choice, Degree, GameState, Phase
from pocket_portals.session.entrance import LENGTHS
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.service import unwatched
from pocket_portals.session.steps import Play
from pocket_portals.session.tally import Tally
from pocket_portals.story.offers import chosen
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.schema import WorldDef

FOR_THE_QUEST = 30  # points of chance that a deed which serves the quest is worth
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
    """Takes the likelier deeds, minds its health, and reads what foes are about to do.

    With a ``world`` it also tells from a choice whether it serves the quest, as its words tell a reader.
    """

    def __init__(self, seed: str, calling: Calling | None = None, world: WorldDef | None = None) -> None:
        self._stream = Stream(f"bot/{seed}", 0)
        self._calling = calling
        self._world = world
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
        serves = FOR_THE_QUEST if self._serves(choice) else 0
        if choice.check is None:
            return serves + 62 - 12 * ("(" in choice.label)
        return serves + chance(state.hero, choice.check.ability, choice.check.dc, edge_of(state)[0])

    def _serves(self, choice: Choice) -> bool:
        """Whether an objective may be advanced by this deed, or by the fight it begins."""
        found = chosen(self._world, choice) if self._world else None
        if found is None or self._world is None:
            return False
        done = found[1].outcome(Degree.SUCCESS if found[1].check else None).do
        won = self._world.encounter[done.fight].won.do if done.fight else done
        return bool(done.objective or won.objective)

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


class Endless(RuntimeError):
    """A run that went on and on."""


async def play_run(world: WorldDef, seed: str, bot: Bot, length: str = "standard") -> RunRecord:
    """Play one run to its epilogue. Raises Endless when it has none."""
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
    raise Endless(f"the run with seed {seed} has no end")


def playtest(
    world: WorldDef, seeds: Iterable[str], kind: str = "sensible", length: str = "standard"
) -> Tally:
    """Play a run for each seed with one kind of bot, and count; runs that break off are counted too."""

    async def all_runs() -> Tally:
        tally = Tally()
        for number, seed in enumerate(seeds):
            calling = list(Calling)[number % len(Calling)]
            bot: Bot = RandomBot(seed) if kind == "random" else SensibleBot(seed, calling, world)
            try:
                tally.add(await play_run(world, seed, bot, length))
            except Endless as endless:
                tally.endless.append(str(endless))
            except Exception as error:
                tally.failures.append(f"{seed}: {error!r}")
        return tally

    return asyncio.run(all_runs())


def prove(world: WorldDef, runs: int, progress: Callable[[int], None] = lambda done: None) -> Tally:
    """Play ``runs`` seeded runs, most sensibly, every fourth by any choice. ``progress`` hears of each.

    Raises Endless, naming the seed, when a run has no end.
    """

    async def all_runs() -> Tally:
        tally = Tally()
        for number in range(runs):
            seed = f"{world.id}-{number}"
            calling = list(Calling)[number % len(Calling)]
            bot: Bot = RandomBot(seed) if number % 4 == 3 else SensibleBot(seed, calling, world)
            tally.add(await play_run(world, seed, bot))
            progress(number + 1)
        return tally

    return asyncio.run(all_runs())
