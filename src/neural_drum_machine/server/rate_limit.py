"""How often something may be done."""

import time
from collections.abc import Callable


class RateLimit:
    """A token bucket: an average rate, and a burst.

    Parameters
    ----------
    per_second : float
        The average rate. So many tokens come back each second.
    burst : float, optional
        How many are allowed at once: the size of the bucket. One second's tokens if absent.
    clock : callable
        Seconds, as :func:`time.monotonic`.
    """

    def __init__(
        self,
        per_second: float,
        burst: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._burst = self._tokens = per_second if burst is None else burst
        self._clock = clock
        self._updated = clock()

    def allow(self) -> bool:
        """Return whether one more is allowed, and count it if so."""
        self._refill()
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def spend(self, tokens: float) -> float:
        """Count what was done already, and return the seconds until more may be done.

        Parameters
        ----------
        tokens : float
            How many; there may be fewer of them left.
        """
        self._refill()
        self._tokens -= tokens
        return max(0.0, -self._tokens / self._per_second)

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._updated) * self._per_second)
        self._updated = now
