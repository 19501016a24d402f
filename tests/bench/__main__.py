"""The figures, as ratios within one run: `make bench`, or `make bench ARGS="turn_time listing"`."""

from __future__ import annotations

import importlib
import sys
import traceback

import measure

FIGURES = ("first_paint", "listing", "turn_time", "save_load", "vault", "bot_turns", "loading_gap", "screen")


def main(names: list[str]) -> int:
    """Measure and print the figures of these modules; all, if there are none."""
    if unknown := set(names) - set(FIGURES):
        print(f"No such figure: {', '.join(sorted(unknown))}. There are: {', '.join(FIGURES)}.")
        return 2
    failed = 0
    for name in names or FIGURES:
        try:
            figure = importlib.import_module(name)
            measure.show(figure.TITLE, figure.rows())
        except Exception:  # one figure that can't be measured does not hide the others
            failed += 1
            print(f"\n{name} could not be measured:")
            traceback.print_exc(limit=-2, file=sys.stdout)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
