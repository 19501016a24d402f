"""Each rule of the checker, shown by a pack that breaks it and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pocket_portals.worlds.check import Checker, Report
from pocket_portals.worlds.loader import Pack
from pocket_portals.worlds.new import begin

Change = tuple[str, str, str]  # file, what stands there, what to put in its place; "" for at the end


def storylet(more: str = "", do: str = "", text: str = "A cat goes by with a fish.") -> str:
    """A storylet of the shore, with these lines in it and this after each of its choices."""
    after = f", do: {do}" if do else ""
    return (
        f"\n  - id: extra\n    tag: shore\n{more}    text: {text}\n    choices:\n"
        f"      - {{ say: Follow the cat, verb: move, text: Over a wall.{after} }}\n"
        f"      - {{ say: Call the cat, verb: talk, text: One ear turns.{after} }}\n"
        f"      - {{ say: Want the fish, verb: wait, text: So does the cat.{after} }}\n"
    )


def needs(conditions: str) -> tuple[Change, ...]:
    """One storylet more, which needs these."""
    return (("storylets.yaml", "", storylet(f"    needs: {conditions}\n")),)


ATTIC = "\n  - { id: attic, name: the Attic, text: Dust., exits: { down: quay } }\n"
MOON = ("fights.yaml", "things:\n", "things:\n  - { id: moon, name: moon, about: Not for sale. }\n")
KEPT = "    needs: { kept: word }\n"
IDLE = """
      - id: light-other
        stage: confrontation
        place: lighthouse
        text: The wind has other plans.
        choices:
          - { say: Shut the pane, verb: use, text: It shuts. }
          - { say: Wait it out, verb: wait, text: It is out. }
          - { say: Go down, verb: move, text: Down you go. }
