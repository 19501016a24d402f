"""What a player asks the game about themselves: where, what, who, how, and what now."""

from __future__ import annotations

import re

from pocket_portals.story.lexicon import tokens

_TOPICS: dict[str, tuple[str, ...]] = {
    "deeds": (
        r"help|help me|hints?|options|choices|commands",
        r"what (?:can|could|should|shall|do|would) <we> do(?: here| now| next)?",
        r"what(?: now| next|'s next)?|now what|huh|what<is> my (?:options|choices)",
        r"(?:i'?m |i am )?stuck|(?:i )?(?:don'?t know|dunno|idk)(?: what to do)?|any ideas|h+m+|um+",
        r"ok|okay|k|yes|yeah|yep|y|no|nope|nah|sure|maybe|fine|cool|nice|lol|rofl|lmao|wow|never ?mind",
    ),
    "exits": (
        r"exits?|ways? out|map|directions|which ways?(?: .*)?|what<is> (?:the )?(?:exits|ways).*",
        r"where (?:can|could|do|should|to|else can)(?: <we>)?(?: go| head| leave)?(?: from here| now| next)?",
        r"(?:how|where) (?:do|can) <we> (?:leave|get (?:out|to|back|from)|go to|find).*",
        r"is there a(?:nother)? way.*",
    ),
    "belongings": (
        r"i|inv|inventory|bag|backpack|pack|items?|gear|stuff|things|purse|money|gold",
        r"what(?: else)? (?:do|have|did) <we> (?:have|got|carry|own|bring|hold)(?: .*)?",
        r"what have <we>|what<is> in my .*|what am i (?:carrying|holding|wearing|armed with).*",
        r"my (?:inventory|stuff|things|gear|bag|pack)",
        r"(?:check|show|view|open|list|see|look (?:in|at|through|into)|search)"
        r"(?: me)? (?:my )?(?:inventory|bag|backpack|pack|pockets?|stuff|gear|things|items|purse)",
        r"how much (?:gold|silver|money|coin|cash).*|(?:do|have) <we> (?:have|got|own|carry) .*",
        r"am i (?:rich|broke|armed)",
    ),
    "health": (
        r"how am i(?: doing| feeling)?|how do i feel",
        r"am i (?:\w+ )?(?:hurt|ok|okay|dying|wounded|alive|bleeding|dead|well)",
        r"how (?:badly |bad )?(?:hurt|wounded|injured|healthy)(?: am i)?|health|hp|status|stats",
        r"my (?:health|hp|wounds)|(?:what'?s|what is|whats|check|show) my (?:health|hp|wounds|status)",
        r"how much (?:health|hp|life|blood).*|check myself",
    ),
    "self": (
        r"(?:who|what) am i|what<is> my (?:name|class|calling|story)|who<is> me|tell me about myself",
        r"character|sheet",
    ),
    "people": (
        r"who(?: else)?<is> (?:here|around|there|this|that|nearby|with me|in here|aboard|on board)"
        r"(?: with me)?",
        r"who (?:is|are) (?:these|those) people|who can <we> (?:talk|speak) (?:to|with)",
        r"(?:is )?(?:anyone|anybody|someone|somebody)(?: else)? (?:here|there|around|home)|am i alone",
    ),
    "met": (r"(?:who|whom) (?:do|have|did) <we> (?:know|met|meet)(?: so far)?",),
    "place": (
        r"where (?:am|are) <we>|where<is> this|where",
        r"what<is> (?:this place|this|here|around(?: me| here)?|going on|happening)",
        r"what (?:do|can) <we> see(?: here)?|what place is this",
        r"describe (?:the )?(?:room|place|area|scene)|l",
    ),
    "quest": (
        r"what<is> (?:my|the|our) (?:quest|goal|job|mission|task|objective|plan|point)s?(?: again| here)?",
        r"quests?|goals?|objectives?|mission|what<is> (?:the|my|this|our) quest (?:all )?about",
        r"what (?:am|are|was|were) <we> (?:supposed|meant|trying|doing|here for|looking for).*",
        r"why (?:am|are) <we> here|remind me.*|what (?:do|did|must) <we> (?:need|have) to do.*",
    ),
    "news": (
        r"(?:any |the |the latest |what<is> (?:the |the latest )?)?<news>(?: here| today|<of>)?",
        r"(?:have you |you |do you |did you )?(?:heard|hear) (?:anything|(?:any |the )?<news>)"
        r"(?: new| lately| interesting)?<of>?",
        r"what<is> (?:new|the word|the talk)(?: here| in town| around here| of the town)?",
        r"what (?:do|are) (?:people|they|folks?|everyone|everybody) (?:say(?:ing)?|talk(?:ing)? about)"
        r"(?: here)?",
        r"(?:ask|listen|look|dig|fish) (?:around )?(?:for|about) (?:any |the |some )?<news><of>?",
        r"ask around|gossip with (?:people|everyone|the locals)|(?:hear|collect|gather) <news>",
        r"(?:listen|eavesdrop)(?: in)?(?: (?:to|at|on))+ (?:the |a |their |other |next |nearest )*"
        r"(?:talk|chatter|tables?|room|people|conversations?|crowd|locals|folks?|guests|regulars|<news>)",
    ),
    "again": (
        r"(?:(?:can|could|will|would) you )?(?:say|tell) (?:that|it|this)(?: to)?(?: me)? again",
        r"repeat|again|(?:say|come) again|once again",
        r"pardon(?: me)?|(?:i )?beg your pardon|what did (?:you|he|she|they|it) (?:just )?say",
        r"(?:can|could) you repeat (?:that|it)|repeat (?:that|it|the scene)|(?:excuse me )?what was that",
        r"look again|tell me again|show (?:me )?(?:the )?scene",
    ),
    "feeling": (r"(?:a?ha)+h?|(?:he){2,}h?",),
    "oath": (
        r"(?:oh )?(?:fuck|shit|damn|crap|bollocks|bugger|blast|hell|arse|bloody hell|goddamn|wtf|ffs|omg)"
        r"(?: (?:it|this|that|you|off|me|all|them|him|her))*(?: (?:game|shit))?",
        r"(?:fucking|bloody|what the) (?:hell|fuck|shit|thing|game)|screw (?:this|that|it|you)|piss off",
        r"(?:go to hell|son of a bitch|bastards?|bitch|cunt|asshole|arsehole|dick|wanker)",
    ),
    "odds": (
        r"odds|why (?:only |just |is (?:it|that|this) (?:only )?)?\d{1,3}(?: percent)?(?: here| now)?",
        r"(?:what<is> |what are )?(?:the|my) (?:odds|chances?)|how (?:are|is) (?:the|my) odds .*",
    ),
    "command": (r"undo|dice|settings|save|quit|branch|redo|restart|load",),
    "promises": (
        r"(?:what|who|whom) (?:did|have) <we> promised?(?: .*)?|(?:my )?promises",
        r"(?:what|who|whom) do <we> owe(?: .*)?",
    ),
    "facts": (
        r"what do <we> know(?: so far| now)?",
        r"what have <we> (?:learn(?:ed|t)|found|discovered)(?: out)?(?: so far)?|facts|clues|notes",
        r"what have <we> heard(?: so far)?",
        r"recap|journal|what happened(?: so far)?|what did i (?:learn|find out)",
    ),
}

_SHORT = {  # in the patterns above
    "<we>": "(?:i|we)",
    "<is>": "(?:'s|s| is| are)?",
    "<news>": "(?:news|gossip|rumou?rs?)",
    "<of>": "(?: (?:about|of) .+)",
}


def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(patterns)
    for short, meant in _SHORT.items():
        joined = joined.replace(short, meant)
    return re.compile(joined)


_MEANT = {topic: _compiled(patterns) for topic, patterns in _TOPICS.items()}
_POLITE = re.compile(
    r"^(?:(?:please|so|and|well|hey|wait|ok|okay|um|but)\s+)+(?=\w)|\s+(?:please|again|right now)$"
)


def topic_of(said: str) -> str:
    """What the game itself is asked about with these words, or an empty string."""
    asked = " ".join(tokens(said))
    for words in (asked, _POLITE.sub("", asked)):
        for topic, pattern in _MEANT.items():
            if pattern.fullmatch(words):
                return topic
    return ""
