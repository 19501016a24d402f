"""Questions and looks: answered from what the hero knows, what people say, and what is there."""

from __future__ import annotations

import re

from pocket_portals.rules import powers
from pocket_portals.rules.events import QualityChanged
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import Power
from pocket_portals.rules.state import Verb, Voice
from pocket_portals.story import arms, asides, chances, glances, provisions, rumours, subjects
from pocket_portals.story.acquaintance import listed, not_here, whereabouts, who_is
from pocket_portals.story.consequences import enact, meet
from pocket_portals.story.lexicon import QUESTIONS, content, stem, tokens
from pocket_portals.story.scope import KINDS, present
from pocket_portals.story.storyteller import Intent, Piece
from pocket_portals.story.vocabulary import VERBS
from pocket_portals.story.wording import Wording, base_slots, cast_slots, mid_sentence, person_slots
from pocket_portals.worlds.schema import PersonDef, Talk, WorldDef

SAID_BEFORE = (
    "{who} tells you once more.",
    "You have heard it, and {who} says it all the same.",
    "{who} looks to see whether you are joking, and says it again.",
)

_ASKING = frozenset("ask talk speak chat question greet hello hi hail tell say".split())
_SENTENCE = re.compile(  # “M. Lorn” and “Mr. Wick” end none
    r"(?:[^.!?]|(?<=\b[A-Z])\.(?= )|(?<=\b(?:Mr|St))\.|(?<=\bMrs)\.)+[.!?]+[\"”’]*"
)
_GOING = frozenset(stem(w) for w in VERBS[Verb.MOVE].split())
_OF_THEM = re.compile(
    r"\b(?:what(?:'?s|'re| is| are)|how (?:is|are)) (?:you|she|he|they|it)\b"
    r"|\bwhat(?:'?s| is| are) (?:\w+ )+\w+ing\b"
)
_AT_IT = frozenset(  # "what are you muttering?" asks for whatever they have to say
    "what how do mutter mumbl say think whisper star smil laugh mean want up hum wait tell".split()
)
_NEWS = frozenset("news rumor rumour gossip heard hear new latest".split())
_WHO = frozenset("who who's whos whom whose".split())
_HERE = frozenset("where here place look around see".split())


def answer(draft: Draft, world: WorldDef, intent: Intent) -> list[Piece]:
    """What there is to say to a question. It costs no turn of the adventure."""
    sort, _, ident = intent.target.partition(":")
    said = set(tokens(intent.said))
    if sort == "topic" and ident == "news":
        return _news(draft, world, content(intent.said) - _ASKING - _NEWS)
    if sort == "topic":
        return [_topic(draft, world, ident)]
    if sort == "absent":
        return [Piece(glances.absent(ident))]
    if sort == "power":
        return [Piece(f"{Power(ident).title}: {powers.ABOUT[Power(ident)]}.")]
    if sort == "keepsake":
        return [
            Piece(f"{k.name[:1].upper()}{k.name[1:]}. {k.text}") for k in world.keepsakes if k.id == ident
        ]
    if sort == "thing" and intent.verb is Verb.USE and ident in draft.state.inventory:
        return provisions.use(draft, ident)
    if sort == "person" and ident in world.person:
        if intent.verb is Verb.LOOK:
            return [Piece(who_is(world, draft.state, world.person[ident]))]
        if said & {"where", "where's", "wheres"}:
            return [Piece(whereabouts(world, draft.state, world.person[ident]))]
        if ident not in present(world, draft.state) and not _asks_who(intent.said, world.person[ident]):
            return [Piece(not_here(world, draft.state, world.person[ident]))]
        return _ask(draft, world, world.person[ident], intent.said)
    if sort == "feature":
        place = world.location[draft.state.place]
        feature = next(f for f in place.features if f.id == ident.partition("#")[0])
        return [Piece(feature.look, id=feature.id)]
    if sort == "thing" and ident in draft.state.inventory:
        item = draft.state.inventory[ident]
        return [Piece(item.about or f"{item.name}, as it ever was.")]
    if known := _known(draft, intent.said):
        return [Piece(known)]
    # Whoever knows them says more than the sentence that they are named in.
    who = bool(_WHO & set(tokens(intent.said)[:1]))
    if who and (told := _by_somebody(draft, world, intent.said, content(intent.said) - _ASKING - QUESTIONS)):
        return told
    asked = content(intent.said) - (glances.LOOKING if intent.verb is Verb.LOOK else set())
    if shown := _in_the_scene(draft, world, asked):
        return shown
    if intent.verb is Verb.LOOK and not sort:
        return [Piece(glances.no_more(intent.said))]
    if sort == "place" and ident in world.location:
        return [Piece(f"{_capital(world.location[ident].name)} is next door. {_exits(draft, world)}")]
    asked -= _ASKING
    if told := _by_somebody(draft, world, intent.said, asked):
        return told
    if told_of := subjects.known(intent.said, asked, draft.state, world):
        return [Piece(told_of)]
    if said & _HERE:
        return [_topic(draft, world, "place")]
    return [_unknown(world)]


