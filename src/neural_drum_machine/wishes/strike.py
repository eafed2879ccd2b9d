"""Making the sound of a softer stroke: a filter, gains over time, and the level."""

from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.signal.loudness import momentary_loudness
from neural_drum_machine.wishes.envelope import DECAY_DB, Attack, decay_seconds, rest_energies
from neural_drum_machine.wishes.spectrum import filtered as spectrum_filtered
from neural_drum_machine.wishes.spectrum import spectrum_size
from neural_drum_machine.wishes.velocity import BANDS_HZ, Stroke

MOST_LONGER_DB: Final = 9.0
"""A longer decay makes nothing louder than that: the end of a sound is not to rise."""
_STEEPEST: Final = 3.0
"""How much steeper a decay may get, beside its own slope."""
_HALVINGS: Final = 22


def struck(
    samples: FloatArray, sr: int, onset: int, stroke: Stroke, top: float = 1.0
) -> FloatArray:
    """Return a sound as a softer stroke makes it.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(channels, n)``, float32: the sound at velocity 127.
    sr : int
        Sample rate in Hz.
    onset : int
        The sample of its onset.
    stroke : Stroke
        What changes; see :func:`~neural_drum_machine.wishes.velocity.stroke`.
    top : float
        No peak is higher.

    Returns
    -------
    numpy.ndarray
        The same shape. It is louder by ``stroke.level``, or its peak is `top` if that is softer.
        Silence stays silent.
    """
    mono = samples.mean(axis=0)
    if not mono.any():
        return samples
    energies, peak, _ = rest_energies(mono, sr)
    decay = decay_seconds(energies)
    out = filtered(samples, sr, stroke) * Attack(mono, sr, onset).longer(stroke.attack)
    if decay > 0:
        out = out * _decay_gain(out.mean(axis=0), sr, peak, decay, decay * 2**stroke.decay)
    return _levelled(out, samples, sr, stroke.level, top)


def _decay_gain(mono: FloatArray, sr: int, peak: int, now: float, wanted: float) -> FloatArray:
    """Return gains ``(n,)`` that give a sound a decay.

    The sample from which it decays is the same for all velocities, so that none jumps.

    Parameters
    ----------
    mono : numpy.ndarray
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    peak : int
        The sample from which the sound decays.
    now, wanted : float
        The decay at velocity 127, and the one that is wanted, in seconds.
    """
    energies, _, _ = rest_energies(mono, sr, peak)
    since = np.arange(len(energies)) / 1000
    # The most is reached after the decay, or else the whole rest is louder, and no longer.
    low, high = -_STEEPEST * DECAY_DB / now, MOST_LONGER_DB / now
    for _ in range(_HALVINGS):
        rate = (low + high) / 2
        if decay_seconds(energies * _gain(rate, since) ** 2) < wanted:
            low = rate
        else:
            high = rate
    at = np.maximum(0, np.arange(len(mono)) - peak) / sr
    return _gain((low + high) / 2, at).astype(np.float32)


def _gain(rate: float, seconds: DoubleArray) -> DoubleArray:
    """Return gains that rise by `rate` dB a second, up to :data:`MOST_LONGER_DB`."""
    out: DoubleArray = 10 ** (np.minimum(rate * seconds, MOST_LONGER_DB) / 20)
    return out


def filtered(samples: FloatArray, sr: int, stroke: Stroke) -> FloatArray:
    """Return channels ``(channels, n)`` with the levels of bands changed, not normalised."""
    n = samples.shape[1]
    size = spectrum_size(n)
    octaves = np.log2(np.maximum(np.linspace(0, sr / 2, size // 2 + 1), 1) / BANDS_HZ[0])
    gain = np.interp(octaves, np.arange(len(BANDS_HZ)), stroke.bands) * (np.log(10) / 20)
    spectrum = np.fft.rfft(samples, size).astype(np.complex64)
    return spectrum_filtered(spectrum, gain.astype(np.float32))[:, :n]


def _levelled(
    made: FloatArray, before: FloatArray, sr: int, level: float, top: float
) -> FloatArray:
    """Return the sound that was made, louder by `level` dB than it was before."""
    peak = float(np.abs(made).max())
    gain = top / peak if peak > 0 else 0.0
    was, now = (momentary_loudness(each.mean(axis=0), sr) for each in (before, made))
    wanted = 10 ** ((was + level - now) / 20) if np.isfinite(was) and np.isfinite(now) else 0.0
    out: FloatArray = made * np.float32(min(gain, wanted))
    return out
