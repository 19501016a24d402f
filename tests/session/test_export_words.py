from __future__ import annotations

from tables import new, service

from pocket_portals.rules.events import GoldChanged
from pocket_portals.rules.state import Voice
from pocket_portals.session.export import _html_of, _markdown_of, as_html, as_markdown, as_text, labelled
from pocket_portals.session.journal import RunRecord
from pocket_portals.session.transcript import Entry, entry_of


async def story() -> RunRecord:
    """A run with one turn played by number."""
    table = service()
    record = await table.create(new("export"))
    await table.act(record.run, "1")
    return table.record(record.run)


async def test_a_number_is_told_as_the_deed_it_stood_for() -> None:
    record = await story()
    deed = record.turns[0].choices[0].label
    for told in (as_text(record), as_markdown(record), as_html(record)):
        assert deed in told


def test_stressed_words_are_stressed_where_they_can_be_and_bare_where_not() -> None:
    said = Entry(sort="speech", label="Narrator", voice=Voice.NARRATOR, text="I *said* so. 2 * 3 <b>")
    assert list(labelled(said)) == ["Narrator: I said so. 2 * 3 <b>"]
    assert list(_markdown_of(said)) == ["I *said* so. 2 \\* 3 \\<b\\>"]
    assert list(_html_of(said)) == ["<p>I <em>said</em> so. 2 * 3 &lt;b&gt;</p>"]


async def test_money_is_counted_without_a_word_that_may_not_be_the_worlds() -> None:
    state = (await story()).state
    spent = GoldChanged(by=-2, why="for the plank")
    line = entry_of(spent, spent.apply(state))
    assert line is not None
    assert line.text == f"Purse: −2 · {state.gold - 2} left"


def test_what_a_person_answers_stands_under_their_name() -> None:
    answer = Entry(sort="speech", label="Mara Quill", voice=Voice.NARRATOR, text="Twice.")
    assert list(_markdown_of(answer)) == ["**Mara Quill:** Twice."]
    assert list(_html_of(answer)) == ["<p><b>Mara Quill</b> Twice.</p>"]
