"""Fits the noise and the partials that decoded spectrograms lack, as functions of the code."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import AUGMENTED, REAL, SYNTHESISED
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.detail.grain import Grain, grain_groups, missing_noise
from neural_drum_machine.detail.noise import TAKES, noise_take
from neural_drum_machine.detail.partials import missing_partials, partial_groups
from neural_drum_machine.export.trained import Trained
from neural_drum_machine.signal.mel import clip_log_mel

PER_CATEGORY: Final = 400
"""Largest number of training sounds of a category in the fit."""
RIDGE: Final = 0.05
"""Ridge penalty per sound; codes have a variance of about 1."""
_BATCH: Final = 50


def fit_details(
    trained: Trained,
    data: Dataset,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Fit texture and partials to what decoded training sounds lack.

    A ridge regression for each category, from the code to what encoding and decoding removed.

    Parameters
    ----------
    trained : Trained
        The generator.
    data : Dataset
        The training sounds.
    progress : callable, optional
        Called with (sounds done, number of sounds).

    Returns
    -------
    texture, partials : numpy.ndarray
        Weights, ``(11, latent_dim + 1, …)``, float32. A category with fewer than two training
        sounds has zeros, which leave its spectrograms unchanged.
    """
    chosen = [_natural_rows(data, category) for category in CATEGORIES]
    inputs = trained.generator.latent_dim + 1
    texture, partials = (
        np.zeros((len(CATEGORIES), inputs, int(np.prod(shape))), np.float32)
        for shape in (grain_groups(data.spec), partial_groups(data.spec))
    )
    done, total = 0, sum(map(len, chosen))
    for category, rows in enumerate(chosen):
        chunks = np.array_split(rows, -(-len(rows) // _BATCH)) if len(rows) > 1 else []
        encoded = []
        for chunk in chunks:
            encoded.append(_encoded(trained, data, chunk, category))
            done += len(chunk)
            if progress:
                progress(done, total)
        if not encoded:
            continue
        codes = np.concatenate([code for code, _, _ in encoded])
        lacks = [missing_noise(recorded, decoded, data.spec) for _, recorded, decoded in encoded]
        texture[category] = _ridge(codes, np.concatenate(lacks))
        # In short sounds grain makes peaks of its own: add it before looking for partials.
        grain = Grain(data.spec, texture)
        lacks = [
            missing_partials(recorded, _grained(grain, decoded, code, category), data.spec)
            for code, recorded, decoded in encoded
        ]
        partials[category] = _ridge(codes, np.concatenate(lacks))
    return texture, partials


def _grained(grain: Grain, logs: FloatArray, codes: FloatArray, category: int) -> FloatArray:
    """Return the log-mels of codes with grain, each with another noise take."""
    spec = grain.spec
    gains = [
        grain.amount(code, category) * noise_take(spec, i % TAKES).jumps
        for i, code in enumerate(codes)
    ]
    return clip_log_mel(logs + np.stack(gains), spec)


def _natural_rows(data: Dataset, category: str) -> npt.NDArray[np.int64]:
    """Return training recordings of a category, filled up with variations of recordings.

    Synthesised sounds have the noise of their synthesiser; they are used only if there are fewer
    than two others.
    """
    picked = np.empty(0, np.int64)
    for origin in (REAL, AUGMENTED, SYNTHESISED):
        rows = data.rows("train", category, origin)
        if origin != SYNTHESISED or len(picked) < 2:
            n = min(PER_CATEGORY - len(picked), len(rows))
            picked = np.append(picked, rows[np.linspace(0, len(rows) - 1, n).round().astype(int)])
    return picked


def _encoded(
    trained: Trained,
    data: Dataset,
    rows: npt.NDArray[np.int64],
    category: int,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return codes of sounds, the sounds' log-mels, and the decoded log-mels."""
    recorded, numbers = data.levels(rows), np.full(len(rows), category)
    code = trained.networks.encode(trained.scale.forward(recorded), numbers)
    decoded = trained.scale.inverse(trained.networks.decode(code, numbers))
    return code, recorded.mel, decoded.mel


def _ridge(codes: FloatArray, lacks: FloatArray) -> FloatArray:
    """Return weights ``(latent_dim + 1, values)``; the constant is not penalised."""
    inputs = np.hstack([codes, np.ones((len(codes), 1))]).astype(np.float64)
    penalty = RIDGE * len(codes) * np.eye(inputs.shape[1])
    penalty[-1, -1] = 0
    wanted = lacks.reshape(len(lacks), -1)
    out: FloatArray = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ wanted).astype(
        np.float32
    )
    return out
