"""What clients and the live engine say to each other: pure values, no sockets, no bytes.

The adapters (OSC over UDP, the web) only translate between their wire format and the
dataclasses here. Every value that comes from outside is checked when a request is built, so that
the engine need not. ``docs/protocol.md`` says the same for people.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

import numpy as np
import numpy.typing as npt

from neural_drum_machine.bundle import MAX_LATENT_DIM
from neural_drum_machine.controls import DEFAULT_WILD, MAX_CONTROL, MAX_WILD
from neural_drum_machine.errors import ServerError
from neural_drum_machine.texture import TAKES

Pcm = npt.NDArray[np.int16]

PROTOCOL_VERSION: Final = 1
RANGES: Final = (0.5, 1.0, 2.0, 4.0)
"""What a client should offer for `range`; any value within the limits works."""
MAX_INT: Final = 2**31 - 1
"""The largest whole number here: OSC's ``i`` holds no larger one, and Max reads nothing else."""
MAX_STRING: Final = 256
"""Characters of a string."""
MAX_AUDIO_BYTES: Final = 16 * 2**20
"""Of an upload; half a minute of stereo at 48 kHz and 32 bit is 11 MiB."""
MIN_RATE_HZ: Final = 8_000
MAX_RATE_HZ: Final = 192_000
MAX_UPLOAD_SECONDS: Final = 10
MAX_PART: Final = 1024
"""Samples in one message of an upload in parts."""
MIN_LENGTH_MS: Final = 20.0
MAX_LENGTH_MS: Final = 1000.0
MAX_AMOUNT: Final = 2.0
MAX_CODE: Final = 1000.0
"""Magnitude of a code's numbers; those of sounds are a few units."""
UNREADABLE_ID: Final = -1
"""The id in an error about a request whose own could not be read."""


class ErrorCode(StrEnum):
    """Why a request was refused. No other code is ever sent."""

    BAD_MESSAGE = "bad-message"
    OUT_OF_RANGE = "out-of-range"
    UNKNOWN_CATEGORY = "unknown-category"
    UNKNOWN_INVERTER = "unknown-inverter"
    UNKNOWN_SOUND = "unknown-sound"
    BAD_AUDIO = "bad-audio"
    INCOMPLETE = "incomplete"
    BUSY = "busy"
    DISK = "disk"
    CLOSING = "closing"
    INTERNAL = "internal"


class ProtocolError(ServerError):
    """A request that cannot be met.

    Attributes
    ----------
    code : ErrorCode
        Why, for programs; the message says it for people.
    id : int
        Of the request, -1 where it could not be read.
    """

    def __init__(self, code: ErrorCode, sentence: str, id: int = UNREADABLE_ID) -> None:  # noqa: A002
        super().__init__(sentence)
        self.code = code
        self.id = id


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a field may hold: its type, and limits, both included (of several: of their number)."""

    kind: type
    low: float = 0
    high: float = MAX_INT
    each: float = math.inf
    """Largest magnitude of each of several numbers."""

    def check(self, name: str, value: Any) -> Any:
        if self.kind is str:
            return self._text(name, value)
        if self.kind is bytes:
            return self._bytes(name, value)
        if self.kind is tuple:
            return self._numbers(name, value)
        return self._number(name, value)

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise _bad(f"{name} must be a word, got {shown(value)}")
        if len(value) > MAX_STRING:
            raise _bad(f"{name} may have {MAX_STRING} characters, got {len(value)}")
        return value

    def _bytes(self, name: str, value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise _bad(f"{name} must be the bytes of a sound file, got {type(value).__name__}")
        if not self.low <= len(value) <= self.high:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"{name} must be {self.low:.0f} to {self.high:.0f} bytes long, got {len(value)}"
                + ("" if value else ": the file is empty"),
            )
        return value

    def _numbers(self, name: str, value: Any) -> tuple[float, ...]:
        if not isinstance(value, list | tuple):
            raise _bad(f"{name} must be a list of numbers, got {shown(value)}")
        if not self.low <= len(value) <= self.high:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"{name} must be {self.low:g} to {self.high:g} numbers, got {len(value)}",
            )
        for each in value:
            if isinstance(each, bool) or not isinstance(each, int | float):
                raise _bad(f"{name} must be numbers, got {shown(each)}")
            if not _is_finite(each):
                raise _bad(f"{name} must be finite numbers, got {shown(each)}")
            if abs(each) > self.each:
                raise ProtocolError(
                    ErrorCode.OUT_OF_RANGE,
                    f"{name} must lie between {-self.each:g} and {self.each:g}, got {each!r}",
                )
        return tuple(map(float, value))

    def _number(self, name: str, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _bad(f"{name} must be a number, got {shown(value)}")
        if not _is_finite(value):
            raise _bad(f"{name} must be a finite number, got {shown(value)}")
        if self.kind is int and value != int(value):
            raise _bad(f"{name} must be a whole number, got {value!r}")
        if not self.low <= value <= self.high:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"{name} must lie between {_number(self.low)} and {_number(self.high)}, "
                f"got {_number(value)}",
            )
        return int(value) if self.kind is int else float(value)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False


def _bad(sentence: str) -> ProtocolError:
    return ProtocolError(ErrorCode.BAD_MESSAGE, sentence)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}"


def shown(value: Any) -> str:
    """Return a value as it may stand in a sentence: never longer than 40 characters."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


