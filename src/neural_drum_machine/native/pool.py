"""Working memory of the engine, each lent to one thread at a time."""

import contextlib
import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence

from neural_drum_machine.errors import EngineError


class Pool:
    """Working memories that are opened when they are needed, and used again.

    Parameters
    ----------
    open_one : callable
        Called with a room and the place of a handle; returns 0 if it has opened one there.
    rooms : sequence of int
        Sizes that working memory is for, such as samples, from small to large.
    """

    def __init__(self, open_one: Callable[[int, object], int], rooms: Sequence[int] = (0,)) -> None:
        self._open = open_one
        self._free: dict[int, list[ctypes.c_void_p]] = {room: [] for room in rooms}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def lent(self, size: int = 0) -> Iterator[ctypes.c_void_p]:
        """Yield a handle for a size that no other thread uses; for the largest, if none is enough.

        Raises
        ------
        EngineError
            If there is no memory.
        """
        room = next((room for room in self._free if size <= room), max(self._free))
        with self._lock:
            handle = self._free[room].pop() if self._free[room] else None
        if handle is None:
            handle = ctypes.c_void_p()
            if self._open(room, ctypes.byref(handle)):
                raise EngineError("no memory for the engine; end other programs")
        try:
            yield handle
        finally:
            with self._lock:
                self._free[room].append(handle)

    def close(self, close_one: Callable[[ctypes.c_void_p], object]) -> None:
        """Give back all that is not lent."""
        for handles in self._free.values():
            for handle in handles:
                close_one(handle)
