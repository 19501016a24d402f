"""What can be reached in a world: scenes that never come, ways round in circles, quests nobody can finish."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.needs import Needs, counts
from pocket_portals.worlds.scenes import ChoiceDef, SceneDef
from pocket_portals.worlds.schema import QuestDef, WorldDef
from pocket_portals.worlds.walk import (
    Problem,
    all_effects,
    all_scenes,
    choice_effects,
    encounter_effects,
    standing_effects,
)

_OPPOSITES = (
    ("has", "lacks"), ("met", "unmet"), ("met", "gone"), ("unmet", "gone"), ("seen", "unseen"),
    ("knows", "unknown"), ("promised", "kept"), ("promised", "broken"), ("kept", "broken"),
)  # fmt: skip


def problems(world: WorldDef) -> Iterator[Problem]:
    """What no run can reach, and what no run can leave."""
    reach = _Reach(world)
    yield from reach.scenes_that_never_come()
    yield from reach.ways_round()
    yield from reach.quests_without_end()
    yield from reach.casts_that_may_be_gone()


class _Reach:
    def __init__(self, world: WorldDef) -> None:
        self.world = world
        effects = list(all_effects(world))
        cast = [role for scene in all_scenes(world) for role in scene.cast.values()]
        self.things = {t for c in world.callings for t in c.gear}
        self.things |= {t for q in world.quests for t in q.reward.items} | {
            t for e in effects for t in e.item
        }
        self.people = {p for role in cast for p in role.or_} | {p for e in effects for p in e.meet}
        self.people |= {p.id for p in world.people if p.place or any(r.tag in p.tags for r in cast if r.tag)}
        self.people |= {p for e in effects for p in (*e.regard, *e.gone)} | {q.giver for q in world.quests}
        self.people |= {world.host} | {e.promise.to for e in effects if e.promise}
        self.gone = {p for e in effects for p in e.gone}
        self.kept = {p for e in effects for p in e.keep}
        self.broken = {p for e in effects for p in e.break_}
        self.raised = {q for e in effects for q, by in e.quality.items() if by > 0}
        self.lowered = {q for e in effects for q in e.quality}  # one that nothing writes is found elsewhere

    @cached_property
    def places(self) -> set[str]:
        """Where a hero can come to be."""
        found = {self.world.home} | {q.start for q in self.world.quests}
        found |= {p for q in self.world.quests for s in q.scenes for p in s.place}
        found |= {e.go for e in all_effects(self.world) if e.go}
        edge = list(found)
        while edge:
            place = self.world.location.get(edge.pop())
            for exit_ in place.exits.values() if place else ():
                if exit_ not in found:
                    found.add(exit_)
                    edge.append(exit_)
        return found

    @cached_property
    def coming(self) -> set[str]:
        """Scenes that may come, linked ones through those that name them."""
        found: set[str] = set()
        edge = [s.id for s in all_scenes(self.world) if not s.linked and not self._never(s)]
        edge += [e.scene for e in standing_effects(self.world) if e.scene]
        while edge:
            ident = edge.pop()
            if ident in found or ident not in self.world.scene:
                continue
            found.add(ident)
            edge += [e.scene for e in self._effects_of(self.world.scene[ident]) if e.scene]
        return found

    def scenes_that_never_come(self) -> Iterator[Problem]:
        for scene in self.world.scene.values():
            if not scene.linked and (why := self._never(scene)):
                yield Problem(
                    scene.id, f"can never come: {why}", "change its needs, or write what they wait for"
                )
            elif scene.linked and scene.id not in self.coming:
                yield Problem(
                    scene.id, "linked, and no scene that can come leads to it", "add `scene:` to an outcome"
                )
            for choice in scene.choices:
                if why := self._impossible(choice.needs):
                    yield Problem(scene.id, f"“{choice.say}” can never be offered: {why}", "change its needs")
            for alternative in (*scene.text.when, *scene.text.also):
                if why := self._impossible(alternative.needs):
                    yield Problem(scene.id, f"a text can never be told: {why}", "change its needs")
        for quest in self.world.quests:
            if why := self._impossible(quest.needs):
                yield Problem(quest.id, f"can never be offered: {why}", "change its needs")
        for ending in self.world.endings:
            if why := self._impossible(ending.needs):
                yield Problem(ending.id, f"can never be reached: {why}", "change its needs")

    def ways_round(self) -> Iterator[Problem]:
        """Scenes whose every choice leads round to themselves, and key scenes that never let go."""
        out: set[str] = set()
        grew = True
        while grew:
            grew = False
            for scene in self.world.scene.values():
                if scene.id not in out and any(not e.scene or e.scene in out for e in self._open(scene)):
                    out.add(scene.id)
                    grew = True
        for scene in self.world.scene.values():
            if scene.id not in out:
                yield Problem(
                    scene.id, "a dead end: every choice leads round again", "take `scene:` off an outcome"
                )
            elif scene.stage and all(e.stay and not (e.scene or e.fight or e.end) for e in self._open(scene)):
                yield Problem(
                    scene.id, "a dead end: every choice stays at this stage", "take `stay` off an outcome"
                )

    def quests_without_end(self) -> Iterator[Problem]:
        for quest in self.world.quests:
            for twist in quest.twists or (None,):
                for objective in quest.objectives:
                    most = sum(
                        self._most(scene, objective.id)
                        for scene in self._scenes_under(quest, twist.id if twist else "")
                    )
                    if most < objective.count:
                        under = f" under the twist {twist.id}" if twist else ""
                        reached = f"`{objective.id}` comes to {most} of {objective.count}"
                        yield Problem(
                            quest.id,
                            f"can't be completed{under}: {reached}",
                            "advance it in a scene that every run of the quest can come to",
                        )

    def casts_that_may_be_gone(self) -> Iterator[Problem]:
        for quest in self.world.quests:
            own = {scene.id for scene in quest.scenes}
            elsewhere: dict[str, str] = {}
            for scene in self.world.scene.values():
                if scene.id not in own:
                    for effects in self._effects_of(scene):
                        for person in effects.gone:
                            elsewhere.setdefault(person, scene.id)
            for other in self.world.quests:
                if other is not quest:
                    for person in other.clock.full.gone:
                        elsewhere.setdefault(person, other.id)
            for scene in quest.scenes:
                for role in scene.cast.values() if not scene.linked else ():
                    if role.tag or not role.or_ or not set(role.or_) <= set(elsewhere):
                        continue
                    if not self._stands_in(quest, scene, set(role.or_)):
                        who = ", ".join(role.or_)
                        yield Problem(
                            scene.id,
                            f"needs {who}, who may be gone through {elsewhere[role.or_[0]]}",
                            "name somebody else too, or write a scene of this stage without them",
                        )

    def _stands_in(self, quest: QuestDef, scene: SceneDef, people: set[str]) -> bool:
        return any(
            other.stage is scene.stage
            and not other.linked
            and (other.needs == Needs() or bool(people & set(other.needs.gone)))
            and not any(role.or_ and set(role.or_) <= people for role in other.cast.values())
            for other in quest.scenes
            if other is not scene
        )

    def _scenes_under(self, quest: QuestDef, twist: str) -> Iterator[SceneDef]:
        """The scenes that may come while this quest is under way and this is its twist."""
        own = {scene.id for scene in quest.scenes}
        for scene in self.world.scene.values():
            ours = scene.id in own or not scene.quest
            fits = not scene.needs.twist or twist in scene.needs.twist
            if (
                ours
                and fits
                and scene.id in self.coming
                and (not scene.needs.quest or quest.id in scene.needs.quest)
            ):
                yield scene

    def _most(self, scene: SceneDef, objective: str) -> int:
        """By how much the scene can advance the objective; much, where it can be played again."""
        by = [e.objective.get(objective, 0) for e in self._effects_of(scene)]
        again = scene.repeat or any(e.stay for e in self._effects_of(scene))
        return max(by, default=0) * (99 if again else 1)

    def _effects_of(self, scene: SceneDef) -> Iterator[Effects]:
        for choice in scene.choices:
            if not self._impossible(choice.needs):
                yield from self._with_fights(choice)

    def _open(self, scene: SceneDef) -> list[Effects]:
        """What follows the deeds that every hero is offered."""
        return [e for choice in scene.choices if choice.needs == Needs() for e in choice_ends(choice)]

    def _with_fights(self, choice: ChoiceDef) -> Iterator[Effects]:
        for effects in choice_effects(choice):
            yield effects
            if effects.fight:
                yield from encounter_effects(self.world, effects.fight)

    def _never(self, scene: SceneDef) -> str:
        """Why the scene can never come; empty when it may."""
        needs = scene.needs
        if why := self._impossible(needs):
            return why
        if scene.phase and needs.phase and not set(scene.phase) & set(needs.phase):
            return f"it comes in {', '.join(scene.phase)} and needs {', '.join(needs.phase)}"
        if scene.quest and needs.quest and scene.quest not in needs.quest:
            return f"it belongs to {scene.quest} and needs {', '.join(needs.quest)}"
        if scene.stage and needs.stage and scene.stage not in needs.stage:
            return f"it stands at {scene.stage} and needs {', '.join(needs.stage)}"
        if scene.quest and needs.twist:
            own = {t.id for t in self.world.quest[scene.quest].twists}
            if not own & set(needs.twist):
                return f"its quest has no twist {', '.join(needs.twist)}"
        return "" if scene.quest else self._nowhere(scene)

    def _nowhere(self, scene: SceneDef) -> str:
        if not set(scene.place) <= set(self.world.location):
            return ""  # a name that dangles, which is another finding
        places = {p.id for p in self.world.places if self._belongs(scene, p.id)} & self.places
        if not places:
            return "nobody can get to any of its places"
        if scene.needs.place and not places & set(scene.needs.place):
            return f"it is not at {', '.join(scene.needs.place)}"
        if scene.needs.tag and not any(set(self.world.tags(p)) & set(scene.needs.tag) for p in places):
            return f"none of its places is tagged {', '.join(scene.needs.tag)}"
        return ""

    def _belongs(self, scene: SceneDef, place: str) -> bool:
        if scene.place or scene.tag:
            return place in scene.place or bool(set(scene.tag) & set(self.world.tags(place)))
        return place != self.world.home

    def _impossible(self, needs: Needs) -> str:
        """Why no run can meet these; empty when one may."""
        for one, other in _OPPOSITES:
            if both := sorted(set(getattr(needs, one)) & set(getattr(needs, other))):
                return f"`{one}` and `{other}` both name {', '.join(both)}"
        for sort, names, known in (
            ("nobody can ever carry", needs.has, self.things),
            ("nobody can ever meet", needs.met, self.people),
            ("nothing makes them gone:", needs.gone, self.gone),
            ("nothing keeps the promise", needs.kept, self.kept),
            ("nothing breaks the promise", needs.broken, self.broken),
        ):
            if missing := sorted(set(names) - known):
                return f"{sort} {', '.join(missing)}"
        for quality, test in needs.quality.items():
            if quality in self.lowered - self.raised and not counts(test, 0):
                return f"nothing raises the quality {quality}"
        for clock, test in needs.clock.items():
            danger = self.world.danger.get(clock)
            segments = danger.segments if danger else 8
            if not any(counts(test, filled) for filled in range(segments + 1)):
                return f"the clock {clock} has {segments} segments"
        alternatives = [self._impossible(part) for part in needs.any]
        return alternatives[0] if alternatives and all(alternatives) else ""


def choice_ends(choice: ChoiceDef) -> list[Effects]:
    """What follows a deed: one set of changes for each way it may go."""
    if not choice.check:
        return [choice.do]
    return [o.do for o in (choice.strong, choice.success, choice.setback, choice.disaster) if o]
