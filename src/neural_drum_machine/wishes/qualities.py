"""The qualities that can be wished for, their units, and how a sound is measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.signal.descriptors import (
    ENVELOPE_STEPS,
    attack_time,
    body_pitch,
    centroid_of,
    decay_time,
    envelope,
    loudest_partial,
    noisiness,
    noisiness_of,
    power_spectrum,
    rise_steps,
    spectral_centroid,
    step_powers,
)
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.wishes.sweep import sweep_octaves

LEVEL: Final = "loudness"
"""The quality that is a matter of level: it has no part in a sound's shape."""
LOW_HZ: Final = 200.0
"""What lies under it is the body."""
AIR_HZ: Final = 11_000.0
"""What lies over it is the air."""
_SILENT_DB: Final = -80.0
"""Levels under it are not told apart."""

Measure = Callable[[npt.ArrayLike, int], float]


def _ratio_db(part: float, rest: float) -> float:
    if part + rest <= 0:
        return float("nan")
    least = 10 ** (_SILENT_DB / 10)
    return float(10 * np.log10((part / (part + rest) + least) / (rest / (part + rest) + least)))


def body_level(samples: npt.ArrayLike, sr: int) -> float:
    """Return the energy under 200 Hz over that of the rest, in dB.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        dB, −80 to 80; NaN for silence.
    """
    return _body_of(*power_spectrum(samples, sr))


def _body_of(power: DoubleArray, hz: DoubleArray) -> float:
    return _ratio_db(float(power[hz < LOW_HZ].sum()), float(power[hz >= LOW_HZ].sum()))


def air_level(samples: npt.ArrayLike, sr: int) -> float:
    """Return the energy above 11 kHz over that of the rest, in dB.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        dB, −80 to 80; NaN for silence.
    """
    return _air_of(*power_spectrum(samples, sr))


def _air_of(power: DoubleArray, hz: DoubleArray) -> float:
    return _ratio_db(float(power[hz >= AIR_HZ].sum()), float(power[hz < AIR_HZ].sum()))


@dataclass(frozen=True, slots=True)
class Quality:
    """A quality of a sound that can be wished for.

    Attributes
    ----------
    name : str
        Its name in wishes.
    unit : str
        The unit of its values; empty for a share.
    measure : callable
        Takes samples ``(n,)`` and a sample rate in Hz. Returns the value, NaN if there is none.
    low_word, high_word : str
        Words for a sound with a smaller and with a greater value than another.
    logarithmic : bool
        Whether ratios of values matter, rather than differences.
    limits : tuple of (float, float)
        The least and the greatest value that is a meaningful wish for any drum.
    tolerance : float
        A wish is met if the value lies as near on the quality's :meth:`scale`.
    """

    name: str
    unit: str
    measure: Measure
    low_word: str
    high_word: str
    logarithmic: bool
    limits: tuple[float, float]
    tolerance: float

    def scale(self, value: float) -> float:
        """Return a value on the scale on which equal steps sound equal: octaves, or itself."""
        return float(np.log2(value)) if self.logarithmic else float(value)

    def unscale(self, value: float) -> float:
        """Return the value of a place on that scale."""
        return float(2.0**value) if self.logarithmic else float(value)


QUALITIES: Final = (
    Quality("pitch", "Hz", body_pitch, "lower", "higher", True, (20.0, 2000.0), 1 / 24),
    Quality("sweep", "oct", sweep_octaves, "steadier", "falling more", False, (-2.0, 4.0), 0.1),
    Quality("decay", "s", decay_time, "shorter", "longer", True, (0.003, 3.0), 1 / 6),
    Quality("attack", "s", attack_time, "sharper", "softer", True, (0.002, 0.3), 1 / 3),
    Quality(
        "brightness", "Hz", spectral_centroid, "darker", "brighter", True, (30.0, 20_000.0), 0.15
    ),
    Quality("noisiness", "", noisiness, "purer", "noisier", False, (0.0, 1.0), 0.08),
    Quality("body", "dB", body_level, "thinner", "fuller", False, (-80.0, 80.0), 1.5),
    Quality("air", "dB", air_level, "duller", "airier", False, (-80.0, 80.0), 1.5),
    Quality(LEVEL, "LUFS", loudness, "quieter", "louder", False, (-60.0, 0.0), 0.5),
)
"""All qualities."""
BY_NAME: Final = {quality.name: quality for quality in QUALITIES}
"""The same by their names, in the same order."""


def describe(samples: npt.ArrayLike, sr: int) -> dict[str, float]:
    """Return the value of each quality of a sound by its name.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)`` or ``(channels, n)``; of several channels, their mean is measured.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    dict
        Name to value, in the qualities' units; NaN where a sound has none, such as the pitch of a
        clap.
    """
    x = np.asarray(samples)
    mono = x if x.ndim == 1 else x.mean(axis=0)
    # The same as each quality's own function, but spectrum and envelope are computed once.
    power, hz = power_spectrum(mono, sr)
    powers, step = step_powers(mono, sr)
    level = envelope(powers)
    peak = max(0, (int(level.argmax()) - ENVELOPE_STEPS) * step)
    hz_of_partial, tonal = loudest_partial(mono, sr, peak)
    return {
        "pitch": hz_of_partial if tonal else float("nan"),
        "sweep": sweep_octaves(mono, sr),
        "decay": decay_time(mono, sr),
        "attack": rise_steps(level) * step / sr,
        "brightness": centroid_of(power, hz),
        "noisiness": noisiness_of(power, sr),
        "body": _body_of(power, hz),
        "air": _air_of(power, hz),
        LEVEL: loudness(mono, sr),
    }
