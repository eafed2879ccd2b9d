"""The share of the codes' variance that the three controls move."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.latent.controls import AXES, Controls


@dataclass(frozen=True, slots=True)
class ExplainedVariance:
    """Shares of the codes' variance along P1, P2 and P3; a random direction has 1/dim.

    Attributes
    ----------
    within : tuple of float
        Share of the variance within a category along each axis, which is what the XY pad can
        move: the mean over the categories, each with its own axes.
    between : float
        Share of all variance (in all directions) that lies between the categories' means; 0 if
        the code does not depend on the category.
    """

    within: tuple[float, ...]
    between: float

    def to_dict(self) -> dict[str, Any]:
        """Return the shares as JSON values."""
        return {"within": list(self.within), "between": self.between}


def explained_variance(
    controls: Controls, codes: npt.ArrayLike, categories: npt.ArrayLike
) -> ExplainedVariance:
    """Return how much of the codes' variance the three controls move.

    Parameters
    ----------
    controls : Controls
        The model's axes.
    codes : array_like
        Shape ``(n, latent_dim)``.
    categories : array_like
        Shape ``(n,)``, category numbers.
    """
    x, numbers = np.asarray(codes, np.float64), np.asarray(categories)
    groups = {int(category): x[numbers == category] for category in np.unique(numbers)}
    centre = np.mean([group.mean(axis=0) for group in groups.values()], axis=0)
    shares = np.zeros((len(groups), AXES))
    within = between = 0.0
    for i, (category, group) in enumerate(groups.items()):
        mean = group.mean(axis=0)
        spread = np.square(group - mean).sum(axis=1).mean()
        moved = np.square((group - mean) @ controls.axes[category].T).mean(axis=0)
        shares[i] = moved / spread if spread else 0.0  # a single code
        within += spread / len(groups)
        between += np.square(mean - centre).sum() / len(groups)
    return ExplainedVariance(
        tuple(shares.mean(axis=0).tolist()), float(between / ((within + between) or 1.0))
    )
