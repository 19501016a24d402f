"""Turns of the real world, decided by the real referee: what a player's words lead to."""

from __future__ import annotations

import pytest
from standing import standing

from pocket_portals.rules.checks import EDGE
from pocket_portals.rules.events import AdventureCompleted, HealthChanged, ObjectiveAdvanced
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Calling
from pocket_portals.rules.state import GameState, Phase, Verb
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.direct import DirectEngine
from pocket_portals.session.entrance import NewRun
from pocket_portals.session.journal import replay
from pocket_portals.session.playtest import SensibleBot, TurnClock, play_run
from pocket_portals.session.ports import Saved
from pocket_portals.session.service import GameSessionService
from pocket_portals.story import director, fight_intent, fights, intent, questing, referee
from pocket_portals.story.scope import present
from pocket_portals.story.storybook import Storybook
from pocket_portals.worlds.library import WorldLibrary

WORLD = WorldLibrary().get("ember-road")


async def state_where(there, bot_seed: str = "a"):
    """A state of some seeded run for which ``there`` holds."""
    for seed in range(40):
        record = await play_run(WORLD, f"{bot_seed}{seed}", SensibleBot(str(seed), list(Calling)[seed % 6]))
        for index in range(1, len(record.turns) + 1):
            state = replay(record.turns[:index])
            if there(state):
                return state
    raise LookupError("no such state in forty runs")


def exploring(state) -> bool:
    return state.phase is Phase.EXPLORE and state.adventure_turn >= 3


async def test_a_number_is_the_choice_it_stands_beside() -> None:
    state = await state_where(exploring)
    for index, choice in enumerate(state.current_choices):
        meant = intent.read(str(index + 1), state, WORLD)
        assert (meant.kind, meant.choice, meant.verb) == ("choice", index, choice.verb)
    assert intent.read("9", state, WORLD).kind != "choice"


async def test_the_words_of_a_choice_mean_that_choice() -> None:
    state = await state_where(exploring)
    for index, choice in enumerate(state.current_choices):
        label = choice.label.split(" (")[0]
        for said in (label, label.lower(), f"i {label.lower()}", label.upper() + "!"):
            assert intent.read(said, state, WORLD).choice == index, said


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("i juggle three stones", Verb.PERFORM),
        ("climb the nearest tree", Verb.CLIMB),
        ("sneak off", Verb.SNEAK),
        ("search the bracken", Verb.STUDY),
    ],
)
async def test_a_deed_nobody_wrote_is_a_fair_check_said_before_it_is_rolled(said: str, verb: Verb) -> None:
    state = await state_where(exploring)
    meant = intent.read(said, state, WORLD)
    assert (meant.kind, meant.verb) == ("attempt", verb)
    assert f"{meant.ability.value.title()}, DC {meant.dc}" in meant.echo


@pytest.mark.parametrize("said", ["xyzzy", "🐉🐉🐉", "שלום", "banana"])
async def test_what_nobody_could_understand_is_not_rolled_for(said: str) -> None:
    state = await state_where(exploring)
    meant = intent.read(said, state, WORLD)
    assert (meant.kind, meant.target, meant.sure) == ("question", "topic:unheard", False)
    draft = Draft(state)
    assert "not understood" in str(referee.explore(draft, WORLD, meant).pieces[0].text)
    assert not draft.events


async def test_what_was_understood_is_said_in_the_second_person() -> None:
    state = await state_where(exploring)
    echo = intent.read("I slip past my shadow", state, WORLD).echo
    assert echo.startswith("You try to slip past your shadow · ")


@pytest.mark.parametrize("seed", range(12))
async def test_a_free_deed_always_moves_the_story(seed: int) -> None:
    state = (await state_where(exploring)).having(seed=f"moves{seed}")
    draft = Draft(state)
    meant = intent.read("i juggle three stones at the sky", state, WORLD)
    outcome = referee.explore(draft, WORLD, meant)
    assert draft.state.adventure_turn == state.adventure_turn + 1
    assert outcome.pieces
    good = outcome.degree.good
    if good:
        assert draft.state.qualities.get(EDGE, 0) > state.qualities.get(EDGE, 0)
    else:
        paid = [
            e.kind
            for e in draft.events
            if e.kind in ("clock_ticked", "health_changed", "gold_changed", "regard_changed")
        ]
        assert paid


