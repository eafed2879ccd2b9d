"""Making the sound of a softer stroke: a filter, gains over time, and the level."""

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.wishes.envelope import (
    Attack,
    block_energies,
    decay_gain,
    decay_seconds,
    loudest_block,
)
from neural_drum_machine.wishes.spectrum import minimum_phase, spectrum_size
from neural_drum_machine.wishes.velocity import BANDS_HZ, Stroke


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
    attack, decay = Attack(mono, sr, onset).seconds, _decay(mono, sr)
    out = filtered(samples, sr, stroke)
    if attack > 0:
        rise = Attack(out.mean(axis=0), sr, onset)
        out = out * rise.gain(attack * 2**stroke.attack)
    if decay > 0:
        out = out * decay_gain(out.mean(axis=0), sr, decay * 2**stroke.decay)
    return _levelled(out, samples, sr, stroke.level, top)


def filtered(samples: FloatArray, sr: int, stroke: Stroke) -> FloatArray:
    """Return channels ``(channels, n)`` with the levels of bands changed, not normalised."""
    n = samples.shape[1]
    size = spectrum_size(n)
    octaves = np.log2(np.maximum(np.linspace(0, sr / 2, size // 2 + 1), 1) / BANDS_HZ[0])
    gain = np.interp(octaves, np.arange(len(BANDS_HZ)), stroke.bands) * (np.log(10) / 20)
    response = minimum_phase(gain.astype(np.float32))
    out: FloatArray = np.fft.irfft(np.fft.rfft(samples, size) * response, size)[:, :n]
    return out.astype(np.float32)


def _decay(mono: FloatArray, sr: int) -> float:
    energies, _ = block_energies(mono, sr)
    return decay_seconds(energies, loudest_block(energies))


def _levelled(
    made: FloatArray, before: FloatArray, sr: int, level: float, top: float
) -> FloatArray:
    """Return the sound that was made, louder by `level` dB than it was before."""
    peak = float(np.abs(made).max())
    gain = top / peak if peak > 0 else 0.0
    was, now = (loudness(each.mean(axis=0), sr) for each in (before, made))
    # Under −70 LUFS there is no loudness to compare, but there are peaks.
    least = 10 ** (level / 20) * float(np.abs(before).max()) / peak if peak > 0 else 0.0
    wanted = 10 ** ((was + level - now) / 20) if np.isfinite(was) and np.isfinite(now) else least
    out: FloatArray = made * np.float32(min(gain, wanted))
    return out
