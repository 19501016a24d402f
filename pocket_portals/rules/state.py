"""GameState and its parts, as saved. Immutable: the only way from one to the next is an event."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from pocket_portals.rules.fighters import CombatState
from pocket_portals.rules.hero import Ability, CharacterSheet, Power
from pocket_portals.rules.memory import Memory
from pocket_portals.rules.values import Value

SCHEMA_VERSION = 1

HISTORY = 20  # exchanges kept in the state; the whole transcript is in the journal
MOMENTS = 15
RECENT_VOICES = 5
FACTS = 80
PEOPLE = 60


class Phase(StrEnum):
    """What the run is doing, which decides how a turn is played."""

    INTERVIEW = "interview"
    QUEST = "quest"
    EXPLORE = "explore"
    COMBAT = "combat"
    EPILOGUE = "epilogue"


class ArcPhase(StrEnum):
    """Where the adventure stands in its dramatic arc."""

    SETUP = "setup"
    RISING = "rising"
    MIDPOINT = "midpoint"
    CLIMAX = "climax"
    DENOUEMENT = "denouement"


class Closure(StrEnum):
    """Why the adventure ended."""

    QUEST_COMPLETE = "quest_complete"
    HARD_CAP = "hard_cap"
    FALLEN = "fallen"
    RETIRED = "retired"


class Stage(StrEnum):
    """The spine of a quest, in order."""

    HOOK = "hook"
    APPROACH = "approach"
    COMPLICATION = "complication"
    REVEAL = "reveal"
    DECISION = "decision"
    CONFRONTATION = "confrontation"
    AFTERMATH = "aftermath"


STAGES: tuple[Stage, ...] = tuple(Stage)


class Voice(StrEnum):
    """Who speaks to the player."""

    NARRATOR = "narrator"
    KEEPER = "keeper"
    JESTER = "jester"
    INNKEEPER = "innkeeper"
    INTERVIEWER = "interviewer"
    QUEST_DESIGNER = "quest_designer"
    CHRONICLER = "chronicler"


class Verb(StrEnum):
    """The classes a deed falls into. Choices carry one; free text is read into one."""

    FIGHT = "fight"
    FORCE = "force"
    SNEAK = "sneak"
    STEAL = "steal"
    MOVE = "move"
    CLIMB = "climb"
    LOOK = "look"
    STUDY = "study"
    TALK = "talk"
    BARGAIN = "bargain"
    PERFORM = "perform"
    THREATEN = "threaten"
    LIE = "lie"
    HELP = "help"
    GIVE = "give"
    TAKE = "take"
    USE = "use"
    MAGIC = "magic"
    PRAY = "pray"
    WAIT = "wait"
    REST = "rest"
    FLEE = "flee"
    DEFEND = "defend"
    PRESS_ON = "press-on"


class Degree(StrEnum):
    """How well a check went, best first."""

    STRONG = "strong"
    SUCCESS = "success"
    SETBACK = "setback"
    DISASTER = "disaster"

    @property
    def good(self) -> bool:
        """Whether the hero got what was tried for."""
        return self in (Degree.STRONG, Degree.SUCCESS)


class Parent(Value):
    """The run and revision that a branch grew from."""

    run: str
    revision: int = Field(ge=0)


class Item(Value):
    """Something carried. ``heal`` and ``harm`` are dice spent by using it up."""

    name: str
    count: int = Field(default=1, ge=1, le=99)
    heal: str = ""
    harm: str = ""
    about: str = ""


class Promise(Value):
    """A word given. ``kept`` is None while it is open."""

    id: str
    what: str
    turn: int = 0
    kept: bool | None = None


class Person(Value):
    """Somebody met: what they are to the hero, and what was promised to them."""

    name: str
    who: str = ""
    regard: int = Field(default=0, ge=-5, le=5)
    met_turn: int = 0
    seen_turn: int = 0
    gone: str = Field(default="", description="why they can't come back: dead, fled, far away")
    promises: tuple[Promise, ...] = ()


RUMOUR = "rumour."  # so the ids of facts begin that are hearsay


class Knowledge(Value):
    """Something the hero has learned."""

    text: str
    turn: int = 0


class Clock(Value):
    """A danger that fills. At ``filled == segments`` it has come to pass."""

    name: str
    segments: int = Field(ge=2, le=12)
    filled: int = Field(default=0, ge=0)

    @property
    def full(self) -> bool:
        """Whether it has come to pass."""
        return self.filled >= self.segments


class Objective(Value):
    """One thing a quest asks for, ``count`` times."""

    id: str
    text: str
    count: int = Field(default=1, ge=1, le=9)
    done: int = Field(default=0, ge=0)

    @property
    def complete(self) -> bool:
        """Whether it is done."""
        return self.done >= self.count


class Reward(Value):
    """What a quest pays; the rules can pay all of it."""

    gold: int = Field(default=0, ge=0, le=500)
    items: dict[str, Item] = {}


class Quest(Value):
    """A quest as it stands in this run."""

    id: str
    title: str
    pitch: str
    kind: Literal["fight", "find", "talk"]
    giver: str
    start: str = ""
    clock: str = ""
    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=3)
    reward: Reward = Reward()
    stage: Stage = Stage.HOOK
    stage_turn: int = 0
    twist: str = ""

    @property
    def complete(self) -> bool:
        """Whether every objective is done."""
        return all(o.complete for o in self.objectives)

    @property
    def progress(self) -> float:
        """The share of all that is asked for which is done, 0 to 1."""
        return sum(min(o.done, o.count) for o in self.objectives) / sum(o.count for o in self.objectives)


class SceneRef(Value):
    """The scene on stage: which one, and who plays its roles (role -> person id)."""

    id: str
    cast: dict[str, str] = {}
    revision: int = 0


class CheckSpec(Value):
    """A check a deed calls for: which ability, how hard."""

    ability: Ability
    dc: int = Field(ge=5, le=25)


class Choice(Value):
    """One of the deeds offered. ``ref`` says where its outcome is written, if it is."""

    label: str = Field(min_length=1, max_length=120)
    verb: Verb
    ref: str = ""
    check: CheckSpec | None = None
    note: str = Field(default="", max_length=80, description="odds or price, shown beside it")
    nouns: tuple[str, ...] = ()


class Speech(Value):
    """Words as they were shown, and whose they were."""

    voice: Voice
    text: str
    speaker: str = Field(default="", description="a person's name where the voice lends itself to one")


class Exchange(Value):
    """What the player did and what was told, verbatim."""

    revision: int
    action: str
    speeches: tuple[Speech, ...]


class Moment(Value):
    """A deed worth remembering in the epilogue. ``weight`` 1 to 10."""

    kind: str
    text: str
    turn: int
    weight: int = Field(default=5, ge=1, le=10)


class GameState(Value):
    """A run between two turns. The fold of its journal's events, and nothing else."""

    schema_version: Literal[1] = 1
    session_id: str
    revision: int = Field(default=0, ge=0)
    seed: str
    stream: Literal["blake2b-1"] = "blake2b-1"
    world: str
    storyteller: str = "storybook"
    title: str = Field(default="", description="the player's own name for the run")
    created_at: datetime
    played_at: datetime
    parent: Parent | None = None

    phase: Phase = Phase.INTERVIEW
    creation_turn: int = Field(default=0, ge=0, le=5)
    character_description: str = ""
    character_sheet: CharacterSheet | None = None
    health_current: int = Field(default=20, ge=0)
    health_max: int = Field(default=20, ge=1)
    inventory: dict[str, Item] = {}
    gold: int = Field(default=0, ge=0)
    powers_used: dict[Power, int] = {}

    place: str = ""
    known_places: tuple[str, ...] = ()
    scene: SceneRef | None = None
    qualities: dict[str, int] = {}
    clocks: dict[str, Clock] = {}
    people: dict[str, Person] = {}
    facts: dict[str, Knowledge] = {}
    memory: Memory = Memory()

    active_quest: Quest | None = None
    pending_quest_options: tuple[Quest, ...] = ()
    completed_quests: tuple[str, ...] = ()
    combat_state: CombatState | None = None

    adventure_turn: int = Field(default=0, ge=0)
    adventure_phase: ArcPhase = ArcPhase.SETUP
    max_turns: int = Field(default=50, ge=10, le=100)
    climax_reached: bool = False
    adventure_completed: bool = False
    closure: Closure | None = None
    ending: str = ""
    adventure_moments: tuple[Moment, ...] = ()

    conversation_history: tuple[Exchange, ...] = ()
    current_choices: tuple[Choice, ...] = ()
    recent_agents: tuple[Voice, ...] = ()
    turns_since_jester: int = Field(default=99, ge=0)
    seen_storylets: dict[str, int] = Field(default={}, description="scene or line id -> revision last seen")
    last_turn: str = ""

    @property
    def hero(self) -> CharacterSheet:
        """The sheet, once there is one."""
        if self.character_sheet is None:
            raise LookupError("the hero is not made yet")
        return self.character_sheet

    @property
    def hero_name(self) -> str:
        """The hero's name, or what to call somebody who has none yet."""
        return self.character_sheet.name if self.character_sheet else "Stranger"

    @property
    def promises(self) -> dict[str, Promise]:
        """Every promise made to anybody, by id."""
        return {p.id: p for person in self.people.values() for p in person.promises}

    @property
    def powers_left(self) -> dict[Power, int]:
        """Uses left of each power before the next rest."""
        if self.character_sheet is None:
            return {}
        return {p: n - self.powers_used.get(p, 0) for p, n in self.character_sheet.powers.items()}
