"""A small scripted engine and its world: real events, real turns, no rules and no files."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from pocket_portals.errors import StoreUnavailable
from pocket_portals.rules import events as e
from pocket_portals.rules.dice import Modifier, d20, roll
from pocket_portals.rules.fighters import Behaviour, CombatState, Foe, Tactic
from pocket_portals.rules.fold import Draft
from pocket_portals.rules.hero import ARMS, Ability, Ancestry, Calling, CharacterSheet, ability_scores
from pocket_portals.rules.state import (
    CheckSpec,
    Choice,
    Clock,
    Closure,
    Degree,
    Item,
    Objective,
    Phase,
    Quest,
    Reward,
    Speech,
    Verb,
    Voice,
)
from pocket_portals.saves.memory import MemoryStore
from pocket_portals.session.entrance import Entrance, NewRun
from pocket_portals.session.journal import Told, Turn, turn_id
from pocket_portals.session.ports import Decided, Heard, Settled, Spoken, Words
from pocket_portals.session.reading import Fact, Reading
from pocket_portals.session.service import GameSessionService
from pocket_portals.session.steps import keep
from pocket_portals.settings import ScreenConfig
from pocket_portals.story.storyteller import Intent, Narration
from pocket_portals.tui.app import PortalsApp

HOSTILE = (
    "\x1b]52;c;cHduZWQ=\x07[bold]not bold[/bold] [@click=app.quit]press me[/] [/] \u202eevil\u202c "
    "👩‍👩‍👧 \x9b31m \x1b[2J العربية ]]>"
)
EPOCH = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


class FakeClock:
    """A second a look, from a fixed evening."""

    def __init__(self) -> None:
        self.looks = 0

    def now(self) -> datetime:
        self.looks += 1
        return EPOCH + timedelta(seconds=self.looks)

    def elapsed(self) -> float:
        return 0.0


class FakeWorlds:
    """One world of two places."""

    def ids(self) -> list[str]:
        return ["ember-road"]

    shipped = ids

    def get(self, world: str) -> SimpleNamespace:
        places = (
            SimpleNamespace(id="inn", name="Theron's Crossroads", exits={"west": "bridge"}),
            SimpleNamespace(id="bridge", name="Saltwater Bridge", exits={"east": "inn", "plank": "fen"}),
        )
        return SimpleNamespace(
            title="The Ember Road", money="silver", accent="#d9772b", places=places, home="inn"
        )


def say(text: str, voice: Voice = Voice.NARRATOR, speaker: str = "") -> Speech:
    return Speech(voice=voice, text=text, speaker=speaker)


def choice(label: str, verb: Verb = Verb.TALK, note: str = "", dc: int = 0, ref: str = "") -> Choice:
    check = CheckSpec(ability=Ability.CHARISMA, dc=dc) if dc else None
    return Choice(label=label, verb=verb, note=note, check=check, ref=ref)


SHEET = CharacterSheet(
    name="Ilsa Thorne",
    ancestry=Ancestry.ELF,
    ancestry_name="Elf",
    calling=Calling.BARD,
    calling_name="Bard",
    abilities=ability_scores(Calling.BARD, Ancestry.ELF),
    arms=ARMS[Calling.BARD],
    motive="lost-brother",
    motive_text="a brother who went west in spring",
    keepsake="a tin whistle with one note missing",
    left_behind="the mill, and what the fire left of it",
)
QUEST = Quest(
    id="millers-debt",
    title="The Miller's Last Debt",
    pitch="Hew Marl went up the road to pay what he owed and did not come home. His wife wants him, or his "
    "bones, and she has stopped saying which. Somebody on the bridge saw him last.",
    kind="find",
    giver="perpetua-marl",
    start="bridge",
    objectives=(
        Objective(id="ask", text="Ask at Saltwater Bridge who crossed that night"),
        Objective(id="posts", text="Relight the dark posts on the way", count=3),
    ),
    reward=Reward(gold=30),
)
WOLF = Foe(
    id="wolf",
    kind="wolf",
    name="Ash Wolf",
    health=11,
    health_max=11,
    armour_class=13,
    attack=4,
    damage="1d6+1",
    behaviour=Behaviour.PACK,
)
GREY = WOLF.having(
    id="grey", name="The Old Grey", health=18, health_max=18, tactic=Tactic.HEAVY, behaviour=Behaviour.BRUTE
)
ROAD = (
    choice("Cross while she's quiet", Verb.MOVE),
    choice("Ask about the boy", note="she may regret asking", dc=12),
    choice("Step over her", Verb.FORCE, note="she won't forget"),
)
FIGHT = (
    choice("Attack the Ash Wolf", Verb.FIGHT, "72 %, about 5"),
    choice("Defend yourself", Verb.DEFEND, "a heavy blow is coming"),
    choice("Run for it", Verb.FLEE, "Dexterity, 60 %"),
)


class FakeEngine:
    """Plays by a script. Some words do special things: hang, boom, down, hostile, long."""

    def __init__(self, store: MemoryStore, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.hanging = asyncio.Event()

    async def play(self, record, action, watch, request=""):
        state = record.state
        reading = Reading(state.combat_state is not None)

        def show(facts: list[Fact]) -> None:
            for event, after in facts:
                watch(Decided(event, after))

        draft = Draft(state, watch=lambda event: show(reading.fact(Fact(event, draft.state))))
        intent = None
        speeches: list[Speech] = []
        choices: tuple[Choice, ...] = state.current_choices
        if not record.turns:
            draft.events.append(
                e.RunBegun(
                    session_id=state.session_id, seed=state.seed, world=state.world,
                    storyteller=state.storyteller, max_turns=state.max_turns, at=state.created_at,
                )
            )  # fmt: skip
            speeches, choices = self._opening()
        else:
            index = (
                int(action) - 1 if action.isdigit() and int(action) <= len(state.current_choices) else None
            )
            kind = "retire" if action == "/retire" else "attempt" if index is None else "choice"
            echo = f"You try to {action[:60]}" if kind == "attempt" and state.phase is Phase.EXPLORE else ""
            intent = Intent(kind=kind, said=action[:400], choice=index, echo=echo)
            watch(Heard(intent))
            if action == "hang":
                self.hanging.set()
                await asyncio.Event().wait()
            if action == "boom":
                raise RuntimeError("secret")
            if action == "down":
                raise StoreUnavailable("The disk is full.", "Make room; the story waits.")
            speeches, choices = self._turn(draft, action, choices)
        if reading.heads:
            show(reading.kept())
        for speech in speeches:
            half = len(speech.text) // 2
            watch(Words(speech.voice, speech.text[:half], speech.speaker, begins=True))
            watch(Words(speech.voice, speech.text[half:], speech.speaker))
        show(reading.told())
        for speech in speeches:
            watch(Spoken(speech))
        said = intent.said if intent else ""
        if draft.state.closure:
            draft.add(e.AdventureCompleted(ending="road"))
        draft.add(
            e.ExchangeAdded(action=said, speeches=tuple(speeches)),
            e.ChoicesSet(choices=choices),
            e.TurnSettled(at=self.clock.now()),
        )
        turn = Turn(
            id=turn_id(record.head if record.turns else "", said, draft.events),
            parent=record.head if record.turns else "", number=record.rev, revision=draft.state.revision,
            at=self.clock.now(), action=said, intent=intent, events=tuple(draft.events),
            told=Told(storyteller="storybook"),
        )  # fmt: skip
        settled = record.extended(turn, draft.state.having(last_turn=turn.id))
        saved = await keep(self.store, settled, record.head if record.turns else "")
        watch(Settled(turn, settled.state, saved))
        return settled, saved

    async def retell(self, record, watch):
        speech = Speech(voice=Voice.NARRATOR, text="The same, in other words.")
        watch(Words(speech.voice, speech.text, begins=True))
        watch(Spoken(speech))
        return Narration(speeches=(speech,))

    def _opening(self):
        return [
            say(
                "The door behind you is gone before the latch has finished clicking, and you are standing "
                "in mud to the ankle at a place where two roads meet. An iron basket on a post by your "
                "shoulder holds one red coal."
            ),
            say("“Bread is one,” he says. “Bed is two. Who's asking?”", Voice.INNKEEPER, "Theron"),
        ], (
            choice("A player of small halls, looking for a brother"),
            choice("A soldier with a leave letter and no regiment"),
            choice("Somebody who would rather not say"),
        )

    def _turn(self, draft, action, choices):
        match draft.state.phase:
            case Phase.INTERVIEW:
                return self._quests(draft)
            case _ if action == "/retire":
                draft.add(e.EpilogueBegun(closure=Closure.RETIRED))
                return [
                    say(
                        "You leave the road the way you came to it, with wet knees. Somebody lights the next "
                        "post, and the one after that.\n\nOssa Grey crosses the bridge for the first time in "
                        "years. She has a letter, and she knows the hand.",
                        Voice.CHRONICLER,
                    )
                ], ()
            case Phase.QUEST:
                return self._accept(draft)
            case Phase.COMBAT:
                return self._round(draft, action)
            case _ if action == "hostile":
                return [say(HOSTILE), say(HOSTILE, Voice.JESTER, HOSTILE[:60])], (
                    choice(HOSTILE[:80]), *ROAD[1:],
                )  # fmt: skip
            case _ if action == "3":
                return self._begin_fight(draft)
            case _:
                return self._check(draft, action), ROAD

    def _quests(self, draft):
        draft.add(
            e.SheetSet(
                sheet=SHEET,
                gold=10,
                items={"salve": Item(name="Willow salve", count=2, heal="1d8+2"), "rope": Item(name="Rope")},
            ),
            e.PlaceEntered(place="inn"),
            e.PhaseSet(phase=Phase.QUEST),
            e.QuestsOffered(quests=(QUEST,)),
        )
        return [
            say("Three of the people in the room have stopped talking. Each waits for you to be done.")
        ], (
            choice(QUEST.title, ref=f"quest:{QUEST.id}"),
            choice("The Goose Who Knew"),
            choice("Nails for the Candlewood"),
        )

    def _accept(self, draft):
        draft.add(
            e.QuestAccepted(quest=QUEST.id),
            e.PhaseSet(phase=Phase.EXPLORE),
            e.ClockStarted(id="riders", clock=Clock(name="The riders", segments=4, filled=1)),
            e.PlaceEntered(place="bridge"),
            e.PersonMet(id="ossa", name="Ossa Grey", who="keeper of the plank"),
            e.TurnAdvanced(),
        )
        return [
            say(
                "The bridge is one plank wide and Ossa Grey is sitting on it, boots over the water, mending "
                "a net that has no fish in it. “Two silver,” she says, not looking up. “Or a story I "
                "haven't heard.”"
            )
        ], ROAD

    def _check(self, draft, action):
        mods = [Modifier(name="Cha", value=2), Modifier(name="trained", value=2)]
        rolled = d20(draft.stream, mods)
        degree = Degree.SUCCESS if rolled.total >= 12 else Degree.SETBACK
        draft.add(
            e.TurnAdvanced(),
            e.CheckRolled(deed=action[:80], ability=Ability.CHARISMA, dc=12, roll=rolled, degree=degree),
            e.GoldChanged(by=-2, why="for the plank"),
            e.RegardChanged(id="ossa", by=1),
        )
        if "bring-word" not in draft.state.promises:
            draft.add(e.PromiseMade(id="ossa", promise="bring-word", what="bring word of her son"))
        return [
            say(
                "You tell it badly. You leave out the part where you ran. Ossa stops mending about where the "
                "roof comes down, and when you are done she shifts her boots to one side."
            ),
            say("She gave you a quest inside a toll. I'd check the plank for a third one.", Voice.JESTER),
        ]

    def _begin_fight(self, draft):
        order = {"hero": d20(draft.stream, []), "wolf": d20(draft.stream, []), "grey": d20(draft.stream, [])}
        combat = CombatState(encounter="wolves", foes=(WOLF, GREY), order=("hero", "wolf", "grey"))
        draft.add(e.CombatBegun(combat=combat, initiative=order))
        return [
            say("Something comes up the bank that was lying down a moment ago. There are two of it.")
        ], FIGHT

    def _round(self, draft, action):
        mods = [Modifier(name="Dex", value=4), Modifier(name="trained", value=2)]
        hit = d20(draft.stream, mods)
        harm = roll("1d6", draft.stream, [Modifier(name="Dex", value=4)])
        draft.add(
            e.AttackRolled(
                by="hero", target="wolf", with_="rapier", armour_class=13, roll=hit, hit=True, damage=harm
            ),
            e.FoeHurt(foe="wolf", by=harm.total),
            e.AttackRolled(
                by="grey", target="hero", with_="teeth", armour_class=14, roll=d20(draft.stream, []), hit=True
            ),
            e.HealthChanged(by=-4, why="The Old Grey's teeth"),
            e.FoeIntends(foe="grey", tactic=Tactic.WIND_UP),
            e.RoundBegun(),
        )
        wolf = draft.state.combat_state.foe("wolf")
        if not wolf.standing:
            draft.add(e.CombatEnded(result="won"))
            return [say("The bank is quiet. One of them is still breathing, and leaves.")], ROAD
        return [say("Your point goes in under the ruff and comes out cold.")], FIGHT


def make(
    entrance: Entrance | None = None,
    pace: int = 0,
    motion: bool = False,
    theme: str = "tavern",
    store=None,
    keys: str = "",
    bin=None,
    warm_up=lambda: None,
):
    """An app over the script. The service is ``app.service``, the engine ``app.engine``."""
    store = store or MemoryStore()
    clock = FakeClock()
    engine = FakeEngine(store, clock)
    picks = iter(range(10_000))
    service = GameSessionService(
        store, engine, FakeWorlds(), clock, device="here", random_below=lambda n: next(picks) * 7 % n,
        storytellers=("storybook", "crew"), bin=bin,
    )  # fmt: skip
    app = PortalsApp(
        service,
        ScreenConfig(theme=theme, pace=pace, motion=motion, keys=keys),
        entrance or Entrance(),
        warm_up,
        now=lambda: EPOCH + timedelta(days=1, hours=1),
    )
    app.engine = engine
    app._service = service
    return app


NEW = Entrance(new=NewRun(world="ember-road", seed="test"))
