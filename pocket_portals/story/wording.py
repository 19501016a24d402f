"""From an authored text to the words of this moment: which variant, and what fills its slots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pocket_portals.rules.dice import Stream
from pocket_portals.rules.state import GameState
from pocket_portals.worlds.scenes import Telling
from pocket_portals.worlds.schema import PersonDef, WorldDef

_SLOT = re.compile(r"\{(~?[A-Za-z0-9_.-]+)\}")
_OPENS = re.compile(r"(?:^|[.!?][\"”’)]*\s+|^[\"“]|\s[\"“])$")  # what comes next opens a sentence
_PRONOUNS = {
    "she": ("she", "her", "her", "hers", "herself"),
    "he": ("he", "him", "his", "his", "himself"),
    "they": ("they", "them", "their", "theirs", "themself"),
    "it": ("it", "it", "its", "its", "itself"),
}
_FORMS = ("they", "them", "their", "theirs", "themself")


def words_stream(state: GameState) -> Stream:
    """Randomness for words. Apart from the dice, so that telling never changes a fact."""
    return Stream(f"{state.seed}/words", state.revision)


def base_slots(world: WorldDef, state: GameState) -> dict[str, str]:
    """What every text may name."""
    place = world.location.get(state.place)
    host = world.person[world.host].name if world.host in world.person else "the host"
    slots = {
        "hero": state.hero_name,
        "place": place.name if place else "the road",
        "money": world.money,
        "host": host,
        "quest": state.active_quest.title if state.active_quest else "your errand",
        "giver": "",
    }
    if state.active_quest and state.active_quest.giver in world.person:
        slots["giver"] = world.person[state.active_quest.giver].name
    sheet = state.character_sheet
    if sheet:
        keepsake = next((k for k in world.keepsakes if k.id == sheet.keepsake), None)
        motive = next((m for m in world.motives if m.id == sheet.motive), None)
        slots |= {
            "calling": sheet.calling_name,
            "ancestry": sheet.ancestry_name,
            "weapon": sheet.arms.weapon,
            "armour": sheet.arms.armour,
            "keepsake": keepsake.name if keepsake else "what you carry",
            "keepsake.owner": (keepsake.owner if keepsake else "") or "somebody you knew",
            "motive": motive.name if motive else "reasons of your own",
            "left": sheet.left_behind or "the ones at home",
        }
    return slots


def person_slots(role: str, person: PersonDef) -> dict[str, str]:
    """A role's names and pronouns, as ``{keeper}``, ``{keeper.short}`` and ``{keeper.their}``."""
    forms = zip(_FORMS, _PRONOUNS[person.pronouns], strict=True)
    return {role: person.name, f"{role}.short": person.short or person.name} | {
        f"{role}.{form}": word for form, word in forms
    }


def cast_slots(world: WorldDef, cast: Mapping[str, str]) -> dict[str, str]:
    """Names and pronouns of everybody in a scene."""
    slots: dict[str, str] = {}
    for role, person in cast.items():
        if person in world.person:
            slots |= person_slots(role, world.person[person])
    return slots


def mid_sentence(name: str) -> str:
    """A name as it stands inside a sentence: "The Long Arch" is "the Long Arch" there."""
    return name[:1].lower() + name[1:] if name.startswith(("The ", "A ", "An ")) else name


class Wording:
    """Words one turn's texts, remembering which lines of pools it used."""

    def __init__(self, world: WorldDef, state: GameState) -> None:
        self.world = world
        self.state = state
        self.tags = world.tags(state.place)
        self.used: list[str] = []
        self._stream = words_stream(state)
        self._slots = base_slots(world, state)

    def tell(self, text: Telling | str, slots: Mapping[str, str] | None = None, ident: str = "") -> str:
        """The text for now, its slots filled."""
        return self.fill(text if isinstance(text, str) else self._choose(text, ident), slots)

    def _choose(self, text: Telling, ident: str) -> str:
        if earned := self._earned(text):
            at, chosen = earned
            self.used += [f"{ident}:{at}"] if ident else []
        elif text.again and self._told_before(text, ident):
            chosen = text.again
        else:
            chosen = self._variant(text, ident)
        also = [a.text for a in text.also if a.needs.hold(self.state, self.tags)]
        return " ".join([chosen, *also[:2]])

    def _earned(self, text: Telling) -> tuple[int, str] | None:
        """The most specific of the texts that replace the plain one now, numbered after its wordings."""
        fitting = [i for i, a in enumerate(text.when) if a.needs.hold(self.state, self.tags)]
        if not fitting:
            return None
        best = max(fitting, key=lambda i: text.when[i].needs.weight)
        return 1 + len(text.variants) + best, text.when[best].text

    def _told_before(self, text: Telling, ident: str) -> bool:
        """Whether a scene, place or the like was told in an earlier turn of this run."""
        seen = self.state.seen_storylets
        known = [ident, *(f"{ident}:{i}" for i in range(1 + len(text.variants)))] if ident else []
        return any(seen.get(one, -1) not in (-1, self.state.revision) for one in known)

    def _variant(self, text: Telling, ident: str) -> str:
        """One of the wordings; where the text is known by an id, one that was not told in this run."""
        options = (text.text, *text.variants)
        if ident:
            return options[self._least_used(ident, range(len(options)))]
        return self._stream.pick(options) if text.variants else text.text

    def fill(self, text: str, slots: Mapping[str, str] | None = None) -> str:
        """The text with every slot replaced; one that opens a sentence opens it with a capital."""
        known = {**self._slots, **(slots or {})}

        def replacement(found: re.Match[str]) -> str:
            slot = found[1]
            if slot.startswith("~"):
                word = self.fill(self._stream.pick(self.world.grammar.get(slot[1:], ("",))), slots)
            else:
                word = known.get(slot) or known.get(slot.lower(), "")
            opens = slot[:1].isupper() or _OPENS.search(text[: found.start()])
            return word[:1].upper() + word[1:] if opens else mid_sentence(word)

        return _SLOT.sub(replacement, text)

    def line(
        self,
        pool: str,
        lines: Sequence[str],
        slots: Mapping[str, str] | None = None,
        good: Iterable[int] | None = None,
    ) -> str:
        """A line of a pool, one not used in this run if any is left, else the one used longest ago."""
        indices = list(range(len(lines))) if good is None else list(good)
        if not indices:
            return ""
        return self.fill(lines[self._least_used(pool, indices)], slots)

    def _least_used(self, pool: str, indices: Sequence[int]) -> int:
        last = {i: self._last_used(f"{pool}:{i}") for i in indices}
        oldest = min(last.values())
        index = self._stream.pick([i for i in indices if last[i] == oldest])
        self.used.append(f"{pool}:{index}")
        return index

    def told_at(self, ident: str, text: Telling | str | tuple[str, ...]) -> int:
        """The revision that told what has rested longest of this; -1 where something was not told yet."""
        if isinstance(text, Telling):
            earned = self._earned(text)
            indices = [earned[0]] if earned else list(range(1 + len(text.variants)))
        else:
            indices = list(range(len(text) if isinstance(text, tuple) else 1))
        return min(self._last_used(f"{ident}:{i}") for i in indices)

    def _last_used(self, line: str) -> int:
        if line in self.used:
            return self.state.revision + 1
        return self.state.seen_storylets.get(line, -1)
