"""Values that were asked for and reached, a panel for each quality."""

from pathlib import Path
from typing import Any

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.study.pictures.style import LARGE, NORMAL, PALETTE, words
from neural_drum_machine.evaluation.study.wishes import chosen_wishes
from neural_drum_machine.pictures import new_figure, save_figure
from neural_drum_machine.wishes.qualities import QUALITIES


def wishes_scatter(part: dict[str, Any], path: Path) -> None:
    """Draw a dot for each wish: asked to the right, reached upwards.

    Parameters
    ----------
    part : dict
        From :func:`neural_drum_machine.evaluation.study.wishes.wishes`.
    path : Path
        The PNG.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    # Inside, because matplotlib may not be installed.
    from matplotlib.ticker import LogLocator, NullFormatter

    columns = (len(QUALITIES) + 1) // 2
    figure = new_figure(2.5 * columns, 5.6, 100)
    panels = figure.subplots(2, columns).ravel()
    for axes in panels[len(QUALITIES) :]:
        axes.set_visible(False)
    for axes, quality in zip(panels, QUALITIES, strict=False):
        everything = []
        for number, category in enumerate(CATEGORIES):
            wishes = chosen_wishes(part, category, quality.name)
            values = np.array([wish[:2] for wish in wishes if wish[1] is not None]).reshape(-1, 2)
            everything.append(values)
            colour, marker = PALETTE[number % len(PALETTE)]
            label = words(category) if quality is QUALITIES[0] else None
            face = colour if number < len(PALETTE) else "none"
            axes.plot(
                *values.T, marker, color=colour, markerfacecolor=face, markersize=3.5,
                linestyle="none", alpha=0.7, label=label,
            )  # fmt: skip
        found = np.concatenate(everything)
        ends = (float(found.min()), float(found.max())) if len(found) else (1.0, 2.0)
        axes.plot(ends, ends, color="#888888", linewidth=0.8, zorder=0)
        if quality.logarithmic:
            axes.set_xscale("log")
            axes.set_yscale("log")
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_locator(LogLocator(subs=(1, 3)))
                axis.set_major_formatter("{x:g}")
                axis.set_minor_formatter(NullFormatter())
        unit = f", {quality.unit}" if quality.unit else ""
        axes.set_title(f"{quality.name}{unit}", fontsize=LARGE)
        axes.tick_params(labelsize=NORMAL - 1)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in panels[columns:]:
        axes.set_xlabel("asked", fontsize=NORMAL)
    for axes in panels[::columns]:
        axes.set_ylabel("reached", fontsize=NORMAL)
    figure.legend(loc="outside lower center", ncols=6, fontsize=NORMAL, frameon=False)
    save_figure(figure, path)
