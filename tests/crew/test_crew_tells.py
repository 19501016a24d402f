"""The crew at a table: the same game in the agents' words, whatever the model does."""

from __future__ import annotations

import asyncio
import logging
import time
from itertools import groupby

import pytest
from scripted_crew import AFTER, PROSE, Call, Models, Table, explore, seat, well

from pocket_portals.errors import Impossible, ModelUnavailable
from pocket_portals.rules.events import CheckRolled, Retold
from pocket_portals.rules.state import Phase, Voice
from pocket_portals.session.execution import executions
from pocket_portals.session.export import last_scene
from pocket_portals.session.journal import problems
from pocket_portals.session.ports import Signal, Words
from pocket_portals.story.memory import told_promises

SECRET = "sk-0123456789abcdef"


class Screen:
    """What a face would show of the words that come."""

    def __init__(self) -> None:
        self.words: list[Words] = []

    def __call__(self, signal: Signal) -> None:
        if isinstance(signal, Words):
            self.words.append(signal)

    @property
    def shown(self) -> list[str]:
        speeches: list[str] = []
        for words in self.words:
            if words.instead:
                speeches[-1] = words.text
            elif words.begins:
                speeches.append(words.text)
            else:
                speeches[-1] += words.text
        return [speech.strip() for speech in speeches]


def by_turns(*answers):
    """A model that gives these answers to calls for words, the last again and again."""
    left = list(answers)

    def script(call: Call):
        if not call.streamed:
            return AFTER
        return left.pop(0) if len(left) > 1 else left[0]

    return script


async def a_scene(script=well, **kwargs) -> tuple[Table, Models]:
    """A table in its first scene, played there with a model that does well; then with this one."""
    models = Models(well, **kwargs)
    table = await explore(await seat(models))
    models.script = script
    if models._llm is not None:
        models._llm._script = script
    models.calls.clear()
    return table, models


async def a_check(table: Table) -> str:
    """The number of an offered deed that is rolled for."""
    choices = table.state.current_choices
    return str(next(n for n, c in enumerate(choices, start=1) if c.check and c.ref))


async def test_a_turn_takes_two_calls_and_the_keepers_numbers_stay_exact() -> None:
    table, models = await a_scene()
    screen = Screen()
    turn = await table.act(await a_check(table), screen)
    voices = [speech.voice for speech in turn.speeches]
    assert voices[0] is Voice.KEEPER
    assert turn.speeches[0].text.split(".")[0] == str(next(
        e.roll.total for e in turn.events if isinstance(e, CheckRolled)
    ))  # fmt: skip
    assert turn.speeches[1].text == PROSE
    assert screen.shown == [speech.text for speech in turn.speeches]
    told = len({s.voice for s in turn.speeches} - {Voice.KEEPER})
    assert [call.streamed for call in models.calls] == [True] * told + [False]


async def test_no_voice_speaks_up_where_the_storybooks_keeps_quiet() -> None:
    """Whoever makes no small talk, or no joke, over what is tense makes none in a crew's words either."""
    tables = [await seat(Models(well), teller=teller) for teller in ("crew", "storybook")]
    heard: set[Voice] = set()
    for deed in ["skip", "well then", *["1"] * 24]:
        crews, book = [(await table.act(deed)).speeches for table in tables]
        voices = [[voice for voice, _ in groupby(s.voice for s in speeches)] for speeches in (crews, book)]
        assert voices[0] == voices[1]
        heard |= set(voices[0])
    assert heard >= {Voice.NARRATOR, Voice.INNKEEPER, Voice.JESTER}


async def test_each_voice_hears_those_before_it() -> None:
    models = Models(
        lambda call: "The stew is two silver, and worth one." if "house" in call.agent else well(call)
    )
    table = await seat(models)
    await table.act("skip")
    models.calls.clear()
    turn = await table.act("well then")
    assert {s.voice for s in turn.speeches} >= {Voice.INNKEEPER}
    host = models.asked("house")[-1]
    before = [s.text for s in turn.speeches[: [s.voice for s in turn.speeches].index(Voice.INNKEEPER)]]
    assert all(text in host.prompt for text in before)


async def test_what_contradicts_a_fact_is_told_once_more_and_the_screen_follows() -> None:
    table, models = await a_scene(by_turns("You have won. The quest is complete.", PROSE))
    screen = Screen()
    turn = await table.act("1", screen)
    assert turn.told.fallback == ""
    assert PROSE in [speech.text for speech in turn.speeches]
    assert screen.shown == [speech.text for speech in turn.speeches]
    assert "nothing of that was decided" in models.calls[1].messages[-1]["content"]


