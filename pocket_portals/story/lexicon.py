"""The words players use: verbs by class, what is no content, and the ability behind a deed."""

from __future__ import annotations

import re

from pocket_portals.rules.hero import Ability
from pocket_portals.rules.state import Verb

_WORD = re.compile(r"[a-z0-9']+")

VERBS: dict[Verb, str] = {
    Verb.FIGHT: (
        "fight attack hit strike kill stab slash shoot punch kick charge ambush smash slay duel "
        "shove beat batter clobber whack wallop thump brawl assault murder behead stomp headbutt "
        "bite smite clash maul hurl fling lob chuck"
    ),
    Verb.FORCE: (
        "force push pull break bash lift drag bend pry barge wrench heave tear hold kick open step "
        "cross crack rip yank shatter wreck destroy demolish ram haul hoist crush lever budge prise "
        "wrestle dislodge"
    ),
    Verb.SNEAK: (
        "sneak hide creep slip tiptoe stalk crouch lurk evade shadow follow tail past skulk slink conceal"
    ),
    Verb.STEAL: "steal pickpocket filch swipe pinch lift rob palm pocket burgle unlock nick nab thieve",
    Verb.MOVE: (
        "go walk run travel head move leave enter return ride march wander approach proceed sail row "
        "advance hike stroll trudge trek jog sprint dash journey visit exit float drift"
    ),
    Verb.CLIMB: (
        "climb jump leap swim scramble vault swing balance crawl clamber scale dive wade hop mount descend"
    ),
    Verb.LOOK: (
        "look see watch observe spy glance peer scan listen smell sniff taste touch inspect check "
        "gaze stare eye view behold peek regard survey explore overhear eavesdrop"
    ),
    Verb.STUDY: (
        "study examine read search investigate analyse analyze decipher recall remember think figure "
        "track trace identify translate consider count measure rummage ransack deduce ponder learn "
        "guess research scrutinise scrutinize solve uncover hack override decode decrypt calibrate"
    ),
    Verb.TALK: (
        "talk speak ask say tell greet chat question call shout whisper answer reply hello hi hail "
        "reason convince persuade explain apologise apologize plead beg request warn beseech urge "
        "discuss interrogate interview mention introduce thank thanks confess sorry hey yo howdy "
        "announce yell scream mutter admit invite suggest sup greetings goodbye bye gossip "
        "show transmit promise vow"
    ),
    Verb.BARGAIN: (
        "bargain haggle trade buy sell pay offer barter bribe deal negotiate hire swap purchase "
        "spend bid wager gamble bet"
    ),
    Verb.PERFORM: (
        "sing play dance perform joke flirt charm recite entertain juggle whistle story praise "
        "flatter hum drum jest clown seduce kiss hug wink bow wave smile laugh compliment grin cheer"
    ),
    Verb.THREATEN: (
        "threaten intimidate scare frighten menace growl demand command order bully glare dare taunt "
        "insult mock curse swear provoke blackmail accuse"
    ),
    Verb.LIE: (
        "lie bluff deceive trick pretend fool disguise fake cheat mislead con distract impersonate "
        "feign invent"
    ),
    Verb.HELP: (
        "help heal aid save rescue comfort protect calm tend bandage treat cure free mend repair fix "
        "untie assist support nurse soothe console reassure carry"
    ),
    Verb.GIVE: "give hand return drop leave lend share throw toss feed present pass donate deliver",
    Verb.TAKE: (
        "take grab get pick collect gather snatch keep loot catch fetch steal acquire seize retrieve "
        "claim scoop accept pocket"
    ),
    Verb.USE: (
        "use light burn tie untie pull press turn cut dig drink eat put place set wear ring knock "
        "build make pour open close shut lock throw apply ignite extinguish attach wind unwrap blow "
        "fill empty operate hammer nail bury sip plant paint write cook weld "
        "solder splice reroute plug reboot"
    ),
    Verb.MAGIC: "cast magic spell conjure summon enchant hex dispel ward channel invoke banish bewitch scry",
    Verb.PRAY: "pray bless meditate kneel worship chant",
    Verb.WAIT: "wait stay stand pause linger nothing sit stop watch relax ignore refuse decline hesitate",
    Verb.REST: "rest sleep camp nap recover breathe doze snooze",
    Verb.FLEE: "flee escape retreat run away withdraw bolt scram skedaddle",
    Verb.DEFEND: "defend guard block parry dodge brace shield cover duck",
    Verb.PRESS_ON: "continue proceed onward hurry press onwards next",
}

