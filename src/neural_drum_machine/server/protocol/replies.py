"""What the engine answers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.server.protocol.rules import ErrorCode

Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class HelloReply:
    """Who answers and what it can do."""

    protocol: int
    program: str
    model: str
    hash: str
    sr: int
    length: float
    categories: tuple[str, ...]
    axes: Mapping[str, tuple[str, ...]]
    ranges: tuple[float, ...]
    inverters: tuple[str, ...]
    """The default comes first."""


@dataclass(frozen=True, slots=True)
class Pong:
    """Answer to :class:`Ping`."""

    n: int


@dataclass(frozen=True, slots=True)
class SoundReply:
    """A sound is ready: the file under `path` is complete.

    Attributes
    ----------
    id : int
        Of the request.
    path : str
        Absolute path of a WAV file (mono, 16 bit). The client's last 32 are never touched.
    ms : float
        Milliseconds from the request's arrival to this answer.
    peak : float
        Largest magnitude, full scale 1.
    samples, sr, length : int, int, float
        Number of samples, their rate in Hz, and milliseconds.
    category : str
        What it is, or was heard as.
    seed : int
        -1 if it has none.
    p1, p2, p3 : float
        Where it lies on the category's axes, `range` already multiplied in.
    inverter : str
        What made the samples.
    wild, take : float, int
        As asked.
    """

    id: int
    path: str
    ms: float
    peak: float
    samples: int
    sr: int
    length: float
    category: str
    seed: int
    p1: float
    p2: float
    p3: float
    inverter: str
    wild: float
    take: int


@dataclass(frozen=True, slots=True)
class SamplesReply:
    """A sound for a client that takes samples, not files.

    Attributes
    ----------
    sound : SoundReply
        What it is; its `path` is empty.
    pcm : numpy.ndarray
        Shape ``(samples,)``, int16: what a file would hold.
    code : tuple of float
        Its code: with the other values it recalls the sound.
    to, t : str or None, float
        Of a morph: the second category and its share.
    fidelity : float, optional
        Of an encoding: spectral convergence of the model's version to the original at the best
        gain, on mels; 0 is identical, silence 1.
    original : numpy.ndarray, optional
        Of an upload: the sound that was encoded, int16, its first sample beside `pcm`'s.
    left_out : int
        Samples at the original's end that did not fit.
    """

    sound: SoundReply
    pcm: Pcm
    code: tuple[float, ...]
    to: str | None
    t: float
    fidelity: float | None = None
    original: Pcm | None = None
    left_out: int = 0

    @property
    def id(self) -> int:
        """Of the request."""
        return self.sound.id


@dataclass(frozen=True, slots=True)
class PadMapReply:
    """What lies where on a category's pad, P3 being 0 and `range` 1.

    Attributes
    ----------
    id : int
        Of the request.
    category : str
        Whose.
    brightness, decay : tuple of tuple of float
        Spectral centroid in Hz and the time of a decay by 20 dB in seconds: a row for each P2
        from -1 to 1, in it a number for each P1 from -1 to 1.
    """

    id: int
    category: str
    brightness: tuple[tuple[float, ...], ...]
    decay: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Superseded:
    """A generate was overtaken by a newer one before its turn came: it will have no sound."""

    id: int
    by: int


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """A request is refused, or failed."""

    id: int
    code: ErrorCode
    sentence: str


@dataclass(frozen=True, slots=True)
class StatusReply:
    """Counts since the start, and how things stand. Latencies are of the last 1000 sounds, in ms.

    `errors` is the sum over codes, `bad` those packets of which not even a request could be made.
    """

    seconds: float
    received: int
    answered: int
    superseded: int
    errors: int
    bad: int
    late: int
    """Bundles whose time lay in the future; handled at once."""
    waiting: int
    clients: int
    p50: float
    p95: float


FileReply = HelloReply | Pong | SoundReply | Superseded | ErrorReply | StatusReply
"""What a client is answered that takes files."""
Reply = FileReply | SamplesReply | PadMapReply
