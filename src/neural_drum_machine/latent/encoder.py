"""From a recorded hit to its latent code and its category."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.latent.prior import Prior
from neural_drum_machine.latent.search import STEPS, CodeSearch
from neural_drum_machine.signal.standardisation import Standardisation


class EncoderAndDecoder(Protocol):
    """The two networks of the generator."""

    def encode(self, x: FloatArray, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the codes ``(batch, latent_dim)`` of standardised log-mels."""
        ...

    def decode(self, code: FloatArray, category: npt.NDArray[np.int64]) -> FloatArray:
        """Return the standardised log-mels ``(batch, n_mels, n_frames)`` of codes."""
        ...


class SoundEncoder:
    """Encodes mel spectrograms, and guesses their category.

    Parameters
    ----------
    networks : EncoderAndDecoder
        The model's networks.
    standardisation : Standardisation
        The generator's.
    prior : Prior
        The distribution of codes; it holds the search near likely ones.
    """

    def __init__(
        self, networks: EncoderAndDecoder, standardisation: Standardisation, prior: Prior
    ) -> None:
        self._networks = networks
        self._standardisation = standardisation
        self._prior = prior

    def encode(self, mel: FloatArray, category: int, steps: int = STEPS) -> FloatArray:
        """Return the code of a mel spectrogram.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``, magnitudes.
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
        x = self._standardisation.forward(mel)
        code: FloatArray = self._networks.encode(x[None], np.array([category]))[0]
        if steps < 1:
            return code
        search = CodeSearch(
            lambda codes: self._networks.decode(codes, np.full(len(codes), category)),
            self._standardisation.inverse,
            self._standardisation.std,
            self._standardisation.spec.log_eps,
            self._prior.means[category],
            self._prior.covariances[category],
        )
        return search.refine(code, x, mel, steps)

    def guess(self, mel: FloatArray, categories: int) -> int:
        """Return the category that the generator reconstructs a mel spectrogram best in.

        The squared error of the standardised log-mel decides.

        Parameters
        ----------
        mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``, magnitudes.
        categories : int
            Number of categories; all of them are tried.
        """
        indices = np.arange(categories)
        x = self._standardisation.forward(mel)
        batch = np.repeat(x[None], categories, axis=0)
        decoded = self._networks.decode(self._networks.encode(batch, indices), indices)
        return int(np.square(decoded - batch).mean(axis=(1, 2)).argmin())
