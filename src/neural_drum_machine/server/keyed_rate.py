"""How often something may be done for each of many."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from typing import Final

from neural_drum_machine.server.rate_limit import RateLimit

MAX_KEYS: Final = 4096
"""Keys that are remembered: those that were used last."""


class KeyedRate:
    """A :class:`~neural_drum_machine.server.rate_limit.RateLimit` for each key.

    Parameters
    ----------
    per_second, burst, clock
        As for each of them.
    """

    def __init__(
        self,
        per_second: float,
        burst: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make: Callable[[], RateLimit] = partial(RateLimit, per_second, burst, clock)
        self._limits: OrderedDict[Hashable, RateLimit] = OrderedDict()

    def allow(self, key: Hashable) -> bool:
        """Return whether one more is allowed for a key, and count it if so."""
        limit = self._limits.pop(key, None) or self._make()
        self._limits[key] = limit
        if len(self._limits) > MAX_KEYS:
            self._limits.popitem(last=False)
        return limit.allow()
