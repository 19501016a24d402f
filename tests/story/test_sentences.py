"""Sentences as players type them, and what each is taken to mean where it is typed."""

from __future__ import annotations

import pytest
from standing import WORLD, standing

from pocket_portals.rules.fold import Draft
from pocket_portals.rules.state import GameState
from pocket_portals.story import intent, referee
from pocket_portals.story.storyteller import Intent

# cart: Juniper without her wheels; "Ask Bishop what he saw" is offered, and he is a mule.
# inn: Theron's common room, no scene; yard: nobody about; post: Mara with pot and coal, her quest's hook;
# ditch: Juniper and her mule; body: a dead soldier by the road, nobody else; arch: a shelf for bread;
# oak: a tree to drive nails into.
SCENES: dict[str, GameState] = {
    "inn": standing("crossroads-inn", said="look at the mug"),
    "yard": standing("inn-yard"),
    "post": standing("third-post", "lamper-hook", {"mara": "mara-quill"}),
    "ditch": standing("third-post", "bishop-ditch", {"juniper": "juniper-tarn"}),
    "body": standing("candlewood", "dead-soldier"),
    "arch": standing("long-arch", said="i look at the shelf"),
    "oak": standing("candlewood"),
    "pack": standing("third-post", "keepsake-thief"),
    "cart": standing("inn-yard", "rooks-hook", {"juniper": "juniper-tarn"}),
}

