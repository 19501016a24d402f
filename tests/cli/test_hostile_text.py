"""Saves, packs and words that would command the terminal: captured on a pty, not one byte of it gets out."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from processes import Portals
from records import begin, play, played

from pocket_portals.clean import clean
from pocket_portals.saves import codec
from pocket_portals.saves.envelope import seal
from pocket_portals.saves.files import STATE, FileStore
from pocket_portals.session.journal import RunRecord
from pocket_portals.worlds import new

CONTROLS = {
    "clipboard": "\x1b]52;c;cHduZWQ=\x07",
    "title": "\x1b]0;pwned\x1b\\",
    "link": "\x1b]8;;http://pwned.example\x1b\\here\x1b]8;;\x1b\\",
    "device": "\x1bP+q544e\x1b\\",
    "clear": "\x1b[2J\x1b[H\x1b[8m",
    "c1": "\x9b2J\x9d0;pwned\x9c\x90pwned\x9c\x85",
    "c0": "\x00\x07\x08\x0b\x0c\x0e\x7f",
    "bidi": "\u202epwned\u202c \u2066pwned\u2069 \u200f",
    "tags": "\U000e0070\U000e0077\ufeff\u2028",
}
MARKUP = (
    "[/] [bold red]pwned[/bold red] [@click=app.quit]pwned[/] [link=http://p.example]p[/link] $x <b>&amp; `#`"
)
HOSTILE = " ".join(CONTROLS.values())

STYLE = re.compile(r"\x1b\[[0-9;]*m")  # bold, colours: what a table for people is drawn with
COMMANDS = [
    "show RUN",
    "show RUN --all",
    "show RUN --json",
    "export RUN --format md",
    "export RUN --format txt",
    "export RUN --format html",
    "export RUN --format json",
    "verify RUN",
    "stats RUN",
    "stats RUN --json",
    "stats RUN --prometheus -",
    "resume RUN --plain",
    "import FILE",
    "delete RUN --yes",
]


def on_a_pty(arguments: list[str], stdin: str = "/quit\n") -> tuple[int, str]:
    """The command's exit status, and everything that it sent to the terminal."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "pocket_portals", *arguments],
        env={**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1"},
        dimensions=(50, 200),
        timeout=60,
        echo=False,
    )
    child.send(stdin)
    out = child.read().decode("utf-8", "surrogateescape")
    child.close()
    return child.exitstatus if child.exitstatus is not None else -child.signalstatus, out


def assert_harmless(out: str) -> None:
    plain = STYLE.sub("", out).replace("\r\n", "\n").replace("\x1b[?2004h", "").replace("\x1b[?2004l\r", "")
    assert clean(plain) == plain, [hex(ord(c)) for c in plain if c not in clean(plain)]
    assert "Traceback" not in out
    assert "fell over" not in out


def hostile(value: object) -> object:
    """Every prose in it with every control there is."""
    match value:
        case str() if " " in value:
            return value + HOSTILE
        case list():
            return [hostile(each) for each in value]
        case dict():
            return {key: hostile(each) for key, each in value.items()}
        case _:
            return value


def controlling(record: RunRecord, escaped: bool) -> bytes:
    """A save with its right checksum that no game would have written."""
    body = json.loads(codec.encode(record))["save"]
    head = {key: value for key, value in body.items() if key not in ("state", "turns")}
    lines = [
        json.dumps(hostile(part), ensure_ascii=escaped, separators=(",", ":"))
        for part in (head, body["state"], body["turns"])
    ]
    text = f'{lines[0][:-1]},\n"state":{lines[1]},\n"turns":{lines[2]}}}'.replace('": ', '":').replace(
        ', "', ',"'
    )
    return seal(text.encode())


def put(store: FileStore, run: str, data: bytes) -> Path:
    (store.root / run).mkdir(parents=True)
    (store.root / run / STATE).write_bytes(data)
    return store.root / run / STATE


def test_no_save_commands_the_terminal(saves: FileStore, tmp_path: Path) -> None:
    marked = play(play(begin("coral-elk-0003", seed=MARKUP[:60]), MARKUP, words=MARKUP), MARKUP)
    runs = {
        "amber-fox-0001": controlling(played(4, "amber-fox-0001"), escaped=True),
        "brass-owl-0002": controlling(played(4, "brass-owl-0002"), escaped=False),
        marked.run: codec.encode(marked),
    }
    for run, data in runs.items():
        put(saves, run, data)
        (tmp_path / run).write_bytes(data)
    for command in ("list", "list --json", "verify", "resume"):
        assert_harmless(
            on_a_pty([*command.split(), "--plain"] if command == "resume" else command.split())[1]
        )
    for command in COMMANDS:
        whose = runs if command.startswith(("show RUN --json", "resume", "import")) else [marked.run]
        for run in whose:
            arguments = command.replace("RUN", run).replace("FILE", str(tmp_path / run)).split()
            status, out = on_a_pty(arguments)
            assert_harmless(out)
            assert status == (0 if run == marked.run else 3), out