_CONTROL: Final = _Rule(float, -1, 1)
RULES: Final[Mapping[str, _Rule]] = {
    "id": _Rule(int),
    "n": _Rule(int),
    "category": _Rule(str),
    "p1": _CONTROL,
    "p2": _CONTROL,
    "p3": _CONTROL,
    "range": _Rule(float, 0, MAX_CONTROL),
    "seed": _Rule(int),
    "wild": _Rule(float, 0, MAX_WILD),
    "take": _Rule(int, 0, TAKES - 1),
    "inverter": _Rule(str),
    "length": _Rule(float, MIN_LENGTH_MS, MAX_LENGTH_MS),
    "of": _Rule(int),
    "amount": _Rule(float, 0, MAX_AMOUNT),
    "audio": _Rule(bytes, 1, MAX_AUDIO_BYTES),
    "code": _Rule(tuple, 1, MAX_LATENT_DIM, MAX_CODE),
    "to": _Rule(str),
    "to_code": _Rule(tuple, 1, MAX_LATENT_DIM, MAX_CODE),
    "t": _Rule(float, 0, 1),
    "total": _Rule(int, 1, MAX_UPLOAD_SECONDS * MAX_RATE_HZ),
    "sr": _Rule(int, MIN_RATE_HZ, MAX_RATE_HZ),
    "offset": _Rule(int, 0, MAX_UPLOAD_SECONDS * MAX_RATE_HZ - 1),
    "samples": _Rule(tuple, 1, MAX_PART, each=3.4e38),  # single precision's reach
}
"""A name means the same in every request."""


class _Request:
    """Fields without a default are required; None stands for "not given" in the others."""

    name: ClassVar[str]

    def __post_init__(self) -> None:
        """Check every field.

        Raises
        ------
        ProtocolError
            If a value has the wrong type, is not finite, or lies outside its limits.
        """
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if value is not None or field.default is not None:
                checked = RULES[field.name].check(field.name, value)
                object.__setattr__(self, field.name, checked)

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """Return the names of the fields that must be given, in order."""
        return tuple(f.name for f in fields(cls) if f.default is MISSING)  # type: ignore[arg-type]

    @classmethod
    def optional(cls) -> tuple[str, ...]:
        """Return the names of the fields that may be given."""
        return tuple(f.name for f in fields(cls) if f.default is not MISSING)  # type: ignore[arg-type]

    @classmethod
    def build(cls, values: Mapping[str, Any]) -> Self:
        """Make a request from named values, as they come from a wire.

        Raises
        ------
        ProtocolError
            If a name is missing or unknown, or a value is refused; with the request's id
            where that can be read.
        """
        try:
            known = cls.required() + cls.optional()
            for name in values:
                if name not in known:
                    raise _bad(
                        f"{cls.name} has no {shown(name)}; it takes {', '.join(known) or 'nothing'}"
                    )
            missing = [name for name in cls.required() if name not in values]
            if missing:
                raise _bad(f"{cls.name} lacks {', '.join(missing)}")
            return cls(**values)
        except ProtocolError as error:
            error.id = read_id(values.get("id"))
            raise


def read_id(value: Any) -> int:
    """Return a request's id where it is one, else -1."""
    try:
        return int(RULES["id"].check("id", value))
    except ProtocolError:
        return UNREADABLE_ID


@dataclass(frozen=True)
class Hello(_Request):
    """Who is there? Answered by :class:`HelloReply`; also the heartbeat."""

    name = "hello"


@dataclass(frozen=True)
class Ping(_Request):
    """Answered by :class:`Pong` at once, whatever is being rendered."""

    name = "ping"
    n: int


@dataclass(frozen=True)
class Status(_Request):
    """Answered by :class:`StatusReply`."""

    name = "status"


