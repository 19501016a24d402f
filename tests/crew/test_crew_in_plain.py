"""What the crew tells, line by line: as it comes, and nothing that can't stand."""

from __future__ import annotations

import time

import pytest
from scripted_crew import AFTER, PROSE, Call, Models, Table, explore, seat, well

from pocket_portals.plain import telling
from pocket_portals.plain.game import play
from pocket_portals.session.entrance import Entrance

FIRST = "Rain ticks on the iron basket, and you put your hand to it until the cold goes up to the elbow."
SECOND = "Somebody behind you stops whistling, and on the doorstep the goose turns its head to look at you."
FALSE = "You have won."


async def plays(table: Table, *deeds: str, on_line=lambda line: None) -> list[str]:
    """What is written when these are typed, from the scene that the table is in."""
    lines: list[str] = []

    def write(line: str) -> None:
        lines.append(line)
        on_line(line)

    typed = iter(deeds)
    await play(table.service, Entrance(run=table.run), lambda: next(typed, None), write, lambda: None)
    return lines


async def a_table(script, pace: float = 0.0) -> Table:
    """A table in its first scene, from where on this model tells at this pace."""
    models = Models(well)
    table = await explore(await seat(models))
    models._llm._script, models._llm._pace = script, pace
    return table


def words_of(lines: list[str], label: str = "Narrator") -> str:
    return " ".join(line.removeprefix(f"{label}: ") for line in lines if line.startswith(f"{label}: "))


async def test_a_passage_is_written_before_the_model_has_come_to_the_end() -> None:
    when: dict[str, float] = {}

    def script(call: Call):
        when.setdefault("words" if call.streamed else "deeds", time.perf_counter())
        return f"{FIRST} {SECOND}" if call.streamed else AFTER

    table = await a_table(script, pace=0.01)
    when.clear()
    await plays(table, "1", on_line=lambda line: when.setdefault(line, time.perf_counter()))
    first = when[f"Narrator: {FIRST}"]
    assert when["words"] < first < when["deeds"] - 0.1  # the model had still to say the second


async def test_what_is_written_is_what_is_kept() -> None:
    table = await a_table(lambda call: f"{FIRST} {SECOND}\nIt rains." if call.streamed else AFTER)
    before = len(await plays(table))
    lines = (await plays(table, "1"))[before - 1 :]
    kept = [s.text for s in table.service.record(table.run).turns[-1].speeches if s.voice == "narrator"]
    assert words_of(lines).split() == " ".join(kept).split()


async def test_the_keepers_numbers_are_written_before_the_words_that_follow_from_them() -> None:
    table = await a_table(lambda call: f"{FIRST} {SECOND}" if call.streamed else AFTER)
    number = next(n for n, c in enumerate(table.state.current_choices, start=1) if c.check and c.ref)
    lines = await plays(table, str(number))
    order = table.service.record(table.run).turns[-1].speeches
    assert order[0].voice == "keeper"
    assert lines.index(f"Keeper: {order[0].text}") < lines.index(f"Narrator: {FIRST}")


async def test_a_false_sentence_is_never_written_and_what_stood_before_it_is_taken_back_aloud() -> None:
    answers = iter([f"{FIRST} {FALSE} {SECOND}", PROSE])
    table = await a_table(lambda call: next(answers, PROSE) if call.streamed else AFTER)
    lines = await plays(table, "1")
    assert not any(FALSE in line for line in lines)
    again = lines.index(f"Keeper: {telling.AGAIN}")
    assert lines[again - 1] == f"Narrator: {FIRST}"
    assert lines[again + 1] == f"Narrator: {PROSE}"


async def test_where_a_model_breaks_off_the_storybooks_words_follow_and_say_so() -> None:
    table = await a_table(lambda call: [FIRST + " ", "And then ", ConnectionError()])
    lines = await plays(table, "1")
    again = lines.index(f"Keeper: {telling.AGAIN}")
    assert lines[again - 1] == f"Narrator: {FIRST}"
    assert any("The storybook tells this turn." in line for line in lines[again:])
    assert words_of(lines[again:])


async def test_a_slow_model_is_not_taken_for_a_dead_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "PATIENCE", 0.05)
    monkeypatch.setattr(telling, "MORE_PATIENCE", 0.2)
    table = await a_table(lambda call: FIRST if call.streamed else AFTER, pace=0.03)
    lines = await plays(table, "1")
    assert lines.count(f"Keeper: {telling.TELLING}") == 1
    assert f"Keeper: {telling.STILL}" in lines
    assert lines.index(f"Keeper: {telling.TELLING}") < lines.index(f"Narrator: {FIRST}")


async def test_the_storybook_needs_no_patience_and_is_written_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "PATIENCE", 0.0)
    table = await a_table(well)
    await table.service.set_storyteller(table.run, "storybook")
    lines = await plays(table, "1")
    assert f"Keeper: {telling.TELLING}" not in lines
    speeches = table.service.record(table.run).turns[-1].speeches
    first = next(s for s in speeches if s.voice == "narrator")
    assert any(first.text.splitlines()[0].strip() in line for line in lines)
