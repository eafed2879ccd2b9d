"""What a client may ask: every value is checked when a request is built."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Self

from neural_drum_machine.latent.prior import DEFAULT_WILD
from neural_drum_machine.server.protocol.rules import (
    MAX_UPLOAD_SECONDS,
    RULES,
    UNREADABLE_ID,
    ErrorCode,
    ProtocolError,
    bad,
    shown,
)


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
                    raise bad(
                        f"{cls.name} has no {shown(name)}; it takes {', '.join(known) or 'nothing'}"
                    )
            missing = [name for name in cls.required() if name not in values]
            if missing:
                raise bad(f"{cls.name} lacks {', '.join(missing)}")
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
