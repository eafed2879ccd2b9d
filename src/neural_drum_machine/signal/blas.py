"""Keeps NumPy's matrix products on one thread, so that results do not depend on the machine.

A BLAS that splits a product among threads adds in another order. Then a last bit, and with it a
sample of a file, would depend on the number of cores and on how the program was started. For
products as small as ours, one thread is no slower.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

_lock = threading.Lock()
_inside = 0
_limited: list[object] = []


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()  # it searches all loaded libraries, so only once


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep BLAS to one thread until the block ends; blocks may overlap in several threads."""
    global _inside
    with _lock:
        if not _inside:
            _limited.append(_libraries().limit(limits=1, user_api="blas"))
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _limited.pop().restore_original_limits()  # type: ignore[attr-defined]
