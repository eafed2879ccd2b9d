"""Descriptors of one sound: brightness, decay, attack, pitch, noisiness.

Over 250 lines, because the table at the end needs all of them and most lines are documentation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray
from neural_drum_machine.signal.spec import DEFAULT_SPEC

ENVELOPE_STEPS = 16
"""Steps of silence before the envelope of a sound, and length of its windows."""
_WINDOW = np.hanning(ENVELOPE_STEPS + 2)[1:-1]
_WINDOW /= _WINDOW.sum()
PITCH_RANGE_HZ = (30.0, 2000.0)
"""Range in which the pitch of a drum's body is searched."""


def spectral_centroid(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr) -> float:
    """Return the power-weighted mean frequency of a sound.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Hz; 0 for silence.
    """
    return centroid_of(*power_spectrum(samples, sr))


def power_spectrum(samples: npt.ArrayLike, sr: int) -> tuple[DoubleArray, DoubleArray]:
    """Return the power of a sound ``(n,)`` at each frequency, and the frequencies in Hz."""
    x = np.asarray(samples, np.float64)
    power: DoubleArray = np.square(np.abs(np.fft.rfft(x)))
    hz: DoubleArray = np.asarray(np.fft.rfftfreq(len(x), 1 / sr), np.float64)
    return power, hz


def centroid_of(power: DoubleArray, hz: DoubleArray) -> float:
    """Return the power-weighted mean frequency of a spectrum, in Hz; 0 for silence."""
    total = power.sum()
    return float((hz * power).sum() / total) if total > 0 else 0.0


def decay_time(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr, drop_db: float = 20.0) -> float:
    """Return how long a sound takes to decay after its loudest moment, in seconds.

    This is the time from the peak of the 5 ms energy envelope until the remaining energy lies
    `drop_db` below the energy from the peak on (Schroeder's backward integration, 1965).

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    drop_db : float
        Decibels.

    Returns
    -------
    float
        Seconds; 0 for silence.
    """
    energy = np.square(np.asarray(samples, np.float64))
    width = max(1, round(0.005 * sr))
    peak = int(np.convolve(energy, np.ones(width), mode="same").argmax())
    rest = energy[peak:][::-1].cumsum()[::-1]
    if rest[0] <= 0:
        return 0.0
    return float((rest > rest[0] * 10 ** (-drop_db / 10)).sum() / sr)


