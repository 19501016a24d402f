"""Every error a player can meet: one sentence, and one hint of what to do next."""

from __future__ import annotations


class PortalsError(Exception):
    """Base of all expected failures. ``message`` says what; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(PortalsError):
    """The configuration or the command's words are wrong."""


class WorldError(PortalsError):
    """A world is unknown, or its files do not hold."""


class RunNotFound(PortalsError):
    """No run answers to that id."""


class RunUnreadable(PortalsError):
    """A save is damaged and neither it nor its previous turn can be read."""


class SaveTooNew(RunUnreadable):
    """A save was written by a later version of the game."""


class Conflict(PortalsError):
    """Another process saved this run since it was read here."""


class StoreUnavailable(PortalsError):
    """The place where runs are kept does not answer or cannot be written."""


class ModelUnavailable(PortalsError):
    """The language model does not answer."""


class Refused(PortalsError):
    """A fact that the rules do not allow; it was not applied."""


class Impossible(PortalsError):
    """The player asked for something that cannot be done now; nothing happened."""


class OpenElsewhere(Impossible):
    """Another process, its ``holder``, has this run open."""

    def __init__(self, run: str, holder: object) -> None:
        super().__init__(
            f"Run {run} is open elsewhere: {holder}.",
            f"`pocket-portals resume {run}` with --take-over, --watch or --branch says what you want.",
        )
