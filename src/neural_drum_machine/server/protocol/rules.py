"""What a message may hold: names, types and limits, and the errors that say so."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from neural_drum_machine.detail.noise import TAKES
from neural_drum_machine.errors import ServerError
from neural_drum_machine.latent.controls import MAX_CONTROL
from neural_drum_machine.latent.prior import MAX_WILD
from neural_drum_machine.model_file.layout import MAX_LATENT_DIM

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
class Rule:
    """What a field may hold: its type, and limits, both included (of several: of their number)."""

    kind: type
    low: float = 0
    high: float = MAX_INT
    each: float = math.inf
    """Largest magnitude of each of several numbers."""

    def check(self, name: str, value: Any) -> Any:
        """Return the value of a field as its type.

        Raises
        ------
        ProtocolError
            If it is not of that type, not finite, or outside the limits.
        """
        if self.kind is str:
            return self._text(name, value)
        if self.kind is bytes:
            return self._bytes(name, value)
        if self.kind is tuple:
            return self._numbers(name, value)
        return self._number(name, value)

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise bad(f"{name} must be a word, got {shown(value)}")
        if len(value) > MAX_STRING:
            raise bad(f"{name} may have {MAX_STRING} characters, got {len(value)}")
        return value

    def _bytes(self, name: str, value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise bad(f"{name} must be the bytes of a sound file, got {type(value).__name__}")
        if not self.low <= len(value) <= self.high:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"{name} must be {self.low:.0f} to {self.high:.0f} bytes long, got {len(value)}"
                + ("" if value else ": the file is empty"),
            )
        return value

    def _numbers(self, name: str, value: Any) -> tuple[float, ...]:
        if not isinstance(value, list | tuple):
            raise bad(f"{name} must be a list of numbers, got {shown(value)}")
        if not self.low <= len(value) <= self.high:
            raise ProtocolError(
                ErrorCode.OUT_OF_RANGE,
                f"{name} must be {self.low:g} to {self.high:g} numbers, got {len(value)}",
            )
        for each in value:
            if isinstance(each, bool) or not isinstance(each, int | float):
                raise bad(f"{name} must be numbers, got {shown(each)}")
            if not _is_finite(each):
                raise bad(f"{name} must be finite numbers, got {shown(each)}")
            if abs(each) > self.each:
                raise ProtocolError(
                    ErrorCode.OUT_OF_RANGE,
                    f"{name} must lie between {-self.each:g} and {self.each:g}, got {each!r}",
                )
        return tuple(map(float, value))

    def _number(self, name: str, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad(f"{name} must be a number, got {shown(value)}")
        if not _is_finite(value):
            raise bad(f"{name} must be a finite number, got {shown(value)}")
        if self.kind is int and value != int(value):
            raise bad(f"{name} must be a whole number, got {value!r}")
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


def bad(sentence: str) -> ProtocolError:
    """Return the error of a message that does not say what it must."""
    return ProtocolError(ErrorCode.BAD_MESSAGE, sentence)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}"


def shown(value: Any) -> str:
    """Return a value as it may stand in a sentence: never longer than 40 characters."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


_CONTROL: Final = Rule(float, -1, 1)
RULES: Final[Mapping[str, Rule]] = {
    "id": Rule(int),
    "n": Rule(int),
    "category": Rule(str),
    "p1": _CONTROL,
    "p2": _CONTROL,
    "p3": _CONTROL,
    "range": Rule(float, 0, MAX_CONTROL),
    "seed": Rule(int),
    "wild": Rule(float, 0, MAX_WILD),
    "take": Rule(int, 0, TAKES - 1),
    "inverter": Rule(str),
    "length": Rule(float, MIN_LENGTH_MS, MAX_LENGTH_MS),
    "of": Rule(int),
    "amount": Rule(float, 0, MAX_AMOUNT),
    "audio": Rule(bytes, 1, MAX_AUDIO_BYTES),
    "code": Rule(tuple, 1, MAX_LATENT_DIM, MAX_CODE),
    "to": Rule(str),
    "to_code": Rule(tuple, 1, MAX_LATENT_DIM, MAX_CODE),
    "t": Rule(float, 0, 1),
    "total": Rule(int, 1, MAX_UPLOAD_SECONDS * MAX_RATE_HZ),
    "sr": Rule(int, MIN_RATE_HZ, MAX_RATE_HZ),
    "offset": Rule(int, 0, MAX_UPLOAD_SECONDS * MAX_RATE_HZ - 1),
    "samples": Rule(tuple, 1, MAX_PART, each=3.4e38),  # single precision's reach
}
"""A name means the same in every request."""
