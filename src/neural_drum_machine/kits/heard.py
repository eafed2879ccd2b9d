"""How surely a sound is heard as its category, by the labeller of the package."""

from functools import lru_cache

import numpy as np
import soxr

from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail
from neural_drum_machine.signal.spec import DEFAULT_SPEC
from neural_drum_machine.sound import Sound


@lru_cache(maxsize=1)
def _labeller() -> Labeller:
    return Labeller.load()


def heard_as_asked(sounds: list[Sound]) -> list[float]:
    """Return how surely each sound is heard as its own category, 0 to 1.

    Sounds of a category that the labeller does not know have 1.
    """
    pictures = []
    for sound in sounds:
        core = soxr.resample(sound.mono, sound.sr, DEFAULT_SPEC.sr, quality="HQ")
        pictures.append(thumbnail(core, DEFAULT_SPEC.sr))
    shares = _labeller().probabilities(np.stack(pictures))
    return [
        float(row[CLASSES.index(sound.category)]) if sound.category in CLASSES else 1.0
        for row, sound in zip(shares, sounds, strict=True)
    ]