@pytest.mark.parametrize(
    ("script", "notice"),
    [
        (by_turns("You have won. The quest is complete."), "otherwise than it was decided"),
        (lambda call: TimeoutError(), "timeout"),
        (lambda call: ConnectionError(), "unreachable"),
        (by_turns(["Rain on the", ConnectionError()]), "unreachable"),
        (by_turns(""), "said nothing"),
    ],
)
async def test_a_model_that_fails_leaves_the_turn_to_the_storybook_with_a_word(script, notice: str) -> None:
    table, _ = await a_scene(script)
    printed, _ = await a_scene()
    await printed.service.set_storyteller(printed.run, "storybook")
    screen = Screen()
    turn = await table.act("1", screen)
    book = await printed.act("1")
    assert turn.speeches == book.speeches
    assert screen.shown == [speech.text for speech in turn.speeches]
    assert notice in turn.told.fallback
    assert "The storybook tells this turn." in turn.told.fallback
    assert executions(table.service.record(table.run))[-1].result == "fallback"


async def test_words_that_go_round_in_a_circle_are_not_waited_for() -> None:
    loop = "A guest, a meal, a fire, " + "a bed, " * 5_000
    table, _ = await a_scene(by_turns(loop, PROSE), pace=0.0005)
    screen = Screen()
    turn = await table.act("1", screen)
    assert turn.told.fallback == ""
    assert PROSE in [speech.text for speech in turn.speeches]
    assert sum(len(words.text) for words in screen.words) < 1_500


async def test_one_failure_ends_the_waiting_for_that_turn() -> None:
    models = Models(well)
    table = await seat(models)
    await table.act("skip")
    models._llm._script = lambda call: ConnectionError()
    models.calls.clear()
    turn = await table.act("well then")
    assert len(turn.speeches) >= 1
    assert len(models.calls) == 1


async def test_a_keeper_whom_nobody_answers_is_not_asked_after_in_vain() -> None:
    table, models = await a_scene(lambda call: ConnectionError())
    turn = await table.act("that is a fine goose you have there")
    assert [call.shape is not None for call in models.calls] == [True]
    assert "unreachable" in turn.told.fallback
    models._llm._script = well
    assert (await table.act("1")).told.fallback == ""


async def test_a_quest_is_meant_in_words_that_only_a_keeper_understands() -> None:
    reading = {"sort": "move", "choice": 2, "verb": "talk", "target": "", "ability": "", "difficulty": "",
               "stake": ""}  # fmt: skip
    models = Models(lambda call: reading if "Keeper" in call.agent else well(call))
    table = await seat(models)
    await table.act("skip")
    second = table.state.pending_quest_options[1]
    await table.act("eeny meeny miny mo")
    assert table.state.active_quest is None
    reading["sort"] = "choice"
    await table.act("eeny meeny miny mo")
    assert table.state.active_quest is not None
    assert table.state.active_quest.id == second.id


async def test_choices_of_the_crew_are_fair_checks_below_the_written_ones() -> None:
    table, _ = await a_scene()
    await table.act("1")
    written = [c for c in table.state.current_choices if c.ref]
    added = [c for c in table.state.current_choices if not c.ref]
    assert table.state.current_choices == (*written, *added)
    assert [c.label for c in added] == ["Whistle for the goose", "Count the dark posts"]
    assert all(c.check and c.note for c in added)
    turn = await table.act(str(len(written) + 1))
    rolled = next(e for e in turn.events if isinstance(e, CheckRolled))
    assert (rolled.deed, rolled.ability, rolled.dc) == ("Whistle for the goose", "charisma", 12)
    assert problems(table.service.record(table.run)) == []


async def test_the_keeper_reads_what_the_game_is_not_sure_of() -> None:
    reading = {"sort": "deed", "choice": 0, "verb": "perform", "target": "", "ability": "dexterity",
               "difficulty": "hard", "stake": "the whole inn laughs"}  # fmt: skip
    table, models = await a_scene(lambda call: reading if "Keeper" in call.agent else well(call))
    turn = await table.act("i somersault on behalf of justice")
    assert turn.intent is not None
    assert (turn.intent.verb, turn.intent.ability, turn.intent.dc) == ("perform", "dexterity", 15)
    assert turn.intent.stake == "the whole inn laughs"
    assert "Dexterity, DC 15 (the whole inn laughs)" in turn.intent.echo
    rolled = next(e for e in turn.events if isinstance(e, CheckRolled))
    assert (rolled.ability, rolled.dc) == ("dexterity", 15)
    assert len(models.asked("keeper")) == 1
    assert turn.told.tokens_in > sum(len(c.prompt) for c in models.asked("narrator")[:1]) // 4


