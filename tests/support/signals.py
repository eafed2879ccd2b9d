"""Signals that this process ignores, and that the programs it starts are to heed."""

import signal
from typing import Final

NAMES: Final = ("SIGINT", "SIGHUP")  # Windows has no SIGHUP
"""What a shell lets a program in the background ignore, and nohup."""


def heeded_by_children() -> None:
    """Let programs that are started from here react to signals that this process ignores.

    A program keeps ignoring what its parent ignores, also if the parent was started with ``nohup``
    or in the background of a script. Then a server that a test stops with Ctrl-C goes on. What the
    parent *handles* is the default in its children, so a handler that does nothing takes the place
    of ignoring.
    """
    for name in NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
