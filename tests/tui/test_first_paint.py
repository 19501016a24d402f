"""What the first paint may cost."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
import pocket_portals.tui.app, pocket_portals.tui.screens.title
print([m for m in ("pydantic", "crewai", "redis", "yaml", "click") if m in sys.modules])
"""


def test_the_title_is_painted_without_pydantic_or_anything_slower():
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
