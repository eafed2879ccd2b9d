"""Work that may crash, hang or take much memory, done in a process of its own.

A library in C can end the process that calls it, and no Python code can prevent that. So a program
calls :func:`answer_of`, which starts a Python process that runs a module. The module calls
:func:`serve`. Both sides exchange bytes over pipes; nothing is pickled.

Starting such a process takes about 0.08 s if the module imports NumPy, on one core of an AMD EPYC.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Final

from neural_drum_machine.parent_watch import end_with_parent

MAX_SECONDS: Final = 20.0
"""A child that has no answer after so long is ended."""
MAX_MEMORY: Final = 2**30
"""Bytes of address space that a child may take, on Linux. Other systems set no such limit."""
_NO_MEMORY: Final = 3
"""The exit code of a child that asked for more."""


class ChildError(Exception):
    """A child gave no answer; the message says why, in words that follow the name of its task."""


def answer_of(module: str, data: bytes, most: int, seconds: float = MAX_SECONDS) -> bytes:
    """Run a module in a process of its own, and return its answer.

    Parameters
    ----------
    module : str
        The module's full name; it calls :func:`serve`.
    data : bytes
        What it gets.
    most : int
        Most bytes of its answer.
    seconds : float
        When it is ended, counted from its start.

    Returns
    -------
    bytes
        What it answers. Whoever calls this checks it: a damaged input may have altered the process.

    Raises
    ------
    ChildError
        If it cannot be started, crashes, answers too much, or takes too long.
    """
    # -P and no empty path: -m alone would import from the current folder, which may be a folder of
    # somebody else's files.
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    try:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError, TypeError) as error:  # TypeError: no name of a Python is known
        raise ChildError(f"no process could be started ({error})") from error
    assert process.stdin is not None
    assert process.stdout is not None
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    try:
        timer.start()
        # A child reads everything before it answers. Writing fails if it has ended before that.
        with contextlib.suppress(OSError):
            process.stdin.write(data)
        with contextlib.suppress(OSError):
            process.stdin.close()
        answer = process.stdout.read(most + 1)
        if len(answer) > most:
            raise ChildError("its answer is too long")
        code = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        process.wait()
    if code and is_late.is_set():
        raise ChildError(f"it took longer than {seconds:g} s")
    if code:
        raise ChildError(_why(code))
    return answer


def _why(code: int) -> str:
    """Return what an exit code tells: negative ones are signals."""
    if code == _NO_MEMORY:
        return f"it needed more than {MAX_MEMORY // 2**20} MiB"
    # Windows has no signals; a crash there is an exit code such as 0xC0000005.
    return f"it crashed (signal {-code})" if code < 0 else f"it crashed (exit code {code:#x})"


def serve(answer: Callable[[bytes], bytes]) -> None:
    """Answer the process that has started this one, and end this one.

    Nothing else that is printed here reaches anybody, C libraries included.

    Parameters
    ----------
    answer : callable
        Takes the bytes that came, and returns those that go back.
    """
    end_with_parent()
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    _set_limits()
    code = 0
    try:
        data = answer(sys.stdin.buffer.read())
        with open(out, "wb") as file:
            file.write(data)
    except MemoryError:
        code = _NO_MEMORY
    except BaseException:
        code = 1
    # At once: taking libraries down takes time, and may crash, too.
    os._exit(code)


def _set_limits() -> None:
    if sys.platform == "win32":
        import msvcrt

        # Without this, a crash opens a window and waits for somebody to close it.
        msvcrt.SetErrorMode(msvcrt.SEM_FAILCRITICALERRORS | msvcrt.SEM_NOGPFAULTERRORBOX)
        return
    import resource

    # The time of the processor bounds a child whose parent was killed.
    seconds = int(MAX_SECONDS) + 1
    limits = {
        resource.RLIMIT_AS: MAX_MEMORY,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # macOS refuses a limit of the address space.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
