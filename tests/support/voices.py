"""Synthesised drums, and how they are measured."""

from functools import cache

import numpy as np

from neural_drum_machine.prepare.derived import voices

SR = 44100


def middle(category: str, **changes: float) -> dict[str, float]:
    """The middle of every range, dry, with some values changed."""
    values = {p.name: p.at(0.5) for p in voices.ranges(category)}
    dry = {"room": 0.0, "tilt": 0.0, "wash": 1e-4, "top": 22000.0}
    return {**values, **dry, **changes}


@cache
def sounds(category: str, n: int = 20) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [voices.render(category, voices.draw(category, rng), i) for i in range(n)]


def spectrum(x: np.ndarray, size: int = 65536) -> tuple[np.ndarray, np.ndarray]:
    return np.fft.rfftfreq(size, 1 / SR), np.abs(np.fft.rfft(x, size)) ** 2


def share_above(x: np.ndarray, hertz: float) -> float:
    f, power = spectrum(x)
    return float(power[f > hertz].sum() / power.sum())


def loudest(x: np.ndarray, low: float = 20.0) -> float:
    f, power = spectrum(x)
    return float(f[np.where(f > low, power, 0.0).argmax()])


def envelope(x: np.ndarray, seconds: float) -> np.ndarray:
    n = round(seconds * SR)
    return np.sqrt(np.convolve(x**2, np.ones(n) / n))[: len(x)]


def decay_time(x: np.ndarray, db: float) -> float:
    e = envelope(x, 0.006)
    return float(np.flatnonzero(e > e.max() * 10 ** (-db / 20))[-1] / SR)


def onsets(x: np.ndarray) -> int:
    """Peaks of the level that rise at least 4 dB out of a dip and reach −20 dB."""
    e = 20 * np.log10(envelope(x, 0.002) + 1e-6)
    e -= e.max()
    count, low, high, rising = 1, 0.0, e[0], False
    low = high = float(e[: round(0.003 * SR)].max())
    for value in e[round(0.003 * SR) :]:
        if rising:
            high = max(high, value)
            if value < high - 4:
                rising, low = False, value
        else:
            low = min(low, value)
            if value > max(low + 4, -20):
                rising, high, count = True, value, count + 1
    return count