async def test_a_question_costs_no_turn() -> None:
    state = await state_where(exploring)
    for said in ("who is theron?", "what do i have?", "where am i?", "what is a glorb?", "look around"):
        draft = Draft(state)
        outcome = referee.explore(draft, WORLD, intent.read(said, state, WORLD))
        assert draft.state.adventure_turn == state.adventure_turn
        assert draft.state.scene == state.scene
        assert outcome.pieces


async def test_persuading_somebody_is_a_deed_and_asking_them_is_not() -> None:
    state = await state_where(lambda s: exploring(s) and present(WORLD, s) & set(s.people))
    name = state.people[min(present(WORLD, state) & set(state.people))].name
    assert intent.read(f"ask {name} about the weather in heaven", state, WORLD).kind == "question"
    assert intent.read(f"convince {name} that the moon is cheese", state, WORLD).kind == "attempt"


async def test_what_do_i_have_names_what_is_carried() -> None:
    state = await state_where(lambda s: exploring(s) and s.inventory)
    outcome = referee.explore(Draft(state), WORLD, intent.read("what do i have?", state, WORLD))
    assert all(item.name in outcome.pieces[0].text for item in state.inventory.values())


async def test_a_fight_begins_only_where_one_is_written() -> None:
    """ "Recharge" once started a fight; now nothing that is said does, where the scene holds none."""
    state = await state_where(exploring)
    for said in ("recharge the lamp", "attack the weather", "i fight everyone", "charge!"):
        draft = Draft(state)
        meant = intent.read(said, state, WORLD)
        if meant.kind == "choice":
            continue
        referee.explore(draft, WORLD, meant)
        assert draft.state.combat_state is None, said


async def test_the_foes_of_a_fight_are_those_of_its_encounter() -> None:
    """A dragon once became a goblin."""
    state = await state_where(lambda s: s.character_sheet is not None and s.phase is Phase.EXPLORE)
    for encounter in WORLD.encounters:
        draft = Draft(state)
        fights.begin(draft, WORLD, encounter.id)
        begun = next(e for e in draft.events if e.kind == "combat_begun")
        assert tuple(f.kind for f in begun.combat.foes) == encounter.foes
        assert len({f.name for f in begun.combat.foes}) == len(encounter.foes)


@pytest.mark.parametrize(
    ("said", "deed"),
    [
        ("attack", "attack"),
        ("stab it", "attack"),
        ("block", "defend"),
        ("wait", "defend"),
        ("run away", "flee"),
        ("please, let us talk", "talk"),
        ("surrender or die, i demand it", "talk"),
        ("i sing at the moon", "talk"),
        ("hide behind something", "improvise"),
        ("look at the stars", "fight"),
        ("frobnicate", "unheard"),
    ],
)
async def test_words_in_a_fight(said: str, deed: str) -> None:
    state = await state_where(lambda s: s.phase is Phase.COMBAT)
    meant = fight_intent.hear(said, state, WORLD)
    assert meant.target.split(":")[1] == deed
    assert meant.echo or meant.kind == "question"


async def test_every_deed_offered_in_a_fight_can_be_done() -> None:
    state = await state_where(lambda s: s.phase is Phase.COMBAT)
    assert 3 <= len(state.current_choices) <= 6
    for index in range(len(state.current_choices)):
        draft = Draft(state)
        referee.fight(draft, WORLD, fight_intent.hear(str(index + 1), state, WORLD))
        assert any(e.kind in ("round_begun", "combat_ended") for e in draft.events)


async def test_a_word_of_another_storyteller_can_not_change_a_fact() -> None:
    """What a storyteller proposes against the rules is dropped, and the turn stands."""

    class Liar(Storybook):
        async def tell(self, world, state, outcome, voices, say):
            told = await super().tell(world, state, outcome, voices, say)
            lies = (
                HealthChanged(by=900, why="a miracle"),
                ObjectiveAdvanced(objective="no-such-thing"),
                AdventureCompleted(ending="victory"),
            )
            return told.having(proposals=lies)

    store, clock, worlds = MemoryStore(), TurnClock(), WorldLibrary()
    table = GameSessionService(
        store, DirectEngine(store, worlds, {"storybook": Liar()}, clock), worlds, clock
    )
    run = (await table.create(NewRun(world="ember-road", seed="lies"))).run
    await table.act(run, "skip")
    turn = await table.act(run, "1")
    assert not {e.kind for e in turn.events} & {"adventure_completed", "objective_advanced"}
    assert table.state(run).health_current <= table.state(run).health_max
    assert table.saved(run) == Saved("memory")


