"""Diversity: how much the sounds of one set differ from each other."""

import numpy.typing as npt
from scipy.spatial.distance import pdist

from neural_drum_machine.evaluation.measures.sets.embeddings import checked


def diversity(x: npt.ArrayLike) -> float:
    """Return the mean Euclidean distance between two rows, in units of the embedding.

    Compare it with the diversity of real sounds. A smaller value means that sounds repeat.

    Parameters
    ----------
    x : array_like
        Shape ``(n, dim)``, one row a sound.

    Raises
    ------
    DatasetError
        If there are fewer than two rows, or numbers that are not finite.
    """
    return float(pdist(checked(x)).mean())
