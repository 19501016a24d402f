"""Words that are no deed of the story: an oath, a tear, the moon. They are answered, and no die is rolled."""

from __future__ import annotations

import re

from pocket_portals.rules.state import GameState, Verb
from pocket_portals.story.lexicon import COMMON, QUESTIONS, content, stem, tokens
from pocket_portals.story.scope import Scope
from pocket_portals.worlds.schema import WorldDef

TOLD = {
    "unheard": (
        "That was not understood. Say in a few plain words what you do, ask about something you see, "
        "or pick a number; “help” tells what there is to do."
    ),
    "oath": "You say it with feeling. Nothing comes of it, good or bad.",
    "feeling": "You do, for a moment. Nobody holds it against you, and nothing comes of it.",
    "impossible": "That is beyond you, and beyond anybody here. It stays a thought.",
    "wait": "You let it be for now. Nothing here moves until you do.",
    "listen": "You listen. Nothing comes to you that was not told already.",
    "command": "The game itself is spoken to with a stroke first: /undo, /dice, /odds. /help lists them all.",
    "alone": "There is only one left.",
}
"""What is told of a topic that needs nothing of the world."""
OF_THE_GAME = frozenset({"unheard", "command"})
"""Those of them that are said of the game, not in the story."""

_FEELS = frozenset(
    (
        "cry weep sob sigh shrug nod yawn blush frown wince shiver shudder groan moan sneeze cough burp fart "
        "sulk pout snigger giggle chuckle blink stretch sweat tremble despair panic lament whimper gasp gulp "
        "breathe"
    ).split()
)
_MANNER = frozenset("a bit little lot loudly softly quietly hard for while in despair with joy".split())
_OF_ONESELF = re.compile(  # what one does with one's own face and hands
    r"^take a (?:deep )?breath$"
    r"|^(?:scratch|shake|roll|rub|clench|cross|clear|lick|bite|tap|crack|stretch|wipe|hang|raise|tilt) my "
    r"(?:\w+ )?(?:head|eyes?|nose|arms?|fingers?|throat|lips?|fists?|teeth|knuckles|shoulders|brows?"
    r"|eyebrows?|chin|ears?|hair|beard|neck|forehead|face)$"
)
_OUT_OF_REACH = frozenset(
    stem(w)
    for w in "moon sun star stars sky heaven heavens cloud clouds mars universe sunset horizon".split()
)
_WITH_HANDS = frozenset(
    (
        Verb.FIGHT, Verb.FORCE, Verb.STEAL, Verb.MOVE, Verb.CLIMB, Verb.TAKE, Verb.USE, Verb.GIVE, Verb.SNEAK,
        Verb.BARGAIN,
    )
)  # fmt: skip
_NOBODY_CAN = frozenset("teleport levitate hover apparate".split())
_UNSEEN = frozenset("invisible immortal invincible".split())
_ALOFT = frozenset("away up off over to into home around above across".split())


def feels(said: str) -> bool:
    """Whether only a feeling is shown: to cry is a deed, and harmless."""
    words = tokens(said)
    if _OF_ONESELF.match(" ".join(words)):
        return True
    return bool(words) and _root(words[0]) in _FEELS and set(words[1:]) <= _MANNER


def _root(word: str) -> str:
    return next((w for w in (word, word.removesuffix("ing"), word.removesuffix("s")) if w in _FEELS), word)


def beyond_anybody(said: str, verb: Verb | None, scene: set[str]) -> bool:
    """Whether nobody could do it: to fly, and what is done to the moon where none is in the scene."""
    words = tokens(said)
    if set(words[:2]) & _NOBODY_CAN or (_UNSEEN & set(words) and {"turn", "become", "be"} & set(words)):
        return True
    flies = words[:1] == ["fly"] and (len(words) == 1 or words[1] in _ALOFT)
    far = {stem(w) for w in words} & _OUT_OF_REACH - scene
    return (flies and "fly" not in scene) or bool(far and verb in _WITH_HANDS)


def understood(said: str, scope: Scope, scene: set[str]) -> bool:
    """Whether words without a verb say enough to be tried: what is here, and one known word more."""
    words = content(said)
    named = words & (scene | set(scope.people) | set(scope.features) | set(scope.things))
    known = {w for w in tokens(said) if w in COMMON and w not in QUESTIONS and stem(w) in words}
    return bool(named) and len(named | {stem(w) for w in known}) > 1


def in_the_scene(state: GameState, world: WorldDef) -> set[str]:
    """Every word by which what is here could be meant: what was told, what is offered, who is about."""
    scene = world.scene.get(state.scene.id) if state.scene else None
    place = world.location.get(state.place)
    texts = [*(scene.nouns if scene else ()), *(c.label for c in state.current_choices)]
    texts += [noun for choice in state.current_choices for noun in choice.nouns]
    texts += [scene.text.text, *scene.text.variants] if scene else []
    texts += (
        [f"{place.text.text} {place.name}", *(n for f in place.features for n in f.nouns)] if place else []
    )
    texts += [speech.text for exchange in state.conversation_history[-1:] for speech in exchange.speeches]
    return content(" ".join(texts))
