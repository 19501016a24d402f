"""Every fact that can happen to a run: one discriminated union, by ``kind``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from pocket_portals.rules.events.combat import (
    HERO,
    AttackRolled,
    CombatBegun,
    CombatEnded,
    DamageRolled,
    FoeChanged,
    FoeHurt,
    FoeIntends,
    FoeJoined,
    FoeLeft,
    RoundBegun,
    StanceTaken,
    SurroundingsUsed,
)
from pocket_portals.rules.events.hero import (
    CheckRolled,
    CreationTurnSet,
    DescriptionSet,
    GoldChanged,
    HealthChanged,
    ItemGained,
    ItemLost,
    LevelGained,
    PowerUsed,
    Rested,
    SheetSet,
)
from pocket_portals.rules.events.memory import (
    NoteCorrected,
    NoteForgotten,
    NoteSettled,
    NoteTaken,
    Retold,
    StoryLineAdded,
)
from pocket_portals.rules.events.quest import (
    ObjectiveAdvanced,
    QuestAccepted,
    QuestCompleted,
    QuestLost,
    QuestsOffered,
    StageEntered,
    TwistDrawn,
)
from pocket_portals.rules.events.run import (
    AdventureCompleted,
    ArcAdvanced,
    Branched,
    ChoicesSet,
    ClimaxReached,
    EpilogueBegun,
    ExchangeAdded,
    LinesUsed,
    MomentMarked,
    PhaseSet,
    Rewound,
    RunBegun,
    SceneTold,
    StorytellerSet,
    Titled,
    TurnAdvanced,
    TurnSettled,
    VoicesNoted,
)
from pocket_portals.rules.events.world import (
    ClockStarted,
    ClockStopped,
    ClockTicked,
    FactLearned,
    PersonGone,
    PersonMet,
    PlaceEntered,
    PromiseMade,
    PromiseResolved,
    QualityChanged,
    RegardChanged,
    SceneEntered,
    SceneLeft,
)

Event = Annotated[
    RunBegun | Branched | Titled | StorytellerSet | PhaseSet | TurnAdvanced | ArcAdvanced
    | ClimaxReached | MomentMarked | EpilogueBegun | AdventureCompleted | VoicesNoted | LinesUsed
    | SceneTold | ExchangeAdded | ChoicesSet | TurnSettled | Rewound
    | CreationTurnSet | DescriptionSet | SheetSet | LevelGained | HealthChanged | GoldChanged
    | ItemGained | ItemLost | PowerUsed | Rested | CheckRolled
    | PlaceEntered | SceneEntered | SceneLeft | QualityChanged | ClockStarted | ClockTicked
    | ClockStopped | PersonMet | RegardChanged | PersonGone | PromiseMade | PromiseResolved
    | FactLearned | NoteTaken | NoteCorrected | NoteForgotten | NoteSettled | StoryLineAdded | Retold
    | QuestsOffered | QuestAccepted | StageEntered | TwistDrawn | ObjectiveAdvanced
    | QuestCompleted | QuestLost
    | CombatBegun | RoundBegun | StanceTaken | SurroundingsUsed | AttackRolled | DamageRolled
    | FoeHurt | FoeChanged | FoeIntends | FoeLeft | FoeJoined | CombatEnded,
    Field(discriminator="kind"),
]  # fmt: skip

EVENTS: TypeAdapter[Event] = TypeAdapter(Event)

__all__ = [
    "EVENTS",
    "HERO",
    "AdventureCompleted",
    "ArcAdvanced",
    "AttackRolled",
    "Branched",
    "CheckRolled",
    "ChoicesSet",
    "ClimaxReached",
    "ClockStarted",
    "ClockStopped",
    "ClockTicked",
    "CombatBegun",
    "CombatEnded",
    "CreationTurnSet",
    "DamageRolled",
    "DescriptionSet",
    "EpilogueBegun",
    "Event",
    "ExchangeAdded",
    "FactLearned",
    "FoeChanged",
    "FoeHurt",
    "FoeIntends",
    "FoeJoined",
    "FoeLeft",
    "GoldChanged",
    "HealthChanged",
    "ItemGained",
    "ItemLost",
    "LevelGained",
    "LinesUsed",
    "MomentMarked",
    "NoteCorrected",
    "NoteForgotten",
    "NoteSettled",
    "NoteTaken",
    "ObjectiveAdvanced",
    "PersonGone",
    "PersonMet",
    "PhaseSet",
    "PlaceEntered",
    "PowerUsed",
    "PromiseMade",
    "PromiseResolved",
    "QualityChanged",
    "QuestAccepted",
    "QuestCompleted",
    "QuestLost",
    "QuestsOffered",
    "RegardChanged",
    "Rested",
    "Retold",
    "Rewound",
    "RoundBegun",
    "RunBegun",
    "SceneEntered",
    "SceneLeft",
    "SceneTold",
    "SheetSet",
    "StageEntered",
    "StanceTaken",
    "StoryLineAdded",
    "StorytellerSet",
    "SurroundingsUsed",
    "Titled",
    "TurnAdvanced",
    "TurnSettled",
    "TwistDrawn",
    "VoicesNoted",
]
