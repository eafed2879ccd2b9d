"""A confusion matrix."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.evaluation.study.pictures.style import LARGE, NORMAL, words
from neural_drum_machine.pictures import new_figure, save_figure


def confusion_matrix(
    counts: npt.ArrayLike, names: Sequence[str], path: Path, title: str = ""
) -> None:
    """Draw the predictions of a judge.

    Parameters
    ----------
    counts : array_like
        Shape ``(n, n)``: requested categories in rows, predicted categories in columns. Cells
        show percentages of their row.
    names : sequence of str
        Names of the categories.
    path : Path
        The PNG.
    title : str
        Text above it.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    table = np.asarray(counts, np.float64)
    totals = table.sum(axis=1)
    shares = table / np.maximum(totals, 1)[:, None]
    size = 2.0 + 0.46 * len(names)
    figure = new_figure(size + 0.5, size, 100)
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*table.shape):
        if not table[row, column] and (row != column or not totals[row]):
            continue
        share = shares[row, column]
        axes.text(
            column,
            row,
            "<1" if 0 < share < 0.005 else f"{100 * share:.0f}",
            ha="center",
            va="center",
            fontsize=NORMAL,
            color="white" if share > 0.6 else "black",
            fontweight="bold" if row == column else "normal",
        )
    labels = [words(name) for name in names]
    places = np.arange(len(names))
    axes.set_xticks(places, labels, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(places, [f"{label} ({n:.0f})" for label, n in zip(labels, totals, strict=True)])
    axes.set_xticks(places[1:] - 0.5, minor=True)
    axes.set_yticks(places[1:] - 0.5, minor=True)
    axes.grid(which="minor", color="#dddddd", linewidth=0.6)
    axes.tick_params(which="both", length=0, labelsize=NORMAL)
    axes.set_xlabel("predicted (% of the row)", fontsize=LARGE)
    axes.set_ylabel("requested (predictions)", fontsize=LARGE)
    axes.set_title(title, fontsize=LARGE + 1)
    save_figure(figure, path)
