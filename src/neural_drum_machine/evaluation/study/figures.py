"""Figures of an evaluation, small enough to lie beside the documents that show them.

Each function raises ``MissingExtraError`` without matplotlib (:func:`latent_map` also without
scikit-learn), and ``OutputError`` if the picture cannot be written.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.evaluation.measures.intervals import Interval
from neural_drum_machine.extras import require
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

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = npt.NDArray[np.float64]

SHEET_COLOURS: Final = 128
"""Of the spectrograms: no eye misses the others, and the file has a third of the bytes."""
PALETTE: Final = (
    ("#222222", "o"),
    ("#e69f00", "s"),
    ("#56b4e9", "^"),
    ("#009e73", "D"),
    ("#d55e00", "v"),
    ("#0072b2", "P"),
    ("#cc79a7", "X"),
    ("#999999", "o"),
    ("#882255", "s"),
    ("#b8a800", "^"),
    ("#6a3d9a", "v"),
)
"""Okabe and Ito's colours (2008) and four more, each with a marker: nobody can tell eleven
categories by colour alone."""
MAP_CODES: Final = 3000
"""t-SNE takes a quarter of a minute for as many; more are thinned out."""
DIFFERENCE_DB: Final = 30.0
SMALL, NORMAL, LARGE = 8, 9, 10


def latent_map(
    codes: npt.ArrayLike,
    categories: npt.ArrayLike,
    names: Sequence[str],
    path: Path,
    *,
    seed: int = 0,
) -> None:
    """Draw codes in two dimensions, coloured by category: the two strongest, and by t-SNE.

    On the left distances mean what they do in the code, but of two of its dimensions only; the
    outermost percent lies on the edge. On the right neighbours in all dimensions lie together,
    and distances between groups mean nothing.

    Parameters
    ----------
    codes : array_like
        Shape ``(n, latent_dim)``; more than 3000 are thinned out evenly.
    categories : array_like
        Shape ``(n,)``, places in `names`.
    names : sequence of str
        Of the categories.
    path : Path
        The PNG.
    seed : int
        Of t-SNE's start.
    """
    require("sklearn", "train")
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # sklearn's

    x, numbers = np.asarray(codes, np.float64), np.asarray(categories)
    picked = np.linspace(0, len(x) - 1, min(len(x), MAP_CODES)).round().astype(int)
    x, numbers = x[picked], numbers[picked]
    axes = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2]
    flat = x @ axes[:2].T
    # A few codes far out would leave the others a blot: they lie on the edge.
    flat = np.clip(flat, *np.percentile(flat, (1, 99), axis=0))
    tsne = TSNE(init="pca", perplexity=min(30.0, (len(x) - 1) / 3), random_state=seed, n_jobs=1)
    # Several threads wait for each other: forty times as long on a busy machine.
    with threadpool_limits(1):
        near = tsne.fit_transform(x)

    figure = new_figure(10.4, 4.7, 100)
    left, right = figure.subplots(1, 2)
    _scatter(left, flat, numbers, names)
    _scatter(right, np.asarray(near, np.float64), numbers, names)
    left.set_title("strongest directions of all; dashed: 95 % of a Gaussian", fontsize=LARGE)
    turn = np.linspace(0, 2 * np.pi, 200)
    # 1 − exp(−r² / 2) of it lies within r.
    radius = np.sqrt(-2 * np.log(0.05))
    left.plot(radius * np.cos(turn), radius * np.sin(turn), "--", color="black", linewidth=1)
    left.set_xlabel("first", fontsize=NORMAL)
    left.set_ylabel("second", fontsize=NORMAL)
    left.tick_params(labelsize=SMALL)
    right.set_title("neighbours in all dimensions (t-SNE)", fontsize=LARGE)
    right.set(xticks=[], yticks=[])
    right.spines[:].set_visible(False)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside right center",
        fontsize=NORMAL,
        frameon=False,
        markerscale=2,
        handletextpad=0.2,
    )
    save_figure(figure, path)


def _scatter(
    axes: "Axes", points: Points, numbers: npt.NDArray[np.int64], names: Sequence[str]
) -> None:
    for number, name in enumerate(names):
        mine = points[numbers == number]
        if not len(mine):
            continue
        colour, marker = PALETTE[number % len(PALETTE)]
        # Under the others where there are many, so that small categories are not buried.
        axes.scatter(
            mine[:, 0],
            mine[:, 1],
            s=11,
            color=colour,
            marker=marker,
            alpha=0.75,
            linewidths=0,
            label=_words(name),
            zorder=2 + 1 / (1 + len(mine)),
        )
    axes.spines[["top", "right"]].set_visible(False)


def confusion_matrix(
    counts: npt.ArrayLike, names: Sequence[str], path: Path, title: str = ""
) -> None:
    """Draw how sounds were judged.

    Parameters
    ----------
    counts : array_like
        Shape ``(n, n)``: rows are the category asked for, columns the one heard. Cells show
        percentages of their row.
    names : sequence of str
        Of the categories.
    path : Path
        The PNG.
    title : str
        Above it.
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
    words = [_words(name) for name in names]
    places = np.arange(len(names))
    axes.set_xticks(places, words, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(places, [f"{w} ({n:.0f})" for w, n in zip(words, totals, strict=True)])
    axes.set_xticks(places[1:] - 0.5, minor=True)
    axes.set_yticks(places[1:] - 0.5, minor=True)
    axes.grid(which="minor", color="#dddddd", linewidth=0.6)
    axes.tick_params(which="both", length=0, labelsize=NORMAL)
    axes.set_xlabel("heard as (% of the row)", fontsize=LARGE)
    axes.set_ylabel("asked for (sounds)", fontsize=LARGE)
    axes.set_title(title, fontsize=LARGE + 1)
    save_figure(figure, path)


def error_by_category(
    table: Mapping[str, Mapping[str, float | Interval]],
    path: Path,
    *,
    labels: Mapping[str, str] | None = None,
    unit: str = "error",
    title: str = "",
) -> None:
    """Draw measures of one unit as dots, a row a category.

    Parameters
    ----------
    table : mapping
        For each category its measures; what has an interval gets a whisker, NaN is left out.
        A row called ``mean`` is set apart.
    path : Path
        The PNG.
    labels : mapping, optional
        The measures to draw and what they are called; all of the table if absent.
    unit : str
        Under the axis, which starts at 0.
    title : str
        Above it.
    """
    if labels is None:
        labels = {key: _words(key) for row in table.values() for key in row}
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
    axes.set_yticks(range(len(table)), [_words(name) for name in table])
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


def reconstruction_sheet(
    items: Sequence[tuple[str, FloatArray, FloatArray]],
    path: Path,
    spec: AudioSpec = DEFAULT_SPEC,
) -> None:
    """Draw sounds and their reconstructions, a row each: waveforms, spectrograms, difference.

    Parameters
    ----------
    items : sequence of (str, numpy.ndarray, numpy.ndarray)
        Name, samples of the original and of the reconstruction, ``(n,)`` each.
    path : Path
        The PNG.
    spec : AudioSpec
        The signal's numbers.
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
        wave.set_ylabel(_words(name), fontsize=LARGE)
        levels = [mel_level(original, spec), mel_level(made, spec)]
        # One scale for both, or a quieter reconstruction would look like a perfect one.
        top = max(map(top_of, levels))
        seconds = len(original) / spec.sr
        for axes, level in zip(grid[row, 1:3], levels, strict=True):
            shown = draw_mel(axes, level - top, seconds, vmin=-DYNAMIC_DB, vmax=0)
        # What is black in both is no difference.
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
    save_figure(figure, path, SHEET_COLOURS)


def _words(name: str) -> str:
    return name.replace("_", " ")
