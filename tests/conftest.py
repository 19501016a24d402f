"""Every test plays in a home of its own, with none of the player's environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("game", deadline=None)  # a slow machine is no failure
settings.load_profile("game")

_FOREIGN = ("POCKET_PORTALS_", "REDIS_", "SESSION_BACKEND", "OPENAI_", "ANTHROPIC_", "OLLAMA_", "NO_COLOR")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory under which the game keeps its things in this test."""
    for name in os.environ:
        if name.startswith(_FOREIGN):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("POCKET_PORTALS_HOME", str(home))
    return home
