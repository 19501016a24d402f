"""Single fights by a bot, away from any story: how hard each foe is for each calling."""

from __future__ import annotations

from datetime import UTC, datetime

from pocket_portals.rules.events import ChoicesSet, CombatEnded, LevelGained, RunBegun, SheetSet
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import ARMS, Ancestry, Calling, CharacterSheet, ability_scores
from pocket_portals.session.playtest import Bot
from pocket_portals.story import fight_intent, fights
from pocket_portals.story.consequences import carry
from pocket_portals.worlds.foes import EncounterDef
from pocket_portals.worlds.schema import WorldDef

TIERS = ("common", "standard", "tough", "boss")


def tier_of(world: WorldDef, encounter: EncounterDef) -> str:
    """How hard a fight is meant to be: by its hardest foe, one step up where that foe has company."""
    if encounter.boss:
        return "boss"
    tiers = sorted(TIERS.index(world.foe[kind].tier) for kind in encounter.foes)
    return TIERS[min(2, tiers[-1] + (len(tiers) > 1))]


def duel(world: WorldDef, encounter: str, calling: Calling, bot: Bot, seed: str) -> tuple[bool, int]:
    """Fight one encounter with a fresh hero (level 3 for a boss): whether it was not lost, and its rounds."""
    begun = RunBegun(
        session_id="amber-fox-0001",
        seed=seed,
        world=world.id,
        storyteller="",
        max_turns=50,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    draft = Draft(begun.state())
    ancestry = list(Ancestry)[sum(seed.encode()) % len(Ancestry)]
    named = next(c for c in world.callings if c.calling is calling)
    sheet = CharacterSheet(
        name="Bot",
        ancestry=ancestry,
        ancestry_name=ancestry.value,
        calling=calling,
        calling_name=named.name,
        abilities=ability_scores(calling, ancestry),
        arms=ARMS[calling],
    )
    draft.add(SheetSet(sheet=sheet, gold=0, items={thing: carry(world, thing) for thing in named.gear}))
    if world.encounter[encounter].boss:
        draft.add(LevelGained(), LevelGained())
    draft = Draft(draft.state, draft.stream)
    fights.begin(draft, world, encounter)
    rounds = 0
    while draft.state.combat_state:
        rounds += 1
        draft = Draft(draft.state, draft.stream)
        draft.add(ChoicesSet(choices=fights.choices(world, draft.state)))
        intent = fight_intent.hear(bot.act(draft.state), draft.state, world)
        fights.round_of(draft, world, intent)
    result = next(e.result for e in reversed(draft.events) if isinstance(e, CombatEnded))
    return result != "fallen", rounds
