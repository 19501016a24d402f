"""The player's words in a fight -> one of the deeds a fight knows, or a question that costs no round."""

from __future__ import annotations

import re

from pocket_portals.clean import clean_line
from pocket_portals.rules.fighters import CombatState
from pocket_portals.rules.hero import Power
from pocket_portals.rules.state import Choice, GameState, Item, Verb
from pocket_portals.story import arms, asides, glances, ordinals, spelling
from pocket_portals.story.intent import MAX_WORDS, holds_back, instead_of, is_question
from pocket_portals.story.intent import echo as tried
from pocket_portals.story.lexicon import ABILITIES, content, stem, tokens, verb_of
from pocket_portals.story.storyteller import Intent
from pocket_portals.story.topics import topic_of
from pocket_portals.worlds.schema import WorldDef

ORDINALS = ("first", "second", "third")
IMPROVISED = 12  # DC of a deed nobody wrote

_AGAIN = frozenset("again more same repeat once another keep".split())
_OTHER = frozenset("other another else".split())
_WHICH = frozenset((*ORDINALS, "other", "another", "one", "ones", "last", "left", "both", "all"))
_BLOWS = re.compile(r"\b(?:go|aim|reach) for\b|\bfinish\b")
_YIELDS = re.compile(r"\b(?:surrender|yield|give (?:up|in)|i'?m done|mercy)\b")
_USES = frozenset((Verb.USE, Verb.HELP, Verb.TAKE, Verb.REST))
_TALKS = frozenset((Verb.TALK, Verb.BARGAIN, Verb.THREATEN, Verb.LIE, Verb.PERFORM, Verb.GIVE, Verb.HELP))
_MEANS: dict[Power, str] = {  # what players call it who do not call it by its name
    Power.SECOND_WIND: "breath breathe wind rest recover",
    Power.SNEAK_ATTACK: "sneak backstab behind back creep stalk throat unseen hide slip",
    Power.MAGIC_MISSILE: "missile fireball zap blast bolt spell cast magic",
    Power.SHIELD: "shield ward",
    Power.CURE_WOUNDS: "heal cure mend wounds bandage bleeding",
    Power.TURN: "turn begone pray prayer holy symbol banish exorcise god faith",
    Power.HUNTERS_MARK: "mark hunt stride",
    Power.INSPIRATION: "inspire inspiration sing song play tune hum music shanty fiddle dance",
    Power.VICIOUS_MOCKERY: "mock mockery taunt insult jeer rude laugh ridicule tease heckle joke",
}
_OF_BODIES = content(
    "eye head face throat neck leg arm hand foot back belly chest heart tail wing snout nose ear mouth knee "
    "side weak small big near strong wounded hurt good bad nice"
)
_SAID_IN_FIGHTS = _OF_BODIES.union(
    (stem(w) for w in _WHICH | _OTHER | _AGAIN), (stem(w) for words in _MEANS.values() for w in words.split())
)


def hear(words: str, state: GameState, world: WorldDef) -> Intent:
    """The player's words in a fight, as one of the deeds a fight knows; and what they were taken to mean."""
    meant = _heard(words, state, world)
    return _echoed(meant, state, world) if meant.kind == "attempt" else meant


def _heard(words: str, state: GameState, world: WorldDef) -> Intent:
    fight = state.combat_state
    assert fight is not None
    said = clean_line(words, MAX_WORDS).replace("’", "'")
    if not said:
        return Intent(kind="nothing")
    options = state.current_choices
    index = _numbered(said, len(options))
    if index is not None:
        return _meant(said, options[index].ref, options[index]).having(
            choice=index, echo=options[index].label
        )
    if ordinals.beyond(said, len(options)):
        return _asked(said, "topic:choices")
    exact = next((c for c in options if tokens(c.label) == tokens(said)), None)
    if exact:
        return _meant(said, exact.ref, exact)
    said = spelling.mend(said, world, _nouns(state, world))
    topic = topic_of(said) or topic_of(spelling.command(said))
    if topic and not (topic == "again" and _once_more(said)):
        return _asked(said, "topic:fight" if topic == "again" else f"topic:{topic}")
    found = verb_of(said)
    if is_question(said) and (asked := _power_named(said, state)):
        return _asked(said, f"power:{asked}")
    if (found and found[0] is Verb.LOOK) or (is_question(said) and not {"you", "your"} & set(tokens(said))):
        return _asked(said, "topic:fight")
    if holds_back(said):
        other = instead_of(said)
        return _heard(other, state, world) if other else _meant(said, "fight:defend")
    if _once_more(said):
        return _again(said, state, world)
    if aside := _aside(said, fight, world):
        return _asked(said, aside).having(sure=aside != "topic:unheard")  # a Keeper may know better
    return _deed(said, fight, state, world)


