"""What a deed risks, before it is done. A round of a fight is tried many times over with other dice."""

from __future__ import annotations

from dataclasses import dataclass

from pocket_portals.rules.checks import bonus, degree_of, edge_of, percent
from pocket_portals.rules.events import (
    HERO,
    AttackRolled,
    CheckRolled,
    CombatEnded,
    Event,
    FoeHurt,
    HealthChanged,
)
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import Choice, Degree, GameState
from pocket_portals.story import fight_intent, referee
from pocket_portals.worlds.schema import WorldDef

TRIES = 200  # rounds that are tried of each deed
SIDES = 20
_EDGES = {"2d20kh1": 1, "2d20kl1": -1}


@dataclass(frozen=True)
class Odds:
    """Of one deed: percent of tries that go well and that go badly wrong; health that changes hands.

    ``works`` is None where nothing can fail. ``harm`` is dealt, ``loss`` taken, ``gain`` won back.
    """

    works: int | None
    badly: int = 0
    harm: float = 0.0
    loss: float = 0.0
    gain: float = 0.0

    @property
    def words(self) -> str:
        """``65% it works · you deal about 5 · you lose about 3``; empty where nothing is at stake."""
        said = [] if self.works is None else [f"{self.works}% it works"]
        if self.works is not None and self.badly:
            if short := 100 - self.works - self.badly:
                said.append(f"{short}% it costs a little")
            said.append(f"{self.badly}% it goes badly wrong")
        for amount, what in ((self.harm, "deal"), (self.gain, "win back"), (self.loss, "lose")):
            if amount >= 0.5:
                said.append(f"you {what} about {round(amount)}")
        return " · ".join(said)


def odds_of(state: GameState, world: WorldDef, number: int) -> Odds:
    """What the deed of this number, from 1, risks. Up to some tens of milliseconds in a fight."""
    choice = state.current_choices[number - 1]
    if state.combat_state:
        return _of_a_round(state, world, number)
    return _of_a_check(state, choice)


def _of_a_check(state: GameState, choice: Choice) -> Odds:
    if choice.check is None or state.character_sheet is None:
        return Odds(None)
    added = bonus(state.hero, choice.check.ability)
    edge, _ = edge_of(state)
    faces = range(1, SIDES + 1)
    best = max if edge > 0 else min
    rolled = [best(one, other) for one in faces for other in faces] if edge else list(faces)
    degrees = [degree_of(face, face + added, choice.check.dc) for face in rolled]
    works = round(100 * sum(degree.good for degree in degrees) / len(degrees))
    return Odds(works, round(100 * degrees.count(Degree.DISASTER) / len(degrees)))


def _of_a_round(state: GameState, world: WorldDef, number: int) -> Odds:
    tries = [_try(state.having(seed=f"odds {attempt}"), world, number) for attempt in range(TRIES)]

    def mean(amount: int) -> float:
        return amount / TRIES

    changes = [e.by for events in tries for e in events if isinstance(e, HealthChanged)]
    return Odds(
        works=next((chance for chance in map(promised, tries[0]) if chance is not None), None),
        harm=mean(sum(e.by for events in tries for e in events if isinstance(e, FoeHurt))),
        loss=mean(-sum(by for by in changes if by < 0)),
        gain=mean(sum(by for by in changes if by > 0)),
    )


def _try(state: GameState, world: WorldDef, number: int) -> list[Event]:
    draft = Draft(state)
    referee.fight(draft, world, fight_intent.hear(str(number), state, world))
    ends = (at for at, event in enumerate(draft.events) if isinstance(event, CombatEnded))
    return draft.events[: next(ends, None)]  # what is won back after a defeat is no gain


def promised(event: Event) -> int | None:
    """The chance, in percent, that the hero's roll had before it fell; None for any other fact."""
    match event:
        case AttackRolled(by=by, roll=roll, armour_class=meets) if by == HERO:
            pass
        case CheckRolled(roll=roll, dc=meets):
            pass
        case _:
            return None
    kept = sum(die.face for die in roll.dice if die.kept)
    return percent(meets - (roll.total - kept), _EDGES.get(roll.notation, 0))


def weighed(state: GameState, world: WorldDef) -> list[str]:
    """Every deed that is offered, with what it risks."""
    risks = [odds_of(state, world, number).words for number in range(1, len(state.current_choices) + 1)]
    return [
        f"{choice.label}: {risk or 'nothing is at stake'}"
        for choice, risk in zip(state.current_choices, risks, strict=True)
    ]
