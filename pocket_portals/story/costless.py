"""What costs nothing, no dice, no clock, no turn: to look, to wait, to eat one's own bread."""

from __future__ import annotations

from pocket_portals.rules.state import GameState, Verb
from pocket_portals.story import arms, asides, glances, offered, provisions, subjects
from pocket_portals.story.lexicon import bare_particle, content, stem, tokens
from pocket_portals.story.scope import Scope
from pocket_portals.story.storyteller import Intent
from pocket_portals.worlds.schema import WorldDef

EXAMINES = frozenset("examine inspect study read consider investigate".split())
_LOOKS = frozenset(
    "look around here again see explore place room area everything surroundings take have".split()
)
_AROUND = frozenset(stem(w) for w in (*_LOOKS, *EXAMINES))
_NEEDS_A_THING = frozenset("give put take hang hold bring set make turn pick carry hand throw lay".split())


def asked(said: str, target: str, verb: Verb = Verb.TALK) -> Intent:
    """A question or a look: it is answered, and costs nothing."""
    return Intent(kind="question", said=said, verb=verb, target=target)


def matter_of(deed: str) -> set[str]:
    """What is looked at, without the words for looking."""
    return content(deed) - _AROUND


def looked(said: str, deed: str, target: str, words: list[str], state: GameState, world: WorldDef) -> Intent:
    """A look, an ear, a nose: it costs nothing, whatever it is turned to."""
    if ident := subjects.keepsake(content(said), state, world):
        return asked(said, f"keepsake:{ident}", Verb.LOOK)
    said_of = set(tokens(deed))
    if said_of & {"me", "myself"} and "around" not in said_of and not matter_of(deed) - {"myself"}:
        return asked(said, "topic:self", Verb.LOOK)
    if "my" in said_of and arms.named(said_of, state):
        return asked(said, "topic:arms", Verb.LOOK)
    shown = {stem(w) for w in words} & offered.in_sight(state, world)
    if target and not (shown and target.startswith("thing:")):  # a pot in the scene, and one in the pack
        return asked(said, target, Verb.LOOK)
    if shown:
        return asked(said, "topic:scene", Verb.LOOK)
    matter = matter_of(deed)
    if matter == {"listen"}:
        return asked(said, "topic:listen", Verb.LOOK)
    if not matter:
        return asked(said, "topic:place", Verb.LOOK)
    return asked(said, "", Verb.LOOK)


def free(
    said: str,
    deed: str,
    found: tuple[Verb, str] | None,
    target: str,
    scope: Scope,
    state: GameState,
    world: WorldDef,
) -> Intent | None:
    """What costs nothing: to wait, to use what is one's own, what nobody can do, what is not understood."""
    verb, word = found or (None, "")
    here = asides.in_the_scene(state, world)
    if asides.feels(deed):
        return asked(said, "topic:feeling")
    if asides.beyond_anybody(deed, verb, here):
        return asked(said, "topic:impossible")
    if verb is Verb.WAIT:
        return asked(said, "topic:wait", Verb.WAIT)
    if bare_particle(deed) and word.split(" ")[0] in _NEEDS_A_THING:
        return asked(said, "topic:exits" if verb is Verb.MOVE else "topic:unheard")
    if thing := provisions.meant(deed, word, state, world):
        return asked(said, f"thing:{thing}", Verb.USE)
    named = target or content(deed) & here or "it" in tokens(deed)
    if verb is Verb.USE and provisions.takes_in(word) and not named:
        return asked(said, "topic:provisions", Verb.USE)
    if verb is Verb.FIGHT and (noun := glances.missing(deed, word, scope, state, world)):
        return asked(said, f"absent:{noun}", Verb.FIGHT)
    if found or state.pending_quest_options or asides.understood(deed, scope, here):
        return None
    sort = target.partition(":")[0]
    if sort == "person":  # whoever is called is spoken to
        return asked(said, target).having(sure=False)
    look = asked(said, target, Verb.LOOK) if sort else asked(said, "topic:unheard", Verb.STUDY)
    return look.having(sure=False)
