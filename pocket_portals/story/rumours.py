"""What people say where the hero rests, listens or asks: each rumour once in a run, true or twisted."""

from __future__ import annotations

from pocket_portals.rules.events import FactLearned, QualityChanged
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import RUMOUR, GameState, Voice
from pocket_portals.story.consequences import enact
from pocket_portals.story.lexicon import QUESTIONS, content, stem, verb_of
from pocket_portals.story.scope import listener, present
from pocket_portals.story.storyteller import Piece
from pocket_portals.story.wording import Wording
from pocket_portals.worlds.schema import WorldDef

HEARD = "heard."  # a quality that scenes read
TWISTED = "twisted."  # another: it was told wrong, and nobody has put it right yet

TWISTED_CHANCE = 40  # percent, of those that can be told wrong
_VAGUE = frozenset(  # in any talk, and about no matter
    stem(word)
    for word in (
        "many much want know think tell make going come look name happen would could sold thing people "
        "time down ever never here"
    ).split()
)
_QUIET = 2  # turns of the adventure between two that come of themselves


def in_company(world: WorldDef, state: GameState) -> bool:
    """Whether there is anybody here to hear something from."""
    return state.place == world.home or bool(present(world, state))


def overheard(draft: Draft, world: WorldDef, teller: str = "") -> list[Piece]:
    """What comes up where people talk; nothing when nobody is here, or when something just did."""
    state = draft.state
    heard = (fact.turn for ident, fact in state.facts.items() if ident.startswith(RUMOUR))
    last = max(heard, default=-_QUIET)
    if not in_company(world, state) or state.adventure_turn - last < _QUIET:
        return []
    tags = world.tags(state.place)
    fresh = {
        ident: rumour.needs.weight
        for ident, rumour in world.rumour.items()
        if f"{HEARD}{ident}" not in state.qualities and rumour.needs.hold(state, tags)
    }
    if not fresh:
        return []
    best = max(fresh.values())
    return _tell(
        draft, world, draft.stream.pick([i for i, weight in fresh.items() if weight == best]), teller
    )


def about(draft: Draft, world: WorldDef, asked: set[str], teller: str) -> list[Piece]:
    """A rumour about what is asked: one not heard yet, or the truth of one that was told wrong."""
    state = draft.state
    meant = {w for w in asked - QUESTIONS - _VAGUE if len(w) > 3 and not verb_of(w)}
    tags = world.tags(state.place)
    for ident, rumour in world.rumour.items():
        heard, wrong = f"{HEARD}{ident}" in state.qualities, f"{TWISTED}{ident}" in state.qualities
        if meant & content(rumour.text) and (wrong or not heard) and rumour.needs.hold(state, tags):
            return _tell(draft, world, ident, teller)
    return []


def _tell(draft: Draft, world: WorldDef, ident: str, teller: str) -> list[Piece]:
    rumour = world.rumour[ident]
    again = f"{HEARD}{ident}" in draft.state.qualities
    twisted = bool(rumour.twisted) and not again and draft.stream.chance(TWISTED_CHANCE)
    text = Wording(world, draft.state).fill(rumour.twisted if twisted else rumour.text)
    draft.propose(FactLearned(id=f"{RUMOUR}{ident}", text=text[:300]))
    pieces = [_piece(world, draft.state, text, teller)]
    if again:
        draft.propose(QualityChanged(name=f"{TWISTED}{ident}", by=-1))
        return pieces
    draft.propose(QualityChanged(name=f"{HEARD}{ident}", by=1))
    if twisted:
        draft.propose(QualityChanged(name=f"{TWISTED}{ident}", by=1))
    return pieces + enact(draft, world, rumour.do, why="something you heard")


def _piece(world: WorldDef, state: GameState, text: str, teller: str) -> Piece:
    who = teller or listener(world, state)
    if who in world.person and not world.person[who].gossips:
        who = ""
    name = world.person[who].name if who in world.person else "somebody"
    if who == world.host:
        return Piece(text, voice=Voice.INNKEEPER, speaker=name)
    if world.voices.hearsay:
        return Piece(world.voices.hearsay, id="hearsay", slots={"rumour": text, "who": name})
    return Piece(text)
