"""The sound of one SoundFont region: pitch, loop, filter and envelopes (section 9).

Section numbers are those of the SoundFont Technical Specification 2.04. Not rendered are both
low-frequency oscillators (no drum of a known General MIDI bank uses them), chorus, reverb, and the
release, because the key stays down.
"""

import math

import numpy as np
import numpy.typing as npt
import soxr
from scipy import signal

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.soundfont.format import SampleHeader
from neural_drum_machine.prepare.soundfont.generators import Gen

Amounts = dict[Gen, float]
Curve = npt.NDArray[np.float64]

SILENCE_DB = 100.0
"""A volume envelope that has fallen this far is silent (8.1.2, 37)."""
OPEN_FC, HIGHEST_FC = 13400, 13500
"""Cutoffs in cents. From the first on (18.8 kHz) a filter without resonance is not applied.

It is below the highest, because even velocity 127 lowers the cutoff by 2400/128 cents (8.4.2).
"""
_BLOCK = 16
"""Samples between two steps of a moving filter: 0.4 ms at 44.1 kHz, for clicks of 10 ms."""
_MAX_CENTS = 4800
_MAX_UNROLLED = 2**24
_OVERSAMPLING = 8


def voice(data: FloatArray, sample: SampleHeader, amounts: Amounts, sr: int, n: int) -> FloatArray:
    """Render one region with its key held down.

    Parameters
    ----------
    data : numpy.ndarray
        Shape ``(m,)``, the sample's data, full scale 1.
    sample : SampleHeader
        Its header.
    amounts : dict
        Every generator's amount; see :meth:`Region.amounts`.
    sr : int
        Rate in Hz of the result.
    n : int
        Longest result in samples.

    Returns
    -------
    numpy.ndarray
        Shape ``(k,)``, ``k <= n``, float32: the mean of the two channels that its pan gives
        at constant power (a centred sound 3 dB below its sample, one at either side 6 dB).
    """
    envelope = _volume_envelope(amounts, sr, n)
    x = _pitched(data, sample, amounts, sr, len(envelope))
    x = _filtered(x, amounts, sr)
    angle = (amounts[Gen.PAN] + 500) / 1000 * math.pi / 2
    gain = (math.cos(angle) + math.sin(angle)) / 2 * 10 ** (-amounts[Gen.ATTENUATION] / 200)
    return (x * (gain * envelope[: len(x)])).astype(np.float32)


def _seconds(timecents: float) -> float:
    """Convert a time of 1 ms (−12000) or more; below, by convention, there is none (8.1.2, 34)."""
    return 0.0 if timecents < -12000 else 2 ** (min(timecents, 8000.0) / 1200)


def _times(amounts: Amounts, first: Gen, key_hold: Gen, key_decay: Gen) -> list[float]:
    """Return delay, attack, hold and decay in s (8.1.2, 25 to 28 and 33 to 36)."""
    delay, attack, hold, decay = (amounts[Gen(first + i)] for i in range(4))
    # The shortest delay would only put 1 ms of silence before every sound.
    delay = delay if delay > -12000 else -math.inf
    # Higher keys hold and decay faster; key 60 as written.
    distance = 60 - amounts[Gen.KEY]
    hold, decay = hold + amounts[key_hold] * distance, decay + amounts[key_decay] * distance
    return [_seconds(value) for value in (delay, attack, max(hold, -12000), max(decay, -12000))]


def _volume_envelope(amounts: Amounts, sr: int, n: int) -> Curve:
    """Amplitude over time, cut where it stays silent (8.1.2, 33 to 37).

    The attack is straight in amplitude, the decay in dB: 100 dB in its time. A bank that
    leaves the attack alone gets 1 ms, which also takes the click off samples that begin
    with a step.
    """
    delay, attack, hold, decay = _times(amounts, Gen.VOL_DELAY, Gen.KEY_VOL_HOLD, Gen.KEY_VOL_DECAY)
    sustain = amounts[Gen.VOL_SUSTAIN] / 10
    fallen = delay + attack + hold + decay
    if sustain >= SILENCE_DB:
        n = min(n, math.ceil(fallen * sr))
    t = np.arange(n) / sr - delay
    down = np.maximum(t - attack - hold, 0)
    loss = np.minimum(down * (SILENCE_DB / decay), sustain)
    level: Curve = 10 ** (-loss / 20)
    if attack:
        level *= np.clip(t / attack, 0, 1)
    return np.where(t < 0, 0.0, level)


def _mod_envelope(amounts: Amounts, t: Curve) -> Curve:
    """Return the modulation envelope, 0 to 1, at the times `t` in s (8.1.2, 25 to 29)."""
    delay, attack, hold, decay = _times(amounts, Gen.MOD_DELAY, Gen.KEY_MOD_HOLD, Gen.KEY_MOD_DECAY)
    rest = 1 - amounts[Gen.MOD_SUSTAIN] / 1000
    t = t - delay
    down = np.maximum(t - attack - hold, 0)
    level: Curve = np.maximum(1 - down / decay, rest)
    if attack:
        # Convex: 1 less the level in dB over 96 dB.
        rise = np.maximum(1 + 400 / 960 * np.log10(np.clip(t / attack, 1e-9, 1)), 0)
        level = np.where(t < attack, rise, level)
    return np.where(t < 0, 0.0, level)


