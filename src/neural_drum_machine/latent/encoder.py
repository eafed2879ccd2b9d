"""From a recorded hit to its latent code and its category."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.latent.prior import Prior
from neural_drum_machine.latent.search import STEPS, CodeSearch
from neural_drum_machine.signal.levels import Levels, LevelScale


class EncoderAndDecoder(Protocol):
    """The two networks of the generator."""

    def encode(self, x: Levels, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the codes ``(batch, latent_dim)`` of standardised levels."""
        ...

    def decode(self, code: FloatArray, category: npt.NDArray[np.int64]) -> Levels:
        """Return the standardised levels of codes."""
        ...


class SoundEncoder:
    """Encodes the levels of hits, and guesses their category.

    Parameters
    ----------
    networks : EncoderAndDecoder
        The model's networks.
    scale : LevelScale
        The generator's.
    prior : Prior
        The distribution of codes; it holds the search near likely ones.
    """

    def __init__(self, networks: EncoderAndDecoder, scale: LevelScale, prior: Prior) -> None:
        self._networks = networks
        self._scale = scale
        self._prior = prior

    def encode(self, levels: Levels, category: int, steps: int = STEPS) -> FloatArray:
        """Return the code of a hit.

        Parameters
        ----------
        levels : Levels
            Of the hit, natural logarithms.
        category : int
            The category's number in the model.
        steps : int
            Steps of the search for a better code than the encoder's, about a quarter of a second
            each. 0 takes the encoder's code.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.
        """
        x = self._scale.forward(levels)
        code: FloatArray = self._networks.encode(_batch(x, 1), np.array([category]))[0]
        if steps < 1:
            return code
        search = CodeSearch(
            lambda codes: self._networks.decode(codes, np.full(len(codes), category)),
            self._scale.mel,
            self._prior.means[category],
            self._prior.covariances[category],
        )
        return search.refine(code, x, steps)

    def guess(self, levels: Levels, categories: int) -> int:
        """Return the category that the generator reconstructs a hit best in.

        The squared error of the standardised log-mel decides.

        Parameters
        ----------
        levels : Levels
            Of the hit, natural logarithms.
        categories : int
            Number of categories; all of them are tried.
        """
        indices = np.arange(categories)
        batch = _batch(self._scale.forward(levels), categories)
        decoded = self._networks.decode(self._networks.encode(batch, indices), indices)
        return int(np.square(decoded.mel - batch.mel).mean(axis=(1, 2)).argmin())


def _batch(levels: Levels, count: int) -> Levels:
    """Return the levels of a hit several times."""
    return Levels._make(
        None if part is None else np.repeat(part[None], count, axis=0) for part in levels
    )