def _aside(said: str, fight: CombatState, world: WorldDef) -> str:
    """What costs no round: a feeling, the moon, the other one where there is one, nobody that is here."""
    if is_question(said) or _YIELDS.search(said.lower()) or _BLOWS.search(said.lower()):
        return ""
    found = verb_of(said)
    here = _in_the_fight(fight, world)
    if asides.feels(said):
        return "topic:feeling"
    if asides.beyond_anybody(said, found[0] if found else None, here):
        return "topic:impossible"
    words = tokens(said)
    if len(fight.standing) == 1 and "other" in words and (words[-1] == "other" or "one" in words):
        return "topic:alone"
    if not found and not content(said) & (here | _SAID_IN_FIGHTS):
        return "topic:unheard"
    if found and found[0] is Verb.FIGHT and "throw" not in words:
        noun = glances.not_among(arms.without_arms(said), found[1], here)
        return f"absent:{noun}" if noun else ""
    return ""


def _in_the_fight(fight: CombatState, world: WorldDef) -> set[str]:
    """Every word by which something in this fight could be meant."""
    encounter = world.encounter[fight.encounter]
    texts = [encounter.text.text, *(noun for s in encounter.surroundings for noun in (s.say, *s.nouns))]
    for foe in fight.foes:
        kind = world.foe[foe.kind]
        texts += [
            foe.name,
            kind.name,
            kind.look,
            *kind.falls,
            *(line for show in kind.shows.values() for line in show),
        ]
    return content(" ".join(texts))


def _deed(said: str, fight: CombatState, state: GameState, world: WorldDef) -> Intent:
    """What is done: with the place, a power, a thing, or plainly."""
    aim = re.sub("|".join(re.escape(p.title) for p in Power), "", said, flags=re.IGNORECASE)
    foe = aimed_at(aim, fight, state)  # a second wind is not the second foe
    words = {stem(t) for t in tokens(said)} - _WHICH
    found = verb_of(said)
    verb, word = found or (Verb.STUDY, "")
    asked = "?" in said and {"you", "your"} & set(tokens(said))
    if asked or is_question(said) or said.startswith(('"', "“")):  # put to the foe
        jeers = Power.VICIOUS_MOCKERY in _left(state)
        return _meant(said, f"fight:power:{Power.VICIOUS_MOCKERY}:{foe}" if jeers else f"fight:talk:{foe}")
    place, shared = _feature(words, fight, world)
    power = _power(words, state)
    if place and (shared > 1 or not power):
        return _meant(said, f"fight:use:{place}:{foe}")
    if power:
        return _meant(said, f"fight:power:{power}:{foe}")
    for ident, item in state.inventory.items():
        if words & _names(ident, item, world) and (item.harm or (item.heal and (not found or verb in _USES))):
            return _meant(said, f"fight:item:{ident}:{foe}")
    if _YIELDS.search(said.lower()):
        return _meant(said, f"fight:talk:{foe}")
    names_foe = words & {w for f in fight.standing for w in content(f.name)} or _WHICH & set(tokens(said))
    if verb is Verb.FIGHT or _BLOWS.search(said.lower()) or (not found and names_foe):
        return _meant(said, f"fight:attack:{foe}")
    if verb in (Verb.DEFEND, Verb.WAIT):
        return _meant(said, "fight:defend")
    if verb in (Verb.FLEE, Verb.MOVE) and word != "come":
        return _meant(said, "fight:flee")
    if verb in _TALKS:
        return _meant(said, f"fight:talk:{foe}")
    if verb in (Verb.MAGIC, Verb.PRAY) and (left := _left(state)):
        return _meant(said, f"fight:power:{left[0]}:{foe}")
    return _improvised(said, verb, foe, sure=found is not None)


def _improvised(said: str, verb: Verb, foe: str, sure: bool) -> Intent:
    meant = _meant(said, f"fight:improvise:{foe}")
    return meant.having(verb=verb, ability=ABILITIES[verb], dc=IMPROVISED, sure=sure)


def improvised(said: str, verb: Verb, state: GameState, world: WorldDef) -> Intent:
    """Words that were not understood, taken for a deed of this class after all: a Keeper read them so."""
    assert state.combat_state is not None
    foe = aimed_at(said, state.combat_state, state)
    return _echoed(_improvised(said, verb, foe, sure=False), state, world)


def _numbered(said: str, count: int) -> int | None:
    """The option meant by its number; "the second one" is a foe here."""
    plain = any(sign.isdigit() for sign in said) or {"option", "choice", "number"} & set(tokens(said))
    return ordinals.index_of(said, count) if plain else None


def _once_more(said: str) -> bool:
    """Whether the words only say to do as before: "again! with the mace"."""
    words = tokens(said)
    return bool(_AGAIN & set(words[:3])) and not verb_of(said) and not {"other", "one"} & set(words)


