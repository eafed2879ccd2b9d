"""How often something may be done."""

import time


class Allowance:
    """So many at once, so many a second.

    Parameters
    ----------
    per_second : float
        How fast what was used comes back.
    at_once : float, optional
        How many in a moment; as many as in a second if absent.
    """

    def __init__(self, per_second: float, at_once: float | None = None) -> None:
        self._per_second = per_second
        self._at_once = self._left = per_second if at_once is None else at_once
        self._then = time.monotonic()

    def take(self) -> bool:
        """Return whether one more is allowed, and count it if so."""
        now = time.monotonic()
        self._left = min(self._at_once, self._left + (now - self._then) * self._per_second)
        self._then = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
