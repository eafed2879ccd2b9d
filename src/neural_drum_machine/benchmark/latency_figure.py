"""The picture of a benchmark: the spread of render times, and the times of the others."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from neural_drum_machine.extras import require
from neural_drum_machine.pictures import new_figure, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS: Final = {
    "ndm": "Neural Drum Machine",
    "mcnn": "with MCNN",
    "pytorch": "MCNN in PyTorch",
    "librosa": "librosa, mel to sound",
}
"""Titles of the contenders."""
FLOOR: Final = "MCNN's arithmetic"
_COLOURS: Final = {
    "ndm": "#1f6f8b",
    "mcnn": "#4f93ad",
    "pytorch": "#d1603d",
    "librosa": "#7a6c9c",
    "floor": "#333333",
}
_PERCENTILES: Final = "#0d3b4a"


def latency_histogram(result: Mapping[str, Any], path: Path) -> None:
    """Draw a benchmark.

    The upper part is a histogram of the render times with the median, the 95th percentile and the
    arithmetic floor. The lower part shows all contenders on a logarithmic axis: the median as a
    dot, the middle 90 % as a bar.

    Parameters
    ----------
    result : Mapping
        From :func:`~neural_drum_machine.benchmark.latency.benchmark`.
    path : Path
        The PNG.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OutputError
        If the picture cannot be written.
    """
    require("matplotlib", "plot")
    figure = new_figure(8, 5.4, 120)
    above, below = figure.subplots(2, 1, height_ratios=[1.5, 1])
    _spread(above, result)
    _others(below, result)
    machine = result["machine"]
    figure.suptitle(
        f"One sound on {machine['cpu']}, one thread: {result['contenders']['ndm']['runs']} renders",
        fontsize=11,
    )
    save_figure(figure, path)


def _spread(axes: "Axes", result: Mapping[str, Any]) -> None:
    ndm, floor = result["contenders"]["ndm"], result["arithmetic"]["floor_ms_p50"]
    times = np.asarray(ndm["render_ms"])
    p50, p95 = ndm["render_ms_p50"], ndm["render_ms_p95"]
    # A single delayed render must not squeeze all others together.
    right = max(1.25 * ndm["render_ms_p99"], 1.05 * floor)
    beyond = int((times > right).sum())
    left = 0.9 * min(floor, times.min())
    axes.hist(times, bins=60, range=(left, right), color=_COLOURS["ndm"], alpha=0.75)
    axes.margins(y=0.45)  # room for the names
    # The median has its label on the left, because the 95th percentile is often near.
    for value, name, style, side in (
        (floor, f"{FLOOR}\n{floor:.1f} ms", "-", "left"),
        (p50, f"p50\n{p50:.1f} ms", "-", "right"),
        (p95, f"p95\n{p95:.1f} ms", "--", "left"),
    ):
        colour = _COLOURS["floor"] if name.startswith(FLOOR) else _PERCENTILES
        axes.axvline(value, color=colour, linestyle=style, linewidth=1.3)
        axes.annotate(
            name,
            # The floor may lie between the others, so its label is lower.
            (value, 0.86 if name.startswith(FLOOR) else 0.98),
            xycoords=("data", "axes fraction"),
            xytext=(4 if side == "left" else -4, 0),
            textcoords="offset points",
            va="top",
            ha=side,
            fontsize=8,
            color=colour,
        )
    more = f" ({beyond} later, not shown)" if beyond else ""
    axes.set(xlim=(left, right), ylabel="renders", xlabel=f"render time, ms{more}")


def _others(axes: "Axes", result: Mapping[str, Any]) -> None:
    from matplotlib.ticker import LogLocator

    rows = [(FLOOR, "floor", result["arithmetic"]["floor_ms"])]
    for name, label in LABELS.items():
        figures = result["contenders"][name]
        if "skipped" not in figures:
            rows.append((label, name, figures.get("render_ms") or figures["invert_ms"]))
    spans = [np.percentile(times, (5, 50, 95)).tolist() for _, _, times in rows]
    for row, (low, middle, high) in enumerate(spans):
        name = rows[row][1]
        colour = _COLOURS[name]
        axes.plot([low, high], [row, row], color=colour, linewidth=5, alpha=0.35)
        axes.plot(middle, row, "o", color=colour, markersize=6)
        axes.annotate(
            f"{middle:.1f} ms" if middle < 100 else f"{middle:.0f} ms",
            (high, row),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    axes.set_xscale("log")
    axes.set_xlim(0.7 * min(low for low, _, _ in spans), 2.2 * max(high for _, _, high in spans))
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=9)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.grid(axis="x", alpha=0.3)
    axes.set_xlabel("ms, logarithmic; dot: median, bar: the middle 90 %")
