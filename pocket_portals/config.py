"""Settings: flags, over the environment, over config.toml, over defaults.

The fields of the frozen dataclasses below are the one table of settings: key, type, default, what
is allowed and what it is for. Reading, ``config show`` and config.toml.example all follow it.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar, cast

from pocket_portals.errors import ConfigError
from pocket_portals.paths import Paths
from pocket_portals.setting_kinds import Hidden, Kind, Name, Number, OneOf, Pairs, Switch, pairs
from pocket_portals.setting_kinds import Secret as Secret

PREFIX = "POCKET_PORTALS_"
FILE = PREFIX + "CONFIG"
DAY = 86_400  # seconds
AGENTS = ("narrator", "keeper", "jester", "innkeeper", "interviewer", "quest_designer", "chronicler")
REBOUND = tuple(
    "help sheet quest journal map look dice odds find undo branch title retell memory storyteller "
    "settings retire save quit".split()
)

T = TypeVar("T")


class Borrowed(NamedTuple):
    """A variable that other programs read too; ``per`` of its ``unit`` make one of ours."""

    name: str
    unit: str = ""
    per: int = 1

    def read(self, kind: Kind, given: str) -> object:
        """The value in our unit."""
        return kind.read(given if self.per == 1 else float(given) / self.per)


class Setting(NamedTuple):
    """One line of the table."""

    section: str
    key: str
    default: object
    kind: Kind
    about: str
    borrowed: tuple[Borrowed, ...] = ()

    @property
    def env(self) -> str:
        """Our own environment variable for it."""
        return PREFIX + self.key.upper()

    @property
    def file_key(self) -> str:
        """The key that names a file holding it; empty unless it is a secret."""
        return f"{self.key}_file" if isinstance(self.kind, Hidden) else ""


def _setting(default: T, kind: Kind, about: str, *borrowed: Borrowed) -> T:
    return field(default=default, metadata={"kind": kind, "about": about, "borrowed": borrowed})


@dataclass(frozen=True)
class StorageConfig:
    """Where runs are kept."""

    backend: Literal["auto", "redis", "file", "memory"] = _setting(
        "auto",
        OneOf(("auto", "redis", "file", "memory")),
        "Where runs are kept. auto: in files, and in Redis too when its address is known; redis: the same, "
        "but its address has to be known; memory: nowhere, for trying things out.",
        Borrowed("SESSION_BACKEND"),
    )
    redis_url: Secret | None = _setting(  # noqa: RUF009 - it is dataclasses.field
        None,
        Hidden("an address", sample="redis://user:password@host:6379/0"),
        "The address of Redis. It may hold a password, so a file with it in must be readable by you alone.",
        Borrowed("REDIS_URL"),
    )
    ttl_days: float = _setting(
        90,
        Number(0, 36_500, whole=False),
        "Days that Redis keeps a run after it was last played; 0 keeps it for ever.",
        Borrowed("REDIS_SESSION_TTL", unit="seconds", per=DAY),
    )
    compress: bool = _setting(
        False, Switch(), "Whether runs take a third of the room, at some milliseconds a turn."
    )

    @property
    def ttl_seconds(self) -> int:
        """``ttl_days`` in seconds; 0 keeps for ever."""
        return round(self.ttl_days * DAY)


@dataclass(frozen=True)
class StoryConfig:
    """What a new run is like."""

    world: str = _setting(
        "ember-road", Name("the id of a world"), "The world of a new run; see `pocket-portals worlds list`."
    )
    length: str = _setting(
        "standard",
        OneOf(("short", "standard", "long")),
        "How long a story is: about 25, 50 or 100 turns.",
    )
    storyteller: str = _setting(
        "auto",
        OneOf(("auto", "storybook", "crew")),
        "Who tells it. storybook: the authored words, no model needed. crew: a language model. "
        "auto: the crew where a model is set, else the storybook.",
    )


@dataclass(frozen=True)
class ModelConfig:
    """The language model of the crew. What its name can be is read in ``crew/naming.py``."""

    model: str = _setting(
        "",
        Name("a model's name", empty="none"),
        "The language model of the crew: ollama/llama3.2, openai/…, anthropic/…, gemini/…, openrouter/…, "
        "local:/path/to/model.gguf, or the address of a server that speaks OpenAI's language, such as "
        "http://127.0.0.1:8080/v1 or http://127.0.0.1:8080/v1#name.",
    )
    base_url: str = _setting(
        "",
        Name("an address", empty="the provider's own"),
        "Where models named openai/… are, and those of which nothing else says where.",
        Borrowed("OPENAI_BASE_URL"),
    )
    api_key: Secret | None = _setting(  # noqa: RUF009 - it is dataclasses.field
        None,
        Hidden("a key", sample="sk-1234", private=True),
        "The key for `model`. The provider's usual variable, such as OPENAI_API_KEY, is read too.",
    )
    timeout: float = _setting(
        60, Number(1, 3600, whole=False), "Seconds that the model may be silent before it is given up."
    )
    agents: str = _setting(
        "",
        Pairs("agents with a model each, such as keeper=ollama/llama3.2, jester=openai/gpt-4o", AGENTS),
        "Agents that use another model than the rest. In this file also as a table [model.agents].",
    )
    context: int = _setting(
        8192, Number(1024, 1_048_576), "Tokens that a local model keeps in mind; more take more memory."
    )
    threads: int = _setting(
        0, Number(0, 256), "Threads that a local model computes with; 0 takes half of what there is."
    )

    @property
    def named(self) -> bool:
        """Whether there is a model at all."""
        return bool(self.model or self.agents)

    @property
    def by_agent(self) -> dict[str, str]:
        """The agents that have a model of their own."""
        return pairs(self.agents)


@dataclass(frozen=True)
class ScreenConfig:
    """How the game looks."""

    theme: str = _setting("tavern", Name("the name of a theme"), "The colours.")
    pace: int = _setting(60, Number(0, 10_000), "Words a second as a scene is told; 0 shows it at once.")
    motion: bool = _setting(True, Switch(), "Whether dice roll and panels slide.")
    numbers: bool = _setting(False, Switch(), "Whether the turn is counted beside the arc of the story.")
    keys: str = _setting(
        "",
        Pairs("commands with a key each, such as map=f12, undo=ctrl+y", REBOUND),
        "Commands that are to have another key. In this file also as a table [screen.keys].",
    )

    @property
    def by_command(self) -> dict[str, str]:
        """The commands that have a key of the player's own."""
        return pairs(self.keys)


