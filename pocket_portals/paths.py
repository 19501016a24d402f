"""Where the game keeps its things. The one seam that tests and portable installs move."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HOME = "POCKET_PORTALS_HOME"


class Paths(NamedTuple):
    """Four directories. None of them need exist; whoever writes makes its own."""

    config: Path
    data: Path
    state: Path
    log: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Paths:
        """All under ``POCKET_PORTALS_HOME`` where that is set, else where the system wants them."""
        if home := environ.get(HOME):
            root = Path(home).expanduser().absolute()
            return cls(root / "config", root / "data", root / "state", root / "log")
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("pocket-portals", appauthor=False)
        return cls(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_log_path)

    @property
    def saves(self) -> Path:
        """Where runs are kept as files."""
        return self.data / "saves"

    @property
    def bin(self) -> Path:
        """Where deleted runs wait for some days."""
        return self.data / "bin"

    @property
    def worlds(self) -> Path:
        """Where the player's own worlds are looked for."""
        return self.data / "worlds"

    @property
    def crashes(self) -> Path:
        """Where crash reports are written."""
        return self.state / "crashes"

    @property
    def log_file(self) -> Path:
        """The log, one JSON object a line."""
        return self.log / "pocket-portals.log"
