"""Free words in a fight, read by the Keeper: what is in reach and no more; the rules carry it out."""

from __future__ import annotations

import pytest
from scripted_crew import WORLDS, Models, Table, explore, seat, well

from pocket_portals.rules.events import AttackRolled, CheckRolled, PowerUsed, StanceTaken
from pocket_portals.rules.state import Phase
from pocket_portals.session.journal import problems

UNSURE = "i somersault on behalf of justice"


async def a_fight(reading: object) -> tuple[Table, Models]:
    """A table in a fight, with a Keeper who reads everything so."""
    for seed in range(40):
        models = Models(well)
        table = await explore(await seat(models, teller="storybook", seed=str(seed)))
        while not table.state.adventure_completed and table.state.adventure_turn < 20:
            if table.state.combat_state:
                await table.service.set_storyteller(table.run, "crew")
                models.script = lambda call: reading if "Keeper" in call.agent else well(call)
                return table, models
            await table.act("1")
    raise LookupError("no seed leads to a fight")


def reads(**what: object) -> dict[str, object]:
    return {"sort": "deed", "choice": 0, "verb": "perform", "target": "", "ability": "dexterity",
            "difficulty": "easy", "stake": "nothing at all"} | what  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "deed", "event"),
    [
        (reads(verb="fight", target="{foe}"), "fight:attack:{foe_id}", AttackRolled),
        (reads(verb="defend"), "fight:defend", StanceTaken),
        (reads(sort="choice", choice=2), "fight:defend", StanceTaken),
        (reads(verb="magic", target="{power}"), "fight:power:", PowerUsed),
        (reads(verb="use", target="{place}"), "fight:use:", CheckRolled),
        (reads(verb="flee"), "fight:flee", CheckRolled),
        (reads(sort="move", target="the inn"), "fight:flee", CheckRolled),
        (reads(verb="threaten", target="{foe}"), "fight:talk:{foe_id}", CheckRolled),
        (reads(verb="climb"), "fight:improvise:", CheckRolled),
    ],
)
async def test_free_words_become_a_deed_of_the_fight(reading, deed, event) -> None:
    answer: dict[str, object] = {}
    table, models = await a_fight(answer)
    fight, state = table.state.combat_state, table.state
    assert fight is not None
    foe = fight.standing[0]
    place = WORLDS.get("ember-road").encounter[fight.encounter].surroundings[0].say
    names = {"foe": foe.name, "power": next(iter(state.powers_left)).title, "place": place}
    answer |= {key: value.format(**names) if isinstance(value, str) else value
               for key, value in reading.items()}  # fmt: skip
    turn = await table.act(UNSURE)
    assert len(models.asked("keeper")) == 1
    assert foe.name in models.asked("keeper")[0].prompt.split("Nearby:")[1]
    assert turn.intent is not None
    assert turn.intent.said == UNSURE
    assert turn.intent.target.startswith(deed.format(foe_id=foe.id))
    assert any(isinstance(e, event) for e in turn.events)
    assert problems(table.service.record(table.run)) == []


@pytest.mark.parametrize(
    "reading",
    [
        reads(verb="magic", target="Meteor Swarm"),
        reads(verb="use", target="the holy hand grenade"),
        reads(sort="choice", choice=9),
        reads(verb="rest", target="a long rest"),
        reads(verb="press-on"),
        reads(sort="question", target="the dragon behind you"),
        {"verb": "smite everything"},
        "not JSON at all",
    ],
)
async def test_what_is_not_in_reach_is_not_taken(reading) -> None:
    table, _ = await a_fight(reading)
    before = table.state
    turn = await table.act(UNSURE)
    assert turn.intent is not None
    deed = turn.intent.target.split(":")
    assert deed[0] in ("fight", "topic")
    if deed[1] == "power":
        assert before.powers_left[deed[2]] > 0
    if deed[1] in ("item", "use"):
        pytest.fail(f"{deed} was not there")
    improvised = [e for e in turn.events if isinstance(e, CheckRolled)]
    assert all(e.dc == 12 for e in improvised if turn.intent.target.startswith("fight:improvise"))
    assert problems(table.service.record(table.run)) == []


async def test_a_fight_told_plainly_asks_no_keeper() -> None:
    table, models = await a_fight(reads())
    for deed in ("attack", "2", "keep my guard up"):
        if table.state.phase is Phase.COMBAT:
            await table.act(deed)
    assert models.asked("keeper") == []