async def test_at_the_quest_table_talk_is_talk_and_a_quest_is_taken_by_what_it_is_about() -> None:
    state = await state_where(lambda s: s.phase is Phase.QUEST and len(s.pending_quest_options) == 3)
    for said in ("ask theron about the coal", "i juggle", "go outside", "press on"):
        meant = questing.hear(said, state, WORLD)
        assert meant.kind == "question", said
        assert not meant.echo
    for index, quest in enumerate(state.pending_quest_options):
        giver = WORLD.person[quest.giver].name
        assert questing.hear(f"i will do it: {quest.title}", state, WORLD).choice == index
        assert questing.hear(f"help {giver}", state, WORLD).choice == index


async def test_somebody_who_is_elsewhere_is_not_asked() -> None:
    state = await state_where(lambda s: exploring(s) and s.place != WORLD.home)
    outcome = referee.explore(Draft(state), WORLD, intent.read("ask theron about the road", state, WORLD))
    assert "not here" in outcome.pieces[0].text


async def test_somebody_who_is_here_has_something_to_say_and_answers_what_they_know() -> None:
    state = await state_where(lambda s: s.phase is Phase.QUEST)
    host = WORLD.person[WORLD.host]
    heard = referee.explore(Draft(state), WORLD, intent.read("talk to theron", state, WORLD)).pieces[0].text
    assert heard in {talk.text for talk in host.says}
    about = next(t for t in host.says if t.about and t.needs.hold(state, WORLD.tags(state.place)))
    words = f"ask theron about {about.about[0]}"
    told = referee.explore(Draft(state), WORLD, intent.read(words, state, WORLD)).pieces[0].text
    assert told in {t.text for t in host.says if about.about[0] in t.about}


def on_spine(state) -> bool:
    return exploring(state) and bool(WORLD.scene[state.scene.id].quest)


async def test_resting_in_front_of_what_matters_leaves_it_standing_there() -> None:
    state = await state_where(lambda s: on_spine(s) and s.health_current < s.health_max)
    draft = Draft(state)
    outcome = referee.explore(draft, WORLD, intent.read("rest", state, WORLD))
    assert draft.state.scene == state.scene
    assert draft.state.health_current > state.health_current
    assert WORLD.scene[state.scene.id].text not in [p.text for p in outcome.pieces]


async def test_turning_away_from_it_costs_time_and_it_is_never_told_twice() -> None:
    state = await state_where(lambda s: on_spine(s) and WORLD.location[s.place].exits)
    where = next(iter(WORLD.location[state.place].exits.values()))
    draft = Draft(state)
    away = referee.explore(draft, WORLD, intent.read(f"go to {WORLD.location[where].name}", state, WORLD))
    assert away.scene is None or away.scene.id != state.scene.id
    assert draft.state.clocks != state.clocks
    again = director.key_scene(draft, WORLD)
    assert again is not None
    assert again.id == state.scene.id
    told = [p.text for p in director.enter(draft, WORLD, again)]
    assert again.text.again or again.text not in told


def test_a_gift_changes_hands_and_who_waited_for_it_does_not_forget() -> None:
    state = standing("long-arch", cast={"bridge": "mother-arch"}, scene="arch-decision")
    given = [_after(f"give {thing} to the bridge", state) for thing in ("the loaf", "the rope")]
    for after, thing in zip(given, ("barley-loaf", "rope"), strict=True):
        assert thing not in after.inventory
    loaf, rope = (after.people["mother-arch"].regard for after in given)
    assert loaf > rope > state.people["mother-arch"].regard, "she wants her loaf"


def test_what_is_dropped_is_left_without_a_roll() -> None:
    state = standing("candlewood", "wolf-trap")
    draft = Draft(state)
    outcome = referee.explore(draft, WORLD, intent.read("drop the rope", state, WORLD))
    assert outcome.degree is None
    assert "rope" not in draft.state.inventory
    assert draft.state.scene == state.scene


def _after(said: str, state: GameState) -> GameState:
    """The state after a deed on the first seed on which it comes off."""
    for seed in range(20):
        draft = Draft(state.having(seed=f"luck {seed}"))
        outcome = referee.explore(draft, WORLD, intent.read(said, state, WORLD))
        if outcome.degree and outcome.degree.good:
            return draft.state
    raise AssertionError("it never came off")
