"""Read a world's folder of YAML into a WorldDef; say file and line when it does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml
from pydantic import ValidationError

from pocket_portals.clean import clean
from pocket_portals.errors import WorldError
from pocket_portals.worlds.schema import WorldDef

try:
    from yaml import CSafeLoader as _Yaml
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader as _Yaml  # type: ignore[assignment]


class _Loader(_Yaml):
    """Reads text that commands no terminal: in quotes, YAML has escapes for what a file may not hold."""


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    text = str(loader.construct_scalar(node))
    return text if text.isprintable() else clean(text)


_Loader.add_constructor("tag:yaml.org,2002:str", _text)

MAX_FILE = 4_000_000  # bytes; a pack is prose, not a payload
_ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")

Yaml: TypeAlias = "dict[str, Yaml] | list[Yaml] | str | int | float | bool | None"


@dataclass(frozen=True)
class Finding:
    """Something wrong with a pack: where, what, and how to mend it."""

    file: str
    line: int
    what: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}" + (f" → {self.mend}" if self.mend else "")


class PackError(WorldError):
    """A pack that can't be loaded, with all that was found."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(f"The world in {path.name} does not load: {findings[0]}")


class Pack:
    """A pack's files, merged by section, remembering where each part came from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, str] = {}
        self.merged: dict[str, Yaml] = {}
        self._origin: dict[tuple[str, int | str], tuple[str, int | str]] = {}
        for file in self._yaml_files():
            self._read(file)

    def _yaml_files(self) -> Iterator[Path]:
        root = self.path.resolve()
        found = sorted(p for p in root.rglob("*.yaml") if p.is_file())
        if not found:
            raise PackError(self.path, [Finding(str(self.path), 0, "no .yaml files here")])
        for file in found:
            # A link out of the folder would let a pack read the player's files.
            if root not in file.resolve().parents or file.stat().st_size > MAX_FILE:
                raise PackError(self.path, [Finding(file.name, 0, "outside the pack, or over 4 MB")])
            yield file

    def _read(self, file: Path) -> None:
        name = file.relative_to(self.path.resolve()).as_posix()
        try:
            text = clean(file.read_text(encoding="utf-8"))
            data: Yaml = yaml.load(text, Loader=_Loader)
        except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or "not UTF-8 YAML"
            raise PackError(self.path, [Finding(name, mark.line + 1 if mark else 0, str(what))]) from error
        self.files[name] = text
        if not isinstance(data, dict):
            raise PackError(self.path, [Finding(name, 1, "the file must be a mapping of sections")])
        for section, part in data.items():
            self._merge(name, str(section), part)

    def _merge(self, file: str, section: str, part: Yaml) -> None:
        held = self.merged.get(section)
        if held is None:
            held = self.merged[section] = (
                [] if isinstance(part, list) else {} if isinstance(part, dict) else part
            )
            self._origin[section, ""] = (file, "")
        elif type(held) is not type(part) or not isinstance(part, list | dict):
            raise PackError(self.path, [Finding(file, 0, f"section `{section}` stands in two files")])
        if isinstance(held, list) and isinstance(part, list):
            for i, item in enumerate(part):
                self._origin[section, len(held)] = (file, i)
                held.append(item)
        elif isinstance(held, dict) and isinstance(part, dict):
            for key, value in part.items():
                self._origin[section, key] = (file, key)
                held[key] = value

    def locate(self, loc: tuple[int | str, ...]) -> tuple[str, int]:
        """File and line of a place named as pydantic names it."""
        section = str(loc[0]) if loc else ""
        key: int | str = loc[1] if len(loc) > 1 else ""
        file, local = self._origin.get((section, key)) or self._origin.get((section, "")) or ("", "")
        if not file:
            return next(iter(self.files)), 0
        path: list[int | str] = [section, local, *loc[2:]] if local != "" else [section]
        return file, _line(yaml.compose(self.files[file], Loader=_Loader), path)

    def line_of(self, ident: str) -> tuple[str, int]:
        """File and line where ``id: ident`` stands."""
        pattern = re.compile(rf"\bid:\s*['\"]?{re.escape(ident)}['\"]?\s*(?:[,}}#]|$)", re.MULTILINE)
        for name, text in self.files.items():
            if found := pattern.search(text):
                return name, text.count("\n", 0, found.start()) + 1
        return next(iter(self.files)), 0

    def world(self) -> WorldDef:
        """The world, validated. Raises PackError with every finding."""
        try:
            return WorldDef.model_validate(self.merged)
        except ValidationError as error:
            findings = []
            for problem in error.errors(include_url=False, include_context=False):
                file, line = self.locate(problem["loc"])
                where = ".".join(str(part) for part in problem["loc"])
                findings.append(Finding(file, line, f"{where}: {problem['msg']}"))
            raise PackError(self.path, findings) from error


def _line(node: yaml.Node | None, path: list[int | str]) -> int:
    line = 1
    for key in path:
        following: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            following = next((v for k, v in node.value if getattr(k, "value", None) == str(key)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            following = node.value[key]
        if following is None:
            continue  # names that pydantic adds, such as a union's branch
        node, line = following, following.start_mark.line + 1
    return line


def load(path: Path) -> WorldDef:
    """The world in this folder. Raises WorldError when it does not hold."""
    return Pack(path).world()
