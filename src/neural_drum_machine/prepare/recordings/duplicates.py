"""Near-duplicates: the same hit re-encoded, trimmed differently, or at another gain.

The search has two steps, because comparing every pair of 100,000 sounds sample by sample takes too
long. A print of 64 numbers, the spectrum of a quarter second from the loudest frame on, hardly
depends on encoding, gain or trimming: pairs with similar prints are candidates. The waveforms of
candidates are differentiated (otherwise any two kicks of 50 Hz would match), aligned and
correlated.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from neural_drum_machine.parallel import run

N_BANDS: Final = 64
PRINT_FRAMES: Final = 22
FLOOR_DB: Final = -30.0
"""Lower values come from the encoder, not from the sound."""
CLOSE_DB: Final = 5.0
"""Sounds whose prints are further apart (root mean square over the bands) are different."""
NEIGHBOURS: Final = 64
"""Most candidates of a sound that are compared sample by sample."""
CORRELATION: Final = 0.8
"""Two sounds with at least this correlation are the same hit. Copies as MP3 or Vorbis of the lowest
quality reach 0.79 to 0.99. Of the 2,018 open hits, one pair of different sounds reaches it (0.83: a
bongo and a TR-808's conga, both nearly pure tones)."""
HALF_A_SAMPLE: Final = 0.4
"""Pairs from this similarity on are compared again, half a sample apart: onsets are found at 44.1
kHz, and compared at half that rate."""
COMPARED_SR: Final = 22_050
"""Copies as MP3 or Vorbis differ above 11 kHz."""
COMPARED_SECONDS: Final = 0.35
MAX_SHIFT_SECONDS: Final = 0.06
MIN_OVERLAP_SECONDS: Final = 0.03
_CHUNK_PAIRS: Final = 2_000


def spectral_print(mel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the print of a sound.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(64, 86)``, magnitudes, from
        :func:`~neural_drum_machine.prepare.recordings.thumbnail.thumbnail`.

    Returns
    -------
    numpy.ndarray
        Shape ``(64,)``, float32: power of each band in decibels relative to the strongest one,
        −30 to 0.
    """
    power = np.square(mel, dtype=np.float64)
    peak = int(power.sum(axis=0).argmax())
    bands = power[:, peak : peak + PRINT_FRAMES].sum(axis=1)
    db = 10 * np.log10(bands / max(bands.max(), 1e-30) + 1e-12)
    out: npt.NDArray[np.float32] = np.maximum(db, FLOOR_DB).astype(np.float32)
    return out


def close_prints(prints: npt.NDArray[np.float32], block: int = 1024) -> Iterator[tuple[int, int]]:
    """Yield pairs (i, j), i < j, of sounds with similar prints: each sound with its nearest ones.

    Parameters
    ----------
    prints : numpy.ndarray
        Shape ``(n, 64)``.
    block : int
        Rows compared at a time; this needs ``block * n`` floats of memory.
    """
    centred = prints - prints.mean(axis=0)
    squares = np.square(centred).sum(axis=1)
    limit = N_BANDS * CLOSE_DB**2
    for first in range(0, len(prints), block):
        rows = centred[first : first + block]
        distance = squares[first : first + block, None] + squares - 2 * rows @ centred.T
        distance[np.arange(len(rows)), np.arange(first, first + len(rows))] = np.inf
        for row in np.flatnonzero((distance < limit).any(axis=1)):
            near = np.flatnonzero(distance[row] < limit)
            if len(near) > NEIGHBOURS:
                near = near[np.argpartition(distance[row, near], NEIGHBOURS)[:NEIGHBOURS]]
            i = first + int(row)
            # A pair may come twice, or in one direction only: the caller removes duplicates.
            yield from ((min(i, int(j)), max(i, int(j))) for j in near)


def compared(pcm: npt.NDArray[np.int16], sr: int) -> npt.NDArray[np.int16]:
    """Return the beginning of a sound at :data:`COMPARED_SR`, int16 ``(n,)``."""
    start = pcm[: round((COMPARED_SECONDS + 0.01) * sr)]
    out: npt.NDArray[np.int16] = soxr.resample(start, sr, COMPARED_SR)
    return out


def _size(sr: int) -> int:
    return 1 << (2 * round(COMPARED_SECONDS * sr) - 1).bit_length()


def _whitened(x: npt.ArrayLike, sr: int) -> npt.NDArray[np.float32]:
    start = np.asarray(x, np.float32)[: round(COMPARED_SECONDS * sr)]
    out: npt.NDArray[np.float32] = np.diff(start, prepend=np.float32(0))
    return out


def _similarity(
    x: npt.NDArray[np.float32],
    y: npt.NDArray[np.float32],
    cross: npt.NDArray[np.floating],
    sr: int,
) -> float:
    shift = round(MAX_SHIFT_SECONDS * sr)
    lags = np.concatenate([np.arange(shift + 1), np.arange(-shift, 0)])
    # An inverted hit is the same hit.
    lag = int(lags[np.abs(cross[lags]).argmax()])
    # cross[lag] = sum of x[t + lag] y[t]
    start, other = max(lag, 0), max(-lag, 0)
    size = min(len(x) - start, len(y) - other)
    if size < MIN_OVERLAP_SECONDS * sr:
        return 0.0
    u, v = x[start : start + size], y[other : other + size]
    norm = float(np.sqrt(np.square(u).sum(dtype=np.float64) * np.square(v).sum(dtype=np.float64)))
    return abs(float(u @ v)) / norm if norm > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pairs to compare, and the beginnings of their sounds."""

    pairs: tuple[tuple[int, int], ...]
    waves: dict[int, npt.NDArray[np.int16]]
    sr: int


def similarities(task: Comparison) -> list[tuple[int, int, float]]:
    """Return the similarity of the sounds of each pair where they overlap, at the best alignment.

    Parameters
    ----------
    task : Comparison
        Pairs, and samples ``(n,)`` at any gain.

    Returns
    -------
    list of tuple
        (i, j, similarity): absolute correlation coefficient of the differentiated waveforms,
        0 to 1.
    """
    n = _size(task.sr)
    half = np.exp(1j * np.pi * np.arange(n // 2 + 1) / n)
    # Each sound is transformed once, even if it is in many pairs.
    starts = {i: _whitened(wave, task.sr) for i, wave in task.waves.items()}
    spectra = {i: np.fft.rfft(x, n) for i, x in starts.items()}
    out = []
    for i, j in task.pairs:
        product = spectra[i] * np.conj(spectra[j])
        value = _similarity(starts[i], starts[j], np.fft.irfft(product, n), task.sr)
        if HALF_A_SAMPLE <= value < CORRELATION:
            # Between two lags noise correlates with itself half as well.
            moved = np.fft.irfft(spectra[j] * half, n)[: len(starts[j])].astype(np.float32)
            cross = np.fft.irfft(product * np.conj(half), n)
            value = max(value, _similarity(starts[i], moved, cross, task.sr))
        out.append((i, j, value))
    return out


def near_duplicates(
    prints: npt.NDArray[np.float32],
    wave: Callable[[int], npt.NDArray[np.int16]],
    sr: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    workers: int | None = 1,
    dask: str | None = None,
) -> list[tuple[int, int, float]]:
    """Return the pairs of sounds that are the same hit.

    Parameters
    ----------
    prints : numpy.ndarray
        Shape ``(n, 64)``, see :func:`spectral_print`.
    wave : callable
        Returns the samples of a sound by its number.
    sr : int
        Sample rate in Hz.
    progress : callable, optional
        Called with (pairs compared, pairs in all).
    workers, dask
        As in :func:`~neural_drum_machine.parallel.run`.

    Returns
    -------
    list of tuple
        (i, j, similarity), i < j, sorted.
    """
    pairs = sorted(set(close_prints(prints)))
    firsts = range(0, len(pairs), _CHUNK_PAIRS)

    def tasks() -> Iterator[Comparison]:
        for first in firsts:
            part = tuple(pairs[first : first + _CHUNK_PAIRS])
            sounds = {i for pair in part for i in pair}
            length = round(COMPARED_SECONDS * sr)
            yield Comparison(part, {i: np.array(wave(i)[:length]) for i in sorted(sounds)}, sr)

    out: list[tuple[int, int, float]] = []
    results = run(similarities, tasks(), workers=workers, dask=dask)
    for first, found in zip(firsts, results, strict=True):
        out += [pair for pair in found if pair[2] >= CORRELATION]
        if progress:
            progress(min(first + _CHUNK_PAIRS, len(pairs)), len(pairs))
    return out


def clusters(n: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each of `n` sounds the smallest number among those connected with it."""
    parent = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in pairs:
        a, b = sorted((root(i), root(j)))
        parent[b] = a
    return [root(i) for i in range(n)]
