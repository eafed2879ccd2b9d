"""Distributions of the codes of each category, from which new sounds are drawn."""

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.covariance import ledoit_wolf

from neural_drum_machine.categories import CATEGORIES

CENTRES = 24
"""Largest number of centres in a category's mixture."""
SOUNDS_PER_CENTRE = 4
"""Fewest sounds per centre: with fewer, new sounds would be copies of training sounds."""


def category_gaussians(
    codes: npt.NDArray[np.float32], categories: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Fit a Gaussian to each category's codes.

    Parameters
    ----------
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``.
    categories : numpy.ndarray
        Shape ``(n,)``.

    Returns
    -------
    means, covariances : numpy.ndarray
        Shapes ``(11, latent_dim)`` and ``(11, latent_dim, latent_dim)``. The covariances are
        Ledoit and Wolf's shrunk estimates, because few categories have more sounds than a code
        has dimensions. A category with fewer than two sounds gets the Gaussian of all sounds.
    """
    means, covariances = [], []
    pooled = codes.astype(np.float64)
    for index in range(len(CATEGORIES)):
        mine = pooled[categories == index]
        if len(mine) < 2:
            mine = pooled
        means.append(mine.mean(axis=0))
        covariances.append(ledoit_wolf(mine)[0])
    return np.stack(means).astype(np.float32), np.stack(covariances).astype(np.float32)


def category_mixtures(
    codes: npt.NDArray[np.float32], categories: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], ...]:
    """Fit a mixture of Gaussians with one common covariance to each category's codes.

    Parameters
    ----------
    codes, categories : numpy.ndarray
        As for :func:`category_gaussians`.

    Returns
    -------
    shares, centres, covariances : numpy.ndarray
        Shapes ``(11, k)``, ``(11, k, latent_dim)`` and ``(11, latent_dim, latent_dim)``, the
        fields of :class:`neural_drum_machine.latent.prior.Mixture`. The centres come from
        k-means. The covariance about them is shrunk, and corrected for the bias that fitting
        the centres to the same sounds causes. Unused centres have the share 0. A category with
        fewer than two sounds gets the mixture of all sounds.
    """
    pooled = codes.astype(np.float64)
    fits = []
    for index in range(len(CATEGORIES)):
        mine = pooled[categories == index]
        if len(mine) < 2:
            mine = pooled
        k = max(1, min(CENTRES, len(mine) // SOUNDS_PER_CENTRE))
        fit = KMeans(k, n_init=4, random_state=0).fit(mine)
        about = ledoit_wolf(mine - fit.cluster_centers_[fit.labels_], assume_centered=True)[0]
        unbiased = about * len(mine) / max(len(mine) - k, 1)
        fits.append((np.bincount(fit.labels_) / len(mine), fit.cluster_centers_, unbiased))
    most = max(len(shares) for shares, _, _ in fits)
    out = [
        (
            np.pad(shares, (0, most - len(shares))),
            np.pad(centres, ((0, most - len(centres)), (0, 0))),
            about,
        )
        for shares, centres, about in fits
    ]
    shares, centres, covariances = zip(*out, strict=True)
    return tuple(np.stack(part).astype(np.float32) for part in (shares, centres, covariances))
