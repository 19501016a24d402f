"""What a world is made of. Every YAML file of a pack holds some of these sections.

Texts, choices and scenes are in scenes.py, conditions in needs.py, changes in effects.py,
fights in foes.py, lines without a scene in voices.py.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pocket_portals.rules.hero import Ancestry, Calling
from pocket_portals.rules.state import Stage
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.foes import EncounterDef, FoeDef
from pocket_portals.worlds.needs import Authored, Names, Needs
from pocket_portals.worlds.scenes import (
    Alternative,
    ChoiceDef,
    Id,
    Line,
    Lines,
    SceneDef,
    Text,
)
from pocket_portals.worlds.voices import RumourDef, Rumours, Voices


class ObjectiveDef(Authored):
    """One thing a quest asks for."""

    id: Id
    text: Line
    count: int = Field(default=1, ge=1, le=9)


class RewardDef(Authored):
    """What a quest pays."""

    gold: int = Field(default=0, ge=0, le=500)
    items: Names = ()


class TwistDef(Authored):
    """One of the things a quest may really be about; drawn when the quest is taken, shown at its reveal."""

    id: Id
    about: Line = Field(description="for the author and the crew: what turns out to be so")
    needs: Needs = Needs()


class ClockDef(Authored):
    """A danger that fills when the hero dawdles; ``portents`` are told as it does, the last when full.

    When it is full, ``full`` comes to pass, and a scene that it names is the next one told.
    """

    id: Id
    name: Line
    segments: int = Field(ge=4, le=8)
    portents: Lines = ()
    full: Effects = Field(default=Effects(), description="what comes to pass")

    @model_validator(mode="after")
    def _no_sudden_end(self) -> Self:
        if self.full.fight or self.full.end:
            raise ValueError("a full clock names a `scene`, and that one begins the fight or ends the story")
        return self


class QuestDef(Authored):
    """A quest and its spine of key scenes."""

    id: Id
    title: Line
    pitch: Line
    kind: Literal["fight", "find", "talk"]
    giver: Id
    start: Id
    suits: Needs = Field(default=Needs(), description="heroes it is offered to first")
    needs: Needs = Field(default=Needs(), description="it is offered to nobody else")
    accept: Text = Field(description="told when the hero takes it")
    objectives: tuple[ObjectiveDef, ...] = Field(min_length=1, max_length=3)
    reward: RewardDef = RewardDef()
    paid: Text = Field(description="told when the reward is paid")
    clock: ClockDef
    twists: tuple[TwistDef, ...] = ()
    scenes: tuple[SceneDef, ...] = Field(min_length=7)

    @model_validator(mode="after")
    def _spine(self) -> Self:
        missing = [
            s.value for s in Stage if s not in {scene.stage for scene in self.scenes if not scene.linked}
        ]
        if missing:
            raise ValueError(f"no key scene for {', '.join(missing)}")
        return self


class Talk(Authored):
    """Something a person says when asked; ``about`` holds the words that ask for it."""

    about: Names = ()
    needs: Needs = Needs()
    text: Line
    do: Effects = Effects()


class PersonDef(Authored):
    """Somebody of this world."""

    id: Id
    name: Line
    short: str = Field(default="", description="what they are called by those who know them")
    who: Line = Field(description="a short phrase: 'toll-keeper of Saltwater Bridge'")
    pronouns: Literal["she", "he", "they", "it"] = "they"
    nouns: Names = Field(default=(), description="words players may call them by")
    tags: Names = ()
    place: str = Field(default="", description="where they are found when no scene has them")
    voice: Line = Field(description="how they speak, for the crew")
    wants: Line
    says: tuple[Talk, ...] = ()
    gossips: bool = Field(default=True, description="whether rumours are told by them; a bridge tells none")


class Feature(Authored):
    """Something in a place to look at, take, use or break."""

    id: Id
    nouns: Names
    look: Line
    deeds: tuple[ChoiceDef, ...] = ()


class PlaceDef(Authored):
    """Somewhere to be."""

    id: Id
    name: Line
    tags: Names = ()
    text: Text = Field(description="what one sees on arriving or looking around")
    exits: dict[str, str] = Field(default={}, description="direction or name -> place id")
    features: tuple[Feature, ...] = ()


class ThingDef(Authored):
    """Something that can be carried."""

    id: Id
    name: Line
    about: Line
    nouns: Names = ()
    heal: str = ""
    harm: str = ""
    price: int = Field(default=0, ge=0)


class MotiveDef(Authored):
    """What drives a hero. Scenes read it."""

    id: Id
    name: Line = Field(description="after 'you came for': 'a debt'")
    text: Line = Field(description="one sentence in the second person")
    words: Names = Field(description="words that mean it in what the player types")
    left: str = Field(default="", description="whom they left behind, as '{left}' in texts")


class KeepsakeDef(Authored):
    """What a hero carries that is worth nothing and everything."""

    id: Id
    name: Line
    text: Line
    owner: str = Field(default="", description="whose it was, as '{keepsake.owner}' in texts")
    words: Names = ()


class CallingDef(Authored):
    """A calling under this world's own name."""

    calling: Calling
    name: Line
    about: Line = Field(description="one sentence in the second person")
    words: Names = ()
    weapon: Line
    armour: Line
    gear: Names = Field(description="things they set out with")


