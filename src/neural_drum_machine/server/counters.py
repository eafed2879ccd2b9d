"""Counts of requests and answers, and the latencies of sounds."""

import threading
import time
from collections import Counter, deque
from typing import Final

import numpy as np

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
        self._latencies: deque[float] = deque(maxlen=REMEMBERED)

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
                self._latencies.append(ms)

    def snapshot(self, waiting: int, clients: int) -> StatusReply:
        """Return all counts.

        Parameters
        ----------
        waiting, clients : int
            Requests that wait, and clients that are known.
        """
        with self._lock:
            latencies = list(self._latencies) or [0.0]
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
                p50=float(np.percentile(latencies, 50)),
                p95=float(np.percentile(latencies, 95)),
            )
