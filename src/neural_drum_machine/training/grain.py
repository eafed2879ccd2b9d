"""How much noise the generator's spectrograms lack, as a function of the code."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from neural_drum_machine.data.entries import AUGMENTED, REAL, SYNTHESISED
from neural_drum_machine.data.store import Dataset, Standardisation, release
from neural_drum_machine.mel import log_mel
from neural_drum_machine.models.generator import Generator
from neural_drum_machine.spec import CATEGORIES
from neural_drum_machine.texture import grid, missing_noise

PER_CATEGORY: Final = 400
"""Training sounds of a category that the map is fitted to, at most."""
RIDGE: Final = 0.05
"""Penalty of the map's squares, per sound: codes have a variance of about 1."""
_BATCH: Final = 50
FloatArray = npt.NDArray[np.float32]


def fit_texture(
    cwae: Generator,
    data: Dataset,
    standardisation: Standardisation,
    progress: Callable[[int, int], None] | None = None,
) -> FloatArray:
    """Fit a :class:`~neural_drum_machine.texture.Texture` to what training sounds lack.

    Ridge regression in each category, from the code to what encoding and decoding took away.

    Parameters
    ----------
    cwae : Generator
        The generator, in evaluation mode.
    data : Dataset
        Its training sounds.
    standardisation : Standardisation
        The generator's.
    progress : callable, optional
        Called with (sounds done, in all).

    Returns
    -------
    numpy.ndarray
        Shape ``(11, latent_dim + 1, groups)``, float32; zeros for a category with fewer than two
        training sounds, whose spectrograms then stay as they are.
    """
    chosen = [_natural_rows(data, category) for category in CATEGORIES]
    dim, bands_frames = cwae.config.latent_dim, int(np.prod(grid(data.spec)))
    weights = np.zeros((len(CATEGORIES), dim + 1, bands_frames), np.float32)
    done, total = 0, sum(map(len, chosen))
    for category, rows in enumerate(chosen):
        codes, lacks = [], []
        for chunk in np.array_split(rows, -(-len(rows) // _BATCH)) if len(rows) > 1 else ():
            code, lack = _lacking(cwae, data, standardisation, chunk, category)
            codes.append(code)
            lacks.append(lack.reshape(len(chunk), -1))
            done += len(chunk)
            if progress:
                progress(done, total)
        if codes:
            weights[category] = _ridge(np.concatenate(codes), np.concatenate(lacks))
    return weights


def _natural_rows(data: Dataset, category: str) -> npt.NDArray[np.int64]:
    """Return training recordings of a category, filled up with variations of recordings.

    What is synthesised has the noise of its synthesiser, and counts only where there is
    nothing else.
    """
    picked = np.empty(0, np.int64)
    for origin in (REAL, AUGMENTED, SYNTHESISED):
        rows = data.rows("train", category, origin)
        if origin != SYNTHESISED or len(picked) < 2:
            n = min(PER_CATEGORY - len(picked), len(rows))
            picked = np.append(picked, rows[np.linspace(0, len(rows) - 1, n).round().astype(int)])
    return picked


def _lacking(
    cwae: Generator,
    data: Dataset,
    standardisation: Standardisation,
    rows: npt.NDArray[np.int64],
    category: int,
) -> tuple[FloatArray, FloatArray]:
    """Return codes of sounds, and what their decoded spectrograms lack."""
    x = standardisation.forward(data.mels[rows])
    release(data.mels)
    number = torch.full((len(rows),), category)
    with torch.inference_mode():
        decoded, code = cwae(torch.from_numpy(x), number)
    magnitudes = standardisation.inverse(decoded.numpy())
    recorded = x * standardisation.std + standardisation.mean
    return code.numpy(), missing_noise(recorded, log_mel(magnitudes, data.spec), data.spec)


def _ridge(codes: FloatArray, lacks: FloatArray) -> FloatArray:
    """Return the map ``(latent_dim + 1, groups)``; its constant is not penalised."""
    inputs = np.hstack([codes, np.ones((len(codes), 1))]).astype(np.float64)
    penalty = RIDGE * len(codes) * np.eye(inputs.shape[1])
    penalty[-1, -1] = 0
    out: FloatArray = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ lacks).astype(
        np.float32
    )
    return out
