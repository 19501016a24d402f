"""Heroes and drafts for the rules' tests."""

from __future__ import annotations

from datetime import UTC, datetime

from pocket_portals.rules.events import RunBegun, SheetSet
from pocket_portals.rules.fighters import Behaviour, Foe
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import ARMS, Ancestry, Calling, CharacterSheet, ability_scores
from pocket_portals.rules.state import Item


def sheet(calling: Calling = Calling.FIGHTER, ancestry: Ancestry = Ancestry.HUMAN) -> CharacterSheet:
    return CharacterSheet(
        name="Ilsa",
        ancestry=ancestry,
        ancestry_name=ancestry.value,
        calling=calling,
        calling_name=calling.value,
        abilities=ability_scores(calling, ancestry),
        arms=ARMS[calling],
    )


def draft(seed: str = "s", calling: Calling = Calling.FIGHTER) -> Draft:
    begun = RunBegun(
        session_id="amber-fox-0001",
        seed=seed,
        world="w",
        storyteller="storybook",
        max_turns=50,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    made = Draft(begun.state())
    salve = Item(name="salve", heal="1d8+2")
    made.add(SheetSet(sheet=sheet(calling), gold=10, items={"salve": salve}))
    return made


def foe(ident: str = "wolf-1", behaviour: Behaviour = Behaviour.PACK, **changes: object) -> Foe:
    base = Foe(
        id=ident,
        kind=ident.rpartition("-")[0],
        name=f"the {ident}",
        health=8,
        health_max=8,
        armour_class=12,
        attack=3,
        damage="1d4+1",
        initiative=1,
        behaviour=behaviour,
        nerve=13,
        speed=12,
    )
    return base.having(**changes)
