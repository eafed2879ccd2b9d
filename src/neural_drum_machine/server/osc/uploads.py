"""Uploads in parts: a datagram cannot hold a whole sound, so its samples are gathered here."""

import contextlib
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.server.counters import Counters
from neural_drum_machine.server.engine import Answer
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    PartedUpload,
    ProtocolError,
    Reply,
    Samples,
    Superseded,
)

MAX_UPLOADS: Final = 8
"""Uploads in progress, each of another client: at most 154 MB of samples."""
MAX_UPLOADS_OF_SENDER: Final = 2
TIMEOUT_SECONDS: Final = 3.0
"""An upload is given up this long after its last part."""
SLOW_SECONDS: Final = 1.0
"""An upload that lasts longer gives way to another one if it is the slowest of ``MAX_UPLOADS``."""


@dataclass(slots=True)
class UploadInProgress:
    """An upload whose parts are coming.

    Attributes
    ----------
    announced : PartedUpload
        The request.
    answer : callable
        Called once, with the reply.
    received : float
        :func:`time.perf_counter` at the announcement's arrival.
    samples : numpy.ndarray
        Shape ``(total,)``, float32; 0 where none has come.
    present : numpy.ndarray
        Shape ``(total,)``, bool: which samples have come.
    begun, changed : float
        The clock's seconds at the announcement and at the last part.
    sender : hashable
        Who sent it.
    missing : int
        Number of samples that have not come.
    """

    announced: PartedUpload
    answer: Answer
    received: float
    samples: FloatArray
    present: npt.NDArray[np.bool_]
    begun: float
    changed: float
    sender: Hashable
    missing: int

    def rate(self, now: float) -> float:
        """Return how many samples have come in a second since it began."""
        return (len(self.samples) - self.missing) / max(now - self.begun, 1e-3)


class Uploads:
    """Gathers the parts of each client's upload.

    Not thread-safe: it belongs to the one thread that receives. A client has one upload in
    progress; its next one supersedes that.

    Parameters
    ----------
    counters : Counters
        Count the uploads that end without a complete sound.
    clock : callable
        Seconds, as :func:`time.monotonic`.
    """

    def __init__(self, counters: Counters, clock: Callable[[], float] = time.monotonic) -> None:
        self._counters = counters
        self._clock = clock
        self._open: dict[Hashable, UploadInProgress] = {}
        self._done: dict[Hashable, int] = {}
        """Id of each client's last upload, so that a part that comes late is no error."""

    @property
    def in_progress(self) -> int:
        """Number of uploads whose parts are coming."""
        return len(self._open)

    def begin(
        self,
        client: Hashable,
        request: PartedUpload,
        answer: Answer,
        received: float,
        sender: Hashable | None = None,
    ) -> None:
        """Accept an announcement. If there are too many, the slowest upload gives way.

        Parameters
        ----------
        client : hashable
            Who asks.
        request : PartedUpload
            The announcement.
        answer : callable
            Called once, later, unless the upload is completed: :meth:`add` hands it back then.
        received : float
            :func:`time.perf_counter` at arrival.
        sender : hashable, optional
            Who has sent it, if that is not the client itself.

        Raises
        ------
        ProtocolError
            If too many others are in progress, and none of them is slow.
        """
        sender = client if sender is None else sender
        before = self._open.pop(client, None)
        if before is not None:
            self._counters.add("received")
            self._counters.add("superseded")
            _answer(before, Superseded(before.announced.id, request.id))
        now = self._clock()
        own = sum(upload.sender == sender for upload in self._open.values())
        if own >= MAX_UPLOADS_OF_SENDER or (
            len(self._open) >= MAX_UPLOADS and not self._drop_slowest(now)
        ):
            is_own = own >= MAX_UPLOADS_OF_SENDER
            who = f"you upload {own}" if is_own else f"{len(self._open)} other clients upload"
            raise ProtocolError(ErrorCode.BUSY, f"{who} sounds; ask again later", request.id)
        self._open[client] = UploadInProgress(
            request,
            answer,
            received,
            np.zeros(request.total, np.float32),
            np.zeros(request.total, np.bool_),
            now,
            now,
            sender,
            request.total,
        )

    def _drop_slowest(self, now: float) -> bool:
        """Give up the upload that comes slowest; return False if all have just begun."""
        slow = [each for each in self._open.items() if now - each[1].begun > SLOW_SECONDS]
        if not slow:
            return False
        client, upload = min(slow, key=lambda each: each[1].rate(now))
        self._forget(client)
        self._refuse(upload, ErrorCode.INCOMPLETE, "others upload faster; send the sound again")
        return True

    def add(self, client: Hashable, part: Samples) -> UploadInProgress | None:
        """Accept a part; return the upload if that completes it.

        Raises
        ------
        ProtocolError
            If the client has no such upload, or the part reaches beyond its end.
        """
        upload = self._open.get(client)
        if upload is None or upload.announced.id != part.id:
            if self._done.get(client) == part.id:
                return None
            raise ProtocolError(
                ErrorCode.UNKNOWN_SOUND,
                f"no upload {part.id} is in progress for this client; begin with /ndm/upload",
                part.id,
            )
        end = part.offset + len(part.samples)
        if end > upload.announced.total:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"samples must end at {upload.announced.total}, the total, got "
                f"{len(part.samples)} from {part.offset} on",
                part.id,
            )
        upload.samples[part.offset : end] = part.samples
        present = upload.present[part.offset : end]
        upload.missing -= len(present) - int(np.count_nonzero(present))
        present[:] = True
        upload.changed = self._clock()
        if upload.missing:
            return None
        self._forget(client)
        return upload

    def expire(self) -> None:
        """Give up the uploads whose parts have ceased to come, and say what is missing."""
        now = self._clock()
        for client, upload in list(self._open.items()):
            if now - upload.changed >= TIMEOUT_SECONDS:
                self._forget(client)
                self._refuse(upload, ErrorCode.INCOMPLETE, _missing(upload.present))

    def close(self) -> None:
        """Answer what is in progress with ``closing``."""
        for upload in self._open.values():
            self._refuse(upload, ErrorCode.CLOSING, "the server is being closed")
        self._open.clear()

    def _refuse(self, upload: UploadInProgress, code: ErrorCode, sentence: str) -> None:
        self._counters.add("received")
        self._counters.add_error(code)
        _answer(upload, ErrorReply(upload.announced.id, code, sentence))

    def _forget(self, client: Hashable) -> None:
        self._done.pop(client, None)
        self._done[client] = self._open.pop(client).announced.id
        if len(self._done) > 4 * MAX_UPLOADS:  # the oldest one's client has probably left
            self._done.pop(next(iter(self._done)))


def _answer(upload: UploadInProgress, reply: Reply) -> None:
    with contextlib.suppress(OSError):  # the client may be gone
        upload.answer(reply)


def _missing(present: npt.NDArray[np.bool_]) -> str:
    first = int(np.argmin(present))
    return (
        f"{int((~present).sum())} of {len(present)} samples have not come, the first is number "
        f"{first}; send the sound again, more slowly"
    )
