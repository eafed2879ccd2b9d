"""A picture of sounds of a dataset."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.index import ORIGINS
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.pictures import contact_sheet


def dataset_sheet(data: Dataset, path: Path, each: int = 2, seed: int = 0) -> None:
    """Draw training sounds of every category and origin into a PNG: one row for each category.

    Parameters
    ----------
    data : Dataset
        The dataset; held-out recordings are not drawn.
    path : Path
        The PNG.
    each : int
        Number of sounds of each category and origin.
    seed : int
        Seed of the choice.
    """
    origins = [origin for origin in ORIGINS if any(e.origin == origin for e in data.entries)]
    rng = np.random.default_rng(seed)
    sounds: list[tuple[str, npt.NDArray[np.float32]]] = []
    for category in CATEGORIES:
        for origin in origins:
            rows = data.rows("train", category, origin)
            picked = rng.permutation(rows)[:each]
            sounds += [(f"{category}, {origin}", data.wave(int(row))) for row in picked]
            none = np.zeros(data.spec.n_samples, np.float32)
            sounds += [(f"{category}: none {origin}", none)] * (each - len(picked))
    contact_sheet(sounds, path, data.spec, columns=each * len(origins), dpi=50)