ABILITIES: dict[Verb, Ability] = {
    Verb.FIGHT: Ability.STRENGTH,
    Verb.FORCE: Ability.STRENGTH,
    Verb.SNEAK: Ability.DEXTERITY,
    Verb.STEAL: Ability.DEXTERITY,
    Verb.MOVE: Ability.CONSTITUTION,
    Verb.CLIMB: Ability.STRENGTH,
    Verb.LOOK: Ability.WISDOM,
    Verb.STUDY: Ability.INTELLIGENCE,
    Verb.TALK: Ability.CHARISMA,
    Verb.BARGAIN: Ability.CHARISMA,
    Verb.PERFORM: Ability.CHARISMA,
    Verb.THREATEN: Ability.CHARISMA,
    Verb.LIE: Ability.CHARISMA,
    Verb.HELP: Ability.WISDOM,
    Verb.GIVE: Ability.CHARISMA,
    Verb.TAKE: Ability.DEXTERITY,
    Verb.USE: Ability.INTELLIGENCE,
    Verb.MAGIC: Ability.INTELLIGENCE,
    Verb.PRAY: Ability.WISDOM,
    Verb.WAIT: Ability.WISDOM,
    Verb.REST: Ability.CONSTITUTION,
    Verb.FLEE: Ability.DEXTERITY,
    Verb.DEFEND: Ability.CONSTITUTION,
    Verb.PRESS_ON: Ability.CONSTITUTION,
}

# Two classes a word may belong to are told apart by what follows it.
PHRASES: tuple[tuple[str, Verb], ...] = (
    ("run away", Verb.FLEE),
    ("get away", Verb.FLEE),
    ("get out", Verb.FLEE),
    ("back away", Verb.FLEE),
    ("press on", Verb.PRESS_ON),
    ("move on", Verb.PRESS_ON),
    ("go on", Verb.PRESS_ON),
    ("carry on", Verb.PRESS_ON),
    ("sneak past", Verb.SNEAK),
    ("steal past", Verb.SNEAK),
    ("slip past", Verb.SNEAK),
    ("slip by", Verb.SNEAK),
    ("hand over", Verb.GIVE),
    ("give up", Verb.WAIT),
    ("tell a story", Verb.PERFORM),
    ("tell a joke", Verb.PERFORM),
    ("tell her a story", Verb.PERFORM),
    ("tell her a joke", Verb.PERFORM),
    ("tell him a joke", Verb.PERFORM),
    ("tell them a joke", Verb.PERFORM),
    ("take the road", Verb.MOVE),
    ("take the path", Verb.MOVE),
    ("tell him a story", Verb.PERFORM),
    ("tell them a story", Verb.PERFORM),
    ("make a deal", Verb.BARGAIN),
    ("make camp", Verb.REST),
    ("look for", Verb.STUDY),
    ("pick up", Verb.TAKE),
    ("pick the lock", Verb.STEAL),
    ("pick a lock", Verb.STEAL),
    ("break in", Verb.STEAL),
    ("stand my ground", Verb.DEFEND),
    ("play dead", Verb.LIE),
    ("lie down", Verb.REST),
    ("lie low", Verb.SNEAK),
    ("set free", Verb.HELP),
    ("let go", Verb.HELP),
    ("knock out", Verb.FIGHT),
    ("cast a spell", Verb.MAGIC),
    ("calm down", Verb.HELP),
    ("talk down", Verb.TALK),
    ("shut up", Verb.WAIT),
    ("have a look", Verb.LOOK),
    ("take a look", Verb.LOOK),
    ("have a seat", Verb.WAIT),
    ("take a seat", Verb.WAIT),
    ("take a nap", Verb.REST),
    ("take a rest", Verb.REST),
    ("take a break", Verb.REST),
    ("have a rest", Verb.REST),
    ("get some sleep", Verb.REST),
    ("put out", Verb.USE),
    ("take cover", Verb.DEFEND),
    ("take aim", Verb.FIGHT),
    ("take off", Verb.MOVE),
    ("take care of", Verb.HELP),
    ("give me", Verb.BARGAIN),
    ("give it back", Verb.GIVE),
    ("get past", Verb.SNEAK),
    ("get by", Verb.SNEAK),
    ("get up", Verb.MOVE),
    ("get to", Verb.MOVE),
    ("get going", Verb.PRESS_ON),
    ("keep going", Verb.PRESS_ON),
    ("keep moving", Verb.PRESS_ON),
    ("keep walking", Verb.PRESS_ON),
    ("keep watch", Verb.WAIT),
    ("keep quiet", Verb.WAIT),
    ("keep silent", Verb.WAIT),
    ("keep my mouth", Verb.WAIT),
    ("hold my tongue", Verb.WAIT),
    ("say nothing", Verb.WAIT),
    ("hold on", Verb.WAIT),
    ("hold still", Verb.WAIT),
    ("do nothing", Verb.WAIT),
    ("beg for", Verb.TALK),
    ("swear to", Verb.TALK),
    ("make friends", Verb.TALK),
    ("make a run", Verb.FLEE),
    ("run for it", Verb.FLEE),
    ("run from", Verb.FLEE),
    ("make a fire", Verb.USE),
    ("make up", Verb.LIE),
    ("chat up", Verb.PERFORM),
    ("beat it", Verb.FLEE),
    ("open fire", Verb.FIGHT),
    ("play cards", Verb.BARGAIN),
    ("play dice", Verb.BARGAIN),
    ("find out", Verb.STUDY),
    ("follow the road", Verb.PRESS_ON),
    ("pass the time", Verb.WAIT),
    ("stay here", Verb.WAIT),
    ("sit down", Verb.WAIT),
)

