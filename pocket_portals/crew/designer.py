"""Quests made for the hero: an authored quest, which the engine can carry, in words for this one hero.

What is asked, by whom, for what pay and how it is done stay as they are written: progress is made by events
of authored scenes only, so a quest without them could be taken and never done.
"""

from __future__ import annotations

from pocket_portals.crew.answers import QuestTable, QuestWords
from pocket_portals.crew.checks import claims
from pocket_portals.rules.state import Quest
from pocket_portals.worlds.schema import WorldDef

TITLE_WORDS = (2, 8)
PITCH_WORDS = (15, 75)


def dressed(quests: tuple[Quest, ...], table: QuestTable, world: WorldDef) -> tuple[Quest, ...]:
    """The same quests, each in the words made for it where those can stand."""
    made = {words.number: words for words in table.quests}
    return tuple(_worded(quest, made.get(n), world) for n, quest in enumerate(quests, start=1))


def _worded(quest: Quest, words: QuestWords | None, world: WorldDef) -> Quest:
    if words is None or not _stands(words, quest, world):
        return quest
    return quest.having(title=words.title.strip(' .“”"'), pitch=words.pitch)


def _stands(words: QuestWords, quest: Quest, world: WorldDef) -> bool:
    """Whether these words are of the right size, claim nothing, and name nobody from another quest's."""
    title, pitch = len(words.title.split()), len(words.pitch.split())
    if not (TITLE_WORDS[0] <= title <= TITLE_WORDS[1] and PITCH_WORDS[0] <= pitch <= PITCH_WORDS[1]):
        return False
    if any(char.isdigit() for char in words.title + words.pitch) or claims(f"{words.title}. {words.pitch}"):
        return False
    given = f"{quest.title} {quest.pitch} {' '.join(o.text for o in quest.objectives)}"
    giver = world.person.get(quest.giver)
    allowed = f"{given} {giver.name if giver else ''}".casefold()
    return not any(
        p.name.casefold() in words.pitch.casefold() and p.name.casefold() not in allowed for p in world.people
    )