def _pitched(
    data: FloatArray, sample: SampleHeader, amounts: Amounts, sr: int, n: int
) -> FloatArray:
    """Loop and transpose the sample to at most `n` samples at `sr` (8.1.2, 0 to 4, 51 to 58)."""

    def moved(at: int, fine: Gen, coarse: Gen) -> int:
        return round(at + amounts[fine] + 32768 * amounts[coarse])

    start = min(max(moved(0, Gen.START, Gen.START_COARSE), 0), len(data))
    end = min(max(moved(len(data), Gen.END, Gen.END_COARSE), start), len(data))
    loop_start = moved(sample.loop_start, Gen.LOOP_START, Gen.LOOP_START_COARSE) - start
    loop_end = moved(sample.loop_end, Gen.LOOP_END, Gen.LOOP_END_COARSE) - start
    x = data[start:end]

    root = amounts[Gen.ROOT_KEY] if amounts[Gen.ROOT_KEY] >= 0 else sample.root
    cents = (amounts[Gen.KEY] - root) * amounts[Gen.SCALE_TUNING]
    cents += 100 * amounts[Gen.COARSE_TUNE] + amounts[Gen.FINE_TUNE] + sample.correction
    steps = np.full(1, cents)
    depth = amounts[Gen.MOD_ENV_PITCH]
    if depth:
        steps = cents + depth * _mod_envelope(amounts, np.arange(n) / sr)
    # Source samples per output sample.
    steps = 2 ** (np.clip(steps, -_MAX_CENTS, _MAX_CENTS) / 1200) * sample.rate / sr
    needed = math.ceil(float(steps.sum()) if depth else n * float(steps[0])) + 2
    # Modes 1 and 3 loop while the key is down (8.1.2, 54); 6.2 gives the borders.
    if int(amounts[Gen.SAMPLE_MODES]) in (1, 3) and 0 <= loop_start < loop_end <= len(x):
        needed = min(needed, _MAX_UNROLLED)
        loop = x[loop_start:loop_end]
        turns = max(0, math.ceil((needed - loop_end) / len(loop)))
        x = np.concatenate([x[:loop_end], np.tile(loop, turns)])
    x = x[:needed]
    if not len(x) or not n:
        return np.zeros(0, np.float32)
    if depth:
        # Interpolated linearly between eightfold samples: 48 dB clean up to 10 kHz.
        fine = soxr.resample(x, 1, _OVERSAMPLING, quality="HQ")
        at = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
        at = at[at < len(x)] * _OVERSAMPLING
        return np.asarray(np.interp(at, np.arange(len(fine)), fine), dtype=np.float32)
    if abs(steps[0] - 1) > 1e-6:
        x = soxr.resample(x, float(steps[0]) * sr, sr, quality="HQ")
    return np.asarray(x[:n], dtype=np.float32)


def _filtered(x: FloatArray, amounts: Amounts, sr: int) -> FloatArray:
    """Apply the low-pass filter: two poles, resonance over the level at 0 Hz (8.1.2, 8, 9)."""
    depth, q = amounts[Gen.MOD_ENV_FC], amounts[Gen.FILTER_Q]
    cutoff = np.full(1, amounts[Gen.FILTER_FC])
    if depth:
        centres = (np.arange(0, len(x), _BLOCK) + _BLOCK / 2) / sr
        cutoff = cutoff + depth * _mod_envelope(amounts, centres)
    if not len(x) or (q == 0 and cutoff.min() >= OPEN_FC):
        return x
    # 8.176 Hz is 0 cents. Above 0.45 of the rate the bilinear transform has no room.
    hertz = np.minimum(8.176 * 2 ** (np.clip(cutoff, 1500, HIGHEST_FC) / 1200), 0.45 * sr)
    filters = [_biquad(fc, q, sr) for fc in hertz.tolist()]
    if depth:
        return _moving_filter(x, filters)
    ((b, a1, a2),) = filters
    section = [[b, 2 * b, b, 1.0, a1, a2]]
    return np.asarray(signal.sosfilt(section, x.astype(np.float64)), dtype=np.float32)


def _biquad(fc: float, q: float, sr: int) -> tuple[float, float, float]:
    """Return b0 (b1 is twice, b2 as much), a1 and a2 of the low-pass filter."""
    # At resonance 0 the peak is flat (Butterworth); 9.1.3 shares the peak between both sides.
    resonance = 10 ** (q / 200) / math.sqrt(2)
    gain = 10 ** (-q / 400)
    w = 2 * math.pi * fc / sr
    alpha = math.sin(w) / (2 * resonance)
    b = gain * (1 - math.cos(w)) / 2 / (1 + alpha)
    return b, -2 * math.cos(w) / (1 + alpha), (1 - alpha) / (1 + alpha)


def _moving_filter(x: FloatArray, filters: list[tuple[float, float, float]]) -> FloatArray:
    """Apply a filter that changes at every block; the last values carry over."""
    out: list[float] = []
    y1 = y2 = x1 = x2 = 0.0
    for number, (b, a1, a2) in enumerate(filters):
        for x0 in x[number * _BLOCK : (number + 1) * _BLOCK].tolist():
            y0 = b * (x0 + 2 * x1 + x2) - a1 * y1 - a2 * y2
            x2, x1, y2, y1 = x1, x0, y1, y0
            out.append(y0)
    return np.array(out, dtype=np.float32)
