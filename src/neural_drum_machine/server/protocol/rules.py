"""Types and limits of all values in messages, and the errors that name them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.detail.noise import TAKES
from neural_drum_machine.exemplars.overlay import MOST
from neural_drum_machine.kits.bounds import MOST_LAYERS, MOST_ROUND_ROBINS
from neural_drum_machine.latent.controls import MAX_CONTROL
from neural_drum_machine.latent.prior import MAX_WILD
from neural_drum_machine.model_file.layout import MAX_LATENT_DIM
from neural_drum_machine.server.protocol.axis_steps import read_steps
from neural_drum_machine.server.protocol.bounds import (
    CHANNELS,
    LAST_OWN,
    MAX_AMOUNT,
    MAX_AUDIO_BYTES,
    MAX_BARS,
    MAX_CODE,
    MAX_EXAMPLES,
    MAX_FORM_BYTES,
    MAX_HITS,
    MAX_INT,
    MAX_LENGTH_MS,
    MAX_MIDI_BYTES,
    MAX_NEAR,
    MAX_PART,
    MAX_RATE_HZ,
    MAX_STRING,
    MAX_UPLOAD_SECONDS,
    MIN_LENGTH_MS,
    MIN_RATE_HZ,
    ROUNDING,
)
from neural_drum_machine.server.protocol.error_codes import ErrorCode, ProtocolError
from neural_drum_machine.wishes.qualities import QUALITIES
from neural_drum_machine.wishes.velocity import LOUDEST

_SHOWN: Final = 40
_SHOWN_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class FieldRule:
    """The type and the limits of a field.

    Attributes
    ----------
    kind : type
        ``int``, ``float``, ``bool``, ``str``, ``bytes``, ``tuple`` (several numbers), ``list``
        (steps along taught axes) or ``dict`` (a kit, a groove).
    low, high : float
        Limits, both included: of a number itself, of the length of bytes and tuples. A number
        beyond them by no more than :data:`ROUNDING` becomes the limit.
    each : float
        The largest magnitude of each number of a tuple.
    """

    kind: type
    low: float = 0
    high: float = MAX_INT
    each: float = math.inf

    def check(self, name: str, value: Any) -> Any:
        """Return the value of a field, converted to its type.

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
        if self.kind is list:
            return read_steps(name, value)
        if self.kind is dict:
            return self._object(name, value)
        if self.kind is bool:
            return self._truth(name, value)
        return self._number(name, value)

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise bad(f"{name} must be a word, got {shown(value)}")
        if len(value) > MAX_STRING:
            raise bad(f"{name} may have {MAX_STRING} characters, got {len(value)}")
        return value

    def _object(self, name: str, value: Any) -> Any:
        if not isinstance(value, dict):
            raise bad(f"{name} must be an object, got {shown(value)}")
        return value

    def _truth(self, name: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise bad(f"{name} must be true or false, got {shown(value)}")
        return value

    def _bytes(self, name: str, value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise bad(f"{name} must be the bytes of a file, got {type(value).__name__}")
        if not self.low <= len(value) <= self.high:
            raise out_of_range(
                f"{name} must be {self.low:.0f} to {self.high:.0f} bytes long, got {len(value)}"
                + ("" if value else ": the file is empty")
            )
        return value

    def _numbers(self, name: str, value: Any) -> tuple[float, ...] | npt.NDArray[np.floating[Any]]:
        if not isinstance(value, list | tuple | np.ndarray):
            raise bad(f"{name} must be a list of numbers, got {shown(value)}")
        if not self.low <= len(value) <= self.high:
            raise out_of_range(
                f"{name} must be {self.low:g} to {self.high:g} numbers, got {len(value)}"
            )
        if isinstance(value, np.ndarray) and np.isfinite(value).all():
            return value  # of single precision: none is beyond what that holds
        for each in value:
            if isinstance(each, bool) or not isinstance(each, int | float | np.floating):
                raise bad(f"{name} must be numbers, got {shown(each)}")
            if not _is_finite(each):
                raise bad(f"{name} must be finite numbers, got {shown(each)}")
        return tuple(within(name, float(each), -self.each, self.each) for each in value)

    def _number(self, name: str, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise bad(f"{name} must be a number, got {shown(value)}")
        if not _is_finite(value):
            raise bad(f"{name} must be a finite number, got {shown(value)}")
        if self.kind is int and value != int(value):
            raise bad(f"{name} must be a whole number, got {value!r}")
        if self.kind is float:
            return float(within(name, value, self.low, self.high))
        # Single precision has no 2**31 - 1: a client that sends its numbers as f sends 2**31.
        is_rounded = isinstance(value, float) and value == float(np.float32(self.high))
        return int(self.high if is_rounded else within(name, value, self.low, self.high, 0.0))


def within(
    what: str, value: float, low: float, high: float, rounding: float = ROUNDING
) -> int | float:
    """Return a number between two limits; one that lies beyond by rounding only becomes the limit.

    Parameters
    ----------
    what : str
        The number's name, for the error.
    value : float
        A finite number.
    low, high : float
        The limits, both included.
    rounding : float
        How far the number may lie beyond, as a share of the larger limit's magnitude.

    Raises
    ------
    ProtocolError
        If it lies further out. The message names all three numbers.
    """
    clamped = min(max(value, low), high)
    if abs(value - clamped) <= rounding * max(abs(low), abs(high)):
        return clamped
    got = number_text(value)
    if low <= float(got) <= high:  # six digits round to a number that would be allowed
        got = repr(value)
    raise out_of_range(
        f"{what} must lie between {number_text(low)} and {number_text(high)}, got {got}"
    )


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False


def bad(sentence: str) -> ProtocolError:
    """Return the error of a message that is not what it must be."""
    return ProtocolError(ErrorCode.BAD_MESSAGE, sentence)


def out_of_range(sentence: str) -> ProtocolError:
    """Return the error of a value that is outside its limits."""
    return ProtocolError(ErrorCode.OUT_OF_RANGE, sentence)


def number_text(value: float) -> str:
    """Return a number for a sentence: a whole one in full, others to six digits."""
    is_short = value == int(value) and abs(value) < 1e15
    return str(int(value)) if is_short else f"{value:.6g}"


def shown(value: Any) -> str:
    """Return a value for a sentence: its ``repr``, never longer than 40 characters."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def shown_name(name: str) -> str:
    """Return a file's name for a sentence: at most 100 characters, all of them printable.

    Line ends, control characters, marks that reverse the text, and halves of surrogate pairs
    become ``�``.
    """
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    return text if len(text) <= _SHOWN_NAME else f"{text[: _SHOWN_NAME - 3]}..."


_P: Final = FieldRule(float, -MAX_CONTROL, MAX_CONTROL)
RULES: Final[Mapping[str, FieldRule]] = {
    "id": FieldRule(int),
    "n": FieldRule(int),
    "category": FieldRule(str),
    "p1": _P,
    "p2": _P,
    "p3": _P,
    "range": FieldRule(float, 0, MAX_CONTROL),
    "seed": FieldRule(int),
    "wild": FieldRule(float, 0, MAX_WILD),
    "take": FieldRule(int, 0, TAKES - 1),
    "inverter": FieldRule(str),
    "engine": FieldRule(str),
    "length": FieldRule(float, MIN_LENGTH_MS, MAX_LENGTH_MS),
    "of": FieldRule(int),
    "amount": FieldRule(float, 0, MAX_AMOUNT),
    "audio": FieldRule(bytes, 1, MAX_AUDIO_BYTES),
    "name": FieldRule(str),
    "code": FieldRule(tuple, 1, MAX_LATENT_DIM, MAX_CODE),
    "to": FieldRule(str),
    "to_code": FieldRule(tuple, 1, MAX_LATENT_DIM, MAX_CODE),
    "t": FieldRule(float, 0, 1),
    "exemplars": FieldRule(tuple, 0, 2 * MOST, LAST_OWN),
    "to_exemplars": FieldRule(tuple, 0, 2 * MOST, LAST_OWN),
    "blend": FieldRule(float, 0, 1),
    "form": FieldRule(bytes, 1, MAX_FORM_BYTES),
    "sound": FieldRule(int),
    "sounds": FieldRule(tuple, 2, 2 * MOST, MAX_INT),
    "first": FieldRule(int),
    "count": FieldRule(int, 1, MAX_NEAR),
    "among": FieldRule(str),
    "pitch_range": FieldRule(str),
    "decay_range": FieldRule(str),
    "brightness_range": FieldRule(str),
    "attack_range": FieldRule(str),
    "noisiness_range": FieldRule(str),
    "loudness_range": FieldRule(str),
    "length_range": FieldRule(str),
    "total": FieldRule(int, 1, CHANNELS * MAX_UPLOAD_SECONDS * MAX_RATE_HZ),
    "sr": FieldRule(int, MIN_RATE_HZ, MAX_RATE_HZ),
    "offset": FieldRule(int, 0, CHANNELS * MAX_UPLOAD_SECONDS * MAX_RATE_HZ - 1),
    "samples": FieldRule(tuple, 1, MAX_PART, each=3.4e38),  # what single precision holds
    "velocity": FieldRule(int, 1, LOUDEST),
    "kit": FieldRule(dict),
    "style": FieldRule(str),
    "like": FieldRule(int, 0),
    "voices": FieldRule(int, 8, 16),
    "voice": FieldRule(str),
    "hits": FieldRule(int, 1, MAX_HITS),
    "groove": FieldRule(dict),
    "midi": FieldRule(bytes, 1, MAX_MIDI_BYTES),
    "channel": FieldRule(int, 1, 16),
    "track": FieldRule(int, 1, 65_535),
    "bars": FieldRule(int, 1, MAX_BARS),
    "rate": FieldRule(int),
    "bits": FieldRule(str),
    "stems": FieldRule(bool),
    "missing": FieldRule(str),
    "format": FieldRule(str),
    "layers": FieldRule(int, 1, MOST_LAYERS),
    "round_robins": FieldRule(int, 1, MOST_ROUND_ROBINS),
    "normalise": FieldRule(str),
    "trim": FieldRule(bool),
    "bake_mix": FieldRule(bool),
    "channels": FieldRule(int, 1, CHANNELS),
    "source_channels": FieldRule(int, 1, CHANNELS),
    "axes": FieldRule(list),
    "more": FieldRule(tuple, 0, MAX_EXAMPLES, MAX_INT),
    "less": FieldRule(tuple, 0, MAX_EXAMPLES, MAX_INT),
    **{quality.name: FieldRule(float, *quality.limits) for quality in QUALITIES},
}
"""A name means the same in every request."""
