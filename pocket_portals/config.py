"""What is set: flags, over the environment, over config.toml, over the defaults of the table."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from pocket_portals.errors import ConfigError
from pocket_portals.paths import Paths
from pocket_portals.setting_kinds import Hidden, OneOf
from pocket_portals.settings import (
    PREFIX,
    SECTIONS,
    SETTINGS,
    Config,
    ModelConfig,
    ScreenConfig,
    ServeConfig,
    Setting,
    StorageConfig,
    StoryConfig,
)

FILE = PREFIX + "CONFIG"

T = TypeVar("T")


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
        if section not in SECTIONS or not isinstance(part, dict):
            raise ConfigError(
                f"{file}, line {line}: there is no section [{section}].", _did_you_mean(section, SECTIONS)
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
    import difflib

    return next(iter(difflib.get_close_matches(word, known, n=1)), "")


def _did_you_mean(word: str, known: Mapping[str, object]) -> str:
    near = _nearest(word, list(known))
    return (f"Did you mean {near}? " if near else "") + f"There are: {', '.join(known)}."
