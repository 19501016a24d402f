"""The words players use for deeds, by class of deed."""

from __future__ import annotations

from pocket_portals.rules.state import Verb

VERBS: dict[Verb, str] = {
    Verb.FIGHT: (
        "fight attack hit strike kill stab slash shoot punch kick charge ambush smash slay duel shove "
        "beat batter clobber whack wallop thump brawl assault murder behead stomp headbutt bite smite "
        "clash maul hurl fling lob chuck challenge jab poke chop swat smack club bludgeon skewer "
        "impale throttle strangle choke trample elbow slug pummel backstab lunge"
    ),
    Verb.FORCE: (
        "force push pull break bash lift drag bend pry barge wrench heave tear hold kick open step "
        "cross crack rip yank shatter wreck destroy demolish ram haul hoist crush lever budge prise "
        "wrestle dislodge spill tip topple overturn upend shake squeeze trip tackle disarm grapple "
        "snap dismantle roll"
    ),
    Verb.SNEAK: (
        "sneak hide creep slip tiptoe stalk crouch lurk evade shadow follow tail past skulk slink "
        "conceal vanish mingle"
    ),
    Verb.STEAL: ("steal pickpocket filch swipe pinch lift rob palm pocket burgle unlock nick nab thieve"),
    Verb.MOVE: (
        "go walk run travel head move leave enter return ride march wander approach proceed sail row "
        "advance hike stroll trudge trek jog sprint dash journey visit exit float drift come join "
        "rush"
    ),
    Verb.CLIMB: (
        "climb jump leap swim scramble vault swing balance crawl clamber scale dive wade hop mount descend"
    ),
    Verb.LOOK: (
        "look see watch observe spy glance peer scan listen smell sniff taste touch inspect check "
        "gaze stare eye view behold peek regard survey explore overhear eavesdrop squint admire feel"
    ),
    Verb.STUDY: (
        "study examine read search investigate analyse analyze decipher recall remember think figure "
        "track trace identify translate consider count measure rummage ransack deduce ponder learn "
        "guess research scrutinise scrutinize solve uncover hack override decode decrypt calibrate "
        "frisk probe test compare"
    ),
    Verb.TALK: (
        "talk speak ask say tell greet chat question call shout whisper answer reply hello hi hail "
        "reason convince persuade explain apologise apologize plead beg request warn beseech urge "
        "discuss interrogate interview mention introduce thank thanks confess sorry hey yo howdy "
        "congratulations congrats bravo announce yell scream mutter admit invite suggest sup "
        "greetings goodbye bye gossip show transmit signal promise vow inform argue agree deny protest "
        "report remark complain"
    ),
    Verb.BARGAIN: (
        "bargain haggle trade buy sell pay offer barter bribe deal negotiate hire swap purchase spend "
        "bid wager gamble bet"
    ),
    Verb.PERFORM: (
        "sing play dance perform joke flirt charm recite entertain juggle whistle story praise "
        "flatter hum drum jest clown seduce kiss hug wink bow wave smile laugh compliment grin cheer "
        "applaud clap salute curtsy toast"
    ),
    Verb.THREATEN: (
        "threaten intimidate scare frighten menace growl demand command order bully glare dare taunt "
        "insult mock curse swear provoke blackmail accuse roar howl snarl jeer heckle tease spit"
    ),
    Verb.LIE: (
        "lie bluff deceive trick pretend fool disguise fake cheat mislead con distract impersonate "
        "feign invent pose"
    ),
    Verb.HELP: (
        "help heal aid save rescue comfort protect calm tend bandage treat cure free mend repair fix "
        "untie assist support nurse soothe console reassure carry pet stroke pat release unchain "
        "revive"
    ),
    Verb.GIVE: ("give hand return drop leave lend share throw toss feed present pass donate deliver"),
    Verb.TAKE: (
        "take grab get pick collect gather snatch keep loot catch fetch steal acquire seize retrieve "
        "claim scoop accept pocket borrow pluck salvage"
    ),
    Verb.USE: (
        "use light burn tie untie pull press turn cut dig drink eat put place set wear ring knock "
        "build make pour open close shut lock throw apply ignite extinguish attach wind unwrap blow "
        "fill empty operate hammer nail bury sip plant paint write cook weld solder splice reroute "
        "plug reboot fly pilot steer drive pump unclip unhook undo detach hang sign relight rekindle "
        "wash clean dry erase wipe rub scrub sweep peel fold stir polish sharpen load switch flip "
        "unplug mail jack stick loosen tighten grease oil"
    ),
    Verb.MAGIC: (
        "cast magic spell conjure summon enchant hex dispel ward channel invoke banish bewitch scry"
    ),
    Verb.PRAY: "pray bless meditate kneel worship chant",
    Verb.WAIT: ("wait stay stand pause linger nothing sit stop watch relax ignore refuse decline hesitate"),
    Verb.REST: "rest sleep camp nap recover doze snooze",
    Verb.FLEE: "flee escape retreat run away withdraw bolt scram skedaddle",
    Verb.DEFEND: "defend guard block parry dodge brace shield cover duck sidestep",
    Verb.PRESS_ON: "continue proceed onward hurry press onwards next",
}