"""

ERRORS: dict[str, tuple[tuple[Change, ...], str]] = {
    "a place that is not there": (
        (("storylets.yaml", "place: reef", "place: nowhere"),),
        "crab-rock: there is no place `nowhere`",
    ),
    "a slot nobody fills": (
        (("storylets.yaml", "", storylet(text='"{stranger} waits."')),),
        "extra: nothing fills {stranger}",
    ),
    "a clock that is not there": (needs("{ clock: { noon: 1 } }"), "extra: there is no clock `noon`"),
    "a tag that no place has": (
        needs("{ tag: desert }"),
        "extra: (there is no tag of a place `desert`|can never come: none of)",
    ),
    "dice that can't be thrown": ((("fights.yaml", "heal: 1d4,", "heal: 1x4,"),), "ship-biscuit: "),
    "two scenes of one id": (
        (("storylets.yaml", "id: joss-rope", "id: rope-breathes"),),
        "rope-breathes: two scenes have this id",
    ),
    "a quality nothing writes": (needs("{ quality: { fame: 1 } }"), "extra: reads the quality `fame`"),
    "a fact nobody learns": (needs("{ knows: secret }"), "extra: reads the fact `secret`"),
    "a quality that is only lowered": (
        (
            (
                "storylets.yaml",
                "",
                storylet("    needs: { quality: { luck: 1 } }\n", "{ quality: { luck: -1 } }"),
            ),
        ),
        "extra: can never come: nothing raises the quality luck",
    ),
    "a thing nobody can carry": (
        (MOON, *needs("{ has: moon }")),
        "extra: can never come: nobody can ever carry moon",
    ),
    "a person nothing takes away": (
        needs("{ gone: nan }"),
        "extra: can never come: nothing makes them gone: nan",
    ),
    "a promise nobody can keep": (
        (
            (
                "storylets.yaml",
                "",
                storylet(KEPT, "{ promise: { to: nan, id: word, what: it } }"),
            ),
        ),
        "extra: can never come: nothing keeps the promise word",
    ),
    "needs that exclude each other": (
        needs("{ has: rope, lacks: rope }"),
        "extra: can never come: `has` and `lacks` both name rope",
    ),
    "a clock past its end": (
        needs("{ clock: { friday: 9 } }"),
        "extra: can never come: the clock friday has 4 segments",
    ),
    "phases that never meet": (
        (("storylets.yaml", "", storylet("    phase: setup\n    needs: { phase: climax }\n")),),
        "extra: can never come: it comes in setup and needs climax",
    ),
    "places that never meet": (
        needs("{ place: quay-house }"),
        "extra: can never come: it is not at quay-house",
    ),
    "a place nobody gets to": (
        (
            ("people-and-places.yaml", "", ATTIC),
            ("storylets.yaml", "", storylet().replace("tag: shore", "place: attic")),
        ),
        "extra: can never come: nobody can get to any of its places",
    ),
    "a twist of another quest": (
        (
            (
                "quest-boat.yaml",
                "",
                IDLE.replace("light-other", "extra\n        needs: { twist: light-guest }"),
            ),
        ),
        "extra: can never come: its quest has no twist light-guest",
    ),
    "a choice nobody is offered": (
        (
            (
                "storylets.yaml",
                "    choices:\n      - { say: Knock back,",
                "    choices:\n      - { say: Knock twice, verb: use, needs: { gone: nan }, text: Twice. }\n"
                "      - { say: Knock back,",
            ),
        ),
        "rope-breathes: “Knock twice” can never be offered",
    ),
    "an ending nobody reaches": (
        (("endings.yaml", "needs: { closure: fallen }", "needs: { closure: fallen, gone: nan }"),),
        "ending-fallen: can never be reached",
    ),
    "a linked scene nobody names": (
        (("storylets.yaml", "", storylet("    linked: true\n")),),
        "extra: linked, and no scene",
    ),
    "a linked scene that only names itself": (
        (
            (
                "storylets.yaml",
                "",
                storylet("    linked: true\n").replace(
                    "One ear turns.", "One ear turns., do: { scene: extra }"
                ),
            ),
        ),
        "extra: linked, and no scene",
    ),
    "a scene that leads round": (
        (("storylets.yaml", "", storylet(do="{ scene: extra }")),),
        "extra: a dead end: every choice leads round",
    ),
    "a key scene that never lets go": (
        (
            ("quest-boat.yaml", 'it is the same man." }', 'it is the same man.", do: { stay: true } }'),
            ("quest-boat.yaml", 'that Ivo knew." }', 'that Ivo knew.", do: { stay: true } }'),
            ("quest-boat.yaml", 'It is about paint." }', 'It is about paint.", do: { stay: true } }'),
        ),
        "boat-aftermath: a dead end: every choice stays",
    ),
    "too few open choices": (
        (
            (
                "storylets.yaml",
                "{ say: Knock back, verb: use,",
                "{ say: Knock back, verb: use, needs: { motive: quiet },",
            ),
        ),
        "rope-breathes: fewer than three choices",
    ),
    "an objective nothing advances": (
        (("quest-boat.yaml", "    reward:", "      - { id: sea-calm, text: Calm the sea }\n    reward:"),),
        "half-boat: can't be completed: `sea-calm` comes to 0 of 1",
    ),
    "an objective that asks for too much": (
        (("quest-boat.yaml", "id: brothers-agree,", "id: brothers-agree, count: 2,"),),
        "half-boat: can't be completed: `brothers-agree` comes to 1 of 2",
    ),
    "a quest that one twist leaves without an end": (
        (
            ("quest-light.yaml", "title: Wind\n", "title: Wind\n        needs: { twist: light-guest }\n"),
            ("quest-light.yaml", "", IDLE),
        ),
        "dark-light: can't be completed under the twist light-tired: `light-lit` comes to 0 of 1",
    ),
    "an objective that is not there": (
        (("quest-boat.yaml", "quality: mercy } }\n", "quality: mercy, objective: nothing } }\n"),),
        "half-boat: there is no objective `nothing`",
    ),
    "a stage that not every hero can come to": (
        (("quest-boat.yaml", "title: A buyer\n", "title: A buyer\n        needs: { motive: quiet }\n"),),
        "half-boat: no complication scene comes without needs",
    ),
    "a cast that another quest takes away": (
        (("quest-wreckers.yaml", "do: { regard: { ivo: 1 } }", "do: { gone: { gil: drowned } }"),),
        "boat-(hook|reveal): needs gil, who may be gone through lamp-aftermath",
    ),
    "a degree without words": (
        (
            (
                "voices.yaml",
                '    disaster: [Over the side., "Down, and then the anchor.", That one will be told.]\n',
                "",
            ),
        ),
        "the Keeper has no line for disaster",
    ),
    "a calling without blows": (
        (("voices.yaml", '    bard: ["Right rhythm, wrong place."]\n', ""),),
        "no line for a bard who hits or misses",
    ),
    "no ending for everybody": (
        (
            (
                "endings.yaml",
                "title: Out with the Tide\n",
                "title: Out with the Tide\n    needs: { closure: retired }\n",
            ),
        ),
        "no ending fits every run",
    ),
    "a way to no kind of ground": (
        (("voices.yaml", "  rests:", '  ways: { moon: ["{place}, and dust."] }\n  rests:'),),
        "there is no tag of a place `moon`",
    ),
    "a foe without warning": (
        (
            (
                "fights.yaml",
                '      strike: ["One claw opens.", "It comes on sideways, which is its forwards."]\n',
                "",
            ),
        ),
        "big-crab: no `shows` line for strike",
    ),
    "a fight nothing begins": (
        (("storylets.yaml", ", do: { fight: crab-fight }", ""),),
        "crab-fight: no scene begins this fight",
    ),
}

SECRET = "and swear by salt. Ivo was ashore, drinking, on the night on which his father drowned."

WARNINGS: dict[str, tuple[tuple[Change, ...], str]] = {
    "a choice over six words": (
        (("storylets.yaml", "say: Knock back", "say: Knock back on it as it knocked"),),
        "is over six words",
    ),
    "a scene over 110 words": (
        (("storylets.yaml", "", storylet(text="a cat and " * 38 + "a fish.")),),
        "extra: its text has 116 words",
    ),
    "suddenly": (
        (("storylets.yaml", "", storylet(text="And suddenly a cat.")),),
        "extra: “suddenly” is worn",
    ),
    "you see": ((("storylets.yaml", "", storylet(text="There you see a cat.")),), "extra: “you see” is worn"),
    "you can hear": (
        (("storylets.yaml", "", storylet(text="You can hear a cat.")),),
        "extra: “You can hear” is worn",
    ),
    "ancient evil": (
        (("storylets.yaml", "", storylet(text="An ancient evil mews.")),),
        "extra: “ancient evil” is worn",
    ),
    "a bible that tells what is to be found out": (
        (("world.yaml", "they know, and swear by salt.", f"they know, {SECRET}"),),
        "bible: the bible gives away 'ivo-ashore'",
    ),
    "a sentence that stands twice": (
        (
            (
                "storylets.yaml",
                "",
                storylet(text="Half way along it one of the rocks is not the colour of the others."),
            ),
        ),
        "extra: “Half way along .*” stands twice, first in crab-rock",
    ),
}


def test_how_people_talk_is_not_an_editors_business(tmp_path: Path) -> None:
    begin(tmp_path / "pack")
    said = storylet(text="“Suddenly, you see, I was wet,” says Nan.")
    with (tmp_path / "pack" / "storylets.yaml").open("a", encoding="utf-8") as file:
        file.write(said)
    assert Checker(Pack(tmp_path / "pack")).run().warnings == ()


Reading = Callable[[tuple[Change, ...]], Report]


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """What is found in a new pack after these changes."""

    def read(changes: tuple[Change, ...]) -> Report:
        folder = tmp_path / "pack"
        begin(folder)
        for name, old, new in changes:
            file = folder / name
            text = file.read_text(encoding="utf-8")
            assert old in text, old
            file.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
        return Checker(Pack(folder)).run()

    return read


@pytest.mark.parametrize("rule", ERRORS)
def test_an_error_is_found_alone(rule: str, reading: Reading) -> None:
    changes, what = ERRORS[rule]
    report = reading(changes)
    assert report.errors, rule
    assert [f.what for f in report.errors if not re.search(what, f.what)] == []
    assert report.warnings == ()


@pytest.mark.parametrize("rule", WARNINGS)
def test_a_warning_is_found_alone(rule: str, reading: Reading) -> None:
    changes, what = WARNINGS[rule]
    report = reading(changes)
    assert report.errors == ()
    assert len(report.warnings) == 1
    assert re.search(what, report.warnings[0].what)


def test_a_finding_says_file_and_line_and_how_to_mend_it(reading: Reading, tmp_path: Path) -> None:
    (found,) = reading((("storylets.yaml", "place: reef", "place: nowhere"),)).errors
    lines = (tmp_path / "pack" / found.file).read_text(encoding="utf-8").splitlines()
    assert "id: crab-rock" in lines[found.line - 1]
    assert "quay-house" in found.mend


def test_a_worn_word_is_found_on_its_own_line(reading: Reading, tmp_path: Path) -> None:
    old = 'Poke the odd rock, verb: use, text: "It'
    (found,) = reading((("storylets.yaml", old, old.replace("It", "Suddenly it")),)).warnings
    lines = (tmp_path / "pack" / found.file).read_text(encoding="utf-8").splitlines()
    assert "Suddenly it" in lines[found.line - 1]


def test_a_scene_of_the_same_stage_without_them_stands_in_for_a_cast_that_may_be_gone(
    reading: Reading,
) -> None:
    gone = ("quest-wreckers.yaml", "do: { regard: { ivo: 1 } }", "do: { gone: { gil: drowned } }")
    spare = IDLE.replace("confrontation", "{stage}").replace("lighthouse", "quay")
    spares = "".join(
        re.sub("light-other", f"spare-{n}", spare.replace("{stage}", stage)).replace(
            "other plans", f"{n} plans"
        )
        for n, stage in enumerate(("hook", "reveal"))
    )
    assert reading((gone, ("quest-boat.yaml", "", spares))).errors == ()
