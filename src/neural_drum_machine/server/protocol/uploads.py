"""Requests that bring a sound of the client's own: as a file, or in parts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.server.protocol.base import WireMessage
from neural_drum_machine.server.protocol.bounds import (
    MAX_UPLOAD_SECONDS,
)
from neural_drum_machine.server.protocol.rules import (
    out_of_range,
)


@dataclass(frozen=True)
class Upload(WireMessage):
    """A sound file, encoded and decoded; not offered over OSC.

    Attributes
    ----------
    audio : bytes
        The file, at most 16 MiB.
    category : str, optional
        Category to encode it as; guessed if absent.
    name : str, optional
        The file's name, for error messages only: it is never opened as a path.
    """

    type = "upload"
    id: int
    audio: bytes
    category: str | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    name: str | None = None
    channels: int = 1


@dataclass(frozen=True)
class PartedUpload(WireMessage):
    """Announces an upload whose samples come in parts (OSC). Answered when all have come.

    Attributes
    ----------
    total : int
        Number of samples of all channels: at most ten seconds.
    sr : int
        Their rate in Hz.
    source_channels : int
        1, or 2: then all samples of the left channel come first, and those of the right one follow.
    """

    type = "upload"
    id: int
    total: int
    sr: int
    category: str | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    channels: int = 1
    source_channels: int = 1

    def __post_init__(self) -> None:
        """Check every field, and the duration.

        Raises
        ------
        ProtocolError
            As every request, or if the sound is too long, or its channels differ in length.
        """
        super().__post_init__()
        most = MAX_UPLOAD_SECONDS * self.sr * self.source_channels
        if self.total > most:
            channels = " of two channels" if self.source_channels > 1 else ""
            raise out_of_range(
                f"total may be {MAX_UPLOAD_SECONDS} seconds, {most} at {self.sr} Hz{channels}, got "
                f"{self.total}"
            )
        if self.total % self.source_channels:
            raise out_of_range(
                f"total counts both channels, which are equally long: it must be even, got "
                f"{self.total}"
            )


@dataclass(frozen=True)
class Samples(WireMessage):
    """A part of an upload: `samples` from `offset` on. Parts may come in any order, and twice.

    Not answered, unless it is wrong.
    """

    type = "samples"
    id: int
    offset: int
    samples: tuple[float, ...] | npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class GatheredUpload:
    """An upload in parts that is complete. It is built by the server, from checked values only.

    Attributes
    ----------
    announced : PartedUpload
        The announcement.
    samples : numpy.ndarray
        Shape ``(total,)``, float32, full scale 1: one channel after the other.
    """

    announced: PartedUpload
    samples: FloatArray

    @property
    def id(self) -> int:
        """The request's id."""
        return self.announced.id

    @property
    def category(self) -> str | None:
        """Category to encode the sound as; guessed if absent."""
        return self.announced.category

    @property
    def take(self) -> int:
        """Another hit of the same drum."""
        return self.announced.take

    @property
    def inverter(self) -> str | None:
        """Name of the inverter; the server's default if absent."""
        return self.announced.inverter

    @property
    def length(self) -> float | None:
        """Milliseconds at which the sound is cut."""
        return self.announced.length

    @property
    def channels(self) -> int:
        """Channels of the answer."""
        return self.announced.channels
