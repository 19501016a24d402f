"""config.toml with every setting explained, written out of the table of settings."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

from pocket_portals.setting_kinds import Hidden
from pocket_portals.settings import SETTINGS, Setting

_HEAD = """\
# Settings of Pocket Portals. `pocket-portals config init` writes this file where the game reads it,
# and `pocket-portals config path` says where that is. A line that is commented out shows the default.
#
# A flag beats the environment, and the environment beats this file. Every key can be set in the
# environment too, under its name with POCKET_PORTALS_ before it: POCKET_PORTALS_PACE=0.
"""


def example() -> str:
    """The text of config.toml.example."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD.rstrip()
    section = ""
    for setting in SETTINGS:
        yield ""
        if setting.section != section:
            section = setting.section
            yield f"[{section}]"
        yield from _explained(setting)
    yield ""


def _explained(setting: Setting) -> Iterator[str]:
    also = " and ".join(f"{b.name} (in {b.unit})" if b.unit else b.name for b in setting.borrowed)
    words = f"{setting.about} It can be {setting.kind.allowed}."
    yield from _comment(words + (f" Also read from {also}." if also else ""))
    if isinstance(setting.kind, Hidden):
        yield f'# {setting.key} = "{setting.kind.sample}"'
        yield from _comment(f"Or the name of a file that holds it. Also read from {setting.env}_FILE.")
        yield f'# {setting.file_key} = "{setting.file_key.replace("_", "-")}"'
    else:
        yield f"# {setting.key} = {json.dumps(setting.default)}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="# ", subsequent_indent="# ")
