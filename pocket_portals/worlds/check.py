"""Prove a pack as far as reading goes: names that dangle, scenes nobody reaches, quests that can't end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pocket_portals.rules.dice import parse
from pocket_portals.rules.fighters import Tactic
from pocket_portals.rules.hero import Calling
from pocket_portals.rules.state import STAGES, Degree
from pocket_portals.worlds import prose, reach
from pocket_portals.worlds.effects import Effects
from pocket_portals.worlds.loader import Finding, Pack
from pocket_portals.worlds.needs import Needs
from pocket_portals.worlds.scenes import ChoiceDef, Outcome, SceneDef, Telling
from pocket_portals.worlds.schema import WorldDef
from pocket_portals.worlds.walk import Problem, all_effects, all_needs, all_scenes, quest_effects

_SLOT = re.compile(r"\{(~?[a-z0-9_.-]+)\}")
_COMMON_SLOTS = {
    "hero", "calling", "ancestry", "keepsake", "keepsake.owner", "motive", "left", "place", "quest", "money",
    "giver", "weapon", "armour", "host",
}  # fmt: skip
_FORMS = {"short", "they", "them", "their", "theirs", "themself"}


@dataclass(frozen=True)
class Report:
    """What reading finds: errors break a run or hide what was written; warnings are an editor's."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


