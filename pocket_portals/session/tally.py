"""What many runs of a world add up to, and the table that says so."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass, field

from pocket_portals.rules.events import (
    CombatBegun,
    CombatEnded,
    QuestAccepted,
    QuestCompleted,
    SceneEntered,
)
from pocket_portals.rules.hero import Calling
from pocket_portals.rules.state import Closure, Voice
from pocket_portals.session.journal import RunRecord
from pocket_portals.worlds.schema import WorldDef

_TOLD = (Voice.NARRATOR, Voice.JESTER, Voice.INNKEEPER, Voice.CHRONICLER)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")
_SHORTEST = 4  # words of a sentence that is counted as said twice


@dataclass
class Tally:
    """Counts over finished runs. Runs are added in pairs: the second of each is the same player's next."""

    runs: int = 0
    actions: int = 0
    turns: list[int] = field(default_factory=list)
    completed: Counter[Calling] = field(default_factory=Counter)  # runs in which a quest was
    accepted: Counter[str] = field(default_factory=Counter)  # quests taken, by id
    finished: Counter[str] = field(default_factory=Counter)  # and completed
    endings: Counter[str] = field(default_factory=Counter)
    closures: Counter[Closure] = field(default_factory=Counter)
    scenes: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    shown: int = 0
    second: int = 0  # scenes of second runs
    new: int = 0  # those that the first run had not shown
    sentences: int = 0
    twice: Counter[str] = field(default_factory=Counter)  # sentences that came again in the same run
    fights: Counter[tuple[Calling, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)  # runs that broke off, and why
    endless: list[str] = field(default_factory=list)  # runs that had no end
    _before: frozenset[str] = frozenset()

    def add(self, record: RunRecord) -> None:
        """Count one finished run."""
        state = record.state
        self.runs += 1
        self.actions += len(record.turns)
        self.turns.append(state.adventure_turn)
        self.completed[state.hero.calling] += bool(state.completed_quests)
        self.endings[state.ending] += 1
        if state.closure:
            self.closures[state.closure] += 1
        taken = ""
        for turn in record.turns:
            for event in turn.events:
                match event:
                    case CombatEnded(result=result):
                        self.fights[state.hero.calling, result] += 1
                    case CombatBegun():
                        self.fights[state.hero.calling, "begun"] += 1
                    case QuestAccepted(quest=quest):
                        self.accepted[quest] += 1
                        taken = quest
                    case QuestCompleted():
                        self.finished[taken] += 1
                    case _:
                        pass
        self._scenes(record)
        self._sentences(record)

    def _scenes(self, record: RunRecord) -> None:
        scenes = [e.scene for t in record.turns for e in t.events if isinstance(e, SceneEntered)]
        self.scenes.update(scenes)
        self.shown += len(scenes)
        self.repeats += len(scenes) - len(set(scenes))
        if self.runs % 2 == 0:
            self.second += len(set(scenes))
            self.new += len(set(scenes) - self._before)
        self._before = frozenset(scenes)

    def _sentences(self, record: RunRecord) -> None:
        said: set[str] = set()
        for turn in record.turns:
            for speech in turn.speeches:
                for sentence in _SENTENCE.split(speech.text) if speech.voice in _TOLD else ():
                    bare = sentence.strip("\"'“”‘’ ")
                    if len(bare.split()) < _SHORTEST:
                        continue
                    self.sentences += 1
                    self.twice[bare] += bare in said
                    said.add(bare)

    @property
    def quests(self) -> int:
        """Runs in which a quest was completed."""
        return self.completed.total()

    @property
    def completion(self) -> float:
        """Share of the quests taken that were completed."""
        return self.finished.total() / max(1, self.accepted.total())

    @property
    def median_turns(self) -> float:
        """The median length of a run in turns of the adventure."""
        return statistics.median(self.turns) if self.turns else 0

    @property
    def novelty(self) -> float:
        """Share of a second run's scenes that the first had not shown."""
        return self.new / max(1, self.second)

    def table(self, world: WorldDef) -> str:
        """The figures, as lines to read."""
        unseen = sorted(s.id for s in world.storylets if s.id not in self.scenes)
        unreached = [e.id for e in world.endings if e.id not in self.endings]
        runs = max(1, self.runs)
        lines = [
            f"runs {self.runs} · actions {self.actions} · median turns {self.median_turns:g} · "
            f"exceptions {len(self.failures)} · dead ends {len(self.endless)}",
            f"quests completed {self.completion:.0%} of those taken, in {self.quests / runs:.0%} of runs "
            f"({self.accepted.total() / runs:.1f} a run)",
            f"scenes repeated in a run {self.repeats / max(1, self.shown):.1%} · sentences said twice "
            f"{self.twice.total()} of {self.sentences:,} · new in a second run {self.novelty:.0%}",
            "quests    " + ", ".join(f"{q} {self.finished[q]}/{n}" for q, n in sorted(self.accepted.items())),
            "closures  " + ", ".join(f"{c} {n / runs:.0%}" for c, n in self.closures.most_common()),
            "endings   " + ", ".join(f"{e} {n / runs:.1%}" for e, n in self.endings.most_common()),
            f"endings never reached: {', '.join(unreached) or 'none'}",
            f"storylets never shown: {', '.join(unseen) or 'none'}",
        ]
        for calling in Calling:
            begun = self.fights[calling, "begun"]
            if begun:
                won = sum(self.fights[calling, r] for r in ("won", "talked")) / begun
                fallen = self.fights[calling, "fallen"] / begun
                lines.append(f"{calling:8} fights {begun}, won {won:.0%}, fallen {fallen:.0%}")
        return "\n".join([*lines, *self.failures[:5], *self.endless[:5]])
