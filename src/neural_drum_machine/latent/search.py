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
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.standardisation import Standardisation

STEPS: Final = 3
"""Default number of steps. The fourth gains a hundredth of what the first does."""
SC_WEIGHT: Final = 1.5
"""Weight of the spectral convergence on linear magnitudes beside the mean squared error, as in the
generator's training."""
PRIOR_WEIGHT: Final = 0.01
"""Weight of the mean squared distance from the category's mean, in its standard deviations."""
AIR_WEIGHT: Final = 6.0
ATTACK_WEIGHT: Final = 30.0
"""Weights of the squared errors of air and of the fine attack, sums over their values, beside that
of the core, as in the generator's training."""
_NUDGE: Final = np.float32(0.05)
"""Change of each number of a code that measures the decoder's slope."""
_DAMPINGS: Final = (1.0, 0.1, 0.01, 0.001)
"""Levenberg–Marquardt dampings, as shares of the mean curvature. The best one is taken."""


class CodeSearch:
    """Finds codes whose decoded spectrogram is near a given one.

    Parameters
    ----------
    decode : callable
        From codes ``(batch, latent_dim)`` to standardised levels in batches.
    standardisation : Standardisation
        Of the core: from its standardised log-mel to magnitudes. Its standard deviations are the
        slope of log magnitudes.
    mean, covariance : numpy.ndarray
        Mean ``(latent_dim,)`` and covariance ``(latent_dim, latent_dim)`` of the category's codes.
    """

    def __init__(
        self,
        decode: Callable[[FloatArray], Levels],
        standardisation: Standardisation,
        mean: FloatArray,
        covariance: FloatArray,
    ) -> None:
        self._decode = decode
        self._magnitudes = standardisation.inverse
        self._scale = standardisation.std
        self._log_eps = np.float32(standardisation.spec.log_eps)
        self._mean = mean.astype(np.float64)
        self._precision = PRIOR_WEIGHT / len(mean) * np.linalg.inv(covariance.astype(np.float64))

    def refine(self, code: FloatArray, wanted: Levels, steps: int) -> FloatArray:
        """Return a code that is at least as good as the given one.

        Parameters
        ----------
        code : numpy.ndarray
            Shape ``(latent_dim,)``: the start.
        wanted : Levels
            The standardised levels of the sound.
        steps : int
            At most this many steps. The search ends early when a step brings no gain.

        Returns
        -------
        numpy.ndarray
            Shape ``(latent_dim,)``, float32.
        """
        mel = self._magnitudes(wanted.mel)
        x = _vectors(wanted)
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
        """Return the weighted levels of a code, the magnitudes it lacks, and its loss."""
        levels = self._decode(code[None].astype(np.float32)).of(0)
        decoded = _vectors(levels)
        missing = mel - self._magnitudes(levels.mel)
        away = code - self._mean
        loss = float(
            np.square(decoded - x).sum() / mel.size
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
        slopes = (_vectors(self._decode(nudged), batch=len(code)) - decoded) / _NUDGE
        # The slope of a magnitude is the magnitude times the slope of its logarithm.
        core = missing.size
        magnitudes = self._magnitudes(decoded[:core].reshape(missing.shape))
        linear = slopes[:, :core] * ((magnitudes + self._log_eps) * self._scale).reshape(-1)
        # SC is a norm, not a square. Near this code it falls like a square of this weight.
        share = SC_WEIGHT / (2 * norm * max(float(np.linalg.norm(missing)), 1e-8))
        curvature = (slopes @ slopes.T) / core + share * (linear @ linear.T)
        pull = (slopes @ (x - decoded)) / core + share * (linear @ missing.reshape(-1))
        return (
            curvature.astype(np.float64) + self._precision,
            pull.astype(np.float64) - self._precision @ (code - self._mean),
        )


def _vectors(levels: Levels, batch: int | None = None) -> FloatArray:
    """Return levels as vectors whose squared distance is the training's sum of squared errors.

    The core comes first. `batch` is the number of hits; None stands for a single one.
    """
    weights = (1.0, AIR_WEIGHT, ATTACK_WEIGHT)
    shape = (-1,) if batch is None else (batch, -1)
    parts = [
        part.reshape(shape) * np.float32(np.sqrt(weight))
        for part, weight in zip(levels, weights, strict=True)
        if part is not None
    ]
    return np.concatenate(parts, axis=-1)
