"""From controls to latent codes: three axes, a category, a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError
from neural_drum_machine.latent.prior import Mixture
from neural_drum_machine.model_file.bundle import AXES

REACH: Final = 2.0
"""A control of ±1 is this many standard deviations of the category's codes along its axis."""
MAX_CONTROL: Final = 8.0
"""Controls beyond ±1 go on outwards, up to here."""
DEFAULT_WILD: Final = 1.0
MAX_WILD: Final = 2.0
MAX_SEED: Final = 2**32 - 1


@dataclass(frozen=True)
class Controls:
    """The geometry of a trained latent space.

    Attributes
    ----------
    axes : numpy.ndarray
        Shape ``(categories, 3, latent_dim)``, orthonormal rows: P1, P2 and P3 of each category,
        strong principal directions of training codes.
    means : numpy.ndarray
        Shape ``(categories, latent_dim)``: each category's mean code.
    covariances : numpy.ndarray
        Shape ``(categories, latent_dim, latent_dim)``: how wide the axes are.
    mixture : Mixture, optional
        What codes are drawn from; each category's Gaussian if absent.
    """

    axes: FloatArray
    means: FloatArray
    covariances: FloatArray
    mixture: Mixture | None = None

    def __post_init__(self) -> None:
        """Prepare what every draw needs.

        Raises
        ------
        ControlError
            If the arrays do not fit each other or a covariance is not positive.
        """
        categories, dim = self.means.shape
        mixture = self.mixture or Mixture(
            np.ones((categories, 1), np.float32), self.means[:, None], self.covariances
        )
        centres = mixture.centres.shape[1] if mixture.centres.ndim == 3 else 0
        square = (categories, dim, dim)
        for name, values, wanted in (
            ("axes", self.axes, (categories, AXES, dim)),
            ("covariances", self.covariances, square),
            ("centres", mixture.centres, (categories, max(centres, 1), dim)),
            ("shares", mixture.shares, (categories, centres)),
            ("covariances about centres", mixture.covariances, square),
        ):
            if values.shape != wanted:
                raise ControlError(
                    f"controls do not fit each other: means {self.means.shape}, but {name} "
                    f"{values.shape}, not {wanted}"
                )
        if mixture.shares.min() < 0 or not np.allclose(mixture.shares.sum(axis=1), 1, atol=1e-3):
            raise ControlError("the shares of a category's centres do not sum to 1")
        try:
            np.linalg.cholesky(self.covariances.astype(np.float64))
            factors = np.linalg.cholesky(mixture.covariances.astype(np.float64))
        except np.linalg.LinAlgError as error:
            raise ControlError(f"a category's covariance is not positive: {error}") from error
        along = np.einsum("cad,cde,cae->ca", self.axes, self.covariances, self.axes)
        object.__setattr__(self, "_factors", factors)
        object.__setattr__(self, "_offsets", mixture.centres - self.means[:, None])
        object.__setattr__(self, "_until", np.cumsum(mixture.shares.astype(np.float64), axis=1))
        object.__setattr__(self, "_scales", REACH * np.sqrt(along))

    def sample(self, category: int, seed: int, wild: float = DEFAULT_WILD) -> FloatArray:
        """Draw a code of the category, nearer to its mean or further from it.

        Parameters
        ----------
        category : int
            Its number.
        seed : int
            From 0 to 2**32 − 1; the same seed gives the same code, also in later versions.
        wild : float
            Factor of the deviation from the mean: 0 to 2; 1 is what the training sounds have.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.

        Raises
        ------
        ControlError
            If seed or `wild` is out of range.
        """
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
            raise ControlError(f"seed must be a whole number, got {seed!r}")
        if not 0 <= seed <= MAX_SEED:
            raise ControlError(f"seed must lie between 0 and {MAX_SEED}, got {seed}")
        if not isinstance(wild, float | int | np.floating) or not 0 <= wild <= MAX_WILD:
            raise ControlError(f"wild must lie between 0 and {MAX_WILD:g}, got {wild!r}")
        # RandomState is frozen by NumPy's promise; default_rng may change its stream.
        random = np.random.RandomState(int(seed))
        deviation = self._about_centre(category, random)
        until: npt.NDArray[np.float64] = self._until[category]  # type: ignore[attr-defined]
        # The last centre's share ends at 1 but for rounding.
        centre = min(int(np.searchsorted(until, random.random_sample(), "right")), len(until) - 1)
        offset: FloatArray = self._offsets[category, centre]  # type: ignore[attr-defined]
        code: FloatArray = (self.means[category] + wild * (offset + deviation)).astype(np.float32)
        return code

    def deviation(self, category: int, seed: int) -> FloatArray:
        """Return a step from any code of the category to another of its kind.

        Parameters
        ----------
        category : int
            Its number.
        seed : int
            From 0 to 2**32 − 1, not checked.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32: what drawn codes deviate from their centre by.
        """
        step = self._about_centre(category, np.random.RandomState(int(seed)))
        return step.astype(np.float32)

    def _about_centre(
        self, category: int, random: np.random.RandomState
    ) -> npt.NDArray[np.float64]:
        factor: npt.NDArray[np.float64] = self._factors[category]  # type: ignore[attr-defined]
        out: npt.NDArray[np.float64] = factor @ random.standard_normal(len(factor))
        return out

    def code(
        self,
        category: int,
        p: Sequence[float] | None = None,
        seed: int | None = None,
        wild: float = DEFAULT_WILD,
    ) -> FloatArray:
        """Return the code that the controls stand for.

        The seed gives all of the code, or the category's mean if there is none; `p` then
        sets where it lies on the three axes, so that the pad means the same place
        whatever the seed.

        Parameters
        ----------
        category : int
            Its number.
        p : sequence of float, optional
            P1, P2, P3. 0 is the category's mean, ±1 two standard deviations; up to ±8.
        seed : int, optional
            From 0 to 2**32 − 1.
        wild : float
            As for :meth:`sample`; nothing without a seed.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.

        Raises
        ------
        ControlError
            If `p` is not three finite numbers within ±8, or seed or `wild` is out of range.
        """
        code = self.means[category] if seed is None else self.sample(category, seed, wild)
        return code.copy() if p is None else self.moved(category, code, p)

    def moved(self, category: int, code: FloatArray, p: Sequence[float]) -> FloatArray:
        """Return a code moved along the three axes to a place, all else of it kept.

        Parameters
        ----------
        category : int
            Its number.
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
        scales: npt.NDArray[np.float64] = self._scales[category]  # type: ignore[attr-defined]
        moved: FloatArray = (code + (difference * scales) @ self.axes[category]).astype(np.float32)
        return moved

    def position(self, category: int, code: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return where a code lies on the three axes, ``(3,)``, in the units of :meth:`code`."""
        offset = np.asarray(code, dtype=np.float64) - self.means[category]
        scales: npt.NDArray[np.float64] = self._scales[category]  # type: ignore[attr-defined]
        out: npt.NDArray[np.float64] = self.axes[category].astype(np.float64) @ offset / scales
        return out
