"""A map of the latent space."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.evaluation.study.pictures.style import LARGE, NORMAL, PALETTE, SMALL, words
from neural_drum_machine.extras import require
from neural_drum_machine.pictures import new_figure, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAP_CODES: Final = 3000
"""Largest number of codes in the map. t-SNE takes a quarter of a minute for them."""


def latent_map(
    codes: npt.ArrayLike,
    categories: npt.ArrayLike,
    names: Sequence[str],
    path: Path,
    *,
    seed: int = 0,
) -> None:
    """Draw codes in two dimensions, by their strongest directions and by t-SNE.

    The left side shows the two directions of largest variance, with true distances; the outermost
    percent lies on the edge. The right side shows which codes are neighbours in all dimensions;
    distances between groups have no meaning there.

    Parameters
    ----------
    codes : array_like
        Shape ``(n, latent_dim)``; more than :data:`MAP_CODES` are thinned out evenly.
    categories : array_like
        Shape ``(n,)``, indices of `names`.
    names : sequence of str
        Names of the categories.
    path : Path
        The PNG.
    seed : int
        Seed of t-SNE.

    Raises
    ------
    MissingExtraError
        If matplotlib or scikit-learn is not installed.
    OutputError
        If the picture cannot be written.
    """
    require("sklearn", "train")
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # sklearn's

    x, numbers = np.asarray(codes, np.float64), np.asarray(categories)
    picked = np.linspace(0, len(x) - 1, min(len(x), MAP_CODES)).round().astype(int)
    x, numbers = x[picked], numbers[picked]
    axes = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2]
    flat = x @ axes[:2].T
    # A few distant codes would squeeze all others together, so they are moved to the edge.
    flat = np.clip(flat, *np.percentile(flat, (1, 99), axis=0))
    tsne = TSNE(init="pca", perplexity=min(30.0, (len(x) - 1) / 3), random_state=seed, n_jobs=1)
    # On a busy machine several threads wait for each other and take forty times as long.
    with threadpool_limits(1):
        near = tsne.fit_transform(x)

    figure = new_figure(10.4, 4.7, 100)
    left, right = figure.subplots(1, 2)
    _scatter(left, flat, numbers, names)
    _scatter(right, np.asarray(near, np.float64), numbers, names)
    left.set_title("directions of largest variance; dashed: 95 % of a Gaussian", fontsize=LARGE)
    turn = np.linspace(0, 2 * np.pi, 200)
    # A share of 1 − exp(−r² / 2) of a Gaussian lies within r.
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
    axes: "Axes",
    points: npt.NDArray[np.float64],
    numbers: npt.NDArray[np.int64],
    names: Sequence[str],
) -> None:
    for number, name in enumerate(names):
        mine = points[numbers == number]
        if not len(mine):
            continue
        colour, marker = PALETTE[number % len(PALETTE)]
        # Large categories lie below, so that small ones stay visible.
        axes.scatter(
            mine[:, 0],
            mine[:, 1],
            s=11,
            color=colour,
            marker=marker,
            alpha=0.75,
            linewidths=0,
            label=words(name),
            zorder=2 + 1 / (1 + len(mine)),
        )
    axes.spines[["top", "right"]].set_visible(False)
