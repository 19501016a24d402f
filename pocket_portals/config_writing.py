"""Writing settings into config.toml, with every comment and everything else in it left as it is."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pocket_portals.config_example import example
from pocket_portals.errors import ConfigError, PortalsError


def keep(file: Path, section: str, values: Mapping[str, object]) -> None:
    """Set these keys of a section. A file that is not there begins as the example.

    Raises ConfigError where a key is written in a way we don't follow; then nothing is changed.
    """
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else example()
        for key, value in values.items():
            text = changed(text, section, key, value)
        _check(file, text, section, values)
        _replace(file, text)
    except OSError as error:
        raise PortalsError(f"{file} can't be written: {error.strerror}.", "Mend its permissions.") from error


def changed(text: str, section: str, key: str, value: object) -> str:
    """The text of a configuration with one key set."""
    lines = text.splitlines()
    given = f"{key} = {json.dumps(value, ensure_ascii=False)}"
    start = next((n for n, line in enumerate(lines) if _header(line) == section), None)
    if start is None:
        return "\n".join([*lines, *([""] if lines else []), f"[{section}]", given]) + "\n"
    end = next((n for n in range(start + 1, len(lines)) if _header(lines[n])), len(lines))
    explained = start
    for number in range(start + 1, end):
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", lines[number]):
            lines[number] = given + _remark(lines[number])
            return "\n".join(lines) + "\n"
        if re.match(rf"#\s*{re.escape(key)}\s*=", lines[number]):
            explained = number
    lines.insert(explained + 1, given)
    return "\n".join(lines) + "\n"


def _header(line: str) -> str:
    found = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
    return found[1] if found else ""


def _remark(line: str) -> str:
    """The comment behind a value, with the space before it."""
    for found in re.finditer(r"\s*#", line):
        try:
            tomllib.loads(line[: found.start()])
        except tomllib.TOMLDecodeError:
            continue  # this # is part of the value
        return line[found.start() :]
    return ""


def _check(file: Path, text: str, section: str, values: Mapping[str, object]) -> None:
    try:
        found = tomllib.loads(text)[section]
        if all(found[key] == value for key, value in values.items()):
            return
    except (tomllib.TOMLDecodeError, LookupError, TypeError):
        pass
    raise ConfigError(
        f"{file} is written in a way that the game can't change.", f"Set it there under [{section}] yourself."
    )


def _replace(file: Path, text: str) -> None:
    """Put the new file in the place of the old at once, as private as that was."""
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(mode)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
