"""The limits that the server tells a page, so that the page need not repeat them."""

from dataclasses import dataclass
from typing import Final

from neural_drum_machine.detail.noise import TAKES
from neural_drum_machine.latent.controls import MAX_CONTROL
from neural_drum_machine.latent.prior import MAX_WILD
from neural_drum_machine.server.protocol.bounds import (
    MAX_AMOUNT,
    MAX_AUDIO_BYTES,
    MAX_LENGTH_MS,
    MAX_WAITING,
    MIN_LENGTH_MS,
    RECENT_SOUNDS,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that a client has to know.

    Attributes
    ----------
    takes : int
        Number of takes: `take` is 0 to one less.
    recent_sounds : int
        How many of a client's last sounds variations and encodings may name by their ids.
    waiting : int
        Requests of one client that may wait, besides its newest drag.
    audio_bytes : int
        Size of an uploaded file.
    amount, wild, control : float
        The largest `amount` and `wild`, and the largest magnitude of a place on an axis (`p1`,
        `p2` or `p3` times `range`).
    length_ms : tuple of float
        The shortest and the longest `length`, in milliseconds.
    """

    takes: int
    recent_sounds: int
    waiting: int
    audio_bytes: int
    amount: float
    wild: float
    control: float
    length_ms: tuple[float, float]


LIMITS: Final = Limits(
    takes=TAKES,
    recent_sounds=RECENT_SOUNDS,
    waiting=MAX_WAITING,
    audio_bytes=MAX_AUDIO_BYTES,
    amount=MAX_AMOUNT,
    wild=MAX_WILD,
    control=MAX_CONTROL,
    length_ms=(MIN_LENGTH_MS, MAX_LENGTH_MS),
)
