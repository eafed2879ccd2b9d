"""Air: the levels of eight bands from 10.5 to 20 kHz, which the core at 22,050 Hz does not have.

Up there drums are noise, or so dense in partials that an ear cannot tell them from noise. So a few
levels suffice, as in the bandwidth extension of AMR-WB+ (3GPP TS 26.290, section 5.5).
:mod:`neural_drum_machine.detail.air` plays them.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.signal.full_hit import FULL_SR
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.windows import hann

AIR_BANDS: Final = 8
AIR_RANGE_HZ: Final = (10_500.0, 20_000.0)
"""Below 10.5 kHz the core is complete: the filter that takes it to 22,050 Hz falls from 10.1 to
11 kHz. Over 20 kHz nobody hears anything."""
AIR_WINDOW: Final = 1024
"""Samples at 44,100 Hz of a Hann window: 23 ms, twice the step."""
AIR_FLOOR: Final = 1e-4
"""Added to levels before the logarithm: −80 dB of a core that peaks at 1."""


@lru_cache(maxsize=1)
def air_bins() -> IntArray:
    """Return the first bin of each band and the one after the last, shape ``(AIR_BANDS + 1,)``.

    The bands are equally wide on a logarithmic scale.
    """
    edges = np.geomspace(*AIR_RANGE_HZ, AIR_BANDS + 1)
    out: IntArray = np.round(edges * AIR_WINDOW / FULL_SR).astype(np.int64)
    out.setflags(write=False)
    return out


@lru_cache(maxsize=1)
def air_window() -> FloatArray:
    """Return the periodic Hann window, shape ``(AIR_WINDOW,)``."""
    out: FloatArray = hann(AIR_WINDOW).astype(np.float32)
    out.setflags(write=False)
    return out


def air_hop(spec: AudioSpec) -> int:
    """Return the samples at 44,100 Hz between two frames of a spec."""
    return spec.hop_length * FULL_SR // spec.sr


def air_levels(full: npt.ArrayLike, gain: float, spec: AudioSpec) -> FloatArray:
    """Return the air of a hit.

    Parameters
    ----------
    full : array_like
        Shape ``(n,)``: a hit at 44,100 Hz with its onset at sample 256
        (:class:`neural_drum_machine.signal.full_hit.FullHit`).
    gain : float
        The factor to the core's scale (`gain` of :class:`neural_drum_machine.signal.hit.Hit`).
    spec : AudioSpec
        The core's format, with its onset at the same time. Frame `t` is centred on the same moment
        as frame `t` of the core's mel spectrogram.

    Returns
    -------
    numpy.ndarray
        Shape ``(AIR_BANDS, n_frames)``, float32, natural logarithms of the band's RMS plus
        :data:`AIR_FLOOR`: −9.21 for silence.
    """
    hop, half = air_hop(spec), AIR_WINDOW // 2
    samples = np.asarray(full, np.float32)
    # Only the frames that see any of the sound are computed.
    n_frames = min(spec.n_frames, 1 + (len(samples) + half) // hop)
    length = (n_frames - 1) * hop + AIR_WINDOW
    padded = np.zeros(length, np.float32)
    body = samples[: length - half]
    padded[half : half + len(body)] = body * np.float32(gain)
    frames = np.lib.stride_tricks.sliding_window_view(padded, AIR_WINDOW)[::hop]
    window = air_window()
    bins = air_bins()
    spectrum = np.fft.rfft(frames * window)[:, : bins[-1]]
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    sums = np.add.reduceat(power, bins[:-1], axis=1).T
    # Parseval: each bin stands for two, and the window's power is taken out.
    rms = np.sqrt(sums * (2 / AIR_WINDOW / float(np.square(window).sum())))
    out = np.full((AIR_BANDS, spec.n_frames), np.log(np.float32(AIR_FLOOR)))
    out[:, :n_frames] = np.log(rms + np.float32(AIR_FLOOR))
    return out
