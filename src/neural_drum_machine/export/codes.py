"""The codes of the training sounds: what the controls and the sampling are made from."""

import numpy as np
import numpy.typing as npt
import torch
from sklearn.cluster import KMeans
from sklearn.covariance import ledoit_wolf

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.networks.generator import Generator
from neural_drum_machine.signal.standardisation import Standardisation

CENTRES = 24
"""Centres of a category's mixture, at most."""
SOUNDS_PER_CENTRE = 4
"""At least so many sounds of a category for each: else new sounds would be copies."""


def training_codes(
    cwae: Generator, data: Dataset, standardisation: Standardisation
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return the codes of the training sounds ``(n, latent_dim)`` and their categories ``(n,)``.

    In the order of ``data.rows("train")``.
    """
    rows = data.rows("train")
    categories = np.array([CATEGORIES.index(data.entries[row].category) for row in rows])
    codes = []
    with torch.inference_mode():
        for chunk, chunk_categories in zip(
            np.array_split(rows, -(-len(rows) // 128)),
            np.array_split(categories, -(-len(rows) // 128)),
            strict=True,
        ):
            x = torch.from_numpy(standardisation.forward(data.mels[chunk]))
            codes.append(cwae.encoder(x, torch.from_numpy(chunk_categories)).numpy())
    return np.concatenate(codes), categories


def standing_for(
    categories: npt.NDArray[np.int64], wanted: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Return which sounds stand for their category: the wanted ones, or all where there are none.

    Parameters
    ----------
    categories : numpy.ndarray
        Shape ``(n,)``.
    wanted : numpy.ndarray
        Shape ``(n,)``; a category with fewer than two of them is represented by all its sounds.
    """
    enough = np.bincount(categories[wanted], minlength=len(CATEGORIES)) >= 2
    out: npt.NDArray[np.bool_] = wanted | ~enough[categories]
    return out


def principal_axes(
    codes: npt.NDArray[np.float32], categories: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return P1–P3: the strongest principal directions of the codes of all categories.

    Parameters
    ----------
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``.
    categories : numpy.ndarray
        Shape ``(n,)``; every category weighs the same.

    Returns
    -------
    axes : numpy.ndarray
        Shape ``(3, latent_dim)``, orthonormal float32; the largest entry of each is
        positive, so that another run gives the same sign.
    explained : numpy.ndarray
        Share of the variance along each, ``(3,)``.
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
    """Return P1–P3 of each category: the strongest principal directions of its own codes.

    Parameters
    ----------
    codes, categories : numpy.ndarray
        As for :func:`principal_axes`.

    Returns
    -------
    axes : numpy.ndarray
        Shape ``(11, 3, latent_dim)``. A category with fewer than two sounds gets the axes of all.
    explained : numpy.ndarray
        Share of the category's variance along each, ``(11, 3)``.
    """
    parts = []
    for index in range(len(CATEGORIES)):
        mine = categories == index
        if mine.sum() < 2:
            mine = np.ones_like(mine)
        parts.append(principal_axes(codes[mine], categories[mine]))
    axes, explained = zip(*parts, strict=True)
    return np.stack(axes), np.stack(explained)


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
        Shapes ``(11, latent_dim)`` and ``(11, latent_dim, latent_dim)``. The covariance is
        Ledoit and Wolf's shrunk one: few categories have more sounds than the code
        has numbers. A category with fewer than two sounds gets the pooled Gaussian.
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
    """Fit Gaussians of one shape about several centres to each category's codes.

    Parameters
    ----------
    codes, categories : numpy.ndarray
        As for :func:`category_gaussians`.

    Returns
    -------
    shares, centres, covariances : numpy.ndarray
        Shapes ``(11, k)``, ``(11, k, latent_dim)`` and ``(11, latent_dim, latent_dim)``, as
        :class:`neural_drum_machine.latent.prior.Mixture` has them. Centres are those of k-means;
        the covariance about them is shrunk and without the bias that centres fitted to the
        same sounds bring. Where a category has fewer, shares of 0 fill up.
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
