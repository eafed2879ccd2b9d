"""Work that takes long: how far it has come, and whether its client has given it up."""

import threading
from collections.abc import Callable

from neural_drum_machine.server.protocol import ErrorCode, Progress, ProtocolError


class Work:
    """A request for a file, while it is being met.

    Parameters
    ----------
    request : int
        The request's id.
    tell : callable
        Called with each :class:`Progress`, in any thread.
    """

    def __init__(self, request: int, tell: Callable[[Progress], None]) -> None:
        self.request = request
        self._tell = tell
        self._given_up = threading.Event()
        self._told: dict[str, int] = {}

    def give_up(self) -> None:
        """End the work at its next step."""
        self._given_up.set()

    def check(self) -> None:
        """Go on, if the work was not given up.

        Raises
        ------
        ProtocolError
            ``cancelled``.
        """
        if self._given_up.is_set():
            raise cancelled(self.request)

    def steps(self, stage: str) -> Callable[[int, int], None]:
        """Return the function that is called with the number of things that are done, and of all.

        A client is told each percent once, and not each thing.
        """

        def step(done: int, total: int) -> None:
            self.check()
            percent = 100 * done // max(total, 1)
            if percent > self._told.get(stage, -1):
                self._told[stage] = percent
                self._tell(Progress(self.request, stage, done, total))

        return step


def cancelled(request: int) -> ProtocolError:
    """Return the answer to a request that its client has given up."""
    return ProtocolError(ErrorCode.CANCELLED, "the request was cancelled", request)