def _topic(draft: Draft, world: WorldDef, topic: str) -> Piece:
    """What the hero knows of themselves and where they stand."""
    state = draft.state
    match topic:
        case "belongings":
            return Piece(_belongings(draft, world))
        case "exits":
            return Piece(_exits(draft, world))
        case "health":
            return Piece(_health(draft))
        case "self":
            return Piece(_self(draft, world))
        case "quest":
            return Piece(_quest(draft))
        case "people":
            here = [listed(world.person[p]) for p in sorted(present(world, state)) if p in world.person]
            return Piece(f"With you: {'; '.join(here)}." if here else "Nobody is here whose name you know.")
        case "met":
            met = [f"{p.name}, {p.who}" if p.who else p.name for p in state.people.values()]
            return Piece(f"You have met {'; '.join(met)}." if met else "You have met nobody yet.")
        case "promises":
            owed = [
                f"{p.name}: {w.what}" for p in state.people.values() for w in p.promises if w.kept is None
            ]
            return Piece(f"You gave your word. {'; '.join(owed)}." if owed else "You owe nobody your word.")
        case "facts":
            known = [fact.text for fact in list(state.facts.values())[-5:]]
            return Piece(" ".join(known) or "Nothing worth writing down, so far.")
        case "scene" if state.scene and state.scene.id in world.scene:  # who looks closer is shown it again
            return Piece(world.scene[state.scene.id].text, slots=cast_slots(world, state.scene.cast))
        case "here":
            return Piece(f"You are there: {mid_sentence(_here(draft, world))}. {_exits(draft, world)}")
        case "place" if state.place in world.location:
            return Piece(world.location[state.place].text, id=f"place:{state.place}")
        case "choices":
            return Piece(_offered(draft))
        case "again" if state.scene and state.scene.id in world.scene:
            return _topic(draft, world, "scene")
        case "again":
            return _topic(draft, world, "choices" if state.pending_quest_options else "place")
        case "provisions":
            return Piece(provisions.carried(state, world))
        case "arms" if state.character_sheet:
            return Piece(arms.told(state))
        case "odds":
            return Piece(chances.explained(state))
        case _ if topic in asides.TOLD:
            return Piece(asides.TOLD[topic], voice=Voice.KEEPER if topic in asides.OF_THE_GAME else None)
        case _:
            offered = "; ".join(c.label.rstrip(".") for c in state.current_choices)
            return Piece(f"You could: {offered}. Or say in your own words what you try.")


def _news(draft: Draft, world: WorldDef, asked: set[str], teller: str = "") -> list[Piece]:
    """The talk of the place, one piece of it at a time; of a matter, where one is named."""
    if not rumours.in_company(world, draft.state):
        return [Piece("Nobody is here to tell you any.")]
    told = rumours.about(draft, world, asked, teller) or rumours.overheard(draft, world, teller)
    return told or [Piece("Nobody has anything newer to tell, for now.")]


def _unknown(world: WorldDef) -> Piece:
    return Piece(world.voices.unknown, id="unknown")


def _exits(draft: Draft, world: WorldDef) -> str:
    here = world.location.get(draft.state.place)
    ways = (
        [
            f"{way} to {mid_sentence(world.location[p].name)}"
            for way, p in here.exits.items()
            if p in world.location
        ]
        if here
        else []
    )
    return f"The ways from here: {', '.join(ways)}." if ways else "You see no other way from here."


def _health(draft: Draft) -> str:
    now, most = draft.state.health_current, draft.state.health_max
    feels = (
        "You are whole" if now == most
        else "You are scratched" if now * 3 > most * 2
        else "You are hurt" if now * 3 > most
        else "You are badly hurt"
    )  # fmt: skip
    return f"{feels}: {now} of {most} health."


def _self(draft: Draft, world: WorldDef) -> str:
    state = draft.state
    sheet = state.character_sheet
    slots = base_slots(world, state)
    if sheet is None:
        return "You have not said yet."
    calling = next((c.name for c in world.callings if c.calling is sheet.calling), sheet.calling.value)
    came = f" You came for {slots['motive']}." if slots.get("motive") else ""
    return f"You are {sheet.name}: {calling}, level {sheet.level}.{came}"


def _quest(draft: Draft) -> str:
    quest = draft.state.active_quest
    if quest is None:
        return "You have taken on nothing yet."
    left = [o.text.rstrip(".") for o in quest.objectives if o.done < o.count]
    to_do = f" Still to do: {'; '.join(left)}." if left else ""
    return f"“{quest.title}”: {quest.pitch.rstrip('.')}.{to_do}"


def _here(draft: Draft, world: WorldDef) -> str:
    return base_slots(world, draft.state)["place"]


def _offered(draft: Draft) -> str:
    """How many deeds are offered, and which: for a number that none of them has."""
    labels = [f"{number} {c.label.rstrip('.')}" for number, c in enumerate(draft.state.current_choices, 1)]
    if not labels:
        return "Nothing is offered by number here. Say in your own words what you try."
    return f"There are {len(labels)} to choose from: {'; '.join(labels)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _matter(said: str, person: PersonDef) -> set[str]:
    """What somebody is asked about: neither their own name, nor how one comes to ask."""
    named = {stem(t) for t in tokens(person.name)} | {stem(n) for n in person.nouns} | KINDS
    return content(said) - _ASKING - _GOING - named - (_AT_IT if _OF_THEM.search(said.lower()) else set())


