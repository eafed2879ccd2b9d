"""Counts of requests and answers, and the latencies of sounds."""

import threading
import time
from bisect import bisect_left, insort
from collections import Counter, deque
from typing import Final

from neural_drum_machine.server.protocol import ErrorCode, StatusReply

REMEMBERED: Final = 1000
"""Sounds whose latencies are kept."""


class Counters:
    """Counts since the start, and the last latencies; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self._counts: Counter[str] = Counter()
        self.errors: Counter[ErrorCode] = Counter()
        self._latencies: deque[float] = deque()
        self._sorted: list[float] = []
        """The same, in order: a status request costs little then."""

    def add(self, name: str, n: int = 1) -> None:
        """Count one of ``received``, ``superseded``, ``bad``, ``late``."""
        with self._lock:
            self._counts[name] += n

    def add_error(self, code: ErrorCode) -> None:
        """Count an answer that is an error."""
        with self._lock:
            self.errors[code] += 1

    def add_answer(self, ms: float | None = None) -> None:
        """Count an answer that is neither an error nor ``superseded``.

        Parameters
        ----------
        ms : float, optional
            A sound's latency in milliseconds.
        """
        with self._lock:
            self._counts["answered"] += 1
            if ms is not None:
                if len(self._latencies) == REMEMBERED:
                    del self._sorted[bisect_left(self._sorted, self._latencies.popleft())]
                self._latencies.append(ms)
                insort(self._sorted, ms)

    def snapshot(self, waiting: int, clients: int) -> StatusReply:
        """Return all counts.

        Parameters
        ----------
        waiting, clients : int
            Requests that wait, and clients that are known.
        """
        with self._lock:
            return StatusReply(
                seconds=time.monotonic() - self._start,
                received=self._counts["received"],
                answered=self._counts["answered"],
                superseded=self._counts["superseded"],
                errors=sum(self.errors.values()),
                bad=self._counts["bad"],
                late=self._counts["late"],
                waiting=waiting,
                clients=clients,
                p50=self._percentile(0.5),
                p95=self._percentile(0.95),
            )

    def _percentile(self, share: float) -> float:
        """Return the linearly interpolated percentile of the latencies; 0 if there is none."""
        if not self._sorted:
            return 0.0
        place = share * (len(self._sorted) - 1)
        low = int(place)
        high = min(low + 1, len(self._sorted) - 1)
        return self._sorted[low] + (place - low) * (self._sorted[high] - self._sorted[low])
