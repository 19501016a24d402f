"""Facts about the world: places, scenes, clocks, people, promises, what is known."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pocket_portals.rules.events.base import Fact, without
from pocket_portals.rules.state import (
    FACTS,
    PEOPLE,
    Clock,
    GameState,
    Knowledge,
    Person,
    Promise,
    SceneRef,
)


class PlaceEntered(Fact):
    """The hero stands here now."""

    kind: Literal["place_entered"] = "place_entered"
    place: str

    def apply(self, state: GameState) -> GameState:
        known = state.known_places
        if self.place not in known:
            known = (*known, self.place)
        return state.having(place=self.place, known_places=known)


class SceneEntered(Fact):
    """A scene is on stage, with these people in its roles."""

    kind: Literal["scene_entered"] = "scene_entered"
    scene: str
    cast: dict[str, str] = {}

    def apply(self, state: GameState) -> GameState:
        ref = SceneRef(id=self.scene, cast=self.cast, revision=state.revision)
        seen = state.seen_storylets | {self.scene: state.revision}
        return state.having(scene=ref, seen_storylets=seen)


class SceneLeft(Fact):
    """The stage is empty."""

    kind: Literal["scene_left"] = "scene_left"

    def apply(self, state: GameState) -> GameState:
        return state.having(scene=None)


class QualityChanged(Fact):
    """A tag or counter that scenes read moved; at 0 it is gone."""

    kind: Literal["quality_changed"] = "quality_changed"
    name: str
    by: int

    def refusal(self, state: GameState) -> str:
        after = state.qualities.get(self.name, 0) + self.by
        return "" if 0 <= after <= 999 else f"{self.name} can't be {after}"

    def apply(self, state: GameState) -> GameState:
        after = state.qualities.get(self.name, 0) + self.by
        if after == 0:
            return state.having(qualities=without(state.qualities, self.name))
        return state.having(qualities=state.qualities | {self.name: after})


class ClockStarted(Fact):
    """A danger began to fill."""

    kind: Literal["clock_started"] = "clock_started"
    id: str
    clock: Clock

    def refusal(self, state: GameState) -> str:
        return "that clock runs already" if self.id in state.clocks else ""

    def apply(self, state: GameState) -> GameState:
        return state.having(clocks=state.clocks | {self.id: self.clock})


class ClockTicked(Fact):
    """A danger came nearer, or drew back."""

    kind: Literal["clock_ticked"] = "clock_ticked"
    id: str
    by: int
    why: str = ""

    def refusal(self, state: GameState) -> str:
        clock = state.clocks.get(self.id)
        if clock is None:
            return f"there is no clock {self.id}"
        after = clock.filled + self.by
        return "" if 0 <= after <= clock.segments else f"{self.id} can't be {after}"

    def apply(self, state: GameState) -> GameState:
        clock = state.clocks[self.id]
        return state.having(clocks=state.clocks | {self.id: clock.having(filled=clock.filled + self.by)})


class ClockStopped(Fact):
    """A danger is past."""

    kind: Literal["clock_stopped"] = "clock_stopped"
    id: str

    def refusal(self, state: GameState) -> str:
        return "" if self.id in state.clocks else f"there is no clock {self.id}"

    def apply(self, state: GameState) -> GameState:
        return state.having(clocks=without(state.clocks, self.id))


class PersonMet(Fact):
    """Somebody came into the story, or was seen again."""

    kind: Literal["person_met"] = "person_met"
    id: str
    name: str
    who: str = ""

    def refusal(self, state: GameState) -> str:
        full = self.id not in state.people and len(state.people) >= PEOPLE
        return "too many people to remember" if full else ""

    def apply(self, state: GameState) -> GameState:
        turn = state.adventure_turn
        known = state.people.get(self.id)
        if known:
            person = known.having(seen_turn=turn)
        else:
            person = Person(name=self.name, who=self.who, met_turn=turn, seen_turn=turn)
        return state.having(people=state.people | {self.id: person})


class _OfPerson(Fact):
    """A fact about somebody already met."""

    id: str

    def refusal(self, state: GameState) -> str:
        return "" if self.id in state.people else f"nobody called {self.id} was met"

    def _with(self, state: GameState, person: Person) -> GameState:
        return state.having(people=state.people | {self.id: person})


class RegardChanged(_OfPerson):
    """Somebody thinks better or worse of the hero (-5 to 5)."""

    kind: Literal["regard_changed"] = "regard_changed"
    by: int
    why: str = ""

    def apply(self, state: GameState) -> GameState:
        person = state.people[self.id]
        regard = max(-5, min(5, person.regard + self.by))
        return self._with(state, person.having(regard=regard))


class PersonGone(_OfPerson):
    """Somebody can't come back into the story."""

    kind: Literal["person_gone"] = "person_gone"
    why: str

    def apply(self, state: GameState) -> GameState:
        return self._with(state, state.people[self.id].having(gone=self.why))


class PromiseMade(_OfPerson):
    """The hero gave somebody a word."""

    kind: Literal["promise_made"] = "promise_made"
    promise: str
    what: str = Field(max_length=200)

    def refusal(self, state: GameState) -> str:
        taken = "that was promised already" if self.promise in state.promises else ""
        return super().refusal(state) or taken

    def apply(self, state: GameState) -> GameState:
        person = state.people[self.id]
        promise = Promise(id=self.promise, what=self.what, turn=state.adventure_turn)
        return self._with(state, person.having(promises=(*person.promises, promise)))


class PromiseResolved(Fact):
    """A word was kept or broken."""

    kind: Literal["promise_resolved"] = "promise_resolved"
    promise: str
    kept: bool

    def refusal(self, state: GameState) -> str:
        promise = state.promises.get(self.promise)
        return "" if promise and promise.kept is None else "there is no such open promise"

    def apply(self, state: GameState) -> GameState:
        people = {}
        for key, person in state.people.items():
            kept = tuple(p.having(kept=self.kept) if p.id == self.promise else p for p in person.promises)
            people[key] = person.having(promises=kept)
        return state.having(people=people)


class FactLearned(Fact):
    """The hero knows something now. Beyond the limit the oldest is forgotten."""

    kind: Literal["fact_learned"] = "fact_learned"
    id: str
    text: str = Field(max_length=300)

    def apply(self, state: GameState) -> GameState:
        facts = state.facts | {self.id: Knowledge(text=self.text, turn=state.adventure_turn)}
        while len(facts) > FACTS:
            facts = without(facts, next(iter(facts)))
        return state.having(facts=facts)
