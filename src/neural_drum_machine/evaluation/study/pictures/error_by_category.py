"""Errors of each category."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from neural_drum_machine.evaluation.measures.intervals import Interval
from neural_drum_machine.evaluation.study.pictures.style import LARGE, NORMAL, PALETTE, words
from neural_drum_machine.pictures import new_figure, save_figure


def error_by_category(
    table: Mapping[str, Mapping[str, float | Interval]],
    path: Path,
    *,
    labels: Mapping[str, str] | None = None,
    unit: str = "error",
    title: str = "",
) -> None:
    """Draw measures of one unit as dots, with a row for each category.

    Parameters
    ----------
    table : mapping
        For each category its measures. An interval gets a whisker; NaN is omitted. A row called
        ``mean`` has a background of its own.
    path : Path
        The PNG.
    labels : mapping, optional
        The measures to draw and their labels; by default all of the table.
    unit : str
        Label of the axis, which starts at 0.
    title : str
        Text above it.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    if labels is None:
        labels = {key: words(key) for row in table.values() for key in row}
    figure = new_figure(7.2, 1.3 + (0.12 + 0.09 * len(labels)) * len(table), 100)
    axes = figure.subplots()
    for i, (key, label) in enumerate(labels.items()):
        colour, marker = PALETTE[(5, 4, 3, 1, 6, 2, 0)[i % 7]]
        shift = (i - (len(labels) - 1) / 2) * min(0.25, 0.75 / len(labels))
        found = [(place, row[key]) for place, row in enumerate(table.values()) if key in row]
        spans = [
            (y, *((v.low, v.value, v.high) if isinstance(v, Interval) else (v, v, v)))
            for y, v in found
        ]
        y, low, value, high = np.array(spans, np.float64).reshape(-1, 4).T
        axes.hlines(y + shift, low, high, color=colour, linewidth=1.4, alpha=0.6)
        axes.plot(value, y + shift, marker, color=colour, markersize=5, label=label)
    for place, category in enumerate(table):
        if category == "mean":
            axes.axhspan(place - 0.5, place + 0.5, color="#f0f0f0", zorder=0)
        elif place % 2:
            axes.axhspan(place - 0.5, place + 0.5, color="#fafafa", zorder=0)
    axes.set_yticks(range(len(table)), [words(name) for name in table])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=NORMAL)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel(unit, fontsize=NORMAL)
    axes.set_title(title, fontsize=LARGE + 1)
    figure.legend(loc="outside lower center", ncols=2, fontsize=NORMAL, frameon=False)
    save_figure(figure, path)
