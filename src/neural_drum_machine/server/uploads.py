"""Sounds that come in parts, as a datagram holds no whole one: gathered, then handed on."""

import contextlib
import io
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from neural_drum_machine.server.engine import Answer, Engine
from neural_drum_machine.server.protocol import (
    ErrorCode,
    ErrorReply,
    PartedUpload,
    ProtocolError,
    Reply,
    Samples,
    Superseded,
    Upload,
)

MAX_UPLOADS: Final = 8
"""In progress at a time, each of another client: at most 70 MB of samples."""
TIMEOUT_SECONDS: Final = 3.0
"""After the last part that came."""


@dataclass(slots=True)
class _Upload:
    request: PartedUpload
    answer: Answer
    received: float
    """:func:`time.perf_counter` at the announcement's arrival."""
    samples: npt.NDArray[np.float32]
    there: npt.NDArray[np.bool_]
    changed: float
    """:func:`time.monotonic` of the last part."""


class Uploads:
    """Gathers parts by client, and gives the engine each sound that is complete.

    Belongs to the one thread that receives. A client has one upload in progress: the next one
    takes its place.

    Parameters
    ----------
    engine : Engine
        Gets the sounds.
    clock : callable
        Seconds, as :func:`time.monotonic`.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._open: dict[Hashable, _Upload] = {}
        self._done: dict[Hashable, int] = {}
        """Id of each client's last upload, so that a part that comes late is no error."""

    def begin(
        self, client: Hashable, request: PartedUpload, answer: Answer, received: float
    ) -> None:
        """Take an announcement; `answer` is called once, later, as the engine does it.

        Raises
        ------
        ProtocolError
            If too many others are in progress.
        """
        before = self._open.pop(client, None)
        if before is not None:
            self._engine.counters.add("received")
            self._engine.counters.add("superseded")
            _tell(before, Superseded(before.request.id, request.id))
        if len(self._open) >= MAX_UPLOADS:
            raise ProtocolError(
                ErrorCode.BUSY,
                f"{MAX_UPLOADS} other clients upload sounds; ask again later",
                request.id,
            )
        self._open[client] = _Upload(
            request,
            answer,
            received,
            np.zeros(request.total, np.float32),
            np.zeros(request.total, np.bool_),
            self._clock(),
        )

    def add(self, client: Hashable, part: Samples) -> None:
        """Take a part; the last one that was missing hands the sound to the engine.

        Raises
        ------
        ProtocolError
            If the client has no such upload, or the part reaches beyond its end.
        """
        upload = self._open.get(client)
        if upload is None or upload.request.id != part.id:
            if self._done.get(client) == part.id:
                return
            raise ProtocolError(
                ErrorCode.UNKNOWN_SOUND,
                f"no upload {part.id} is in progress for this client; begin with /ndm/upload",
                part.id,
            )
        end = part.offset + len(part.samples)
        if end > upload.request.total:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"samples must end at {upload.request.total}, the total, got "
                f"{len(part.samples)} from {part.offset} on",
                part.id,
            )
        upload.samples[part.offset : end] = part.samples
        upload.there[part.offset : end] = True
        upload.changed = self._clock()
        if upload.there.all():
            self._forget(client)
            self._hand_on(client, upload)

    def expire(self) -> None:
        """Answer and drop the uploads whose parts have ceased to come."""
        now = self._clock()
        for client, upload in list(self._open.items()):
            if now - upload.changed >= TIMEOUT_SECONDS:
                self._forget(client)
                self._end(upload, ErrorCode.INCOMPLETE, _missing(upload.there))

    def close(self) -> None:
        """Answer what is in progress with ``closing``."""
        for upload in self._open.values():
            self._end(upload, ErrorCode.CLOSING, "the server is being closed")
        self._open.clear()

    def _end(self, upload: _Upload, code: ErrorCode, sentence: str) -> None:
        self._engine.counters.add("received")
        self._engine.counters.add_error(code)
        _tell(upload, ErrorReply(upload.request.id, code, sentence))

    def _forget(self, client: Hashable) -> None:
        # A handful of numbers; whoever is gone leaves with the oldest.
        self._done.pop(client, None)
        self._done[client] = self._open.pop(client).request.id
        if len(self._done) > 4 * MAX_UPLOADS:
            self._done.pop(next(iter(self._done)))

    def _hand_on(self, client: Hashable, upload: _Upload) -> None:
        request, file = upload.request, io.BytesIO()
        soundfile.write(file, upload.samples, request.sr, format="WAV", subtype="FLOAT")
        whole = Upload(
            request.id,
            file.getvalue(),
            request.category,
            request.take,
            request.inverter,
            request.length,
        )
        self._engine.submit(client, whole, upload.answer, upload.received)


def _tell(upload: _Upload, reply: Reply) -> None:
    with contextlib.suppress(OSError):  # a client that is gone is no reason to stop
        upload.answer(reply)


def _missing(there: npt.NDArray[np.bool_]) -> str:
    first = int(np.argmin(there))
    return (
        f"{int((~there).sum())} of {len(there)} samples have not come, the first is number "
        f"{first}; send the sound again, more slowly"
    )
