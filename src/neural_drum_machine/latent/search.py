"""The search for the code of a sound: Gauss–Newton steps from the encoder's answer.

An encoder answers at once, but less well for sounds unlike those it was trained on. The decoder can
often come nearer with another code. So the encoder's code is the start of a search: a few
Gauss–Newton steps on the error that the networks were trained with. The category's Gaussian holds
the search near likely codes (a maximum a posteriori estimate). On kits that the networks never
heard, three steps go most of the way to the best that the decoder can do
(``docs/evaluation.md``).
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from neural_drum_machine.arrays import DoubleArray, FloatArray

STEPS: Final = 3
"""Default number of steps. The fourth gains a hundredth of what the first does."""
SC_WEIGHT: Final = 1.5
"""Weight of the spectral convergence on linear magnitudes beside the mean squared error, as in the
generator's training."""
PRIOR_WEIGHT: Final = 0.01
"""Weight of the mean squared distance from the category's mean, in its standard deviations."""
_NUDGE: Final = np.float32(0.05)
"""Change of each number of a code that measures the decoder's slope."""
_DAMPINGS: Final = (1.0, 0.1, 0.01, 0.001)
"""Levenberg–Marquardt dampings, as shares of the mean curvature. The best one is taken."""


class CodeSearch:
    """Finds codes whose decoded spectrogram is near a given one.

    Parameters
    ----------
    decode : callable
        From codes ``(batch, latent_dim)`` to standardised log-mels ``(batch, n_mels, n_frames)``.
    magnitudes : callable
        From a standardised log-mel to mel magnitudes.
    scale : numpy.ndarray
        Shape ``(n_mels, n_frames)``: the standard deviations, the slope of log magnitudes.
    log_eps : float
        The constant that is added to magnitudes before the logarithm.
    mean, covariance : numpy.ndarray
        Mean ``(latent_dim,)`` and covariance ``(latent_dim, latent_dim)`` of the category's codes.
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
            Shape ``(latent_dim,)``: the start.
        x, mel : numpy.ndarray
            Shape ``(n_mels, n_frames)``: the given spectrogram, as standardised log-mel and as
            magnitudes.
        steps : int
            At most this many steps. The search ends early when a step brings no gain.

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
        """Return the standardised log-mel of a code, the magnitudes it lacks, and its loss."""
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
        """Return the Gauss–Newton matrix and right-hand side at a code."""
        nudged = code.astype(np.float32) + _NUDGE * np.eye(len(code), dtype=np.float32)
        slopes = ((self._decode(nudged) - decoded) / _NUDGE).reshape(len(code), -1)
        # The slope of a magnitude is the magnitude times the slope of its logarithm.
        linear = slopes * ((self._magnitudes(decoded) + self._log_eps) * self._scale).reshape(-1)
        # SC is a norm, not a square. Near this code it falls like a square of this weight.
        share = SC_WEIGHT / (2 * norm * max(float(np.linalg.norm(missing)), 1e-8))
        wanted = (x - decoded).reshape(-1)
        curvature = (slopes @ slopes.T) / x.size + share * (linear @ linear.T)
        pull = (slopes @ wanted) / x.size + share * (linear @ missing.reshape(-1))
        return (
            curvature.astype(np.float64) + self._precision,
            pull.astype(np.float64) - self._precision @ (code - self._mean),
        )
