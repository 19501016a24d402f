"""The hero: who they are, what they can do, what they carry."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from pocket_portals.rules.hero import PROFICIENCY, Ability
from pocket_portals.rules.state import GameState
from pocket_portals.tui import bars
from pocket_portals.tui.leaf import Paragraph, plain
from pocket_portals.tui.screens.page import PageScreen, hung, line, section
from pocket_portals.tui.wording import Setting, described


class SheetScreen(PageScreen):
    """The character sheet."""

    def __init__(self, state: GameState, setting: Setting) -> None:
        super().__init__(state.hero_name)
        self._state = state
        self._setting = setting

    def paragraphs(self) -> Sequence[Paragraph]:
        state, sheet = self._state, self._state.character_sheet
        if sheet is None:
            return [
                Paragraph(plain("You are nobody yet. Tell whoever asks.")),
                Paragraph(plain(state.character_description, "$quiet")),
            ]
        lines = [
            line((described(sheet), "$quiet")),
            Paragraph(
                Content.assemble(
                    bars.health(state.health_current, state.health_max, 20),
                    (f"  {state.health_current} of {state.health_max} health", ""),
                    (f"      {state.gold} ", "bold $warn"),
                    (self._setting.money, "$quiet"),
                )
            ),
            section("Abilities"),
        ]
        lines += [_ability(state, ability) for ability in Ability]
        lines.append(section("In a fight"))
        arms = sheet.arms
        lines.append(
            line((f"{arms.weapon.capitalize()}", ""), (f"  {arms.dice}, {arms.ability.value}", "$quiet"))
        )
        lines.append(
            line((f"{arms.armour.capitalize()}", ""), (f"  armour class {arms.armour_class}", "$quiet"))
        )
        for power, left in state.powers_left.items():
            used = "○" * (sheet.powers[power] - left)
            lines.append(line((power.title, ""), "  ", ("●" * left, "$accent"), (used, "$quiet")))
        lines.append(section("Carried"))
        for item in state.inventory.values():
            count = f" ×{item.count}" if item.count > 1 else ""
            does = [f"heals {item.heal}"] if item.heal else []
            does += [f"harms {item.harm}"] if item.harm else []
            about = "  " + " · ".join([*does, *([item.about] if item.about else [])])
            lines.append(hung(plain("· ", "$accent"), item.name + count, (about, "$quiet")))
        if not state.inventory:
            lines.append(line(("nothing but what you wear", "$quiet")))
        story = [
            (label, text)
            for label, text in (
                ("Came for", sheet.motive_text or sheet.motive),
                ("Keeps", sheet.keepsake.replace("-", " ")),
                ("Left behind", sheet.left_behind),
            )
            if text
        ]
        if story:
            lines.append(section("Who you are"))
            lines += [hung(plain(f"{label:<13}", "$quiet"), text) for label, text in story]
        return lines


def _ability(state: GameState, ability: Ability) -> Paragraph:
    sheet = state.hero
    modifier = sheet.modifier(ability)
    trained = sheet.trained(ability)
    return line(
        (f"{ability.value.title():<14}", "bold" if trained else ""),
        (f"{sheet.abilities[ability]:>2}  ", "$quiet"),
        (f"{modifier:+d}".replace("-", "−"), "bold $accent" if modifier > 0 else "$quiet"),
        (f"   trained, +{PROFICIENCY} more" if trained else "", "$quiet"),
    )