class AncestryDef(Authored):
    """An ancestry under this world's own name."""

    ancestry: Ancestry
    name: Line
    words: Names = ()


class Concept(Authored):
    """A ready answer to an interview question."""

    say: Line = Field(max_length=70)
    calling: Calling | None = None
    ancestry: Ancestry | None = None
    motive: str = ""
    keepsake: str = ""


class Question(Authored):
    """One exchange of the interview."""

    id: Literal["who", "skill", "drive", "carry"]
    ask: Text
    concepts: tuple[Concept, ...] = Field(min_length=3)
    replies: Lines = Field(description="what is said to the answer, before the next question")


class Interview(Authored):
    """The talk at the table in which a hero takes shape."""

    interviewer: Line
    questions: tuple[Question, ...] = Field(min_length=4, max_length=4)
    summary: Text
    ready: Text = Field(description="told when the hero is accepted")


class EndingDef(Authored):
    """A way the story can end. The most specific that fits is told."""

    id: Id
    title: Line
    needs: Needs = Needs()
    opening: Text
    closing: Text
    epitaph: Line = Field(description="one line in the hall of heroes")


class Portal(Authored):
    """The way in: what the title screen and the first lines show."""

    tagline: Line
    arrival: Text


class WorldDef(Authored):
    """A whole world."""

    id: Id
    title: Line
    genre: Line
    tone: Line = Field(description="for the crew: how this world sounds")
    bible: str = Field(
        default="", max_length=6000, description="for the crew: what everybody here knows; no secrets"
    )
    version: int = 1
    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
    money: Line = Field(description="what gold is called here: 'silver'")
    portal: Portal
    home: Id = Field(description="where quests are taken")
    host: Id = Field(description="who keeps it")
    names: Lines = Field(min_length=6, description="for heroes whose player gives none")
    callings: tuple[CallingDef, ...] = Field(min_length=6, max_length=6)
    ancestries: tuple[AncestryDef, ...] = Field(min_length=6, max_length=6)
    motives: tuple[MotiveDef, ...] = Field(min_length=3)
    keepsakes: tuple[KeepsakeDef, ...] = Field(min_length=3)
    interview: Interview
    gathering: Text = Field(description="the first time quests are offered")
    gathering_again: Text = Field(description="when more are offered after one is done")
    people: tuple[PersonDef, ...]
    places: tuple[PlaceDef, ...]
    things: tuple[ThingDef, ...]
    foes: tuple[FoeDef, ...]
    encounters: tuple[EncounterDef, ...]
    quests: tuple[QuestDef, ...] = Field(min_length=3)
    fronts: tuple[ClockDef, ...] = Field(default=(), description="dangers of the world itself, in every run")
    storylets: tuple[SceneDef, ...]
    rumours: Rumours = ()
    endings: tuple[EndingDef, ...] = Field(min_length=1)
    echoes: tuple[Alternative, ...] = Field(default=(), description="sentences the epilogue may add")
    voices: Voices
    grammar: dict[str, Lines] = Field(default={}, description="{~symbol} -> one of these words")

    @cached_property
    def scene(self) -> dict[str, SceneDef]:
        """Every scene by id; a quest's own know their quest."""
        own = {s.id: s.model_copy(update={"quest": q.id}) for q in self.quests for s in q.scenes}
        return own | {s.id: s for s in self.storylets}

    @cached_property
    def person(self) -> dict[str, PersonDef]:
        """People by id."""
        return {p.id: p for p in self.people}

    @cached_property
    def location(self) -> dict[str, PlaceDef]:
        """Places by id."""
        return {p.id: p for p in self.places}

    @cached_property
    def thing(self) -> dict[str, ThingDef]:
        """Things by id."""
        return {t.id: t for t in self.things}

    @cached_property
    def foe(self) -> dict[str, FoeDef]:
        """Foes by id."""
        return {f.id: f for f in self.foes}

    @cached_property
    def encounter(self) -> dict[str, EncounterDef]:
        """Encounters by id."""
        return {e.id: e for e in self.encounters}

    @cached_property
    def quest(self) -> dict[str, QuestDef]:
        """Quests by id."""
        return {q.id: q for q in self.quests}

    @cached_property
    def danger(self) -> dict[str, ClockDef]:
        """Clocks by id: each quest's own, and the world's fronts."""
        return {clock.id: clock for clock in (*(q.clock for q in self.quests), *self.fronts)}

    @cached_property
    def rumour(self) -> dict[str, RumourDef]:
        """Rumours by id; one without an id goes by its place in the list."""
        return {r.id or f"r{number}": r for number, r in enumerate(self.rumours, 1)}

    def tags(self, place: str) -> tuple[str, ...]:
        """The tags of a place; none where it is unknown."""
        found = self.location.get(place)
        return found.tags if found else ()
