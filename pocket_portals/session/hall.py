"""The hall of heroes: who came to an end, and what is said of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pocket_portals.errors import PortalsError
from pocket_portals.rules.state import Closure, GameState
from pocket_portals.session.service import GameSessionService

SHOWN = 60  # heroes, the last first
DEEDS = 2  # told of each

_FATES: dict[Closure, str] = {
    Closure.QUEST_COMPLETE: "Did what was asked, and went home by the road",
    Closure.HARD_CAP: "Was still on the way when the road ran out",
    Closure.FALLEN: "Did not come back",
    Closure.RETIRED: "Laid it down, and was not sorry",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Epitaph:
    """A hero, and what is left of them. ``deeds`` are what weighed most, in the order they were done."""

    run: str
    hero: str
    who: str
    world: str
    fate: str
    turns: int
    deeds: tuple[str, ...]
    at: datetime


def epitaph(state: GameState) -> Epitaph:
    """What is said of the hero of a finished run."""
    sheet = state.character_sheet
    who = f"{sheet.ancestry_name} {sheet.calling_name}, level {sheet.level}" if sheet else "nobody yet"
    heaviest = sorted(state.adventure_moments, key=lambda m: -m.weight)[:DEEDS]
    return Epitaph(
        run=state.session_id,
        hero=state.hero_name,
        who=who[:1].upper() + who[1:].lower(),
        world=state.world,
        fate=_FATES[state.closure] if state.closure else "Is spoken of",
        turns=state.adventure_turn,
        deeds=tuple(m.text for m in sorted(heaviest, key=lambda m: m.turn)),
        at=state.played_at,
    )


def hall(service: GameSessionService) -> Iterator[Epitaph]:
    """The finished runs that can be read, the last first. Blocking."""
    done = [run for run in service.runs() if run.completed]
    for run in done[:SHOWN]:
        try:
            yield epitaph(service.load(run.id).state)
        except PortalsError as error:
            log.info("no epitaph for %s: %s", run.id, error)
