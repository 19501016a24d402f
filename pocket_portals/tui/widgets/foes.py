"""A fight as a picture: who stands, how they fare, and what each is about to do."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from pocket_portals.rules.events import HERO
from pocket_portals.rules.fighters import CombatState, Foe
from pocket_portals.rules.state import GameState
from pocket_portals.session.transcript import INTENTS
from pocket_portals.tui import bars
from pocket_portals.tui.breakpoints import HIGH
from pocket_portals.tui.wording import DANGEROUS, capital

_BAR = 10


class Foes(Widget):
    """One line a foe, then the hero's where there is room. Hidden when there is no fight."""

    def __init__(self) -> None:
        super().__init__()
        self._state: GameState | None = None
        self.display = False

    def show(self, state: GameState) -> None:
        """Draw the fight of this state, if it is in one."""
        self._state = state if state.combat_state else None
        self.display = self._state is not None
        self.refresh(layout=True)

    def render(self) -> Content:
        state = self._state
        if state is None or (combat := state.combat_state) is None:
            return Content("")
        wide = self.size.width >= 66
        names = max(len(_short(foe.name)) for foe in (*combat.foes,))
        lines = [_title(combat), *(_foe(foe, max(names, 3), wide) for foe in combat.foes)]
        if self.app.size.height >= HIGH:
            lines.append(_hero(state, combat, max(names, 3)))
        else:  # the status line has the hero's health, the deeds name the powers
            means = (_means(state, combat), _stance(combat))
            whole = (Content.assemble(lines[0], "   ", each) for each in means)
            lines[0] = next((line for line in whole if line.cell_length <= self.size.width), lines[0])
        return Content("\n").join(lines)


def _short(name: str) -> str:
    return capital(name if len(name) <= 22 else name[:21] + "…")


def _title(combat: CombatState) -> Content:
    order = []
    for who in combat.order:
        foe = combat.foe(who)
        if who == HERO:
            order.append("you")
        elif foe and foe.standing:
            order.append(foe.name)
    line = capital(" → ".join(order))
    return Content.assemble((f"ROUND {combat.round}", "bold $accent"), (f"   {line}", "$quiet"))


def _foe(foe: Foe, names: int, wide: bool) -> Content:
    name = _short(foe.name).ljust(names)
    if not foe.standing:
        word = "gone" if foe.fled else "down"
        return Content.assemble((f"{name}  ", "strike $quiet"), (word, "$quiet"))
    style = "bold $bad" if foe.tactic in DANGEROUS else ""
    states = (
        (foe.open, "open"),
        (foe.marked, "marked"),
        (foe.shaken, "shaken"),
        (foe.guarding, "guarding"),
    )
    marks = [word for on, word in states if on]
    parts: list[Content | tuple[str, str]] = [(f"{name}  ", "bold")]
    if wide:
        parts += [bars.health(foe.health, foe.health_max, _BAR), ("  ", "")]
    parts += [
        (f"{foe.health:>2}/{foe.health_max:<2}  ", "$quiet"),
        (INTENTS[foe.tactic], style),
        (f" · {', '.join(marks)}" if marks else "", "$warn"),
    ]
    return Content.assemble(*parts)


def _hero(state: GameState, combat: CombatState, names: int) -> Content:
    return Content.assemble(
        ("You".ljust(names) + "  ", "bold $accent"),
        bars.health(state.health_current, state.health_max, _BAR),
        (f"  {state.health_current:>2}/{state.health_max:<2}  ", "$quiet"),
        _means(state, combat),
    )


def _means(state: GameState, combat: CombatState) -> Content:
    """How the hero stands, and the powers that are left."""
    powers = [f"{power.title} ×{left}" for power, left in state.powers_left.items() if left]
    stance = _stance(combat)
    return Content.assemble(
        stance, (" · " if stance else "", "$warn"), (" · ".join(powers) or "no powers left", "$quiet")
    )


def _stance(combat: CombatState) -> Content:
    """How the hero stands, in words; empty for nothing out of the ordinary."""
    stance = combat.stance
    states = ((stance.defending, "defending"), (stance.shield, "shielded"), (stance.rattled, "rattled"))
    return Content.styled(", ".join(word for on, word in states if on), "$warn")
