"""C libraries that print about damaged files, silenced without a word of Python's being lost.

libsndfile's decoder of MP3 prints to the standard error of the process, and has no switch for that.
Pointing the process's standard error elsewhere while it decodes would lose what other threads of
Python print meanwhile. So Python first gets a descriptor of its own that leads to the same place:
:func:`keep_python_output`. It is called by the command ``ndm`` and by its worker processes. Other
programs decide about their streams themselves: there :func:`quiet_libraries` changes nothing.

On Windows a library may have a C runtime of its own, which this does not reach.
"""

import contextlib
import io
import os
import sys
import threading
from collections.abc import Iterator
from typing import Final

_STDERR: Final = 2


class _State:
    """How many threads want silence, and where the standard error led before the first of them."""

    lock = threading.Lock()
    kept = False
    wanted = 0
    before = -1


def keep_python_output() -> None:
    """Give Python's standard error a descriptor of its own, which :func:`quiet_libraries` spares.

    Does nothing where Python's standard error is not that of the process: it has been replaced, or
    is closed.
    """
    stream = sys.stderr
    try:
        if _State.kept or not isinstance(stream, io.TextIOWrapper) or stream.fileno() != _STDERR:
            return
        stream.flush()
        own = os.dup(_STDERR)
    except (OSError, ValueError):
        return
    sys.stderr = open(  # noqa: SIM115
        own,
        "w",
        encoding=stream.encoding,
        errors=stream.errors,
        buffering=1,
        closefd=False,
    )
    _State.kept = True


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Lead what C libraries print on the standard error nowhere, until the block ends.

    Several threads may be in such a block at once; the last one to leave it ends the silence.
    """
    if not _State.kept:
        yield
        return
    with _State.lock:
        if _State.wanted == 0:
            _State.before = _silenced()
        _State.wanted += 1
    try:
        yield
    finally:
        with _State.lock:
            _State.wanted -= 1
            if _State.wanted == 0 and _State.before >= 0:
                os.dup2(_State.before, _STDERR)
                os.close(_State.before)


def _silenced() -> int:
    """Lead the standard error nowhere; return where it led, or -1 if that cannot be done."""
    try:
        before = os.dup(_STDERR)
    except OSError:
        return -1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
    except OSError:
        os.close(before)
        return -1
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    return before