class Checker:
    """Walks one world and collects findings."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.world: WorldDef = pack.world()
        self.findings: list[Finding] = []
        world = self.world
        self.scenes = {s.id: s for s in all_scenes(world)}
        self.ids: dict[str, set[str]] = {
            "place": {p.id for p in world.places},
            "person": {p.id for p in world.people},
            "thing": {t.id for t in world.things},
            "foe": {f.id for f in world.foes},
            "encounter": {e.id for e in world.encounters},
            "quest": {q.id for q in world.quests},
            "scene": set(self.scenes),
            "motive": {m.id for m in world.motives},
            "keepsake": {k.id for k in world.keepsakes},
            "twist": {t.id for q in world.quests for t in q.twists},
            "objective": {o.id for q in world.quests for o in q.objectives},
            "clock": set(world.danger) | {"quest"},
            "tag of a place": {tag for place in world.places for tag in place.tags},
        }
        self.tags = self.ids["tag of a place"]
        self.person_tags = {tag for person in world.people for tag in person.tags}

    def run(self) -> Report:
        """Everything that was found, in the order of the world's parts."""
        self._doubles()
        self._frame()
        self._reads_and_writes()
        for scene in self.scenes.values():
            self._scene(scene)
        for quest in self.world.quests:
            self._quest(quest.id)
        self._fights()
        self.findings += map(self._finding, reach.problems(self.world))
        advice = map(self._finding, prose.problems(self.world))
        return Report(tuple(dict.fromkeys(self.findings)), tuple(dict.fromkeys(advice)))

    def _finding(self, problem: Problem) -> Finding:
        file, line = self._line_with(problem.near) or self.pack.line_of(problem.owner)
        return Finding(file, line, f"{problem.owner}: {problem.what}", problem.mend)

    def _line_with(self, words: str) -> tuple[str, int] | None:
        """Where these words begin, however the file breaks its lines."""
        if not words:
            return None
        pattern = re.compile(r"\s+".join(map(re.escape, words.split()[:12])))
        for name, text in self.pack.files.items():
            if found := pattern.search(text):
                return name, text.count("\n", 0, found.start()) + 1
        return None

    def _report(self, ident: str, what: str, mend: str = "") -> None:
        file, line = self.pack.line_of(ident)
        self.findings.append(Finding(file, line, f"{ident}: {what}", mend))

    def _name(self, owner: str, sort: str, name: str) -> None:
        if name not in self.ids[sort]:
            close = ", ".join(sorted(self.ids[sort])[:8])
            self._report(owner, f"there is no {sort} `{name}`", f"one of: {close}…")

    def _doubles(self) -> None:
        world = self.world
        for group in (world.people, world.places, world.things, world.foes, world.encounters, world.quests):
            _seen: set[str] = set()
            for part in group:
                if part.id in _seen:
                    self._report(part.id, "this id stands twice", "give one of them another")
                _seen.add(part.id)
        rumours = [r.id for r in world.rumours if r.id]
        for ident in sorted({i for i in rumours if rumours.count(i) > 1}):
            self._report(ident, "two rumours have this id", "give one of them another")
        listed = [s.id for s in all_scenes(world)]
        for ident in sorted({i for i in listed if listed.count(i) > 1}):
            self._report(ident, "two scenes have this id", "give one of them another")

    def _frame(self) -> None:
        world = self.world
        if sum(quest.needs == Needs() for quest in world.quests) < 3:
            self._report(world.id, "fewer than three quests are open to every hero", "take `needs` off one")
        self._name(world.id, "place", world.home)
        self._name(world.id, "person", world.host)
        if len({c.calling for c in world.callings}) < 6 or len({a.ancestry for a in world.ancestries}) < 6:
            self._report(world.id, "a calling or an ancestry stands twice", "each of the six once")
        for calling in world.callings:
            for thing in calling.gear:
                self._name(world.id, "thing", thing)
        for question in world.interview.questions:
            for concept in question.concepts:
                if concept.motive:
                    self._name(world.id, "motive", concept.motive)
                if concept.keepsake:
                    self._name(world.id, "keepsake", concept.keepsake)
        for tag in world.voices.ways:
            self._name(world.id, "tag of a place", tag)
        for person in world.people:
            if person.place:
                self._name(person.id, "place", person.place)
            for talk in person.says:
                self._needs(person.id, talk.needs)
                self._effects(person.id, talk.do)
        for place in world.places:
            for exit_ in place.exits.values():
                self._name(place.id, "place", exit_)
            for feature in place.features:
                for deed in feature.deeds:
                    self._choice(place.id, deed, set())
        for carried in world.things:
            self._dice(carried.id, carried.heal, carried.harm)
        for degree in Degree:
            if not world.voices.keeper.get(degree):
                self._report(world.id, f"the Keeper has no line for {degree}", "add one under voices.keeper")
        if not world.voices.attempts:
            self._report(world.id, "no outcome for deeds nobody wrote", "add one under voices.attempts")
        for fighting in Calling:
            if not (world.voices.hits.get(fighting) and world.voices.misses.get(fighting)):
                self._report(
                    world.id,
                    f"no line for a {fighting} who hits or misses",
                    "add voices.hits and voices.misses",
                )
        for front in world.fronts:
            self._effects(front.id, front.full)
        for ident, rumour in world.rumour.items():
            self._needs(ident, rumour.needs)
            self._effects(ident, rumour.do)
            self._slots(ident, rumour.text + rumour.twisted, set())
        for ending in world.endings:
            self._needs(ending.id, ending.needs)
        if not any(e.needs == Needs() for e in world.endings):
            self._report(world.id, "no ending fits every run", "write one without needs")

    def _dice(self, owner: str, *notations: str) -> None:
        for notation in filter(None, notations):
            try:
                parse(notation)
            except Exception as error:
                self._report(owner, str(error))

    def _scene(self, scene: SceneDef) -> None:
        for place in scene.place:
            self._name(scene.id, "place", place)
        for tag in scene.tag:
            if tag not in self.tags:
                self._report(
                    scene.id, f"no place has the tag `{tag}`", f"one of: {', '.join(sorted(self.tags))}"
                )
        self._needs(scene.id, scene.needs)
        for role in scene.cast.values():
            for person in role.or_:
                self._name(scene.id, "person", person)
            if role.tag and role.tag not in self.person_tags:
                self._report(scene.id, f"nobody has the tag `{role.tag}`")
        slots = set(scene.cast)
        self._text(scene.id, scene.text, slots)
        always = 0
        for choice in scene.choices:
            self._choice(scene.id, choice, slots)
            always += choice.needs == Needs()
        if always < 3:
            self._report(scene.id, "fewer than three choices are open to every hero", "take `needs` off one")

    def _choice(self, owner: str, choice: ChoiceDef, slots: set[str]) -> None:
        self._needs(owner, choice.needs)
        self._slots(owner, choice.say, slots)
        if choice.text:
            self._text(owner, choice.text, slots)
        self._effects(owner, choice.do)
        for outcome in (choice.strong, choice.success, choice.setback, choice.disaster):
            if outcome:
                self._outcome(owner, outcome, slots)

    def _outcome(self, owner: str, outcome: Outcome, slots: set[str]) -> None:
        self._text(owner, outcome.text, slots)
        self._effects(owner, outcome.do)

    def _text(self, owner: str, text: Telling, slots: set[str]) -> None:
        for part in (text.text, text.again, *text.variants):
            self._slots(owner, part, slots)
        for alternative in (*text.when, *text.also):
            self._needs(owner, alternative.needs)
            self._slots(owner, alternative.text, slots)

    def _slots(self, owner: str, text: str, slots: set[str]) -> None:
        for slot in _SLOT.findall(text):
            role, _, form = slot.partition(".")
            symbol = slot.startswith("~") and slot[1:] in self.world.grammar
            cast = role in slots and (not form or form.lower() in _FORMS)
            if not (symbol or cast or slot in _COMMON_SLOTS):
                self._report(owner, f"nothing fills {{{slot}}}", "a role in `cast`, or a common slot")

    def _needs(self, owner: str, needs: Needs) -> None:
        for part in needs.parts():
            for sort, names in (
                ("place", part.place), ("quest", part.quest), ("quest", part.completed),
                ("motive", part.motive),
                ("keepsake", part.keepsake), ("thing", part.has), ("thing", part.lacks), ("person", part.met),
                ("person", part.unmet), ("person", part.gone), ("scene", part.seen), ("scene", part.unseen),
                ("twist", part.twist), ("person", tuple(part.regard)), ("clock", tuple(part.clock)),
                ("objective", tuple(part.objective)),
                ("tag of a place", part.tag),
            ):  # fmt: skip
                for name in names:
                    self._name(owner, sort, name)

    def _effects(self, owner: str, do: Effects) -> None:
        for sort, names in (
            ("person", do.meet), ("person", tuple(do.regard)), ("person", tuple(do.gone)),
            ("thing", tuple(do.item)), ("thing", tuple(do.lose)),
            ("place", (do.go,) if do.go else ()), ("scene", (do.scene,) if do.scene else ()),
            ("encounter", (do.fight,) if do.fight else ()), ("twist", (do.twist,) if do.twist else ()),
            ("clock", tuple(do.clock)),
            ("person", (do.promise.to,) if do.promise else ()),
        ):  # fmt: skip
            for name in names:
                self._name(owner, sort, name)
        self._dice(owner, do.heal)

    def _reads_and_writes(self) -> None:
        """A quality, fact or promise that is read must be written somewhere."""
        effects = list(all_effects(self.world))
        written = {q for e in effects for q in e.quality} | {f"lost.{q.id}" for q in self.world.quests}
        written |= {f"{told}.{ident}" for told in ("heard", "twisted") for ident in self.world.rumour}
        learned = {f for e in effects for f in e.learn} | {f"rumour.{ident}" for ident in self.world.rumour}
        promised = {e.promise.id for e in effects if e.promise}
        for owner, needs in all_needs(self.world):
            for part in needs.parts():
                for sort, names, known in (
                    ("quality", set(part.quality), written),
                    ("fact", {*part.knows, *part.unknown}, learned),
                    ("promise", {*part.promised, *part.kept, *part.broken}, promised),
                ):
                    for name in sorted(names - known):
                        if not name.startswith("engine."):
                            self._report(owner, f"reads the {sort} `{name}`, which nothing writes")
        for promise in sorted({k for e in effects for k in (*e.keep, *e.break_)} - promised):
            self._report(self.world.id, f"the promise `{promise}` is kept or broken but never made")

    def _quest(self, quest_id: str) -> None:
        quest = next(q for q in self.world.quests if q.id == quest_id)
        self._needs(quest.id, quest.needs)
        self._name(quest.id, "person", quest.giver)
        self._name(quest.id, "place", quest.start)
        for thing in quest.reward.items:
            self._name(quest.id, "thing", thing)
        self._text(quest.id, quest.accept, set())
        self._text(quest.id, quest.paid, set())
        self._effects(quest.id, quest.clock.full)
        objectives = {o.id for o in quest.objectives}
        for effects in quest_effects(self.world, quest_id):
            for name in effects.objective:
                if name not in objectives:
                    self._report(
                        quest.id, f"there is no objective `{name}`", f"one of: {', '.join(objectives)}"
                    )
        for stage in STAGES:
            plain = [s for s in quest.scenes if s.stage is stage and not s.linked and s.needs == Needs()]
            if not plain:
                self._report(quest.id, f"no {stage} scene comes without needs", "the spine must always hold")
        for scene in quest.scenes:
            if scene.stage is None:
                self._report(scene.id, "a quest's scene needs a stage")

    def _fights(self) -> None:
        for foe in self.world.foes:
            self._dice(foe.id, foe.damage)
            if foe.friend:
                self._name(foe.id, "foe", foe.friend)
            if not foe.shows.get(Tactic.STRIKE):
                self._report(foe.id, "no `shows` line for strike", "say what the player sees before it")
        fought = {e.fight for e in all_effects(self.world) if e.fight}
        for encounter in self.world.encounters:
            for kind in encounter.foes:
                self._name(encounter.id, "foe", kind)
            for outcome in (encounter.won, encounter.talked, encounter.fled, encounter.fallen):
                if outcome:
                    self._outcome(encounter.id, outcome, set())
            if encounter.id not in fought:
                self._report(
                    encounter.id, "no scene begins this fight", "add `fight:` to an outcome, or drop it"
                )


def check(path: Path) -> list[Finding]:
    """The errors that reading finds in the pack. Raises WorldError when it does not load at all."""
    return list(Checker(Pack(path)).run().errors)
