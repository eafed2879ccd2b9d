"""Fits controls and prior to the codes of a dataset's training sounds."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import REAL, SYNTHESISED
from neural_drum_machine.export.axes import category_axes, principal_axes
from neural_drum_machine.export.codes import representative
from neural_drum_machine.export.prior import category_gaussians, category_mixtures
from neural_drum_machine.latent.controls import AXES

AxesOf = Literal["category", "all"]


@dataclass(frozen=True, slots=True)
class FittedControls:
    """Where codes of each category lie, and the directions of P1, P2 and P3.

    Attributes
    ----------
    axes : numpy.ndarray
        Shape ``(11, 3, latent_dim)``.
    explained : numpy.ndarray
        Shape ``(11, 3)`` or, with common axes, ``(3,)``: share of the variance along each axis.
    means : numpy.ndarray
        Shape ``(11, latent_dim)``.
    covariances : numpy.ndarray
        Shape ``(11, latent_dim, latent_dim)``.
    mixture : tuple of numpy.ndarray
        Shares, centres and covariances; see
        :func:`~neural_drum_machine.export.prior.category_mixtures`.
    """

    axes: FloatArray
    explained: npt.NDArray[np.float64]
    means: FloatArray
    covariances: FloatArray
    mixture: tuple[FloatArray, ...]


def fit_controls(
    codes: npt.NDArray[np.float32],
    categories: npt.NDArray[np.int64],
    origins: npt.NDArray[np.str_],
    axes_of: AxesOf,
) -> FittedControls:
    """Fit axes, Gaussians and mixtures to codes.

    Synthesised sounds widen what the networks know, but the controls describe real drums.
    Recordings alone give the centre of a category and the prior of new sounds; variations of
    recordings also count for the directions in which a drum can be changed.

    Parameters
    ----------
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``.
    categories : numpy.ndarray
        Shape ``(n,)``.
    origins : numpy.ndarray
        Shape ``(n,)``: ``real``, ``augmented`` or ``synthesised``.
    axes_of : {"category", "all"}
        Axes of each category, or common ones as in the paper.

    Returns
    -------
    FittedControls
        The result.
    """
    real = representative(categories, origins == REAL)
    natural = representative(categories, origins != SYNTHESISED)
    find_axes = category_axes if axes_of == "category" else principal_axes
    axes, explained = find_axes(codes[natural], categories[natural])
    _, covariances = category_gaussians(codes[natural], categories[natural])
    means, _ = category_gaussians(codes[real], categories[real])
    return FittedControls(
        np.broadcast_to(axes, (len(CATEGORIES), AXES, codes.shape[1])),
        explained,
        means,
        covariances,
        category_mixtures(codes[real], categories[real]),
    )
