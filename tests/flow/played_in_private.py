"""Run by test_privacy in a process of its own: play some turns and report what crewai tried."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

REPORT, HOME = Path(sys.argv[1]), Path(os.environ["POCKET_PORTALS_HOME"])

NETWORK = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}
PROCESSES = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"}
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

network: list[str] = []
processes: list[str] = []
written: list[str] = []


def note(event: str, arguments: tuple[object, ...]) -> None:
    if event in NETWORK:
        network.append(f"{event} {arguments[1:]}")
    elif event in PROCESSES:
        processes.append(f"{event} {arguments[:2]}")
    elif event in CHANGES:
        written.append(str(arguments[0]))
    elif event == "open" and isinstance(arguments[0], (str, bytes)) and int(str(arguments[2])) & WRITING:
        written.append(os.fsdecode(arguments[0]))


def outside(paths: Iterable[str]) -> list[str]:
    allowed = (str(HOME), os.devnull, str(REPORT))
    return sorted({path for path in paths if not str(Path(path).absolute()).startswith(allowed)})


def handlers() -> dict[str, str]:
    known = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
    return {str(number): repr(signal.getsignal(number)) for number in known}


async def play() -> int:
    from pocket_portals.errors import Impossible
    from pocket_portals.flow.engine import FlowEngine
    from pocket_portals.flow.loading import load
    from pocket_portals.saves.memory import MemoryStore
    from pocket_portals.session.entrance import NewRun
    from pocket_portals.session.playtest import RandomBot, TurnClock
    from pocket_portals.session.service import GameSessionService
    from pocket_portals.story.storybook import Storybook
    from pocket_portals.worlds.library import WorldLibrary

    load()  # on the main thread: only there could it take over signals
    store, worlds, clock = MemoryStore(), WorldLibrary(), TurnClock()
    engine = FlowEngine(store, worlds, {"storybook": Storybook()}, clock)
    service = GameSessionService(store, engine, worlds, clock)
    record = await service.create(NewRun("ember-road", seed="private"))
    bot = RandomBot("private")
    for _ in range(12):
        await service.act(record.run, bot.act(service.state(record.run)))
    with contextlib.suppress(Impossible):
        await service.act(record.run, "")
    return len(store.load(record.run).turns)


HOME.mkdir(parents=True, exist_ok=True)
logging.basicConfig(filename=HOME / "log", level=logging.INFO)
before = handlers()
sys.addaudithook(note)
turns = asyncio.run(play())
report = {
    "turns": turns,
    "network": network,
    "processes": processes,
    "outside": outside(written),
    "inside": len(written) - len(outside(written)),
    "signals": {number: now for number, now in handlers().items() if now != before[number]},
}
REPORT.write_text(json.dumps(report))
