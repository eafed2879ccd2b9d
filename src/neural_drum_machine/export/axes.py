"""The directions of the controls P1, P2 and P3, and their names."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.measures.axes.effects import axis_effects
from neural_drum_machine.evaluation.measures.axes.names import axis_names
from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.descriptors import DESCRIPTORS


def principal_axes(
    codes: npt.NDArray[np.float32], categories: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return the first three principal axes of the codes of all categories.

    Parameters
    ----------
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``.
    categories : numpy.ndarray
        Shape ``(n,)``; every category has the same weight.

    Returns
    -------
    axes : numpy.ndarray
        Shape ``(3, latent_dim)``, orthonormal, float32. The largest entry of each is positive,
        so that another run gives the same signs.
    explained : numpy.ndarray
        Shape ``(3,)``, share of the variance along each axis.
    """
    weights = 1.0 / np.bincount(categories)[categories].astype(np.float64)
    covariance = np.cov(codes.astype(np.float64), rowvar=False, aweights=weights)
    values, vectors = np.linalg.eigh(covariance)
    axes = vectors.T[::-1][:AXES]
    axes = axes * np.sign(axes[np.arange(AXES), np.abs(axes).argmax(axis=1)])[:, None]
    return axes.astype(np.float32), values[::-1][:AXES] / values.sum()


def category_axes(
    codes: npt.NDArray[np.float32], categories: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return the first three principal axes of the codes of each category.

    Parameters
    ----------
    codes, categories : numpy.ndarray
        As for :func:`principal_axes`.

    Returns
    -------
    axes : numpy.ndarray
        Shape ``(11, 3, latent_dim)``. A category with fewer than two sounds gets the axes of all
        sounds.
    explained : numpy.ndarray
        Shape ``(11, 3)``, share of the category's variance along each axis.
    """
    parts = []
    for index in range(len(CATEGORIES)):
        mine = categories == index
        if mine.sum() < 2:
            mine = np.ones_like(mine)
        parts.append(principal_axes(codes[mine], categories[mine]))
    axes, explained = zip(*parts, strict=True)
    return np.stack(axes), np.stack(explained)


def named_axes(
    machine: DrumMachine, seeds: int, progress: Callable[[int, int], None]
) -> tuple[npt.NDArray[np.float32], dict[str, list[str]]]:
    """Name the axes of each category after the descriptor that follows them most closely.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    seeds : int
        Sounds of each category that are moved along each axis.
    progress : callable
        Called with (sounds done, number of sounds).

    Returns
    -------
    signs : numpy.ndarray
        Shape ``(categories, 3, 1)``: −1 for an axis that has to be reversed so that its descriptor
        rises, else 1.
    names : dict
        Names of P1, P2 and P3 of each category, for the axes with these signs; "" for none.
    """
    effects = axis_effects(machine, DESCRIPTORS, seeds=seeds, progress=progress)
    signs = np.ones((len(machine.categories), AXES, 1), np.float32)
    names = {}
    for i, category in enumerate(machine.categories):
        found = axis_names(effects, category)
        for axis, name in enumerate(found):
            if name and name.rho < 0:
                signs[i, axis] = -1
        names[category] = [name.rising() if name else "" for name in found]
    return signs, names
