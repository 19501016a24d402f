"""Whole runs told by the real model, by the way the screen takes, each turn beside the storybook's own."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections import Counter
from dataclasses import dataclass, field

import yaml

from pocket_portals import wiring
from pocket_portals.clean import clean
from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.calls import MOST_CHARACTERS
from pocket_portals.paths import Paths
from pocket_portals.rules.events import Event
from pocket_portals.rules.state import GameState, Phase
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import RunRecord, Turn, problems
from pocket_portals.session.playtest import SensibleBot
from pocket_portals.session.ports import Signal, Words
from pocket_portals.session.service import GameSessionService, unwatched
from pocket_portals.settings import Config, ModelConfig, StoryConfig
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.library import WorldLibrary

MOST_ACTIONS = 150  # a short run that takes more has no end
FREE = 7  # every so many turns words are typed that the Keeper has to read
DEEDS = ("hum a tune for whoever listens", "balance a coin on my nose", "ask the weather what it wants")
TELLING = {
    "scene_told", "exchange_added", "choices_set", "note_taken", "story_line_added", "turn_settled",
    "quests_offered",
}  # fmt: skip
"""Kinds of events that say how a turn was told; every other is a fact."""
WORDS = {
    "memory", "conversation_history", "current_choices", "storyteller", "last_turn", "pending_quest_options",
    "recent_agents", "turns_since_jester", "played_at", "active_quest", "completed_quests",
}  # fmt: skip
"""Parts of a state that hold words, or tell when; a quest's title is one of the words."""