NOISE = frozenset(
    (
        "i a an the to of at in on it is am are and or my me we our with for from into onto over "
        "that this these those try want would like will can could should let lets please just then "
        "some any his her him them their its he she they you your be been do does did have has so "
        "as if by up out about gonna going im i'm i'll i'd ill id wanna gotta really now we'll "
    ).split()
)

QUESTIONS = frozenset(
    "who whom whose what what's whats where where's when whos hows wheres how's when's why how which".split()
)

_CLASS_OF: dict[str, Verb] = {}
for _verb, _words in VERBS.items():
    for _word in _words.split():
        _CLASS_OF.setdefault(_word, _verb)

COMMON = frozenset(_CLASS_OF) | QUESTIONS | NOISE | {w for phrase, _ in PHRASES for w in phrase.split()}
"""Every word known here, whatever the world."""


def tokens(text: str) -> list[str]:
    """The words of a text, in lower case. Whole words only: "recharge" holds no "charge"."""
    return _WORD.findall(text.lower().replace("’", "'"))


def content(text: str) -> set[str]:
    """The words that carry meaning, cut to a common stem."""
    return {stem(t) for t in tokens(text) if t not in NOISE}


def stem(word: str) -> str:
    """A word without its commonest endings; enough to match "toll's", "tolls", "wolves"."""
    word = word.removesuffix("'s").removesuffix("'")
    if word.endswith("ves") and len(word) > 4:
        return word[:-3] + "f"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


def verb_of(text: str) -> tuple[Verb, str] | None:
    """The class of the first verb in a text, and the word; a phrase wins over the word it begins with."""
    words = tokens(text)
    joined = " ".join(words)
    at = 0
    for place, word in enumerate(words):
        if said := _by_what_follows(word, words[place + 1 :]):
            return said, word
        for phrase, verb in PHRASES:
            if joined.startswith(phrase, at) and not joined[at + len(phrase) : at + len(phrase) + 1].strip():
                return verb, phrase
        if found := _class_of(word):
            return found, word
        at += len(word) + 1
    return None


_PURSE = frozenset("money coin coins gold silver cash scrip groats pennies".split())


def _by_what_follows(word: str, rest: list[str]) -> Verb | None:
    """The class of a verb that means another thing by what it is done with."""
    if word in ("throw", "toss") and "at" in rest:
        return Verb.FIGHT
    if word in ("give", "hand", "offer", "slip") and _PURSE & set(rest):
        return Verb.BARGAIN
    return None


def _class_of(word: str) -> Verb | None:
    found = _CLASS_OF.get(word)
    if found is None and len(word) > 3 and word.endswith(("ing", "s", "ed")):
        root = stem(word)
        once = root[:-1] if root[-1:] == root[-2:-1] else root  # "running", "grabbed"
        return _CLASS_OF.get(root) or _CLASS_OF.get(root + "e") or _CLASS_OF.get(once)
    return found