def _again(said: str, state: GameState, world: WorldDef) -> Intent:
    """What was done last in this fight; the first blow where nothing was."""
    told = [e.action for e in state.conversation_history if not _once_more(e.action) and e.action]
    last = told[-1] if told and state.combat_state and state.combat_state.round > 1 else ""
    if not last or (last.isdecimal() and last != "2"):  # a number means nothing without its list
        last = "attack"
    return _heard(last, state, world).having(said=said, choice=None, echo="")


def _power_named(said: str, state: GameState) -> Power | None:
    """The power of this hero that a question calls by its name."""
    words = {stem(t) for t in tokens(said)}
    return next((p for p in state.powers_left if {stem(t) for t in tokens(p.title)} <= words), None)


def _left(state: GameState) -> list[Power]:
    return [power for power, left in state.powers_left.items() if left > 0]


def _power(words: set[str], state: GameState) -> Power | None:
    """The power whose name these words hold, or else the one that they describe best."""
    left = _left(state)
    for power in left:
        if {stem(t) for t in tokens(power.title)} <= words:
            return power
    # A song may hearten; one word of mockery in it, and it is meant to hurt.
    weight = {Power.VICIOUS_MOCKERY: 3}
    scores = {p: len(words & {stem(w) for w in _MEANS[p].split()}) * weight.get(p, 1) for p in left}
    best = max(scores, key=lambda power: scores[power], default=None)
    return best if best and scores[best] else None


def _feature(words: set[str], fight: CombatState, world: WorldDef) -> tuple[str, int]:
    """The surroundings that these words name, and how many words say so."""
    best, most = "", 0
    for feature in world.encounter[fight.encounter].surroundings:
        nouns = {stem(t) for n in feature.nouns for t in tokens(n)}
        said = words & (nouns | (content(feature.say) - _WHICH))
        if feature.id not in fight.used and (words & nouns or len(said) > 1) and len(said) > most:
            best, most = feature.id, len(said)
    return best, most


def _names(ident: str, item: Item, world: WorldDef) -> set[str]:
    nouns = world.thing[ident].nouns if ident in world.thing else ()
    return content(" ".join((item.name, *nouns)))


def _nouns(state: GameState, world: WorldDef) -> set[str]:
    """The words a slip may have been meant for, in a fight."""
    held = {w for ident, item in state.inventory.items() for w in _names(ident, item, world)}
    offered = {w for c in state.current_choices for text in (c.label, *c.nouns) for w in tokens(text)}
    return held | offered


def aimed_at(said: str, fight: CombatState, state: GameState) -> str:
    """The foe these words mean: by name or number, the other one, or else the one nearest to falling."""
    words = {stem(t) for t in tokens(said)}
    weakest = min(fight.standing, key=lambda f: (f.health, f.id)).id
    if words & _OTHER:
        told = [e.action for e in state.conversation_history[-1:]] if fight.round > 1 else []
        last = aimed_at(told[0], fight, state) if told and not _OTHER & set(tokens(told[0])) else weakest
        return next((f.id for f in fight.standing if f.id != last), weakest)
    for foe in fight.standing:
        ordinal = next((o for o in ORDINALS if o in tokens(foe.name)), "")
        if words & content(foe.name) and (not ordinal or ordinal in words):
            return foe.id
    return weakest


_THROWS = frozenset("throw toss fling hurl lob chuck".split())
_ECHO = {
    "attack": "You attack {foe}",
    "defend": "You keep your guard up",
    "power": "You use {power}",
    "item": "You use {item}",
    "use": "You turn the place against {foe}",
    "talk": "You try to talk {foe} down · Charisma",
    "flee": "You try to get away",
}


def _meant(said: str, ref: str, choice: Choice | None = None) -> Intent:
    return Intent(kind="attempt", said=said, verb=choice.verb if choice else Verb.FIGHT, target=ref)


def _asked(said: str, topic: str) -> Intent:
    return Intent(kind="question", said=said, verb=Verb.LOOK, target=topic)


def _echoed(intent: Intent, state: GameState, world: WorldDef) -> Intent:
    if intent.echo:
        return intent
    _, deed, *rest = intent.target.split(":")
    if deed == "improvise":
        odds = f" · {intent.ability.value.title()}, DC {intent.dc}" if intent.ability else ""
        return intent.having(echo=f"{tried(intent.said, world)}{odds}")
    fight = state.combat_state
    foe = fight.foe(rest[-1]) if fight and rest else None
    foe = foe or (fight.standing[0] if fight and fight.standing else None)
    held = state.inventory.get(rest[0]) if rest else None
    if deed == "attack" and (other := arms.instead(intent.said, state)):
        return intent.having(echo=other)
    if deed == "attack" and foe and _THROWS & set(tokens(intent.said)):  # it does no harm of its own
        return intent.having(echo=f"You attack {foe.name} with your {state.hero.arms.weapon}")
    words = _ECHO[deed].format(
        foe=foe.name if foe else "them",
        power=Power(rest[0]).title if deed == "power" else "",
        item=held.name if held else "",
    )
    return intent.having(echo=words)
