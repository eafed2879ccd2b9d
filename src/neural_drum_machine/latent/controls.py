"""The controls P1, P2 and P3: three axes of the latent space for each category."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import DoubleArray, FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.latent.prior import DEFAULT_WILD, Mixture, Prior, check_shape

AXES: Final = 3
"""Number of axes: P1, P2, P3."""
DEVIATIONS: Final = 2.0
"""A control of ±1 is this many standard deviations of the category's codes along its axis."""
MAX_CONTROL: Final = 8.0
"""Controls may go beyond ±1, up to here."""


@dataclass(frozen=True)
class Controls:
    """Maps controls, category and seed to codes, and codes back to controls.

    Parameters
    ----------
    axes : numpy.ndarray
        Shape ``(categories, 3, latent_dim)``, orthonormal rows: P1, P2 and P3 of each category,
        which are strong principal directions of training codes.
    means : numpy.ndarray
        Shape ``(categories, latent_dim)``: the mean code of each category.
    covariances : numpy.ndarray
        Shape ``(categories, latent_dim, latent_dim)``: they scale the axes.
    mixture : Mixture, optional
        The distribution that codes are drawn from. Without it, each category is one Gaussian.

    Attributes
    ----------
    prior : Prior
        Draws codes.

    Raises
    ------
    ControlError
        If the arrays do not fit each other or a covariance is not positive definite.
    """

    axes: FloatArray
    means: FloatArray
    covariances: FloatArray
    mixture: Mixture | None = None
    prior: Prior = field(init=False, repr=False)
    _scales: DoubleArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        categories, dim = self.means.shape
        check_shape("axes", self.axes, (categories, AXES, dim), self.means)
        object.__setattr__(self, "prior", Prior(self.means, self.covariances, self.mixture))
        along = np.einsum("cad,cde,cae->ca", self.axes, self.covariances, self.axes)
        object.__setattr__(self, "_scales", DEVIATIONS * np.sqrt(along))

    def code(
        self,
        category: int,
        p: Sequence[float] | None = None,
        seed: int | None = None,
        wild: float = DEFAULT_WILD,
    ) -> FloatArray:
        """Return the code of a category, a seed and a place on the three axes.

        The seed draws the whole code; without a seed it is the category's mean. `p` then sets
        where the code lies on the three axes, so that a place on the XY pad means the same for
        every seed.

        Parameters
        ----------
        category : int
            The category's number.
        p : sequence of float, optional
            P1, P2, P3. 0 is the category's mean, ±1 are two standard deviations; at most ±8.
        seed : int, optional
            From 0 to 2**32 − 1.
        wild : float
            As for :meth:`Prior.sample`. It has no effect without a seed.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.

        Raises
        ------
        ControlError
            If `p` is not three finite numbers within ±8, or the seed or `wild` is out of range.
        """
        code = self.means[category] if seed is None else self.prior.sample(category, seed, wild)
        return code.copy() if p is None else self.moved(category, code, p)

    def moved(self, category: int, code: FloatArray, p: Sequence[float]) -> FloatArray:
        """Return a code moved along the three axes to a place; everything else of it is kept.

        Parameters
        ----------
        category : int
            The category's number.
        code : numpy.ndarray
            Shape ``(latent_dim,)``, float32.
        p : sequence of float
            P1, P2, P3, as for :meth:`code`.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.

        Raises
        ------
        ControlError
            If `p` is not three finite numbers within ±8.
        """
        try:
            wanted = np.asarray(p, dtype=np.float64)
        except (TypeError, ValueError):
            wanted = np.empty(0)
        if wanted.shape != (AXES,) or not np.isfinite(wanted).all():
            raise ControlError(f"p must be three finite numbers (P1, P2, P3), got {p!r}")
        if np.abs(wanted).max() > MAX_CONTROL:
            raise ControlError(f"p must lie within ±{MAX_CONTROL:g}, got {p!r}")
        difference = wanted - self.position(category, code)
        step = (difference * self._scales[category]) @ self.axes[category]
        moved: FloatArray = (code + step).astype(np.float32)
        return moved

    @property
    def scales(self) -> DoubleArray:
        """How far a control of 1 moves a code along each axis, shape ``(categories, 3)``."""
        return self._scales.copy()

    def deviations(self, category: int) -> FloatArray:
        """Return the standard deviations of a category's codes, ``(latent_dim,)``, float32."""
        out: FloatArray = np.sqrt(np.diagonal(self.covariances[category])).astype(np.float32)
        return out

    def position(self, category: int, code: npt.ArrayLike) -> DoubleArray:
        """Return where a code lies on the three axes: P1, P2, P3, shape ``(3,)``."""
        offset = np.asarray(code, dtype=np.float64) - self.means[category]
        out: DoubleArray = self.axes[category].astype(np.float64) @ offset / self._scales[category]
        return out
