"""Processes that end with the one that started them, even if that one was killed."""

import contextlib
import os
import sys
import threading
import time
from typing import Final

_SECONDS: Final = 1.0


def end_with_parent() -> None:
    """Start a thread that ends this process, at once and without a word, when its parent is gone.

    On Linux and macOS an orphan gets another parent, which is looked at once a second. On Windows
    the end of the parent is waited for. (Linux could also send a signal, but it sends it when the
    thread ends that started the process, and that thread may end long before its process.)
    """
    threading.Thread(target=_watch, args=(os.getppid(),), name="ndm-parent", daemon=True).start()


def _watch(parent: int) -> None:
    if sys.platform == "win32":
        import psutil

        with contextlib.suppress(psutil.Error):  # it may be gone already
            psutil.Process(parent).wait()
    else:
        while os.getppid() == parent:
            time.sleep(_SECONDS)
    os._exit(1)
