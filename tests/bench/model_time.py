"""`make bench-model`: what the crew adds to the calls of its model, beside the same calls of the bare client.

The model is a server of our own, in a process of its own, that streams at a set pace. The calls go over HTTP,
through the real provider, CrewAI and its Flow, and end in a file with fsync.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import measure
from played import WORLDS

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS / "crew"))

from model_server import ModelServer  # noqa: E402
from openai import AsyncOpenAI  # noqa: E402

from pocket_portals.crew.agents import load_agents  # noqa: E402
from pocket_portals.crew.models import Models  # noqa: E402
from pocket_portals.crew.teller import Crew  # noqa: E402
from pocket_portals.flow.engine import FlowEngine  # noqa: E402
from pocket_portals.flow.loading import load  # noqa: E402
from pocket_portals.rules.state import Phase  # noqa: E402
from pocket_portals.saves.files import FileStore  # noqa: E402
from pocket_portals.session.entrance import Entrance, NewRun  # noqa: E402
from pocket_portals.session.playtest import SensibleBot  # noqa: E402
from pocket_portals.session.service import GameSessionService  # noqa: E402
from pocket_portals.settings import ModelConfig, ScreenConfig  # noqa: E402
from pocket_portals.story.storybook import Storybook  # noqa: E402
from pocket_portals.wiring import SystemClock  # noqa: E402
from pocket_portals.worlds.library import DEFAULT  # noqa: E402

TURNS = 120
AGAIN = 3  # times that the bare client makes a turn's calls; the median counts
FIRST, GAP = 0.02, 0.002  # seconds: to the first word, and from word to word
PROSE = (
    "Rain ticks on the iron basket. You put your hand to it, and the cold goes up as far as your elbow. "
    "Somebody behind you stops whistling. On the doorstep the goose turns its head, first one side, then the "
    "other, as if it had two opinions of you. The door of the inn stands open a hand's breadth."
)
AFTER = {
    "deeds": [
        {"say": say, "verb": verb, "ability": ability, "difficulty": "fair", "stake": "it bites"}
        for say, verb, ability in (
            ("Whistle for the goose", "perform", "charisma"),
            ("Count the dark posts", "study", "wisdom"),
            ("Hide behind the cart", "sneak", "dexterity"),
        )
    ],
    "remember": [],
    "quests": [],
    "happened": "The hero put a hand to the cold basket.",
}


@dataclass
class Made:
    """A call that was made, to be made again with the bare client."""

    messages: list[dict[str, str]]
    streamed: bool
    shape: type | None


class Recorded(Models):
    """The game's own models, whose calls are written down."""

    made: list[Made]

    def __call__(self, agent, structured=False):
        llm = super().__call__(agent, structured)
        if not hasattr(llm, "recorded"):
            call = llm.acall

            async def acall(messages, from_agent=None, response_model=None):
                self.made.append(Made(messages, bool(llm._effective_stream()), response_model))
                return await call(messages, from_agent=from_agent, response_model=response_model)

            llm.acall, llm.recorded = acall, True
        return llm


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A model's server in a process of its own; its address."""
    child = subprocess.Popen(
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    try:
        yield child.stdout.readline().strip()
    finally:
        child.terminate()
        child.wait()


def serve() -> None:
    """Be that server, until ended."""
    made = ModelServer()
    made.does.delay, made.does.gap, made.does.text = FIRST, GAP, PROSE
    made.does.structured = json.dumps(AFTER)
    print(made.address, flush=True)
    made.serve_forever(0.01)


class Bench:
    """A session whose runs the crew tells."""

    def __init__(self, address: str, saves: Path) -> None:
        self.address = address
        agents = load_agents()
        self.models = Recorded(ModelConfig(model=address), agents.agents, {}, load)
        self.models.made = []
        self.models.ready()
        clock = SystemClock()
        WORLDS.get(DEFAULT)
        tellers = {"storybook": Storybook(), "crew": Crew(self.models, agents)}
        self.engine = FlowEngine(FileStore(saves), WORLDS, tellers, clock)
        self.service = GameSessionService(
            FileStore(saves), self.engine, WORLDS, clock, storytellers=tuple(tellers)
        )

    async def begin(self, seed: str) -> str:
        """A run of the crew's, at its first question."""
        return (await self.service.create(NewRun(DEFAULT, seed=seed, storyteller="crew"))).run

    async def in_a_scene(self, seed: str) -> str:
        """A run of the crew's, in a scene."""
        run = await self.begin(seed)
        for deed in ("skip", "1", "1"):
            if self.service.state(run).phase is not Phase.EXPLORE:
                await self.service.act(run, deed)
        return run


async def bare(client: AsyncOpenAI, made: list[Made]) -> tuple[float, float]:
    """Milliseconds, and those of a processor, that the same calls take with the provider's own client."""
    name = "small-model"
    began, busy = time.perf_counter(), time.process_time()
    for call in made:
        if call.streamed:
            stream = await client.chat.completions.create(
                model=name, messages=call.messages, stream=True, stream_options={"include_usage": True}
            )
            async for _ in stream:
                pass
        elif call.shape is None:
            await client.chat.completions.create(model=name, messages=call.messages)
        else:
            with contextlib.suppress(ValueError):  # an answer to another question
                await client.beta.chat.completions.parse(
                    model=name, messages=call.messages, response_format=call.shape
                )
    return (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000


async def overhead(bench: Bench) -> list[measure.Row]:
    """Turn by turn: the whole of it, and the calls alone."""
    whole, alone, added, worked = [], [], [], []
    calls: list[int] = []
    tokens: dict[str, list[tuple[int, int]]] = {}
    seed = 0
    calling = AsyncOpenAI(base_url=bench.address, api_key="none", max_retries=0)
    while len(whole) < TURNS:
        seed += 1
        run, bot = await bench.begin(f"model{seed}"), SensibleBot(str(seed))
        while len(whole) < TURNS and not (state := bench.service.state(run)).adventure_completed:
            bench.models.made.clear()
            began, busy = time.perf_counter(), time.process_time()
            turn = await bench.service.act(run, bot.act(state))
            took, work = (time.perf_counter() - began) * 1000, time.process_time() - busy
            made = list(bench.models.made)
            if not made:
                continue
            timed = [await bare(calling, made) for _ in range(AGAIN)]
            client, clients_work = (statistics.median(column) for column in zip(*timed, strict=True))
            worked.append(work * 1000 - clients_work)
            whole.append(took)
            alone.append(client)
            added.append(took - client)
            calls.append(len(made))
            tokens.setdefault(state.phase.value, []).append((turn.told.tokens_in, turn.told.tokens_out))
    against = "the bare client's"
    rows = [
        measure.Row(f"turn p{p}", measure.percentile(whole, p), "ms", against, measure.percentile(alone, p))
        for p in (50, 99)
    ]
    rows += [
        measure.Row(f"added p{p}", measure.percentile(added, p), "ms", f"{len(added)} turns")
        for p in (50, 99)
    ]
    rows += [
        measure.Row(f"added work p{p}", measure.percentile(worked, p), "ms", "of a processor")
        for p in (50, 99)
    ]
    two = sum(count <= 2 for count in calls) / len(calls)
    rows.append(measure.Row("calls a turn", sum(calls) / len(calls), "", f"{two:.0%} of turns in two or one"))
    for phase, spent in tokens.items():
        read, wrote = (sum(column) / len(spent) for column in zip(*spent, strict=True))
        rows.append(measure.Row(f"tokens, {phase}", read + wrote, "", f"{read:.0f} in, {wrote:.0f} out"))
    return rows


async def cancelling(bench: Bench) -> list[measure.Row]:
    """From Esc to the prompt, in the middle of the words."""
    run = await bench.in_a_scene("cancel")
    took = []
    for _ in range(25):
        playing = asyncio.create_task(bench.service.act(run, "1"))
        await asyncio.sleep(FIRST + 0.1)
        began = time.perf_counter()
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
        took.append((time.perf_counter() - began) * 1000)
    return [
        measure.Row("cancel p50", measure.percentile(took, 50), "ms"),
        measure.Row("cancel worst", max(took), "ms", f"{len(took)} turns"),
    ]


async def gaps(bench: Bench) -> list[measure.Row]:
    """How late a tick of the loop comes while three voices stream at once."""
    runs = [await bench.in_a_scene(f"gap{n}") for n in range(3)]
    late: list[float] = []
    busy: list[float] = []  # what of it the loop's own thread worked; the rest the machine took

    async def tick() -> None:
        while True:
            began, work = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.005)
            late.append((time.perf_counter() - began - 0.005) * 1000)
            busy.append((time.thread_time() - work) * 1000)

    ticking = asyncio.create_task(tick())
    for _ in range(8):
        await asyncio.gather(*(bench.service.act(run, "1") for run in runs if _open(bench, run)))
    ticking.cancel()
    return [
        measure.Row("three voices, worst gap", max(late), "ms", f"{len(late)} ticks"),
        measure.Row("three voices, p99 gap", measure.percentile(late, 99), "ms"),
        measure.Row("three voices, longest work", max(busy), "ms", "between two ticks"),
    ]


def _open(bench: Bench, run: str) -> bool:
    return not bench.service.state(run).adventure_completed


async def to_screen(bench: Bench) -> list[measure.Row]:
    """From the model's first word to the same word on the page of the real screen."""
    from pocket_portals.tui.app import PortalsApp
    from pocket_portals.tui.screens.game import GameScreen
    from pocket_portals.tui.widgets.transcript import LeafView, Transcript

    run = await bench.in_a_scene("screen")
    app = PortalsApp(lambda: bench.service, ScreenConfig(), Entrance(run=run), lambda: None, None)
    came: list[float] = []
    took: list[float] = []
    live = Transcript.live

    def watched(self, paragraphs):
        shown = list(paragraphs)
        if came and any("Rain" in paragraph.text.plain for paragraph in shown):
            took.append((time.perf_counter() - came.pop()) * 1000)
        live(self, shown)

    async with app.run_test(size=(100, 30)) as pilot:
        Transcript.live = watched
        while not isinstance(app.screen, GameScreen) or not any(
            view.leaf.plain.strip() for view in app.screen.query(LeafView)
        ):
            await pilot.pause(0.05)
        screen = app.screen
        watch = screen._watch

        def heard(signal):
            if getattr(signal, "begins", False) and "Rain" in signal.text:
                came[:] = [time.perf_counter()]
            watch(signal)

        screen._watch = heard
        for _ in range(12):
            if not _open(bench, run):
                break
            screen.act("1")
            while not screen.told:
                await pilot.pause(0.05)
                screen._hurry()
            came.clear()
        Transcript.live = live
    return [
        measure.Row("first word to page p50", measure.percentile(took, 50), "ms", f"{len(took)} turns"),
        measure.Row("first word to page, worst", max(took), "ms"),
    ]


def memory() -> float:
    """Megabytes that this process holds."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def main(names: list[str]) -> None:
    """Measure and print these parts; all, if none is named."""
    with measure.home() as home, server() as address:
        load()
        logging.disable()  # CrewAI tells of every answer to another question
        bench = Bench(address, home / "saves")
        before = memory()
        for name in names or PARTS:
            title, part = PARTS[name]
            measure.show(title, await part(bench))
        measure.show("Memory", [measure.Row("after it all", memory(), "MB", "before", before)])


PARTS = {
    "turn": ("A turn told by a model", overhead),
    "cancel": ("Cancelling", cancelling),
    "voices": ("Three voices at once", gaps),
    "screen": ("On the screen", to_screen),
}

if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        asyncio.run(main(sys.argv[1:]))
