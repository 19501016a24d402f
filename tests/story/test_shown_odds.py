"""The one number everybody sees beside a deed: it is what the dice that fall then had in store."""

from __future__ import annotations

import re

from pocket_portals.rules.events import Event
from pocket_portals.rules.fighters import CombatState, Tactic
from pocket_portals.rules.state import GameState
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.playtest import RandomBot
from pocket_portals.session.service import GameSessionService
from pocket_portals.story.odds import odds_of, promised
from pocket_portals.story.storybook import Storybook
from pocket_portals.wiring import SystemClock
from pocket_portals.worlds.library import WorldLibrary

SHOWN = re.compile(r"(\d+)%")
RUNS = (("ember-road", "axle"), ("ember-road", "salt"), ("last-relay", "axle"), ("drowned-bell", "axle"))


def fighter(fight: CombatState) -> str:
    """Strike what is open; guard against a heavy blow, which may leave its foe open."""
    heavy = any(foe.tactic is Tactic.HEAVY for foe in fight.standing)
    return "2" if heavy and not any(foe.open for foe in fight.standing) else "1"


def shown(state: GameState, deed: str) -> int | None:
    """The percentage beside a deed, if there is one."""
    if not deed.isdecimal() or int(deed) > len(state.current_choices):
        return None
    found = SHOWN.search(state.current_choices[int(deed) - 1].note)
    return int(found[1]) if found else None


def edge(events: tuple[Event, ...]) -> str:
    """With what dice the hero's roll was made."""
    return next(e.roll.notation for e in events if promised(e) is not None)


async def test_the_odds_beside_a_deed_are_those_of_the_dice_that_fall():
    store, worlds, clock = MemoryStore(), WorldLibrary(), SystemClock()
    service = GameSessionService(
        store, DirectEngine(store, worlds, {"storybook": Storybook()}, clock), worlds, clock
    )
    seen: set[tuple[bool, str]] = set()
    for world, seed in RUNS:
        bot = RandomBot(seed)
        run = (await service.create(NewRun(world=world, name="Ilsa Thorne", seed=seed))).run
        while not (state := service.state(run)).adventure_completed:
            fight = state.combat_state
            deed = fighter(fight) if fight else bot.act(state)
            turn = await service.act(run, deed)
            odds = shown(state, deed)
            if odds is None:
                continue
            events = turn.events
            assert odds == next(p for p in map(promised, events) if p is not None), (deed, state)
            if (kind := (bool(fight), edge(events))) not in seen:
                seen.add(kind)
                assert odds == odds_of(state, worlds.get(world), int(deed)).works
    assert {(True, "1d20"), (True, "2d20kh1"), (True, "2d20kl1"), (False, "1d20"), (False, "2d20kl1")} <= seen
