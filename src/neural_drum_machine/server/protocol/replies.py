"""The answers of the server.

This file is longer than 250 lines because every field of a message has its line of documentation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from neural_drum_machine.server.protocol.error_codes import ErrorCode
from neural_drum_machine.server.protocol.groove_messages import GrooveAnswer
from neural_drum_machine.server.protocol.kit_messages import KitReply
from neural_drum_machine.server.protocol.library_replies import LibraryAnswer
from neural_drum_machine.server.protocol.limits import Limits
from neural_drum_machine.sound import REFERENCE
from neural_drum_machine.wishes.taught_axis import AxisStep
from neural_drum_machine.wishes.velocity import LOUDEST

Pcm = npt.NDArray[np.int16]
AxisContent = Mapping[str, object]
"""What the file of a taught axis holds."""


@dataclass(frozen=True, slots=True)
class HelloReply:
    """Who answers, and what it can do.

    Attributes
    ----------
    protocol : int
        The protocol's version.
    program : str
        The program's version.
    model, hash : str
        The model's name, and the SHA-256 of its header as hex digits.
    sr : int
        Sample rate of all sounds in Hz.
    length : float
        The longest sound in milliseconds.
    categories : tuple of str
        The model's categories.
    axes : mapping
        Names of P1, P2 and P3 by category; "" for an axis without a name.
    ranges : tuple of float
        Values to offer for `range`.
    inverters : tuple of str
        The default comes first.
    limits : Limits
        Sent over the WebSocket only.
    qualities : tuple of mapping
        The qualities that can be wished for: `name`, `unit`, `low_word`, `high_word`, whether equal
        ratios sound equal (`logarithmic`), the least and the greatest wish (`limits`), and how near
        a value must come (`tolerance`). Sent over the WebSocket only.
    wishes : mapping
        By category and name: the 5th, 50th and 95th percentile of recordings. Sent over the
        WebSocket only.
    engines : tuple of str
        What can compute sounds, "native" or "reference"; the default comes first. Sent over the
        WebSocket only.
    width : float
        How wide drawn sounds are in stereo: 0 (they are mono) to 1. Sent over the WebSocket only.
    """

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
    limits: Limits
    qualities: tuple[Mapping[str, str | bool | float | tuple[float, float]], ...] = ()
    wishes: Mapping[str, Mapping[str, tuple[float, float, float]]] = field(default_factory=dict)
    engines: tuple[str, ...] = field(default_factory=lambda: (REFERENCE,))
    width: float = 0.0


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
        The request's id.
    path : str
        Absolute path of a WAV file (16 bit, with as many channels as the request says). The
        client's last 32 files stay unchanged.
    ms : float
        Milliseconds from the request's arrival to this answer.
    peak : float
        Largest magnitude, full scale 1.
    samples, sr, length : int, int, float
        Number of samples, their rate in Hz, and milliseconds.
    category : str
        The sound's category.
    seed : int
        -1 if it has none.
    p1, p2, p3 : float
        Its place on the category's axes, `range` multiplied in.
    inverter : str
        Name of the inverter.
    wild, take : float, int
        As requested.
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
class Recording:
    """A recording that a sound begins at, and whose it is.

    Attributes
    ----------
    name : str
        Its path in the source.
    source, licence, attribution : str
        Where it is from, its SPDX licence, and whom to name.
    """

    name: str
    source: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Along:
    """Where a sound comes from that was moved along taught axes.

    Attributes
    ----------
    axes : tuple of AxisStep
        The axes with their amounts.
    code : tuple of float
        The latent vector before.
    wish : mapping
        The values that were asked for, without those that the axes ask for.
    """

    axes: tuple[AxisStep, ...]
    code: tuple[float, ...]
    wish: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SamplesReply:
    """A sound for a client that takes samples, not files.

    Attributes
    ----------
    sound : SoundReply
        Its description; the `path` is empty.
    pcm : numpy.ndarray
        Shape ``(samples,)``, int16: what a file would hold. Two channels are interleaved:
        ``(samples, 2)``.
    code : tuple of float
        Its latent vector. With the other values it recalls the sound.
    to, t : str or None, float
        The second category of a morph, and its share.
    exemplars : tuple of float
        Numbers of the model's exemplars that are laid over the sound, or of own sounds (from
        65,536 on), each followed by its share.
    blend : float
        How far a sound that is anchored to own sounds is the generator's.
    wish : mapping
        The values that were asked for, by the names of qualities.
    velocity : int
        How hard the drum is struck, 1 to 127.
    engine : str
        What computed the sound: "reference" or "native".
    along : Along, optional
        Where it was before taught axes moved it.
    own : bytes, optional
        For an upload or an encoding, the compact form of the own sound.
    recordings : tuple of Recording
        These recordings, in the same order.
    fidelity : float, optional
        For an encoding, the spectral convergence of the model's version to the original at the
        best gain, on mel spectrograms: 0 is identical, silence is 1.
    original : numpy.ndarray, optional
        For an upload, the sound that was encoded, int16, with as many channels. Its first sample
        belongs to the first one of `pcm`.
    left_out : int
        Samples at the original's end that did not fit.
    notes : tuple of str
        Sentences for the user about other parts of the original that are lost.
    """

    sound: SoundReply
    pcm: Pcm
    code: tuple[float, ...]
    to: str | None
    t: float
    exemplars: tuple[float, ...] = ()
    blend: float = 0.0
    wish: Mapping[str, float] = field(default_factory=dict)
    velocity: int = LOUDEST
    engine: str = REFERENCE
    along: Along | None = None
    own: bytes | None = None
    recordings: tuple[Recording, ...] = ()
    fidelity: float | None = None
    original: Pcm | None = None
    left_out: int = 0
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> int:
        """The request's id."""
        return self.sound.id

    @property
    def channels(self) -> int:
        """How many channels there are: 1 or 2."""
        return 1 if self.pcm.ndim == 1 else self.pcm.shape[1]