SENTENCES = """
post | 1 | choice 1
post | 2 | choice 2
post | 3. | choice 3
post | #2 | choice 2
post | option 2 | choice 2
post | Option three | choice 3
post | choice 1 please | choice 1
post | first | choice 1
post | second | choice 2
post | the second one | choice 2
post | the third option | choice 3
post | the last one | choice 3
post | two | choice 2
post | number two | choice 2
post | i pick the first one | choice 1
post | i'll take the second option | choice 2
post | let's go with 3 | choice 3
post | go with the first | choice 1
post | do 1 | choice 1
post | 2nd | choice 2
post | 3rd one please | choice 3
post | ok, 2 | choice 2
post | i choose two | try study
post | 7 | try study
post | first i look around | look topic:place
post | Practise on the third post | choice 1
post | practise on the third post. | choice 1
post | ASK WHAT JORY WAS LIKE | choice 2
post | swear you will bring him home | choice 3
post | swear to bring him home | choice 3
post | i swear i'll bring jory home | choice 3
post | practice on the post | choice 1
post | ask what jory was like | choice 2
post | what was jory like? | choice 2
post | ask mara what her brother was like | choice 2
post | i practise with the coal on the third post | choice 1
post | ill practise on the post i guess | choice 1
post | swera to bring him home | choice 3
post | talk to mara | ask person:mara-quill
post | talk to Mara about the bell | ask person:mara-quill
post | ask mara about the bell | ask person:mara-quill
post | ask her about the fog | ask person:mara-quill
post | talk to her | ask person:mara-quill
post | speak with mara quill | ask person:mara-quill
post | talk | ask person:mara-quill
post | hello | ask person:mara-quill
post | hi mara | ask person:mara-quill
post | hey | ask person:mara-quill
post | yo | ask person:mara-quill
post | say hello | ask person:mara-quill
post | say hi to mara | ask person:mara-quill
post | greet the lamper | ask person:mara-quill
post | hello mara, how are you? | ask person:mara-quill
post | tell me about the posts | ask person:mara-quill
post | tell mara about the bell | ask person:mara-quill
post | mara, where is jory? | ask person:mara-quill
post | mara what happened to your brother | ask person:mara-quill
post | who is she | ask person:mara-quill
post | who is she? | ask person:mara-quill
post | whos mara | ask person:mara-quill
post | who is mara quill? | ask person:mara-quill
post | who are you? | ask person:mara-quill
post | what's your name? | ask person:mara-quill
post | what do you want | ask person:mara-quill
post | do you know anything about the eels | ask person:mara-quill
post | are you ok? | ask person:mara-quill
post | can you help me? | ask person:mara-quill
post | could you help me mara | ask person:mara-quill
post | will she come with me | ask person:mara-quill
post | does she trust me | ask person:mara-quill
post | is she lying? | ask person:mara-quill
post | why is mara so sad | ask person:mara-quill
post | where is theron | ask person:theron
post | where is theron? | ask person:theron
post | who is theron | ask person:theron
post | should i trust her? | ask person:mara-quill
post | how old is mara | ask person:mara-quill
post | tlak to mara | ask person:mara-quill
post | talk to marra | ask person:mara-quill
post | askk mara about the bell | ask person:mara-quill
post | "who goes there?" | ask person:mara-quill
post | "hello there" | ask person:mara-quill
post | "hello" i say to mara | ask person:mara-quill
post | "your brother is a coward" i tell her | try talk person:mara-quill
post | say "i will do it" | try talk
post | say sorry to mara | try talk person:mara-quill
post | tell mara that jory is dead | try talk person:mara-quill
post | convince her to come along | try talk person:mara-quill
post | persuade mara to come | try talk person:mara-quill
post | persaude mara to come | try talk person:mara-quill
post | beg mara for help | try talk person:mara-quill
post | thank her | try talk person:mara-quill
post | thanks mara! | try talk person:mara-quill
post | apologise to her | try talk person:mara-quill
post | threaten mara | try threaten person:mara-quill
post | threaten her | try threaten person:mara-quill
post | insult her | try threaten person:mara-quill
post | yell at mara | try talk person:mara-quill
post | lie to her about theron | try lie person:mara-quill
post | lie to mara | try lie person:mara-quill
post | bluff | try lie
post | flirt with mara | try perform person:mara-quill
post | kiss her | try perform person:mara-quill
post | hug her | try perform person:mara-quill
post | sing her a song | try perform person:mara-quill
post | tell her a joke | try perform person:mara-quill
post | tell a story | try perform
post | dance | try perform
post | haggle with mara | try bargain person:mara-quill
post | offer her 5 silver | try bargain person:mara-quill
post | buy a pot from mara | try bargain person:mara-quill
post | bribe her | try bargain person:mara-quill
post | give mara the loaf | try give person:mara-quill
post | give her my bread | try give person:mara-quill
post | give the nails to her | try give person:mara-quill
post | hand over the rope | try give thing:rope
post | steal from mara | try steal person:mara-quill
post | pickpocket her | try steal person:mara-quill
post | pick her pocket | try take person:mara-quill
post | attack mara | try fight person:mara-quill
post | punch her in the face | try fight person:mara-quill
post | hit mara with the pot | try fight person:mara-quill
post | kill everyone | try fight
post | atack mara | try fight person:mara-quill
post | stab her!!! | try fight person:mara-quill
post | fight | try fight
post | help mara | try help person:mara-quill
post | comfort her | try help person:mara-quill
post | follow her | try sneak person:mara-quill
post | look at mara | look person:mara-quill
post | examine mara | look person:mara-quill
post | look at her | look person:mara-quill
post | watch her | look person:mara-quill
post | go to mara | ask person:mara-quill
post | approach mara | ask person:mara-quill
post | walk over to her | ask person:mara-quill
post | go north | move candlewood
post | north | move candlewood
post | go nroth | move candlewood
post | head south | move nettlecombe
post | i want to go west | move sallow-ferry
post | walk west please | move sallow-ferry
post | can i go north? | move candlewood
post | could we go south | move nettlecombe
post | let's go east | move inn-yard
post | go to the inn | move inn-yard
post | go to the candlewood | move candlewood
post | go to nettlecombe | move nettlecombe
post | travel to the ferry | move sallow-ferry
post | nettlecombe | move nettlecombe
post | run to the wood | try move
post | go up | ask topic:exits
post | go | ask topic:exits
post | go away | ask topic:exits
post | leave | ask topic:exits
post | go home | ask topic:exits
post | go outside | ask topic:exits
post | where can i go | ask topic:exits
post | where can i go? | ask topic:exits
post | exits | ask topic:exits
post | which way is the ferry | ask topic:exits
post | how do i get to thornmill? | ask topic:exits
post | map | ask topic:exits
post | what if we went north | ask place:candlewood
post | why don't we go north | move candlewood
post | how about we go north? | move candlewood
post | run away | try flee
post | flee | try flee
post | run! | ask topic:exits
post | escape to the north | move candlewood
post | where am i | ask topic:place
post | where am i? | ask topic:place
post | Where are we? | ask topic:place
post | what is this place | ask topic:place
post | whats going on | ask topic:place
post | what do i see | ask topic:place
post | look | look topic:place
post | l | ask topic:place
post | look around | look topic:place
post | look around me | look topic:place
post | lok around | try study
post | take a look around | look topic:place
post | have a look around | look topic:place
post | explore | look topic:place
post | examine the room | look topic:place
post | what do i have? | ask topic:belongings
post | what do i have | ask topic:belongings
post | what have i got | ask topic:belongings
post | inventory | ask topic:belongings
post | i | ask topic:belongings
post | inv | ask topic:belongings
post | check my bag | ask topic:belongings
post | look in my pack | ask topic:belongings
post | whats in my pockets | ask topic:belongings
post | what am i carrying? | ask topic:belongings
post | how much silver do i have | ask topic:belongings
post | do i have a rope? | ask topic:belongings
post | what can i do | ask topic:deeds
post | what can i do? | ask topic:deeds
post | what should i do now | ask topic:deeds
post | help | ask topic:deeds
post | help me | ask topic:deeds
post | what now | ask topic:deeds
post | im stuck | ask topic:deeds
post | i dont know | ask topic:deeds
post | idk | ask topic:deeds
post | yes | ask topic:deeds
post | ok | ask topic:deeds
post | hmm | ask topic:deeds
post | lol | ask topic:deeds
post | nevermind | ask topic:deeds
post | huh? | ask topic:deeds
post | options | ask topic:deeds
post | how am i | ask topic:health
post | how am i? | ask topic:health
post | how am i doing? | ask topic:health
post | am i hurt | ask topic:health
post | hp | ask topic:health
post | how much health do i have left | ask topic:health
post | who am i | ask topic:self
post | what's my name | ask topic:self
post | who is here | ask topic:people
post | who's here? | ask topic:people
post | who can i talk to | ask topic:people
post | is anyone here | ask topic:people
post | am i alone? | ask topic:people
post | who have i met | ask topic:met
post | whats my quest | ask topic:quest
post | what's the goal again? | ask topic:quest
post | what am i supposed to do? | ask topic:quest
post | why am i here | ask topic:quest
post | quest | ask topic:quest
post | remind me what this is about | ask topic:quest
post | what did i promise | ask topic:promises
post | what do i know | ask topic:facts
post | what happened so far? | ask topic:facts
post | journal | ask topic:facts
post | what do i know about the bell? | ask -
post | what is a glorb | ask -
post | why is the sky grey | ask -
post | is it going to rain? | ask -
post | are there wolves here | ask -
post | when does the sun set | ask -
post | what is the basket for? | ask feature:basket
post | look at the basket | look feature:basket
post | examine basket | look feature:basket
post | inspect the baskett | look feature:basket
post | look at teh basket | look feature:basket
post | read the post | look feature:basket
post | check the ash | look feature:basket
post | look at my rope | look thing:rope
post | examine the rope | look thing:rope
post | what is the salve for | ask thing:crane-salve
post | use rope on post | try use feature:basket
post | tie the rope to the post | try use feature:basket
post | take the coal | try take feature:basket
post | kick the basket | try fight feature:basket
post | climb the post | try climb feature:basket
post | use rope | try use thing:rope
post | eat the bread | try use thing:barley-loaf
post | drop the rope | try give thing:rope
post | throw the loaf at her | try fight person:mara-quill
post | search the ditch | try study
post | look for tracks | try study
post | listen | try look
post | smell the air | try look
post | climb a tree | try climb
post | jump | try climb
post | swim across | try climb
post | hide | try sneak
post | sneak off | try sneak
post | hide behind the post and wait | try sneak feature:basket
post | sneak up and grab the basket | try sneak feature:basket
post | pray | try pray
post | cast a spell | try magic
post | cast fireball | try magic
post | wait | try wait
post | do nothing | try wait
post | sit down | try wait
post | rest | try rest
post | sleep | try rest
post | take a nap | try rest
post | make camp | try rest
post | press on | try press-on
post | continue | try press-on
post | keep going | try press-on
post | next | try press-on
post | go on | try press-on
post | defend myself | try defend
post | juggle three stones | try perform
post | xyzzy | try study
post | asdfgh | try study
post | recharge the lamp | try study
post | frobnicate the basket | try study feature:basket
post | banana | try study
post | screw this | try study
post | 🐉🐉🐉 | try study
post | שלום | try study
post | שלום mara | try study person:mara-quill
post | !!! | try study
post | drop table users; | try give
post | don't attack | try wait
post | don't attack mara | try wait
post | dont hit her | try wait
post | i won't fight | try wait
post | do not touch the coal | try wait
post | i refuse | try wait
post | never | try wait
post | don't attack, talk to her | ask person:mara-quill
post | i don't want to fight, just go north | move candlewood
post | no don't do that | try wait
post | i will not swear but i will practise on the post | choice 1
post | can i climb the post? | try climb feature:basket
post | may i please sing? | try perform
post | could i take the coal | try take feature:basket
post | please could you tell me about the eels | ask person:mara-quill
post | i would like to rest now please | try rest
post | i think i should hide | try sneak
post | i guess i'll wait | try wait
post | i'm going to climb the post | try climb feature:basket
post | we should go north | move candlewood
post | ok so i go north then | move candlewood
post | quickly hide | try sneak
post | well, i sing | try perform
post | walk to the candlewood and look for jory | move candlewood
post | i take a deep breath and tell her that her brother is alive | try take person:mara-quill
post | i would like, if i may, to practise holding the coal on the third post before we go | choice 1
ditch | offer the mule some food | try bargain
ditch | offer bishop something to eat | choice 1
ditch | offer bishop bread to eat | choice 1
ditch | feed bishop | choice 1
ditch | give bishop something | choice 1
ditch | slap him | choice 2
ditch | slap the mule on the rump | choice 2
ditch | slap bishop's rump | choice 2
ditch | what is he looking at? | ask -
ditch | talk to juniper | ask person:juniper-tarn
ditch | ask her about the hearse | ask person:juniper-tarn
ditch | who is she? | ask person:juniper-tarn
ditch | ask juniper about the mule | ask person:juniper-tarn
ditch | don't slap him | try wait
ditch | push the mule | try force
ditch | sit on the mule | try wait
ditch | help juniper | try help person:juniper-tarn
ditch | the second | choice 2
ditch | talk to the mule | ask person:juniper-tarn
body | take the boots | choice 1
body | grab boots | choice 1
body | steal the boots | choice 1
body | i'll take his boots | choice 1
body | bury him | choice 2
body | bury the body | choice 2
body | i bury the soldier | choice 2
body | burry him as he is | choice 2
body | look for who he was | choice 3
body | who was he? | ask -
body | who is he | ask -
body | search the body | try study
body | look at the boots | look topic:scene
body | leave the boots | try move
body | don't take the boots | try wait
body | pray for him | try pray
body | say a prayer | try talk
body | hello | try talk
body | talk to him | try talk
body | ask him his name | try talk
body | look at the oak | look feature:nail-oak
body | hammer a row of nails into the oak | deed nail-oak#0
body | go deeper | move burners-ride
body | go back | ask topic:exits
body | take two | try take
inn | talk to theron | ask person:theron
inn | ask him about the chair | ask person:theron
inn | talk to the innkeeper about the road | ask person:theron
inn | who is he? | ask person:theron
inn | hello | ask person:theron
inn | order a beer | try threaten
inn | buy bread | try bargain thing:barley-loaf
inn | how much is a bed? | ask -
inn | sit in the empty chair | deed empty-chair#0
inn | sit in the chair | deed empty-chair#0
inn | rest in the chair | deed empty-chair#0
inn | count the tags | deed peg-board#0
inn | count tags on the board | deed peg-board#0
inn | look at the chair | look feature:empty-chair
inn | look at it | look feature:empty-chair
inn | take it | try take feature:empty-chair
inn | break it | try force feature:empty-chair
inn | drink it | try use feature:empty-chair
inn | smash the mug | try fight feature:empty-chair
inn | steal the mug | try steal feature:empty-chair
inn | go to the yard | move inn-yard
inn | yard | move inn-yard
inn | leave the inn | move inn-yard
inn | rest | try rest
inn | ask theron about mara | ask person:theron
yard | look at the pump | look feature:pump
yard | drink from the trough | try use feature:pump
yard | go in | ask topic:exits
yard | go inside | ask topic:exits
yard | go back to the inn | move crossroads-inn
yard | go back | move crossroads-inn
yard | take the road | move third-post
yard | who is here? | ask topic:people
yard | hello? | ask -
arch | leave my bread on the shelf | deed niche#0
arch | leave bread on it | deed niche#0
arch | put the loaf on the shelf | deed niche#0
arch | give the bread to the shelf | deed niche#0
arch | look at the crumbs | look feature:niche
arch | take the crumbs | try take feature:niche
arch | cross the bridge | try force person:mother-arch
cart | ask juniper about the wheels | ask person:juniper-tarn
cart | ask juniper about the feather | ask person:juniper-tarn
cart | i promise juniper she will have her wheels | try talk person:juniper-tarn
pack | let him keep it | choice 2
cart | read the prnits | choice 1
cart | ask bishop | choice 3
cart | ask bishop what he saw | choice 3
oak | drive in a row of nails | deed nail-oak#0
oak | use nails on the oak | deed nail-oak#0
oak | use the nails on the tree | deed nail-oak#0
oak | look at the nails | look feature:nail-oak
oak | climb the tree | try climb feature:nail-oak
oak | cut down the oak | try use feature:nail-oak
inn | any news? | ask topic:news
inn | any rumours about the posts? | ask topic:news
inn | whats the gossip | ask topic:news
inn | heard anything interesting? | ask topic:news
inn | listen to the talk | ask topic:news
inn | ask around | ask topic:news
inn | ask theron for news | ask person:theron
inn | gossip with theron | ask person:theron
inn | what have i heard | ask topic:facts
inn | who do i owe | ask topic:promises
inn | who else is aboard | ask topic:people
inn | show him my keepsake | try talk person:theron
inn | throw the mug at theron | try fight person:theron
inn | give theron some silver | try bargain person:theron
inn | hand him a coin | try bargain person:theron
inn | toss him the rope | try give person:theron
yard | hack the lock | try study
yard | drift over there | ask topic:exits
body | throw a stone at it | try fight
"""


