"""Sentences as players type them, and what each is taken to mean where it is typed: ``sentences.txt``."""

from __future__ import annotations

from pathlib import Path

import pytest
from standing import at_the_table, standing

from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Calling
from pocket_portals.rules.state import Exchange, GameState, Phase
from pocket_portals.story import fight_intent, intent, questing, referee
from pocket_portals.story.storyteller import Intent, Outcome
from pocket_portals.worlds.library import WorldLibrary
from pocket_portals.worlds.schema import WorldDef

LIBRARY = WorldLibrary()

Row = tuple[str, str]  # what is said, what it means


def scenes() -> dict[str, list[Row]]:
    """The file: a line in brackets for each scene, and under it what is said there."""
    found: dict[str, list[Row]] = {}
    rows: list[Row] = []
    for line in Path(__file__).with_name("sentences.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            rows = found.setdefault(line.strip("[]"), [])
        elif line.strip() and not line.startswith("#"):
            said, _, means = line.rpartition(" | ")
            rows.append((said.strip(), means.strip()))
    return found


SCENES = scenes()


def staged(header: str) -> tuple[GameState, WorldDef]:
    """The hero where a header says: ``ember-road place=… scene=… cast=role:person said=…``."""
    world_id, *parts = header.split()
    given = dict(part.split("=", 1) for part in parts if "=" in part)
    world = LIBRARY.get(world_id)
    if given.get("at") == "table":
        return at_the_table(world), world
    role, _, person = given.get("cast", "").partition(":")
    state = standing(
        given["place"],
        given.get("scene", ""),
        {role: person} if role else None,
        given.get("said", "").replace("_", " "),
        world=world,
        calling=Calling(given.get("calling", "fighter")),
        fight=given.get("fight", ""),
        carry_too=tuple(filter(None, given.get("carry", "").split(","))),
        motive=given.get("motive", ""),
        keepsake=given.get("keepsake", ""),
    )
    if state.combat_state and "alone" in parts:  # all but one of them are down
        first, *others = state.combat_state.foes
        down = tuple(foe.having(health=0) for foe in others)
        state = state.having(combat_state=state.combat_state.having(foes=(first, *down)))
    return state, world


def heard(said: str, state: GameState, world: WorldDef) -> Intent:
    match state.phase:
        case Phase.COMBAT:
            return fight_intent.hear(said, state, world)
        case Phase.QUEST:
            return questing.hear(said, state, world)
        case _:
            return intent.read(said, state, world)


def played(meant: Intent, draft: Draft, world: WorldDef) -> Outcome:
    match draft.state.phase:
        case Phase.COMBAT:
            return referee.fight(draft, world, meant)
        case Phase.QUEST:
            return questing.settle_on(draft, world, meant)
        case _:
            return referee.explore(draft, world, meant)


def meaning(meant: Intent) -> str:
    """An intent in the words of the file."""
    match meant.kind:
        case "choice":
            assert meant.choice is not None
            return f"choice {meant.choice + 1}"
        case "question":
            how = {"look": "look", "use": "use"}.get(meant.verb, "ask")
            return f"{how} {meant.target or '-'}"
        case "attempt" if meant.target.startswith("fight:"):
            return meant.target.removeprefix("fight:")
        case "attempt" if "#" in meant.target:
            return meant.target.replace("feature:", "deed ")
        case "attempt":
            return f"try {meant.verb} {meant.target}".strip()
        case kind:
            return f"{kind} {meant.target}".strip()


def test_there_are_enough_sentences_and_none_stands_twice() -> None:
    rows = [(header, said) for header, scene in SCENES.items() for said, _ in scene]
    assert len(set(rows)) == len(rows) >= 600
    for world in LIBRARY.shipped():
        assert sum(header.startswith(world) for header in SCENES) >= 10


@pytest.mark.parametrize("header", SCENES)
def test_what_is_said_here_means(header: str) -> None:
    state, world = staged(header)
    meant = {said: heard(said, state, world) for said, _ in SCENES[header]}
    read_as = {said: meaning(how) for said, how in meant.items()}
    assert read_as == dict(SCENES[header])
    for said, how in meant.items():
        draft = Draft(state)
        outcome = played(how, draft, world)
        assert outcome.pieces or outcome.host_speaks, f"{said}: something is always told"
        if how.kind == "question":
            spent = [e.kind for e in draft.events if e.kind in ("round_begun", "turn_advanced")]
            assert not spent, f"{said}: a question costs no turn and no round"
        if how.kind == "attempt" and how.ability:
            assert f"{how.ability.value.title()}, DC {how.dc}" in how.echo, f"{said}: a check is said first"


@pytest.mark.parametrize(
    ("before", "said", "means"),
    [
        ("hit the second wolf", "again! with the mace", "attack:wolf-2"),
        ("hit the second wolf", "the other one", "attack:wolf-1"),
        ("mock it", "once more", "power:vicious-mockery:wolf-1"),
        ("2", "again", "defend"),
        ("5", "again", "attack:wolf-1"),  # a number means nothing without its list
    ],
)
def test_again_is_what_was_done_last_in_this_fight(before: str, said: str, means: str) -> None:
    world = LIBRARY.get("ember-road")
    begun = standing("candlewood", world=world, calling=Calling.BARD, fight="road-wolves")
    assert begun.combat_state
    told = Exchange(revision=1, action=before, speeches=())
    state = begun.having(conversation_history=(told,), combat_state=begun.combat_state.having(round=2))
    assert meaning(fight_intent.hear(said, state, world)) == means
    assert meaning(fight_intent.hear("again", begun, world)) == "attack:wolf-1"