@dataclass
class Tally:
    """What one run showed."""

    seed: str
    failures: list[str] = field(default_factory=list)
    fallbacks: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    first_words: list[float] = field(default_factory=list)
    turns: int = 0
    told: int = 0  # turns in which a model spoke
    reasons: Counter[str] = field(default_factory=Counter)  # what the crew wrote into the log

    def expect(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.failures.append(f"{self.seed}, turn {self.turns}: {what}")


class Listening(logging.Handler):
    """Counts why answers of the model were not taken, by the log of the crew."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.INFO)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        self._tally.reasons[record.getMessage()[:100]] += 1


def play(model: str, seed: str, most_turns: int, tokens: int, threads: int) -> list[str]:
    """One run, to its end or for ``most_turns`` turns; what did not hold."""
    paths = Paths.of(os.environ)
    paths.config.mkdir(parents=True, exist_ok=True)
    limits = {name: {"max_tokens": tokens, "answer_tokens": tokens} for name in load_agents().agents}
    (paths.config / "agents.yaml").write_text(yaml.safe_dump({"agents": limits}))  # as a player would
    config = Config(story=StoryConfig(length="short"), model=ModelConfig(model=model, threads=threads))
    models = wiring.open_models(config, paths, os.environ)
    assert models
    tally = Tally(seed)
    listening = Listening(tally)
    wiring.warm_up(models)
    logging.getLogger("pocket_portals.crew").addHandler(listening)
    service = wiring.open_service(config, paths, models)
    try:
        asyncio.run(_run(service, tally, most_turns))
    except Exception as error:
        tally.failures.append(f"{seed}, turn {tally.turns}: {type(error).__name__}: {error}")
    finally:
        logging.getLogger("pocket_portals.crew").removeHandler(listening)
        service.store.close()
        models.close()
    _report(tally)
    return tally.failures


async def _run(service: GameSessionService, tally: Tally, most_turns: int) -> None:
    world_ids = service.worlds.ids()
    world = world_ids[sum(map(ord, tally.seed)) % len(world_ids)]
    record = await service.create(NewRun(world=world, seed=tally.seed, length="short", storyteller="crew"))
    bot = SensibleBot(tally.seed, None, service.worlds.get(world))
    print(f"\n{tally.seed}: {record.run}, in {world}")
    while not record.state.adventure_completed and tally.turns < (most_turns or MOST_ACTIONS):
        tally.turns += 1
        deed = _deed(bot, record.state, tally.turns)
        before, record = record, await _timed(service, record.run, deed, tally)
        _check_turn(service, before, record, tally)
        if deed not in DEEDS:
            await _check_facts(service.worlds, before, record, deed, tally)
        _print_turn(tally, record.turns[-1], deed)
    tally.expect(bool(most_turns) or record.state.adventure_completed, "the run has no end")
    tally.expect(problems(record) == [], f"the journal does not hold: {problems(record)}")


def _deed(bot: SensibleBot, state: GameState, turn: int) -> str:
    if state.phase is Phase.EXPLORE and turn % FREE == 0:
        return DEEDS[turn // FREE % len(DEEDS)]
    offered = [n for n, choice in enumerate(state.current_choices, 1) if not choice.ref]
    if state.phase is Phase.EXPLORE and offered and turn % 3 == 0:
        return str(offered[0])  # a deed that the model thought of
    return bot.act(state)


async def _timed(service: GameSessionService, run: str, deed: str, tally: Tally) -> RunRecord:
    first: list[float] = []

    def watch(signal: Signal) -> None:
        if isinstance(signal, Words):
            first.append(time.perf_counter() - began)

    began = time.perf_counter()
    await service.act(run, deed, watch)
    tally.seconds.append(time.perf_counter() - began)
    tally.first_words += first[:1]
    return service.record(run)


def _check_turn(service: GameSessionService, before: RunRecord, record: RunRecord, tally: Tally) -> None:
    """Saved, whole, and within its bounds."""
    turn = record.turns[-1]
    saved = service.load(record.run)
    tally.expect(saved.head == record.head and saved.state == record.state, "it is not what was saved")
    tally.expect(len(record.turns) == len(before.turns) + 1, "it is not one turn")
    tally.expect(bool(turn.speeches), "nothing was said")
    for speech in turn.speeches:
        tally.expect(len(speech.text) <= MOST_CHARACTERS, f"{speech.voice} said too much")
        tally.expect(speech.text == clean(speech.text), f"{speech.voice} said what commands a terminal")
    for choice in record.state.current_choices:
        tally.expect(choice.label == clean(choice.label) and len(choice.label) < 200, "a choice is unsound")
    if turn.told.fallback:
        tally.fallbacks[turn.told.fallback] += 1
    tally.told += bool(turn.told.tokens_out)


async def _check_facts(
    worlds: WorldLibrary, before: RunRecord, record: RunRecord, deed: str, tally: Tally
) -> None:
    """The same deed in the same state, told by the storybook, comes to the same."""
    book = before.having(state=before.state.having(storyteller="storybook"))
    store = MemoryStore()
    store.save(book, "")
    engine = DirectEngine(store, worlds, {"storybook": Storybook()}, wiring.SystemClock())
    printed, _ = await engine.play(book, deed, unwatched)
    ours, theirs = _facts(record.turns[-1]), _facts(printed.turns[-1])
    tally.expect(ours == theirs, f"the facts differ after “{deed}”: {_first_difference(ours, theirs)}")
    crews, books = (r.state.model_dump(mode="json", exclude=WORDS) for r in (record, printed))
    differing = [key for key in crews if crews[key] != books[key]]
    tally.expect(not differing, f"the states differ after “{deed}” in {', '.join(differing)}")


def _facts(turn: Turn) -> list[str]:
    return [_shown(event) for event in turn.events if event.kind not in TELLING]


def _shown(event: Event) -> str:
    shown = event.model_dump(mode="json")
    if isinstance(quest := shown.get("quest"), dict):  # what it is called is told, what it asks is not
        shown["quest"] = {key: quest[key] for key in quest if key not in ("title", "pitch", "stakes", "goal")}
    return json.dumps(shown, sort_keys=True)


def _first_difference(ours: list[str], theirs: list[str]) -> str:
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=False) if a != b]
    return f"{pairs[0][0]} for {pairs[0][1]}" if pairs else f"{len(ours)} for {len(theirs)}"


def _print_turn(tally: Tally, turn: Turn, deed: str) -> None:
    told = turn.told
    cost = f"{told.tokens_in} + {told.tokens_out} tokens"
    print(
        f"  {tally.turns:>3}  {tally.seconds[-1]:5.1f} s  {cost:<20}  {deed[:24]:<24}  {told.fallback[:60]}",
        flush=True,
    )


def _middle(samples: list[float]) -> float:
    return sorted(samples)[len(samples) // 2] if samples else 0.0


def _report(tally: Tally) -> None:
    longest = max(tally.seconds, default=0.0)
    print(f"{tally.seed}: {tally.turns} turns, {tally.told} with words of the model; a turn took "
          f"{_middle(tally.seconds):.1f} s, the longest {longest:.1f} s; "
          f"first words after {_middle(tally.first_words):.1f} s")  # fmt: skip
    for why, times in tally.fallbacks.most_common():
        print(f"  the storybook stood in {times} times: {why}")
    for why, times in tally.reasons.most_common(8):
        print(f"    {times:>3} times: {why}")
    for failure in tally.failures:
        print(f"  DOES NOT HOLD: {failure}")