def meaning(meant: Intent) -> str:
    """An intent in the words of the table."""
    match meant.kind:
        case "choice":
            assert meant.choice is not None
            return f"choice {meant.choice + 1}"
        case "question":
            return f"{'look' if meant.verb == 'look' else 'ask'} {meant.target or '-'}"
        case "attempt" if "#" in meant.target:
            return meant.target.replace("feature:", "deed ")
        case "attempt":
            return f"try {meant.verb} {meant.target}".strip()
        case kind:
            return f"{kind} {meant.target}".strip()


TABLE = [tuple(part.strip() for part in line.split(" | ")) for line in SENTENCES.strip().splitlines()]


def test_there_are_enough_sentences_and_none_stands_twice() -> None:
    assert len({row[:2] for row in TABLE}) == len(TABLE) >= 300


@pytest.mark.parametrize(("scene", "said", "expected"), TABLE, ids=[f"{r[0]}: {r[1]}" for r in TABLE])
def test_a_sentence_means(scene: str, said: str, expected: str) -> None:
    state = SCENES[scene]
    meant = intent.read(said, state, WORLD)
    assert meaning(meant) == expected
    draft = Draft(state)
    assert referee.explore(draft, WORLD, meant).pieces, "something is always told"
    if meant.kind == "question":
        assert draft.state.adventure_turn == state.adventure_turn, "a question costs no turn"
    if meant.kind == "attempt" and meant.ability:
        assert f"{meant.ability.value.title()}, DC {meant.dc}" in meant.echo, (
            "a check is said before it is rolled"
        )
