"""The prior: the distribution that new codes are drawn from."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.errors import ControlError

DEFAULT_WILD: Final = 1.0
MAX_WILD: Final = 2.0
MAX_SEED: Final = 2**32 - 1


@dataclass(frozen=True)
class Mixture:
    """Gaussians about several centres in each category.

    Attributes
    ----------
    shares : numpy.ndarray
        Shape ``(categories, centres)``: the probability of each centre. They sum to 1.
    centres : numpy.ndarray
        Shape ``(categories, centres, latent_dim)``.
    covariances : numpy.ndarray
        Shape ``(categories, latent_dim, latent_dim)``. All centres of a category share one.
    """

    shares: FloatArray
    centres: FloatArray
    covariances: FloatArray


class Prior:
    """Draws codes of a category.

    Parameters
    ----------
    means : numpy.ndarray
        Shape ``(categories, latent_dim)``: the mean code of each category.
    covariances : numpy.ndarray
        Shape ``(categories, latent_dim, latent_dim)``.
    mixture : Mixture, optional
        The distribution of codes. Without it, each category is one Gaussian.

    Raises
    ------
    ControlError
        If the arrays do not fit each other or a covariance is not positive definite.
    """

    def __init__(
        self, means: FloatArray, covariances: FloatArray, mixture: Mixture | None = None
    ) -> None:
        categories, dim = means.shape
        mixture = mixture or Mixture(
            np.ones((categories, 1), np.float32), means[:, None], covariances
        )
        centres = mixture.centres.shape[1] if mixture.centres.ndim == 3 else 0
        square = (categories, dim, dim)
        check_shape("covariances", covariances, square, means)
        check_shape("centres", mixture.centres, (categories, max(centres, 1), dim), means)
        check_shape("shares", mixture.shares, (categories, centres), means)
        check_shape("covariances about centres", mixture.covariances, square, means)
        if mixture.shares.min() < 0 or not np.allclose(mixture.shares.sum(axis=1), 1, atol=1e-3):
            raise ControlError("the shares of a category's centres do not sum to 1")
        try:
            np.linalg.cholesky(covariances.astype(np.float64))
            self._factors = np.linalg.cholesky(mixture.covariances.astype(np.float64))
        except np.linalg.LinAlgError as error:
            raise ControlError(f"a category's covariance is not positive: {error}") from error
        self.means = means
        self.covariances = covariances
        self._offsets = mixture.centres - means[:, None]
        self._cumulated = np.cumsum(mixture.shares.astype(np.float64), axis=1)

    def sample(self, category: int, seed: int, wild: float = DEFAULT_WILD) -> FloatArray:
        """Draw a code of a category.

        Parameters
        ----------
        category : int
            The category's number.
        seed : int
            From 0 to 2**32 − 1. The same seed gives the same code, also in later versions.
        wild : float
            Factor of the distance from the category's mean, 0 to 2. At 1, codes are spread as
            those of the training sounds are.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.

        Raises
        ------
        ControlError
            If the seed or `wild` is out of range.
        """
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
            raise ControlError(f"seed must be a whole number, got {seed!r}")
        if not 0 <= seed <= MAX_SEED:
            raise ControlError(f"seed must lie between 0 and {MAX_SEED}, got {seed}")
        if not isinstance(wild, float | int | np.floating) or not 0 <= wild <= MAX_WILD:
            raise ControlError(f"wild must lie between 0 and {MAX_WILD:g}, got {wild!r}")
        # NumPy promises that RandomState's stream never changes; default_rng's may.
        random = np.random.RandomState(int(seed))
        deviation = self._about_centre(category, random)
        cumulated = self._cumulated[category]
        # Rounding may leave the last sum below 1.
        centre = min(
            int(np.searchsorted(cumulated, random.random_sample(), "right")), len(cumulated) - 1
        )
        offset: FloatArray = self._offsets[category, centre]
        code: FloatArray = (self.means[category] + wild * (offset + deviation)).astype(np.float32)
        return code

    def deviation(self, category: int, seed: int) -> FloatArray:
        """Draw a step from any code of a category to a neighbour of the same kind.

        Parameters
        ----------
        category : int
            The category's number.
        seed : int
            From 0 to 2**32 − 1, not checked.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32: distributed as drawn codes are about their centre.
        """
        step = self._about_centre(category, np.random.RandomState(int(seed)))
        return step.astype(np.float32)

    def _about_centre(self, category: int, random: np.random.RandomState) -> DoubleArray:
        factor: DoubleArray = self._factors[category]
        out: DoubleArray = factor @ random.standard_normal(len(factor))
        return out


def check_shape(name: str, values: FloatArray, wanted: tuple[int, ...], means: FloatArray) -> None:
    """Raise :class:`ControlError` unless an array has the shape that the means call for."""
    if values.shape != wanted:
        raise ControlError(
            f"controls do not fit each other: means {means.shape}, but {name} {values.shape}, "
            f"not {wanted}"
        )


def interpolate(first: FloatArray, second: FloatArray, t: float) -> FloatArray:
    """Return the code at `t` of the straight way between two codes, 0 ≤ `t` ≤ 1.

    It is exactly `first` at 0 and exactly `second` at 1.
    """
    # first + t (second - first) would miss the second by rounding.
    out: FloatArray = np.float32(1 - t) * first + np.float32(t) * second
    return out