@dataclass(frozen=True)
class Generate(_Request):
    """The sound at a place of the pad. A newer one of the same client replaces one that waits.

    Attributes
    ----------
    id : int
        The client's own number for the request, 0 to 2**31 - 1; comes back in the answer.
    category : str
        One of the model's.
    p1, p2, p3 : float
        -1 to 1.
    range : float
        Factor of all three, 0 to 8.
    seed : int, optional
        What the controls do not say of the sound; the category's mean without it.
    wild : float
        0 to 2: how far the seed's draw reaches.
    take : int
        0 to 63: another hit of the same drum.
    inverter : str, optional
        What turns the spectrogram into samples; the server's own without it.
    length : float, optional
        Milliseconds, 20 to 1000: longer sounds are cut there, with a short fade.
    """

    name = "generate"
    id: int
    category: str
    p1: float
    p2: float
    p3: float
    range: float = 1.0
    seed: int | None = None
    wild: float = DEFAULT_WILD
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Random(_Request):
    """A sound drawn from a category; without a seed the server draws one, and says which."""

    name = "random"
    id: int
    category: str
    seed: int | None = None
    wild: float = DEFAULT_WILD
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Variation(_Request):
    """A sound near an earlier one of the same client.

    Attributes
    ----------
    of : int
        The earlier request's id.
    amount : float
        0 (the same) to 2, in standard deviations of the category's sounds.
    seed : int, optional
        Which neighbour; drawn without it.
    """

    name = "variation"
    id: int
    of: int
    amount: float
    seed: int | None = None
    wild: float = DEFAULT_WILD
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Encode(_Request):
    """The model's version of an earlier sound of the same client, heard as any category."""

    name = "encode"
    id: int
    of: int
    category: str | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Upload(_Request):
    """The model's version of the bytes of a sound file; not offered over OSC."""

    name = "upload"
    id: int
    audio: bytes
    category: str | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class Recall(_Request):
    """A sound that an answer described, exactly; not offered over OSC.

    Attributes
    ----------
    code : tuple of float
        The sound's code, as many numbers as the model's codes have.
    seed : int, optional
        Comes back in the answer, and does nothing else.
    to : str, optional
        The second category of a morph.
    t : float
        The share of `to`.
    """

    name = "recall"
    id: int
    category: str
    code: tuple[float, ...]
    seed: int | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    to: str | None = None
    t: float = 0.0


@dataclass(frozen=True)
class Move(_Request):
    """A code at a place of the pad, all else of it kept: newest wins, as for generates.

    Not offered over OSC.
    """

    name = "move"
    id: int
    category: str
    code: tuple[float, ...]
    p1: float
    p2: float
    p3: float
    range: float = 1.0
    seed: int | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None
    to: str | None = None
    t: float = 0.0


@dataclass(frozen=True)
class Morph(_Request):
    """A sound between two, of one category or of two: newest wins. Not offered over OSC.

    Attributes
    ----------
    category, code : str, tuple of float
        The sound at `t` 0.
    to, to_code : str, tuple of float
        The sound at `t` 1.
    """

    name = "morph"
    id: int
    category: str
    code: tuple[float, ...]
    to: str
    to_code: tuple[float, ...]
    t: float
    take: int = 0
    inverter: str | None = None
    length: float | None = None


@dataclass(frozen=True)
class PadMap(_Request):
    """What a category's pad holds; made between sounds. Not offered over OSC."""

    name = "pad_map"
    id: int
    category: str


@dataclass(frozen=True)
class PartedUpload(_Request):
    """Announces an upload whose samples come in parts (OSC). Answered when all are there.

    Attributes
    ----------
    total : int
        Number of samples: at most ten seconds.
    sr : int
        Their rate in Hz.
    """

    name = "upload"
    id: int
    total: int
    sr: int
    category: str | None = None
    take: int = 0
    inverter: str | None = None
    length: float | None = None

    def __post_init__(self) -> None:
        """Check every field, and the duration.

        Raises
        ------
        ProtocolError
            As every request, or if the sound is too long.
        """
        super().__post_init__()
        if self.total > MAX_UPLOAD_SECONDS * self.sr:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"total may be {MAX_UPLOAD_SECONDS} seconds, {MAX_UPLOAD_SECONDS * self.sr} at "
                f"{self.sr} Hz, got {self.total}",
            )


@dataclass(frozen=True)
class Samples(_Request):
    """A part of an upload: `samples` from `offset` on, in any order, twice if need be.

    Not answered, unless it is wrong.
    """

    name = "samples"
    id: int
    offset: int
    samples: tuple[float, ...]


SearchedRequest = Encode | Upload
"""What a code is searched for: about a second of work."""
DraggedRequest = Generate | Move | Morph
"""What follows a hand: of a client's only the newest waits."""
SoundRequest = Generate | Random | Variation | Encode | Upload | Recall | Move | Morph
Request = Hello | Ping | Status | PadMap | SoundRequest
Part = PartedUpload | Samples
"""What becomes a request (:class:`Upload`) before it reaches the engine."""


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
    """

    sound: SoundReply
    pcm: Pcm
    code: tuple[float, ...]
    to: str | None
    t: float
    fidelity: float | None = None
    original: Pcm | None = None

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