@dataclass(frozen=True)
class ServeConfig:
    """The service that `pocket-portals serve` opens."""

    host: str = _setting("127.0.0.1", Name("an address of this machine"), "Where the service listens.")
    port: int = _setting(8000, Number(1, 65_535), "Its port; the game in the browser has the next one.")
    workers: int = _setting(1, Number(1, 64), "Processes that answer. More than one need Redis.")
    turns_at_once: int = _setting(32, Number(1, 10_000), "Turns that a process plays at the same time.")
    actions_per_minute: int = _setting(120, Number(1, 100_000), "Actions of one session.")
    sessions_per_minute: int = _setting(30, Number(1, 100_000), "Sessions begun from one address.")
    visitors: int = _setting(8, Number(1, 1000), "People who may play in the browser at the same time.")


@dataclass(frozen=True)
class Config:
    """All settings."""

    storage: StorageConfig = StorageConfig()
    story: StoryConfig = StoryConfig()
    model: ModelConfig = ModelConfig()
    screen: ScreenConfig = ScreenConfig()
    serve: ServeConfig = ServeConfig()


_SECTIONS: dict[str, type[StorageConfig | StoryConfig | ModelConfig | ScreenConfig | ServeConfig]] = {
    "storage": StorageConfig,
    "story": StoryConfig,
    "model": ModelConfig,
    "screen": ScreenConfig,
    "serve": ServeConfig,
}

SETTINGS: tuple[Setting, ...] = tuple(
    Setting(section, f.name, f.default, **f.metadata)
    for section, cls in _SECTIONS.items()
    for f in fields(cls)
)


class Found(NamedTuple):
    """A value, and where it comes from: words such as ``REDIS_URL`` or ``config.toml, line 4``."""

    value: object
    origin: str = "default"


def config_file(paths: Paths, environ: Mapping[str, str]) -> Path:
    """The file that is read, whether it is there or not."""
    named = environ.get(FILE)
    return Path(named).expanduser() if named else paths.config / "config.toml"


def load(paths: Paths, environ: Mapping[str, str], flags: Mapping[str, object] | None = None) -> Config:
    """The settings in force. ``flags`` holds only what was typed, by key. Raises ConfigError."""
    found = resolve(paths, environ, flags)

    def part(section: str, make: Callable[..., T]) -> T:
        return make(**{s.key: found[s.key].value for s in SETTINGS if s.section == section})

    return Config(
        part("storage", StorageConfig),
        part("story", StoryConfig),
        part("model", ModelConfig),
        part("screen", ScreenConfig),
        part("serve", ServeConfig),
    )


def resolve(
    paths: Paths, environ: Mapping[str, str], flags: Mapping[str, object] | None = None
) -> dict[str, Found]:
    """Every setting by key, with where its value comes from. Raises ConfigError."""
    found = {s.key: Found(s.default) for s in SETTINGS}
    found |= _from_file(config_file(paths, environ), must_exist=bool(environ.get(FILE)))
    for setting in SETTINGS:
        found |= _from_environment(setting, environ)
        if flags and setting.key in flags:
            flag = f"--{setting.key}"
            given = flags[setting.key]
            found[setting.key] = Found(_read(setting, given, flag, setting.kind.read), flag)
    return found


