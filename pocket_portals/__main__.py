"""``python -m pocket_portals`` and the ``pocket-portals`` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line with this process's arguments; the exit status."""
    try:
        from pocket_portals.cli.main import run
    except KeyboardInterrupt:
        return 130
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
