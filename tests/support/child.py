"""What a child process may do, named by the bytes that it gets."""

import ctypes
import os
import sys
import threading
from pathlib import Path

from neural_drum_machine.child_process import MAX_MEMORY, serve


def _print() -> bytes:
    sys.stdout.write("a line of Python's\n")
    sys.stdout.flush()
    ctypes.CDLL(None).puts(b"a line of a library")
    ctypes.CDLL(None).fflush(None)
    sys.stderr.write("an error\n")
    return b"the answer"


def _import() -> bytes:
    import a_module_of_somebody_else  # noqa: F401

    return b"imported"


ACTIONS = {
    b"echo": lambda: b"echo",
    b"pid": lambda: str(os.getppid()).encode(),
    b"print": _print,
    b"import": _import,
    b"hang": lambda: threading.Event().wait(),
    b"kill": lambda: os.kill(os.getpid(), 9),
    b"abort": os.abort,
    b"raise": lambda: 1 // 0,
    b"memory": lambda: bytearray(MAX_MEMORY),
    b"long": lambda: bytes(1000),
}


def _answer(data: bytes) -> bytes:
    if data.startswith(b"tell "):  # its id, in a file that is named; then it hangs
        part = Path(data[5:].decode() + ".part")
        part.write_text(str(os.getpid()))
        part.rename(part.with_suffix(""))
        return ACTIONS[b"hang"]()
    return ACTIONS[data]() if data in ACTIONS else data[::-1]


if __name__ == "__main__":
    serve(_answer)
