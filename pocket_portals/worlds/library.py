"""Where worlds are found: in the package, in the player's directory, and through entry points."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from pocket_portals.errors import WorldError

if TYPE_CHECKING:
    from pocket_portals.worlds.schema import WorldDef

log = logging.getLogger(__name__)

GROUP = "pocket_portals.worlds"
DEFAULT = "ember-road"


class WorldLibrary:
    """All worlds that can be played, loaded when first asked for and kept."""

    def __init__(self, player_dir: Path | None = None) -> None:
        self._player_dir = player_dir
        self._loaded: dict[str, WorldDef] = {}

    def folders(self) -> dict[str, Path]:
        """World id -> its folder. What ships with the game can't be replaced by the others."""
        found: dict[str, Path] = {}
        for folder in [*self._shipped(), *self._installed(), *self._own()]:
            found.setdefault(folder.name.replace("_", "-"), folder)
        return found

    def ids(self) -> list[str]:
        """The ids of all worlds, the default first."""
        return sorted(self.folders(), key=lambda i: (i != DEFAULT, i))

    def shipped(self) -> list[str]:
        """The ids of the worlds that every player has."""
        return [folder.name.replace("_", "-") for folder in self._shipped()]

    def get(self, world: str) -> WorldDef:
        """The world. Raises WorldError when there is none of that name or it does not hold."""
        if world not in self._loaded:
            folders = self.folders()
            if world not in folders:
                close = difflib.get_close_matches(world, folders, n=1)
                hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(folders))}."
                raise WorldError(f"There is no world called “{world}”.", hint)
            from pocket_portals.worlds.loader import load  # listing runs needs no world

            self._loaded[world] = load(folders[world])
        return self._loaded[world]

    @staticmethod
    def _shipped() -> Iterator[Path]:
        return _packs(Path(__file__).parent)

    def _own(self) -> Iterator[Path]:
        return _packs(self._player_dir) if self._player_dir else iter(())

    @staticmethod
    def _installed() -> Iterator[Path]:
        """Folders that other packages name: an entry point's value is ``package:folder``."""
        for point in entry_points(group=GROUP):
            try:
                dist = point.dist
                package, _, folder = point.value.partition(":")
                if dist is None:
                    continue
                # The files are located, never imported: a pack is data and runs no code.
                path = Path(str(dist.locate_file(""))) / package.replace(".", "/") / folder
                if path.is_dir():
                    yield path
            except OSError as error:
                log.warning("the world %s can't be located: %s", point.name, error)


def _packs(root: Path) -> Iterator[Path]:
    try:
        yield from sorted(p for p in root.iterdir() if (p / "world.yaml").is_file())
    except OSError:
        return
