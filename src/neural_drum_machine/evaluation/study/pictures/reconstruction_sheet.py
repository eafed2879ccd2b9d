"""Sounds beside their reconstructions."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.evaluation.study.pictures.style import LARGE, SMALL, words
from neural_drum_machine.pictures import (
    DYNAMIC_DB,
    draw_mel,
    draw_wave,
    mel_level,
    new_figure,
    save_figure,
    set_hz_ticks,
    top_of,
)
from neural_drum_machine.signal.spec import DEFAULT_SPEC, AudioSpec

COLOURS: Final = 128
"""Number of colours in the file: the difference is invisible, the file a third as large."""
DIFFERENCE_DB: Final = 30.0
"""Range of the difference to either side, in dB."""


def reconstruction_sheet(
    items: Sequence[tuple[str, FloatArray, FloatArray]],
    path: Path,
    spec: AudioSpec = DEFAULT_SPEC,
) -> None:
    """Draw sounds and their reconstructions: waveforms, spectrograms and their difference.

    Parameters
    ----------
    items : sequence of (str, numpy.ndarray, numpy.ndarray)
        Name, samples of the original and of the reconstruction, ``(n,)`` each.
    path : Path
        The PNG.
    spec : AudioSpec
        Sample rate and transform sizes.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    figure = new_figure(9.0, 0.8 + 1.02 * len(items), 80)
    grid = figure.subplots(
        len(items), 4, squeeze=False, gridspec_kw={"width_ratios": [1.25, 1, 1, 1]}
    )
    titles = (
        "waveforms (grey: original)",
        "original",
        "reconstruction",
        "reconstruction − original",
    )
    for column, title in enumerate(titles):
        grid[0, column].set_title(title, fontsize=LARGE)
    for row, (name, original, made) in enumerate(items):
        wave = grid[row, 0]
        draw_wave(wave, original, spec.sr, color="#999999", linewidth=0.8)
        draw_wave(wave, made, spec.sr, alpha=0.7)
        wave.set_ylabel(words(name), fontsize=LARGE)
        levels = [mel_level(original, spec), mel_level(made, spec)]
        # One scale for both. Otherwise a quieter reconstruction would look perfect.
        top = max(map(top_of, levels))
        seconds = len(original) / spec.sr
        for axes, level in zip(grid[row, 1:3], levels, strict=True):
            shown = draw_mel(axes, level - top, seconds, vmin=-DYNAMIC_DB, vmax=0)
        # Levels below the floor, black in both, are no difference.
        floored = [np.maximum(level - top, -DYNAMIC_DB) for level in levels]
        difference = draw_mel(
            grid[row, 3],
            floored[1] - floored[0],
            seconds,
            cmap="RdBu_r",
            vmin=-DIFFERENCE_DB,
            vmax=DIFFERENCE_DB,
        )
        for axes in grid[row]:
            last = row == len(items) - 1
            axes.set_xticks([0, 0.5] if seconds > 0.5 else [0])
            axes.tick_params(labelbottom=last, labelsize=SMALL)
            if last:
                axes.set_xlabel("s", fontsize=SMALL, labelpad=0)
        for axes in grid[row, 1:]:
            set_hz_ticks(axes, spec, labels=axes is grid[row, 1], hz=(200, 2000, 8000))
    for image, columns, label in (
        (shown, grid[:, 1:3], "dB under the louder one's peak"),
        (difference, grid[:, 3], "dB; red: too loud, blue: missing"),
    ):
        bar = figure.colorbar(
            image, ax=columns.ravel().tolist(), location="bottom", shrink=0.9, aspect=30, pad=0.01
        )
        bar.set_label(label, fontsize=SMALL)
        bar.ax.tick_params(labelsize=SMALL)
    save_figure(figure, path, COLOURS)