def step_powers(samples: npt.ArrayLike, sr: int) -> tuple[DoubleArray, int]:
    """Return the power of a sound in steps of 0.5 ms, and the number of samples of a step.

    Value `i` is that of the samples from ``(i - 16) * step`` on: 8 ms of silence come first, so
    that the rise of an immediate attack lies inside. It is the power of the analytic signal,
    because the power of the samples would follow each period of a kick.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    """
    x = np.asarray(samples)
    if x.dtype != np.float32:  # single precision is enough where a sound has no more
        x = x.astype(np.float64)
    size = 1 << len(x).bit_length()
    spectrum = np.fft.rfft(x, size)
    step = max(1, round(0.0005 * sr))
    # It has no negative frequencies, so every second sample of it says all.
    every = 2 if step % 2 == 0 else 1
    analytic = np.zeros(size // every, spectrum.dtype)
    analytic[: size // 2] = 2 * spectrum[:-1]
    analytic[0] = spectrum[0]
    analytic[size // 2 % len(analytic)] += spectrum[-1]
    signal = np.fft.ifft(analytic)[: -(-len(x) // every)] / every
    power = np.square(signal.real) + np.square(signal.imag)
    each = step // every
    padded = np.pad(power, (ENVELOPE_STEPS * each, ENVELOPE_STEPS * each + -len(power) % each))
    return padded.reshape(-1, each).mean(axis=1, dtype=np.float64), step


def envelope(powers: DoubleArray) -> DoubleArray:
    """Return the level in Hann windows of 8 ms from :func:`step_powers`, of the same length.

    The windows are long enough for the level of a noise to be stable to 10 %, and short enough for
    an attack.
    """
    return np.sqrt(np.convolve(powers, _WINDOW, mode="same"))


def rise_steps(envelope: DoubleArray) -> float:
    """Return the number of steps from 10 % to 90 % of an envelope's maximum; 0 for silence."""
    top = envelope.max()
    if top <= 0:
        return 0.0
    times = []
    for share in (0.1, 0.9):
        after = int((envelope >= share * top).argmax())
        before, now = envelope[after - 1], envelope[after]
        times.append(after - (now - share * top) / (now - before))
    return float(times[1] - times[0])


def attack_time(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr) -> float:
    """Return how long a sound's level takes from 10 % to 90 % of its maximum, in seconds.

    These are the fixed thresholds of the log-attack-time (Peeters et al. 2011, section II.B),
    without the logarithm, on an envelope with windows of 8 ms. An immediate attack has 3 to 5 ms,
    the resolution of the windows. The maximum of a noise of constant level lies at a random place:
    noises that hardly decay have up to 10 ms more.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Seconds; 0 for silence.
    """
    powers, step = step_powers(samples, sr)
    return rise_steps(envelope(powers)) * step / sr


def body_pitch(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr) -> float:
    """Return the frequency of the loudest partial after the attack, in Hz.

    The partials of a drum are not harmonic, so the partial of its body stands for the fundamental
    (Fletcher & Rossing 1998, chapter 18). It is the highest peak, interpolated by a parabola
    (Smith & Serra 1987), of the spectrum of a faded stretch of 0.4 s that starts 10 ms after the
    loudest moment.

    The sound counts as tonal if this stretch below 4 kHz repeats itself: its correlation with
    itself two periods later must reach 0.3, and it must hold a tenth of the energy. With these
    limits, of 30 recordings of each category no clap, shaker, tambourine or open hi-hat has a
    pitch, and toms have one. A kick whose pitch falls fast has none.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Hz, 30 to 2000; NaN if the sound is not tonal.
    """
    pitch, tonal = loudest_partial(samples, sr, loudest_sample(samples, sr))
    return pitch if tonal else float("nan")


def loudest_sample(samples: npt.ArrayLike, sr: int) -> int:
    """Return the sample of the loudest moment of a sound ``(n,)``."""
    powers, step = step_powers(samples, sr)
    return max(0, (int(envelope(powers).argmax()) - ENVELOPE_STEPS) * step)


def loudest_partial(samples: npt.ArrayLike, sr: int, peak: int) -> tuple[float, bool]:
    """Return the frequency of the loudest partial after the attack, and whether it is a pitch.

    See :func:`body_pitch`.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.
    peak : int
        The sample of the loudest moment.

    Returns
    -------
    hz : float
        30 to 2000; NaN if the spectrum has no peak there.
    tonal : bool
        Whether the sound repeats itself at this frequency.
    """
    start = peak + round(0.01 * sr)
    body = np.asarray(samples, np.float64)[start : start + round(0.4 * sr)]
    # A stretch shorter than a period of the lowest pitch has no pitch.
    if len(body) < sr / PITCH_RANGE_HZ[0] or not body.any():
        return float("nan"), False
    # Without the fade, the end would cause side lobes that look like partials.
    body = body * np.square(np.cos(np.pi / 2 * np.arange(len(body)) / len(body)))
    size = 1 << (2 * len(body)).bit_length()
    spectrum = np.fft.rfft(body, size)
    power = np.square(np.abs(spectrum))
    low, high, top = (round(f * size / sr) for f in (*PITCH_RANGE_HZ, 2 * PITCH_RANGE_HZ[1]))
    k = low + int(power[low:high].argmax())
    if not low < k < high - 1:
        return float("nan"), False
    left, middle, right = np.log(power[k - 1 : k + 2] + 1e-300)
    pitch = float((k + 0.5 * (left - right) / (left - 2 * middle + right)) * sr / size)
    rumble = power[:low].max() > power[k]
    if rumble or power[low:top].sum() < 0.1 * power.sum():
        return pitch, False
    spectrum[:low] = spectrum[top:] = 0
    within = np.fft.irfft(spectrum, size)[: len(body)]
    lag = round(2 * sr / pitch)
    a, b = within[:-lag], within[lag:]
    scale = np.linalg.norm(a) * np.linalg.norm(b)
    return pitch, bool(scale > 0 and a @ b >= 0.3 * scale)


def noisiness(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr) -> float:
    """Return the share of a sound's energy that is noise rather than partials.

    This is the spectral flatness (geometric over arithmetic mean of the power; Johnston 1988) in
    bands of 500 Hz, weighted with the bands' energies, so that the colour of a noise has no
    influence. It is divided by the flatness of a noise, exp(-0.577), because the power of a noise
    is exponentially distributed.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    float
        Share, 0 (a sine; silence) to 1 (white noise; a click).
    """
    return noisiness_of(power_spectrum(samples, sr)[0], sr)


def noisiness_of(power: DoubleArray, sr: int) -> float:
    """Return the noisiness of a spectrum of `power`; see :func:`noisiness`."""
    total = float(power.sum())
    if total <= 0:
        return 0.0
    edges = np.linspace(0, len(power), max(1, round(sr / 2 / 500)) + 1).astype(int)
    counts = np.diff(edges)
    sums = np.add.reduceat(power, edges[:-1])
    # The floor lies 200 dB below the total power. It only avoids log(0).
    logs = np.add.reduceat(np.log(power + 1e-20 * total), edges[:-1])
    energy = sums.sum()
    flatness = np.exp(logs / counts) / np.maximum(sums / counts, 1e-20 * total)
    return float(min(1.0, (flatness * sums).sum() / energy * np.exp(np.euler_gamma)))


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A quality of a sound, with words for less and for more of it.

    Attributes
    ----------
    name : str
        Its name.
    unit : str
        Unit of its values; empty for a share.
    function : callable
        Takes samples and sample rate, returns the value (NaN if there is none).
    low_word, high_word : str
        Words for a sound with a smaller and with a greater value than another.
    logarithmic : bool
        Whether ratios of values matter, rather than differences.
    """

    name: str
    unit: str
    function: Callable[[npt.ArrayLike, int], float]
    low_word: str
    high_word: str
    logarithmic: bool


DESCRIPTORS = (
    Descriptor("centroid", "Hz", spectral_centroid, "darker", "brighter", True),
    Descriptor("decay", "s", decay_time, "shorter", "longer", True),
    Descriptor("attack", "s", attack_time, "sharper", "softer", True),
    Descriptor("pitch", "Hz", body_pitch, "lower", "higher", True),
    Descriptor("noisiness", "", noisiness, "purer", "noisier", False),
)
"""All descriptors."""


def describe(samples: npt.ArrayLike, sr: int = DEFAULT_SPEC.sr) -> dict[str, float]:
    """Return the value of each descriptor by its name.

    Parameters
    ----------
    samples : array_like
        Shape ``(n,)``.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    dict
        Name to value, in the descriptors' units; pitch may be NaN.
    """
    return {d.name: d.function(samples, sr) for d in DESCRIPTORS}