def test_a_save_of_markup_is_shown_as_it_is(saves: FileStore) -> None:
    record = play(begin("amber-fox-4821"), MARKUP, words=MARKUP)
    put(saves, record.run, codec.encode(record))
    for command in ("show", "resume --plain"):
        status, out = on_a_pty([*command.split(), record.run])
        assert status == 0
        assert MARKUP[:50] in out


def test_what_is_typed_commands_nothing(portals: Portals, tmp_path: Path) -> None:
    words = "".join(f"{word} say hello\n" for word in [*CONTROLS.values(), MARKUP] if "\n" not in word)
    name = "Ann " + HOSTILE.replace("\0", "")  # an argument can't hold one
    played = portals("play", "--plain", "--name", name, stdin="1\n1\n" + words)
    assert_harmless(played.out + played.err)
    assert played.status == 0, played.err
    run = played.out.splitlines()[-1].split()[-1]
    for arguments in (["list"], ["show", run, "--all"], ["stats", run], ["resume", run, "--plain"]):
        status, out = on_a_pty(arguments)
        assert (status, "pwned" in out.replace("]pwned[", "")) == (0, True)
        assert_harmless(out)
    assert "holds" in portals("verify", run).out


@pytest.fixture
def pack(home: Path) -> Path:
    """A world whose every sentence is hostile, by the escapes that YAML has for it."""
    folder = home / "data" / "worlds" / "evil"
    new.begin(folder, "Evil")
    for file in folder.glob("*.yaml"):
        data = yaml.safe_load(file.read_text("utf-8"))
        file.write_text(yaml.safe_dump(hostile(data), allow_unicode=False, sort_keys=False), "utf-8")
    assert "\\e]52" in (folder / "world.yaml").read_text("utf-8")
    return folder


def test_no_pack_commands_the_terminal(pack: Path, portals: Portals) -> None:
    assert_harmless(on_a_pty(["worlds", "list"])[1])
    _, out = on_a_pty(["worlds", "check", str(pack)])
    assert_harmless(re.sub(r"\r(\x1b\[K)?", "\n", out))  # by which it tells how far it is
    played = portals("play", "--plain", "--world", "evil", "--seed", "x", stdin="1\n" * 12)
    assert played.status == 0, played.err
    assert_harmless(played.out + played.err)
    assert "control characters" not in played.out
    run = played.out.splitlines()[-1].split()[-1]
    for form in ("md", "txt", "html", "json"):
        status, out = on_a_pty(["export", run, "--format", form])
        assert status == 0
        assert_harmless(out)


# The full screen writes sequences of its own: what is asked is that there are no others

SEQUENCE = re.compile(
    r"\x1b\[(?P<private>[?<=>]?)[0-9;:]*(?P<final>[ -/]*[@-~])"
    r"|\x1b(?P<other>[^\[].?)"
    r"|(?P<control>[\x00-\x08\x0b-\x1a\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f])"
)


def kinds(out: str) -> set[str]:
    """The sorts of sequences, without their numbers."""
    return {"".join(filter(None, found.groupdict().values())) for found in SEQUENCE.finditer(out)}


def on_screen(arguments: list[str], *typed: str) -> str:
    """What the full screen sends to the terminal while this is typed."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "pocket_portals", *arguments],
        env={**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1", "POCKET_PORTALS_MOTION": "false"},
        dimensions=(50, 160),
        timeout=60,
        encoding="utf-8",
        codec_errors="replace",
    )
    child.expect("help|Help|Quit")  # the last line, once all is painted
    out = child.before + child.after
    for words in typed:
        out += heard(child)
        child.send(words)
    out += heard(child)
    child.sendcontrol("q")  # Ctrl-C would first take back a turn that is still being played
    out += child.read()
    child.close()
    return out


def heard(child: Any) -> str:
    """What comes until nothing comes for a while."""
    out, end = "", time.monotonic() + 6
    while time.monotonic() < end:
        try:
            out += child.read_nonblocking(65_536, timeout=1.0)
        except pexpect.TIMEOUT:
            break
    return out


def test_nothing_commands_the_full_screen(pack: Path, saves: FileStore) -> None:
    paste = (
        HOSTILE.replace("\x1b", "") + MARKUP
    )  # an escape would end the paste, which is the terminal's part
    usual = kinds(on_screen(["play", "--world", "ember-road", "--seed", "x"], "1", "hello there\r"))
    played = on_screen(
        ["play", "--world", "evil", "--seed", "x", "--name", f"Ann {MARKUP}"],
        "1",
        f"\x1b[200~{paste}\x1b[201~\r",
    )
    assert "pwned" in played
    assert kinds(played) - usual == set()

    record = play(begin("amber-fox-4821"), MARKUP, words=MARKUP)
    put(saves, record.run, codec.encode(record))
    assert kinds(on_screen(["resume", record.run], "/journal\r", "/sheet\r")) - usual == set()
    assert kinds(on_screen([], "r")) - usual == set()