async def test_sure_words_cost_no_call_of_the_keeper() -> None:
    table, models = await a_scene()
    await table.act("i hide behind the cart")
    assert models.asked("keeper") == []


async def test_what_the_game_knows_itself_costs_no_call_at_all() -> None:
    table, models = await a_scene()
    turn = await table.act("what do i carry?")
    assert turn.speeches
    assert models.calls == []


async def test_the_way_in_is_the_worlds_own_and_waits_for_no_model() -> None:
    models = Models(lambda call: AssertionError("asked"))
    table = await seat(models)
    printed = await seat(Models(well), teller="storybook")
    opening, words = (t.service.record(t.run).turns[0].speeches for t in (table, printed))
    assert opening == words
    assert models.calls == []


async def test_quests_are_dressed_for_the_hero_and_keep_what_the_engine_carries() -> None:
    pitch = (
        "Mara will not say please twice. Nine posts are dark out in the fen, the man who tends them is her "
        "own brother, and you of all people know how it is to wait at a window for somebody who is late."
    )
    title = "The Man at Her Window"

    def script(call: Call):
        if "Quest" in call.agent:
            return {"quests": [{"number": n, "title": title, "pitch": pitch} for n in (1, 2, 3)]}
        return well(call)

    table = await seat(Models(script))
    printed = await seat(Models(well), teller="storybook")
    for each in (table, printed):
        await each.act("skip")
    made, book = (t.state.pending_quest_options for t in (table, printed))
    kept = lambda quest: quest.model_dump(exclude={"title", "pitch"})  # noqa: E731
    assert [kept(q) for q in made] == [kept(q) for q in book]
    assert title in [q.title for q in made]
    assert all(q.title in (title, b.title) for q, b in zip(made, book, strict=True))
    number = [q.title for q in made].index(title) + 1
    await table.act(str(number))
    assert table.state.active_quest is not None
    assert table.state.active_quest.pitch == pitch


async def test_a_dressed_quest_is_played_to_its_end_by_events_alone_at_two_calls_a_turn() -> None:
    completed = 0
    calls: list[int] = []
    for seed in range(2):
        table = await seat(Models(well), seed=f"q{seed}")
        while not table.state.adventure_completed:
            before = len(table.models.calls)
            await table.act("skip" if table.state.phase is Phase.INTERVIEW else "1")
            calls.append(len(table.models.calls) - before)
        assert problems(table.service.record(table.run)) == []
        completed += len(table.state.completed_quests)
    assert completed > 0
    assert sum(count <= 2 for count in calls) >= 0.85 * len(calls)
    assert max(calls) <= 4  # with all voices, and the quests to be dressed


async def test_retelling_changes_words_and_nothing_else() -> None:
    table, models = await a_scene()
    await table.act(await a_check(table))
    before, told = table.state, table.state.conversation_history[-1].speeches
    models._llm._script = lambda call: "Other rain, the same road, and the same cold iron under your hand."
    record = await table.service.retell(table.run)
    assert isinstance(record.turns[-1].events[0], Retold)
    after = record.state
    words = {"conversation_history", "last_turn"}
    assert after.model_dump(exclude=words) == before.model_dump(exclude=words)
    speeches = after.conversation_history[-1].speeches
    assert [s.voice for s in speeches] == [s.voice for s in told]
    assert speeches[0] == told[0]  # the Keeper's numbers
    assert "Other rain" in speeches[1].text
    assert record.turns[-1].speeches == speeches
    assert "Other rain" in "\n".join(last_scene(record))
    assert problems(record) == []


async def test_a_retelling_that_fails_leaves_nothing_behind() -> None:
    table, models = await a_scene()
    await table.act("1")
    before = table.service.record(table.run)
    models._llm._script = lambda call: ConnectionError()
    with pytest.raises(ModelUnavailable):
        await table.service.retell(table.run)
    assert table.service.record(table.run) == before
    await table.service.set_storyteller(table.run, "storybook")
    with pytest.raises(Impossible, match="no other words"):
        await table.service.retell(table.run)


async def test_a_run_changes_storytellers_at_any_turn() -> None:
    table, models = await a_scene()
    await table.service.set_storyteller(table.run, "storybook")
    assert (await table.act("1")).told.storyteller == "storybook"
    assert models.calls == []
    await table.service.set_storyteller(table.run, "crew")
    turn = await table.act("1")
    assert (turn.told.storyteller, turn.told.model) == ("crew", "scripted")
    with pytest.raises(Impossible, match="no storyteller"):
        await table.service.set_storyteller(table.run, "bard")