def _asks_who(said: str, person: PersonDef) -> bool:
    """Whether the question is who this person is: "ask him who rings" asks for somebody else."""
    words = tokens(said)
    of_them = bool(_WHO & set(words[:1])) and not {"you", "your"} & set(words)
    return bool(_WHO & set(words)) and (of_them or not _matter(said, person) - _WHO)


def _ask(draft: Draft, world: WorldDef, person: PersonDef, said: str) -> list[Piece]:
    """What a person says to it: the best match by words, else something not said before."""
    state = draft.state
    asked = _matter(said, person)
    tags = world.tags(state.place)

    def spent(talk: Talk) -> bool:
        return f"talk.{person.id}.{person.says.index(talk)}" in state.qualities

    open_ = [t for t in person.says if t.needs.hold(state, tags)]
    matched = [t for t in open_ if asked & {stem(w) for a in t.about for w in tokens(a)}]
    meet(draft, world, person.id)
    if _asks_who(said, person) and not matched:
        return [Piece(who_is(world, draft.state, person))]
    if not matched and (own := subjects.of_the_hero(said, asked, state, world)):
        return [Piece(own)]
    fresh = [t for t in (matched or ([] if asked else open_)) if not spent(t)]
    if not fresh and not matched and asked & _NEWS and person.gossips:
        return _news(draft, world, asked - _NEWS, person.id)
    if not fresh:
        told: list[Piece] = []
        if person.gossips and asked:
            told = rumours.about(draft, world, asked, person.id)
        elif person.gossips:
            told = rumours.overheard(draft, world, person.id)
        shown = [] if matched else _in_the_scene(draft, world, asked)
        known = subjects.known(said, asked, state, world) if asked and not matched else ""
        return (
            told
            or _said_again(world, person, matched)
            or shown
            or [Piece(known) if known else _unknown(world)]
        )
    talk = max(fresh, key=lambda t: t.needs.weight)
    draft.propose(QualityChanged(name=f"talk.{person.id}.{person.says.index(talk)}", by=1))
    return [_saying(world, person, talk), *enact(draft, world, talk.do, why=person.name)]


def _by_somebody(draft: Draft, world: WorldDef, said: str, asked: set[str]) -> list[Piece]:
    """What one of those who are here says of it, where it is a matter that they speak about."""
    for ident in sorted(present(world, draft.state)):
        person = world.person.get(ident)
        if person and any(asked & {stem(w) for a in t.about for w in tokens(a)} for t in person.says):
            return _ask(draft, world, person, said)
    return []


def _in_the_scene(draft: Draft, world: WorldDef, words: set[str]) -> list[Piece]:
    """The sentences that told of what is asked, where the scene on stage had any."""
    scene = world.scene.get(draft.state.scene.id) if draft.state.scene else None
    asked = {word for word in words - QUESTIONS - _ASKING if len(word) > 2}
    if scene is None or not asked:
        return []
    wording = Wording(world, draft.state)
    told = wording.tell(scene.text, cast_slots(world, draft.state.scene.cast if draft.state.scene else {}))
    about = [s for s in _SENTENCE.findall(told) if asked & content(s) and s.count('"') % 2 == 0]
    return [Piece(" ".join(s.strip() for s in about[:2]))] if about else []


def _saying(world: WorldDef, person: PersonDef, talk: Talk) -> Piece:
    voice = Voice.INNKEEPER if person.id == world.host else None
    return Piece(talk.text, voice=voice, speaker=person.name, slots=person_slots("self", person))


def _said_again(world: WorldDef, person: PersonDef, heard: list[Talk]) -> list[Piece]:
    """The best of the answers that were heard already, and that it is given again."""
    if not heard:
        return []
    lines = world.voices.repeats or SAID_BEFORE
    again = Piece(lines, id="repeats", slots={"who": person.short or person.name})
    return [again, _saying(world, person, max(heard, key=lambda t: t.needs.weight))]


def _belongings(draft: Draft, world: WorldDef) -> str:
    state = draft.state
    things = [f"{i.name} ×{i.count}" if i.count > 1 else i.name for i in state.inventory.values()]
    keepsake = base_slots(world, state).get("keepsake", "")
    listed = ", ".join([*things, *([keepsake] if keepsake else [])]) or "nothing"
    return f"You carry {listed}, and {state.gold} {world.money}."


def _known(draft: Draft, said: str) -> str:
    """A fact the hero has learned, or a person met, that the words are about."""
    asked = content(said)
    best, score = "", 1
    for ident, fact in draft.state.facts.items():
        shared = len(asked & (content(fact.text) | {stem(w) for w in ident.replace(".", "-").split("-")}))
        if shared > score:
            best, score = fact.text, shared
    return best
