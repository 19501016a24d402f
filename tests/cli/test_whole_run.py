"""A story through the real command, from the first question to the epilogue, over pipes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from processes import Done, Portals, portals_at

from pocket_portals.rules.state import Parent
from pocket_portals.saves.files import FileStore
from pocket_portals.session.journal import RunRecord

DEEDS = 300  # lines of input, more than a short story takes
PLAY = ("play", "--plain", "--seed", "x", "--length", "short")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Portals:
    """The command in a home that the tests of this module share."""
    return portals_at(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def whole(there: Portals) -> Done:
    """A short story in which the first choice is always taken."""
    return there(*PLAY, stdin="1\n" * DEEDS)


def told(done: Done) -> list[str]:
    """What was told, without the ids of runs, and what is said once a sitting or after the end."""
    apart = ("Run: ", "Saved ", "Keeper: /choices", "Keeper: This adventure is over")
    return [line for line in done.out.splitlines() if not line.startswith(apart)]


def the_run(there: Portals) -> dict[str, object]:
    (run,) = json.loads(there("list", "--json").out)
    assert isinstance(run, dict)
    return run


def test_it_ends_with_an_epilogue_and_is_saved(there: Portals, whole: Done) -> None:
    run = the_run(there)
    assert (whole.status, whole.err) == (0, "")
    assert run["completed"] is True
    assert run["closure"] is not None
    assert whole.out.splitlines()[-1] == f"Saved {run['id']}"


def test_every_line_of_it_says_who_speaks(whole: Done) -> None:
    labelled = re.compile(r"[A-Z][\w'’ -]*: \S|[1-9]\. \S|Saved ")
    assert [line for line in whole.out.splitlines() if not labelled.match(line)] == []


def test_it_has_dice_and_a_quest_and_somebody_speaks(whole: Done) -> None:
    labels = {line.partition(":")[0] for line in told(whole)}
    assert {"Narrator", "Keeper", "Dice", "Quest", "Change"} <= labels


def test_its_journal_holds(there: Portals, whole: Done) -> None:
    assert there("verify").status == 0


def test_the_same_word_and_deeds_tell_the_same_story(whole: Done, tmp_path: Path) -> None:
    again = portals_at(tmp_path)(*PLAY, stdin="1\n" * DEEDS)
    assert told(again) == told(whole)


def test_a_story_that_is_left_and_resumed_goes_on_as_if_it_had_not_been(whole: Done, tmp_path: Path) -> None:
    there = portals_at(tmp_path)
    first = told(there(*PLAY, stdin="1\n" * 15))
    rest = told(there("resume", "--plain", stdin="1\n" * DEEDS))
    assert first == told(whole)[: len(first)]
    told_anew = told(whole)[len(first) :]
    scene = rest[: -len(told_anew)]
    assert rest[-len(told_anew) :] == told_anew
    assert [line for line in scene if line not in first and not line.startswith("Place: ")] == []
    assert scene[-1] in first[-6:]


def test_what_is_taken_back_and_done_again_meets_the_same_dice(portals: Portals) -> None:
    done = portals(*PLAY, stdin="1\n" * 14 + "/undo 3\n" + "1\n" * 3)
    before, _, after = done.out.partition("\nRun: ")[2].partition("\nRun: ")
    again = after.splitlines()[1:-1]
    last_turns = again[-(len(again) // 2) :]
    assert "\n".join(last_turns) in before


def test_a_branch_leaves_the_run_it_came_from_as_it_was(
    portals: Portals, saves: FileStore, amber: RunRecord
) -> None:
    done = portals("resume", "--turn", "3", "--plain")
    branch = done.out.splitlines()[-1].removeprefix("Saved ")
    assert done.status == 0
    assert branch != amber.run
    assert saves.load(branch).branch_of == Parent(run=amber.run, revision=3)
    assert saves.load(branch).state.revision == 3
    assert saves.load(amber.run) == amber
    assert portals("resume", amber.run, "--turn", "99", "--plain").status == 1
    assert len(saves.summaries()) == 2


def test_an_ended_story_can_be_read_and_taken_back(there: Portals, whole: Done) -> None:
    run = the_run(there)
    done = there("resume", "--plain", stdin="/journal\n")
    assert done.status == 0
    assert "Keeper: This adventure is over" in done.out
    text = there("export", str(run["id"]), "--format", "txt").out
    assert "The end." in text
    assert "To be continued" not in text


def test_the_title_screen_over_pipes_begins_and_goes_on(portals: Portals) -> None:
    assert portals(stdin="1\n1\n").status == 0
    run = the_run(portals)
    done = portals(stdin="2\n/sheet\n")
    assert done.out.splitlines()[-1] == f"Saved {run['id']}"
    assert "Sheet: You are nobody yet" in done.out
    assert the_run(portals)["revision"] == 2
