"""A bound on what the web server logs."""

import logging
import time
from collections.abc import Callable
from typing import Final

SECONDS: Final = 1.0
"""A kind of line is logged once in so many seconds."""
_MAX_KINDS: Final = 64
_BEGINNING: Final = 32
"""Characters of a message's format that tell its kind."""


class LogThrottle(logging.Filter):
    """Lets through one line of each kind in a period.

    Asyncio and uvicorn log a line for each connection that fails, however many there are.

    Parameters
    ----------
    seconds : float
        The period.
    clock : callable
        Seconds, as :func:`time.monotonic`.
    """

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock = clock
        self._logged: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether no line of the record's kind was logged in the last period."""
        kind = record.name + str(record.msg)[:_BEGINNING]
        now = self._clock()
        if now - self._logged.get(kind, float("-inf")) < self._seconds:
            return False
        if len(self._logged) >= _MAX_KINDS:
            self._logged.clear()
        self._logged[kind] = now
        return True


_THROTTLE: Final = LogThrottle()


def throttle_logs() -> None:
    """Throttle the loggers of asyncio and uvicorn; calling this again changes nothing."""
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(_THROTTLE)