async def test_the_epilogue_is_the_chroniclers() -> None:
    words = "You went home by the long road, and the coal on your post was red when you passed it. " * 2
    table, models = await a_scene(lambda call: words if "Chronicler" in call.agent else well(call))
    turn = await table.act("/retire")
    assert table.state.adventure_completed
    assert [s.voice for s in turn.speeches] == [Voice.CHRONICLER]
    assert len(models.asked("chronicler")) == 1
    assert turn.speeches[0].text == words.strip()


async def test_what_is_told_is_remembered_and_what_it_cost_is_counted() -> None:
    table, _ = await a_scene()
    turn = await table.act("1")
    assert [line.text for line in table.state.memory.story][-1] == AFTER["happened"]
    assert any("Bailiff" in note.text for note in table.state.memory.notes.values())
    assert turn.told.tokens_in > 500
    assert 20 < turn.told.tokens_out < 500
    assert executions(table.service.record(table.run))[-1].tokens_in == turn.told.tokens_in


async def test_a_promise_told_is_settled_by_what_is_told_and_no_other_is() -> None:
    promise = {"kind": "promise", "about": "the carter", "text": "The hero promised the carter a red button."}
    after = {**AFTER, "remember": [promise]}
    table, models = await a_scene(lambda call: PROSE if call.streamed else after)
    await table.act("1")
    (told,) = told_promises(table.state)
    await table.service.remember(table.run, "The hero promised to write home.")
    for wrong in (2, 9):
        models._llm._script = lambda call, n=wrong: (
            PROSE if call.streamed else {**AFTER, "settled": [{"promise": n, "kept": True}]}
        )
        models.calls.clear()
        await table.act("1" if table.state.phase is Phase.EXPLORE else "2")
        assert table.state.memory.settled == {}
    asked = next(call for call in models.calls if not call.streamed)
    assert "PROMISES STILL OPEN\n1. The hero promised the carter a red button.\n" in asked.prompt
    models._llm._script = lambda call: (
        PROSE if call.streamed else {**AFTER, "settled": [{"promise": 1, "kept": False}]}
    )
    await table.act("what do you make of it, i ask the goose")
    assert table.state.memory.settled == {told: False}
    assert told_promises(table.state) == []
    models.calls.clear()
    await table.act("i search the mud")
    assert not any("PROMISES STILL OPEN" in call.prompt for call in models.calls)
    assert problems(table.service.record(table.run)) == []


async def test_what_is_known_is_not_remembered_twice_in_other_words() -> None:
    said = iter(["The goose is called Bailiff.", "Bailiff the goose is called.", "Goose: called Bailiff."])

    def script(call: Call):
        note = {"kind": "person", "about": "the goose", "text": next(said, "The goose is called Bailiff.")}
        return PROSE if call.streamed else {**AFTER, "remember": [note]}

    table, models = await a_scene()
    await table.service.forget(table.run, next(iter(table.state.memory.notes)))
    models._llm._script = script
    for _ in range(4):
        await table.act("1")
    assert len([n for n in table.state.memory.notes.values() if "Bailiff" in n.text]) <= 2


@pytest.mark.parametrize("when", ["at once", "in the words", "in the choices"])
async def test_a_cancelled_turn_leaves_nothing_and_ends_at_once(when: str) -> None:
    async def hang(call: Call) -> str:
        await asyncio.sleep(60)
        return ""

    def script(call: Call):
        if when == "at once" or (when == "in the choices" and not call.streamed):
            return hang(call)
        return PROSE if call.streamed and when == "in the choices" else "word " * 500

    table, models = await a_scene(script, pace=0.01 if when == "in the words" else 0.0)
    before = table.service.record(table.run)
    playing = asyncio.create_task(table.act("1"))
    await asyncio.sleep(0.15)
    assert models.calls
    began = time.perf_counter()
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert time.perf_counter() - began < 4
    assert table.service.record(table.run) == before
    assert table.service.load(table.run) == before


async def test_no_key_and_no_words_of_a_server_get_into_logs_notices_or_saves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "pocket_portals")
    table, _ = await a_scene(lambda call: ValueError(f"bad key {SECRET}"))
    await table.act("1")
    assert SECRET not in caplog.text
    assert SECRET not in table.service.record(table.run).model_dump_json()
