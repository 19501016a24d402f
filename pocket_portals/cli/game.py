"""What every command works with: the environment, the directories, the settings, the runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pocket_portals.cli.diagnostics import tell
from pocket_portals.errors import RunNotFound

if TYPE_CHECKING:
    from pocket_portals.crew.models import Models
    from pocket_portals.paths import Paths
    from pocket_portals.session.ports import RunStore
    from pocket_portals.session.service import GameSessionService
    from pocket_portals.settings import Config

SHORTEST_KEY = 8  # characters; what is shorter, like “none”, is a word that reports may well say


class Game:
    """Built once a process. Everything is made when first asked for, so that ``--help`` stays quick."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.secrets: list[str] = []

    @cached_property
    def paths(self) -> Paths:
        """The directories."""
        from pocket_portals.paths import Paths

        return Paths.of(self.environ)

    def config(self, flags: Mapping[str, object] | None = None) -> Config:
        """The settings; what is secret in them is kept out of every report from now on."""
        from pocket_portals.config import load

        config = load(self.paths, self.environ, flags)
        if url := config.storage.redis_url:
            self.secrets += _parts_of(url.reveal())
        if key := config.model.api_key:
            self.secrets.append(key.reveal())
        # Providers' own variables: their libraries may quote a key, and servers may send it back.
        self.secrets += (
            value
            for name, value in self.environ.items()
            if name.endswith(("_API_KEY", "_TOKEN")) and len(value) >= SHORTEST_KEY
        )
        return config

    @contextmanager
    def store(self) -> Iterator[RunStore]:
        """The runs, without anything that plays them."""
        from pocket_portals import wiring
        from pocket_portals.cli.logfile import log_to

        config = self.config()
        log_to(self.paths.log_file, self.secrets)
        store = wiring.open_store(config.storage, self.paths)
        try:
            yield store
        finally:
            _close(store)

    @contextmanager
    def service(
        self, config: Config | None = None, models: Models | None = None
    ) -> Iterator[GameSessionService]:
        """The runs, and all that it takes to play one; with ``models`` the crew may tell them."""
        from pocket_portals import wiring
        from pocket_portals.cli.logfile import log_to

        config = config or self.config()
        log_to(self.paths.log_file, self.secrets)
        service = wiring.open_service(config, self.paths, models)
        try:
            yield service
        finally:
            _close(service.store)


def _close(store: RunStore) -> None:
    """Close the runs, and say what became of the last turns if it is not as it should be."""
    from pocket_portals.session.ports import Mirrored

    store.close()
    if isinstance(store, Mirrored) and store.farewell:
        tell(store.farewell)


def find(service: GameSessionService, run: str) -> str:
    """The id of the run that was named. Raises RunNotFound, also where no name is left of ``"$RUN"``."""
    if not run.strip():
        raise RunNotFound("No run is named.", "See `pocket-portals list`.")
    return service.find(run)


def _parts_of(url: str) -> list[str]:
    """An address, and the password in it as written and as meant: any of them could stand in an error."""
    try:
        password = urlsplit(url).password or ""
    except ValueError:
        return [url]
    return [url, password, unquote(password)]
