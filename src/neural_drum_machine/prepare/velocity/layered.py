"""Drums that were recorded in several velocity layers, measured."""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.detail.attack import START
from neural_drum_machine.errors import AudioError
from neural_drum_machine.prepare.labelling.layers import read_layers, velocities
from neural_drum_machine.prepare.recordings.manifest import MANIFEST
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.full_hit import FULL_SR, align
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.wishes.qualities import BY_NAME, describe
from neural_drum_machine.wishes.velocity import BANDS_HZ, NAMES

QUALITIES: Final = ("decay", "attack", "brightness", "noisiness", "body", "air")
"""The qualities that may change with velocity."""
LEAST_SHARE: Final = 1e-4
"""Bands under this share of the energy, −40 dB, are not told apart. Noise of the room is in them,
which is louder in files of soft strokes."""
LEAST_SPAN: Final = 0.45
"""Instruments with layers that lie nearer together tell little. The whole range is 1."""
_DRUM_IN_EACH_GROUP: Final = ("frankensnare",)
"""Sources whose groups are different drums. In others they are microphones of one kit."""


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """A drum, as one microphone heard it, in several layers.

    Attributes
    ----------
    category : str
        The drum's category.
    kit : str
        Where it is from: recordings of one kit are held out together.
    files : tuple of Path
        The recordings, ``n`` of them.
    softness : numpy.ndarray
        Shape ``(n,)``: 0 for the loudest layer known, 1 for the softest.
    peaks : numpy.ndarray
        Shape ``(n,)``: the peak of each file in dB of full scale.
    values : mapping of str to numpy.ndarray
        Shape ``(n,)``: by the names of :data:`QUALITIES`, on their scales, and of the bands of
        :data:`~neural_drum_machine.wishes.velocity.NAMES`, in dB; NaN where a sound has none.
    """

    category: str
    kit: str
    files: tuple[Path, ...]
    softness: DoubleArray
    peaks: DoubleArray
    values: dict[str, DoubleArray]

    def ends(self, share: float = 0.1) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return which recordings are soft and which are loud: those so near to either end."""
        low, high = self.softness.min(), self.softness.max()
        near = share * (high - low) + 1e-9
        return self.softness >= high - near, self.softness <= low + near


def hit_of(path: Path) -> tuple[FloatArray, float]:
    """Return a recording's hit as a rendered sound begins, ``(n,)``, and the file's peak in dB."""
    clip = read_audio(path)
    mono = clip.mono()
    samples = align(mono, clip.sr, path.name).samples[START:]
    return samples, float(20 * np.log10(np.abs(mono).max(initial=1e-9)))


def read_layered(folder: Path, progress: Callable[[int, int], None]) -> list[Instrument]:
    """Return the instruments of a folder that were recorded in layers.

    Parameters
    ----------
    folder : Path
        A folder with a manifest, whose column ``upstream`` has the names that tell the layers.
    progress : callable
        Called with the recordings done and their number.

    Returns
    -------
    list of Instrument
        Those whose layers lie at least :data:`LEAST_SPAN` apart.
    """
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [PurePath(row["upstream"] or row["file"]) for row in rows]
    found = defaultdict(list)
    for row, (velocity, _), layer in zip(rows, velocities(names), read_layers(names), strict=True):
        if velocity is not None and row["category"] in CATEGORIES:
            key = (row["category"], kit_of(row["source"], row["group"]), layer.instrument)
            found[key].append((folder / row["file"], 1 - velocity))
    kept = {
        key: strokes
        for key, strokes in found.items()
        if np.ptp([softness for _, softness in strokes]) >= LEAST_SPAN
    }
    total, done, out = sum(map(len, kept.values())), 0, []
    for (category, kit, _), strokes in kept.items():
        measured = []
        for path, softness in strokes:
            done += 1
            progress(done, total)
            try:
                samples, peak = hit_of(path)
            except AudioError:
                continue
            measured.append((path, softness, peak, measured_values(samples)))
        if len(measured) < 2:
            continue
        paths, softnesses, peaks, values = zip(*measured, strict=True)
        arrays = {name: np.array([each[name] for each in values]) for name in values[0]}
        out.append(Instrument(category, kit, paths, np.array(softnesses), np.array(peaks), arrays))
    return out


def kit_of(source: str, group: str) -> str:
    """Return the kit of a recording: what must be held out together."""
    return group if source in _DRUM_IN_EACH_GROUP else group.split("/")[0]


def measured_values(samples: FloatArray) -> dict[str, float]:
    """Return the qualities of a hit ``(n,)`` on their scales, and the levels of its bands."""
    found = describe(samples, FULL_SR)
    levels = band_levels(samples).tolist()
    return {name: _scaled(name, found[name]) for name in QUALITIES} | dict(
        zip(NAMES[2:], levels, strict=True)
    )


def band_levels(samples: FloatArray) -> DoubleArray:
    """Return the energy of a hit in bands, beside its loudness, in dB.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, at 44,100 Hz.

    Returns
    -------
    numpy.ndarray
        Shape ``(10,)``. The bands overlap, and reach the middles of their neighbours.
    """
    power = np.square(np.abs(np.fft.rfft(np.asarray(samples, np.float64))))
    octaves = np.log2(np.maximum(np.linspace(0, FULL_SR / 2, len(power)), 1) / BANDS_HZ[0])
    octaves = octaves.clip(0, len(BANDS_HZ) - 1)
    shares = [np.clip(1 - np.abs(octaves - band), 0, 1) @ power for band in range(len(BANDS_HZ))]
    energy = max(float(power.sum()), 1e-30)
    bands = 10 * np.log10(np.maximum(np.array(shares) / energy, LEAST_SHARE))
    # Parseval: the energy of the samples is that of both halves of the spectrum.
    whole = 10 * np.log10(2 * energy / len(samples)) - loudness(samples, FULL_SR)
    out: DoubleArray = bands + whole
    return out


def _scaled(name: str, value: float) -> float:
    quality = BY_NAME[name]
    if not np.isfinite(value) or (quality.logarithmic and value <= 0):
        return float("nan")
    return quality.scale(value)
