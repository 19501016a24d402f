"""Numbers and facts in the words of the page: how long ago, how far, what a foe is about to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pocket_portals.rules.fighters import Tactic
from pocket_portals.rules.hero import CharacterSheet
from pocket_portals.rules.state import Closure, Phase
from pocket_portals.session.ports import RunSummary, Saved
from pocket_portals.worlds.schema import WorldDef

DANGEROUS = frozenset({Tactic.HEAVY, Tactic.WIND_UP, Tactic.HEX})

DIFFICULTY = ((8, "easy"), (12, "fair"), (15, "hard"))

CLOSURES: dict[Closure, str] = {
    Closure.QUEST_COMPLETE: "The quest is done",
    Closure.HARD_CAP: "The road ran out",
    Closure.FALLEN: "You fell",
    Closure.RETIRED: "You laid it down",
}


@dataclass(frozen=True)
class Setting:
    """What the page needs to know of a world: its names for things, and its accent."""

    title: str
    money: str = "gold"
    accent: str = ""
    places: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, world: WorldDef) -> Setting:
        """Those names, from the world itself."""
        return cls(world.title, world.money, world.accent, {place.id: place.name for place in world.places})

    @classmethod
    def unknown(cls, world: str) -> Setting:
        """For a world that is not to be found."""
        return cls(spelled(world))

    def place(self, ident: str) -> str:
        """The name of a place."""
        return capital(self.places.get(ident) or spelled(ident))


def spelled(ident: str) -> str:
    """``ember-road`` as ``Ember Road``."""
    return ident.replace("-", " ").replace("_", " ").title()


def difficulty(dc: int) -> str:
    """A DC in a word."""
    return next((word for limit, word in DIFFICULTY if dc <= limit), "heroic")


def capital(name: str) -> str:
    """With a capital where a line begins."""
    return name[:1].upper() + name[1:]


def ago(then: datetime, now: datetime) -> str:
    """How long ago, as one says it."""
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 2:
        return "just now"
    if minutes < 60:
        return f"{minutes} minutes ago"
    if minutes < 120:
        return "an hour ago"
    hours = minutes // 60
    if hours < 24:
        return f"{hours} hours ago"
    days = hours // 24
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 60 else f"{days // 30} months ago"


def chapter(run: RunSummary) -> str:
    """Where a run stands, without numbers."""
    if run.completed:
        return CLOSURES[run.closure].lower() if run.closure else "it is over"
    return {
        Phase.INTERVIEW: "still being asked who they are",
        Phase.QUEST: "choosing a quest",
        Phase.COMBAT: "in the middle of a fight",
    }.get(run.phase, run.quest or "on the road")


def described(sheet: CharacterSheet) -> str:
    """``Elf bard, level 2``."""
    who = f"{sheet.ancestry_name} {sheet.calling_name}".lower()
    return f"{who[0].upper()}{who[1:]}, level {sheet.level}"


def safe(saved: Saved) -> str:
    """Where a turn is safe, for the save mark."""
    return {
        "redis": "redis only",
        "file": "file",
        "both": "redis",
        "memory": "memory only",
    }[saved.where]


def regard(value: int) -> str:
    """What somebody thinks of the hero, in a word."""
    if value <= -3:
        return "hates you"
    if value < 0:
        return "wary of you"
    if value == 0:
        return ""
    return "likes you" if value < 3 else "would stand by you"
