"""From a sound to the code that the decoder makes most of.

An encoder answers at once, and for a sound unlike those it was trained on not very well: the
decoder can often do better than with the code it is given. So the encoder's code is where a search
begins: a few Gauss–Newton steps on the error that the networks were trained with, held near the
category's codes by their own Gaussian (a maximum a posteriori estimate). On kits that the networks
never heard, three steps go most of the way to what the decoder can do at all
(``docs/evaluation.md``), without leaving the codes that sounds are made of.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray

STEPS: Final = 3
"""The fourth brings a hundredth of what the first does."""
SC_WEIGHT: Final = 1.5
"""Of SC on linear magnitudes beside the mean squared error: the generator's training's."""
PRIOR_WEIGHT: Final = 0.01
"""Of the mean squared distance from the category's mean, in its standard deviations."""
_NUDGE: Final = np.float32(0.05)
"""Change of a code's number by which the decoder's slope is measured."""
_DAMPINGS: Final = (1.0, 0.1, 0.01, 0.001)
"""Levenberg and Marquardt's, as shares of the mean curvature; the best one is taken."""


class CodeSearch:
    """Finds codes whose decoded spectrogram is near a wanted one.

    Parameters
    ----------
    decode : callable
        From codes ``(batch, latent_dim)`` to standardised log-mels ``(batch, n_mels, n_frames)``.
    magnitudes : callable
        From one of these to mel magnitudes.
    scale : numpy.ndarray
        Shape ``(n_mels, n_frames)``: the standardisation's deviation, the slope of log magnitudes.
    log_eps : float
        What is added to magnitudes before the logarithm.
    mean, covariance : numpy.ndarray
        Of the category's codes, ``(latent_dim,)`` and ``(latent_dim, latent_dim)``.
    """

    def __init__(
        self,
        decode: Callable[[FloatArray], FloatArray],
        magnitudes: Callable[[FloatArray], FloatArray],
        scale: FloatArray,
        log_eps: float,
        mean: FloatArray,
        covariance: FloatArray,
    ) -> None:
        self._decode = decode
        self._magnitudes = magnitudes
        self._scale = scale
        self._log_eps = np.float32(log_eps)
        self._mean = mean.astype(np.float64)
        self._precision = PRIOR_WEIGHT / len(mean) * np.linalg.inv(covariance.astype(np.float64))

    def refine(self, code: FloatArray, x: FloatArray, mel: FloatArray, steps: int) -> FloatArray:
        """Return a code that is at least as good as the given one.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``: where to begin.
        x, mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``: the wanted spectrogram, standardised and as magnitudes.
        steps : int
            Most steps; fewer where the next one would not be better.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.
        """
        norm = max(float(np.linalg.norm(mel)), 1e-8)
        best = code.astype(np.float64)
        decoded, missing, loss = self._try(best, x, mel, norm)
        for _ in range(steps):
            curvature, pull = self._normal_equations(best, decoded, missing, x, norm)
            flat = np.trace(curvature) / len(best) * np.eye(len(best))
            before = loss
            for damping in _DAMPINGS:
                candidate = best + np.linalg.solve(curvature + damping * flat, pull)
                tried = self._try(candidate, x, mel, norm)
                if tried[2] < loss:
                    nearer, (decoded, missing, loss) = candidate, tried
            if not loss < before:
                break
            best = nearer
        out: FloatArray = best.astype(np.float32)
        return out

    def _try(
        self, code: DoubleArray, x: FloatArray, mel: FloatArray, norm: float
    ) -> tuple[FloatArray, FloatArray, float]:
        """Return a code's log-mel, the magnitudes it lacks, and its loss."""
        decoded = self._decode(code[None].astype(np.float32))[0]
        missing = mel - self._magnitudes(decoded)
        away = code - self._mean
        loss = float(
            np.square(decoded - x).mean()
            + SC_WEIGHT * np.linalg.norm(missing) / norm
            + away @ self._precision @ away
        )
        return decoded, missing, loss if np.isfinite(loss) else np.inf

    def _normal_equations(
        self,
        code: DoubleArray,
        decoded: FloatArray,
        missing: FloatArray,
        x: FloatArray,
        norm: float,
    ) -> tuple[DoubleArray, DoubleArray]:
        """Return Gauss and Newton's matrix and right-hand side about a code."""
        nudged = code.astype(np.float32) + _NUDGE * np.eye(len(code), dtype=np.float32)
        slopes = ((self._decode(nudged) - decoded) / _NUDGE).reshape(len(code), -1)
        # A magnitude's slope is its size times that of its logarithm.
        linear = slopes * ((self._magnitudes(decoded) + self._log_eps) * self._scale).reshape(-1)
        # SC is a norm, not a square: near this code it falls as a square of this weight does.
        share = SC_WEIGHT / (2 * norm * max(float(np.linalg.norm(missing)), 1e-8))
        wanted = (x - decoded).reshape(-1)
        curvature = (slopes @ slopes.T) / x.size + share * (linear @ linear.T)
        pull = (slopes @ wanted) / x.size + share * (linear @ missing.reshape(-1))
        return (
            curvature.astype(np.float64) + self._precision,
            pull.astype(np.float64) - self._precision @ (code - self._mean),
        )