@dataclass(frozen=True, slots=True)
class PadMapReply:
    """Brightness and decay over a category's XY pad; P3 is 0 and `range` is 1.

    Attributes
    ----------
    id : int
        The request's id.
    category : str
        The category.
    brightness, decay : tuple of tuple of float
        Spectral centroid in Hz, and the time of a decay by 20 dB in seconds. Each has a row for
        each P2 from -1 to 1, and each row a number for each P1 from -1 to 1.
    """

    id: int
    category: str
    brightness: tuple[tuple[float, ...], ...]
    decay: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class OwnReply:
    """The own sound of request `id` is known, and has this number among exemplars."""

    id: int
    number: int


@dataclass(frozen=True, slots=True)
class ValuesReply:
    """The values of an earlier sound.

    Attributes
    ----------
    id, of : int
        The request's id, and that of the sound.
    category : str
        The sound's category.
    values : mapping
        Each quality that can be wished for in the category, and that the sound has, in its unit.
    """

    id: int
    of: int
    category: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LayersReply:
    """Softer strokes of an earlier sound are ready, in one file.

    Attributes
    ----------
    id, of : int
        The request's id, and that of the sound.
    path : str
        Absolute path of a WAV file as for :class:`SoundReply`: the layers, one after another.
    samples, sr : int
        Number of samples of each layer, and their rate in Hz.
    velocities : tuple of int
        The velocity of each layer, in the order of the file.
    """

    id: int
    of: int
    path: str
    samples: int
    sr: int
    velocities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LayerSamplesReply:
    """Softer strokes of an earlier sound, for a client that takes samples, not files.

    Attributes
    ----------
    id, of, samples, sr, velocities
        As for :class:`LayersReply`.
    channels : int
        1 or 2.
    data : bytes
        What the file would hold: 16 bits, little-endian.
    """

    id: int
    of: int
    samples: int
    sr: int
    channels: int
    velocities: tuple[int, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class AxisReply:
    """An axis that was learned.

    Attributes
    ----------
    id : int
        The request's id.
    axis : mapping
        What its file holds; see :mod:`neural_drum_machine.wishes.axis_file`.
    """

    id: int
    axis: AxisContent


@dataclass(frozen=True, slots=True)
class Superseded:
    """Request `id` was overtaken by request `by` before its turn: it will have no sound."""

    id: int
    by: int


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """A request was refused, or failed."""

    id: int
    code: ErrorCode
    sentence: str


@dataclass(frozen=True, slots=True)
class StatusReply:
    """Counts since the start, what waits now, and latencies.

    Attributes
    ----------
    seconds : float
        Time since the start.
    received, answered, superseded : int
        Requests; those that were answered with what they asked for; those that were overtaken.
    errors : int
        Requests that were refused or failed.
    bad : int
        Packets and messages that were no request.
    late : int
        Bundles whose time lay in the future. They are handled at once.
    waiting : int
        Requests that wait.
    clients : int
        Clients that are known.
    p50, p95 : float
        Percentiles of the latencies of the last 1000 sounds, in milliseconds.
    """

    seconds: float
    received: int
    answered: int
    superseded: int
    errors: int
    bad: int
    late: int
    waiting: int
    clients: int
    p50: float
    p95: float


FileReply = (
    HelloReply
    | Pong
    | SoundReply
    | LayersReply
    | Superseded
    | ErrorReply
    | StatusReply
    | ValuesReply
)
"""Answers to a client that takes sounds as files."""
Reply = (
    FileReply
    | SamplesReply
    | LayerSamplesReply
    | PadMapReply
    | OwnReply
    | AxisReply
    | KitReply
    | GrooveAnswer
    | LibraryAnswer
)
