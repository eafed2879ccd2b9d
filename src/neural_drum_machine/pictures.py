"""Pictures of sounds: waveform and mel spectrogram side by side."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.audio import atomic_file
from neural_drum_machine.data.entries import ORIGINS
from neural_drum_machine.data.store import Dataset
from neural_drum_machine.errors import MissingExtraError, OutputError
from neural_drum_machine.mel import mel_band_edges, mel_spectrogram
from neural_drum_machine.spec import CATEGORIES, DEFAULT_SPEC, AudioSpec

DYNAMIC_DB = 80.0
"""What lies this far under a picture's loudest point is black."""
_TICKS_HZ = (100, 500, 1000, 2000, 5000, 10000)


def contact_sheet(
    sounds: Sequence[tuple[str, npt.NDArray[np.float32]]],
    path: Path,
    spec: AudioSpec = DEFAULT_SPEC,
    columns: int = 6,
    dpi: int = 100,
) -> None:
    """Draw waveform and mel spectrogram of each sound into a PNG.

    Parameters
    ----------
    sounds : sequence of (str, numpy.ndarray)
        Title and samples ``(n,)``.
    path : Path
        The PNG.
    spec : AudioSpec
        The signal's numbers.
    columns : int
        Sounds in a row.
    dpi : int
        Pixels an inch; a sound is 2.6 by 3.4 inches.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError(
            "pictures need matplotlib: pip install 'neural-drum-machine[plot]'"
        ) from error
    rows = -(-len(sounds) // columns)
    figure = Figure(figsize=(2.6 * columns, 3.4 * rows), dpi=dpi, layout="constrained")
    grid = figure.add_gridspec(2 * rows, columns, height_ratios=[1, 2.4] * rows)
    bands = mel_band_edges(spec)[1:-1]
    ticks = [int(np.searchsorted(bands, hz)) for hz in _TICKS_HZ]
    for i, (title, samples) in enumerate(sounds):
        row, column = divmod(i, columns)
        seconds = len(samples) / spec.sr
        wave = figure.add_subplot(grid[2 * row, column])
        wave.plot(np.arange(len(samples)) / spec.sr, samples, linewidth=0.4, color="#1f6f8b")
        wave.set(xlim=(0, seconds), ylim=(-1.05, 1.05), xticks=[], yticks=[])
        wave.set_title(title, fontsize=9)
        level = 20 * np.log10(np.maximum(mel_spectrogram(samples, spec), 1e-5))
        # Silence has no peak to show: it is black.
        top = max(float(level.max()), -20.0)
        mel = figure.add_subplot(grid[2 * row + 1, column])
        mel.imshow(
            level,
            origin="lower",
            aspect="auto",
            extent=(0, seconds, 0, spec.n_mels),
            vmin=top - DYNAMIC_DB,
            vmax=top,
            cmap="magma",
        )
        mel.set_xlabel("s", fontsize=7, labelpad=0)
        mel.tick_params(labelsize=7)
        mel.set_yticks(ticks, [f"{hz} Hz" for hz in _TICKS_HZ] if column == 0 else [])
    try:
        with atomic_file(path) as file:
            figure.savefig(file, format="png", metadata={"Software": None})
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error}); choose another --out") from error


def dataset_sheet(data: Dataset, path: Path, each: int = 2, seed: int = 0) -> None:
    """Draw sounds of every category and origin into a PNG: a row a category.

    Parameters
    ----------
    data : Dataset
        The sounds; of held-out recordings none is drawn.
    path : Path
        The PNG.
    each : int
        Sounds of each origin.
    seed : int
        Of the choice.
    """
    origins = [origin for origin in ORIGINS if any(e.origin == origin for e in data.entries)]
    rng = np.random.default_rng(seed)
    sounds: list[tuple[str, npt.NDArray[np.float32]]] = []
    for category in CATEGORIES:
        for origin in origins:
            rows = data.rows("train", category, origin)
            picked = rng.permutation(rows)[:each]
            sounds += [(f"{category}, {origin}", data.wave(int(row))) for row in picked]
            none = np.zeros(data.spec.n_samples, np.float32)
            sounds += [(f"{category}: none {origin}", none)] * (each - len(picked))
    contact_sheet(sounds, path, data.spec, columns=each * len(origins), dpi=50)