def unknown_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables with our prefix that mean nothing, each with the nearest that does (or "")."""
    known = [FILE, PREFIX + "HOME", *(s.env for s in SETTINGS)]
    known += [f"{s.env}_FILE" for s in SETTINGS if s.file_key]
    strange = (n for n in environ if n.startswith(PREFIX) and n not in known)
    return {name: _nearest(name, known) for name in strange}


def _from_environment(setting: Setting, environ: Mapping[str, str]) -> dict[str, Found]:
    names: list[tuple[str, Callable[[str], object]]] = [(setting.env, setting.kind.read)]
    names += [(borrowed.name, partial(borrowed.read, setting.kind)) for borrowed in setting.borrowed]
    for name, read in names:
        if given := environ.get(name):
            return {setting.key: Found(_read(setting, given, name, read), name)}
        if setting.file_key and (file := environ.get(f"{name}_FILE")):
            origin = f"{name}_FILE"
            return {setting.key: Found(_secret_from(setting, Path(file), origin), origin)}
    return {}


def _from_file(file: Path, must_exist: bool) -> dict[str, Found]:
    try:
        text = file.read_text(encoding="utf-8")
        import tomllib

        data: dict[str, object] = tomllib.loads(text)
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(f"{FILE} names {file}, which is not there.", "Make it, or unset it.") from None
        return {}
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.", "Mend its permissions.") from error
    except ValueError as error:  # no UTF-8, or no TOML
        raise ConfigError(f"{file} is not valid TOML: {error}.", "Mend that line, or take it out.") from error
    return {setting.key: Found(value, where) for setting, value, where in _read_file(file, text, data)}


def _read_file(file: Path, text: str, data: Mapping[str, object]) -> Iterator[tuple[Setting, object, str]]:
    for section, part in data.items():
        line = _line_of(text, section)
        if section not in _SECTIONS or not isinstance(part, dict):
            raise ConfigError(
                f"{file}, line {line}: there is no section [{section}].", _did_you_mean(section, _SECTIONS)
            )
        table = {s.key: s for s in SETTINGS if s.section == section}
        known = table | {s.file_key: s for s in table.values() if s.file_key}
        for key, given in cast("dict[str, object]", part).items():
            where = f"{file}, line {_line_of(text, section, key)}"
            if key not in known:
                raise ConfigError(f"{where}: there is no setting “{key}”.", _did_you_mean(key, known))
            setting = known[key]
            if key == setting.file_key:
                if setting.key in part:
                    raise ConfigError(f"{where}: {key} and {setting.key} are both set.", "Keep one of them.")
                named = file.parent / Path(str(given)).expanduser()
                yield setting, _secret_from(setting, named, f"{where}: {key}"), where
                continue
            if setting.file_key:
                _must_be_private(file, setting)
            yield setting, _read(setting, given, f"{where}: {key}", setting.kind.read), where


def _read(setting: Setting, given: T, where: str, read: Callable[[T], object]) -> object:
    try:
        return read(given)
    except (ValueError, OverflowError):
        shown = "that" if isinstance(setting.kind, Hidden) else f"“{str(given)[:40]}”"
        words = setting.kind.words if isinstance(setting.kind, OneOf) else ()
        near = _nearest(str(given), words)
        hint = f"It can be {setting.kind.allowed}." + (f" Did you mean {near}?" if near else "")
        raise ConfigError(f"{where} can't be {shown}.", hint) from None


def _secret_from(setting: Setting, file: Path, where: str) -> object:
    try:
        file = file.expanduser()
        given = file.read_text(encoding="utf-8")
        if isinstance(setting.kind, Hidden) and setting.kind.private:
            _must_be_private(file, setting)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise ConfigError(f"{where} names {file}, which can't be read: {reason}.") from None
    return _read(setting, given, where, setting.kind.read)


def _must_be_private(file: Path, setting: Setting) -> None:
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise ConfigError(
            f"{file} holds {setting.key}, and others on this machine can read it.",
            f"Run `chmod 600 {file}`, or keep it in another file and use {setting.file_key}.",
        )


def _line_of(text: str, section: str, key: str = "") -> int:
    """The line where a section or a key of it stands; 1 when it is written in a way we don't follow."""
    current, section_line = "", 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            current = header[1]
            if current == f"{section}.{key}":
                return number
            section_line = number if current == section else section_line
        elif current == section and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
        elif not current and re.match(rf"\s*[\"']?{re.escape(section)}[\"']?\s*[.=]", line):
            section_line = number
    return section_line


def _nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    return next(iter(difflib.get_close_matches(word, known, n=1)), "")


def _did_you_mean(word: str, known: Mapping[str, object]) -> str:
    near = _nearest(word, list(known))
    return (f"Did you mean {near}? " if near else "") + f"There are: {', '.join(known)}."