# Two classes a word may belong to are told apart by what follows it.
PHRASES: tuple[tuple[str, Verb], ...] = (
    ("run away", Verb.FLEE),
    ("get away", Verb.FLEE),
    ("back off", Verb.FLEE),
    ("leg it", Verb.FLEE),
    ("back down", Verb.WAIT),
    ("hang back", Verb.WAIT),
    ("keep my guard", Verb.DEFEND),
    ("hold my guard", Verb.DEFEND),
    ("step back", Verb.DEFEND),
    ("jump back", Verb.DEFEND),
    ("step aside", Verb.DEFEND),
    ("jump aside", Verb.DEFEND),
    ("roll aside", Verb.DEFEND),
    ("roll away", Verb.DEFEND),
    ("get behind", Verb.DEFEND),
    ("step on", Verb.MOVE),
    ("step onto", Verb.MOVE),
    ("step into", Verb.MOVE),
    ("step in", Verb.MOVE),
    ("step inside", Verb.MOVE),
    ("step through", Verb.MOVE),
    ("come on", Verb.PRESS_ON),
    ("come with me", Verb.TALK),
    ("come along", Verb.TALK),
    ("come here", Verb.TALK),
    ("jump the queue", Verb.STEAL),
    ("cut the queue", Verb.STEAL),
    ("cut in line", Verb.STEAL),
    ("make sure", Verb.STUDY),
    ("work out", Verb.STUDY),
    ("try on", Verb.USE),
    ("try it on", Verb.USE),
    ("put it on", Verb.USE),
    ("stand in front", Verb.DEFEND),
    ("pull out", Verb.TAKE),
    ("hand in", Verb.GIVE),
    ("rat on", Verb.TALK),
    ("tell on", Verb.TALK),
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
    ("give in", Verb.WAIT),
    ("hang on", Verb.WAIT),
    ("hang about", Verb.WAIT),
    ("hold off", Verb.WAIT),
    ("put off", Verb.WAIT),
    ("put up with", Verb.WAIT),
    ("cry out", Verb.TALK),
    ("cry for", Verb.TALK),
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
    ("look into", Verb.STUDY),
    ("pick up", Verb.TAKE),
    ("pick the lock", Verb.STEAL),
    ("pick a lock", Verb.STEAL),
    ("break in", Verb.STEAL),
    ("stand my ground", Verb.DEFEND),
    ("play dead", Verb.LIE),
    ("lie down", Verb.REST),
    ("go to sleep", Verb.REST),
    ("go to bed", Verb.REST),
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
    ("have a drink", Verb.USE),
    ("take a drink", Verb.USE),
    ("take a sip", Verb.USE),
    ("have a sip", Verb.USE),
    ("have a bite", Verb.USE),
    ("have a chat", Verb.TALK),
    ("make a promise", Verb.TALK),
    ("tell the truth", Verb.TALK),
    ("make a speech", Verb.PERFORM),
    ("give a speech", Verb.PERFORM),
    ("take a bow", Verb.PERFORM),
    ("take a step", Verb.MOVE),
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
