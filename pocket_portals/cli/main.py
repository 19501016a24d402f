"""Where the game begins, and the one place where every failure ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from pocket_portals.cli import output
from pocket_portals.cli.diagnostics import Exit, Signalled, crashed, end_on_signals, failed
from pocket_portals.cli.game import Game
from pocket_portals.errors import PortalsError

SHELL_ASKS = "_POCKET_PORTALS_COMPLETE"  # a variable: the shell wants a word completed


def run(args: Sequence[str], game: Game | None = None) -> int:
    """Run one command; the exit status. Every failure has been told when this returns."""
    output.tolerate_any_text()
    end_on_signals()
    game = game or Game(os.environ)
    try:
        status = _obeyed(args, game)
        sys.stdout.flush()
    except PortalsError as error:
        return failed(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Signalled as end:
        return end.status
    except (SystemExit, BrokenPipeError):  # click leaves by SystemExit when nobody reads stdout
        _close_stdout()
        return Exit.UNREAD
    except Exception as error:
        return _fell_over(error, game)
    else:
        return status


def _obeyed(args: Sequence[str], game: Game) -> int:
    """The title needs no command line to be read, and is there sooner without."""
    if not args and SHELL_ASKS not in os.environ:
        from pocket_portals.cli.face import title_screen

        return title_screen(game, plain=False)
    from pocket_portals.cli.commands import obey

    return obey(args, game)


def _fell_over(error: Exception, game: Game) -> Exit:
    import logging

    from pocket_portals.cli.logfile import log_to

    log_to(game.paths.log_file, game.secrets)
    logging.getLogger(__name__).critical("the game fell over", exc_info=error)
    return crashed(error, game.paths.crashes, game.secrets)


def _close_stdout() -> None:
    """Keep the interpreter from complaining, as it ends, of a pipe that is closed."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
