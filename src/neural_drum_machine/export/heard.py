"""How surely the draws of a recording are heard as its category."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray, IntArray
from neural_drum_machine.categories import category_index
from neural_drum_machine.exemplars.draw import MOVE
from neural_drum_machine.exemplars.levels import decoded
from neural_drum_machine.exemplars.shaping import follow
from neural_drum_machine.export.hit_generator import HitGenerator
from neural_drum_machine.inverters.renderer import HitRenderer, Rendering
from neural_drum_machine.prepare.labelling.classes import CLASSES
from neural_drum_machine.prepare.labelling.classifier import Labeller
from neural_drum_machine.prepare.recordings.thumbnail import thumbnail

DRAWS: Final = 5
"""Draws of each recording that are judged."""


def heard_as_asked(
    generator: HitGenerator,
    rows: IntArray,
    codes: FloatArray,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> npt.NDArray[np.float64]:
    """Return the mean probability of each recording's category over sounds drawn from it.

    The labeller of the package judges them. Its verdict says which recordings are good to draw
    from; it is no measure of the model, which a judge of its own evaluates.

    Parameters
    ----------
    generator : HitGenerator
        The generator, with its dataset.
    rows : numpy.ndarray
        Shape ``(n,)``: rows of recordings.
    codes : numpy.ndarray
        Shape ``(n, latent_dim)``: their codes.
    progress : callable
        Called with the number done and the number in all.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, 0 to 1. A draw is moved as far as with ``wild = 1``.
    """
    data = generator.data
    labeller = Labeller.load()
    renderer = HitRenderer(data.spec, generator.trained.networks, Rendering(sr=data.spec.sr))
    numbers = np.array([category_index(data.entries[row].category) for row in rows])
    random = np.random.RandomState(0)
    out = np.zeros(len(rows))
    for place, (row, code, number) in enumerate(zip(rows, codes, numbers, strict=True)):
        spread = MOVE * codes[numbers == number].std(axis=0)
        moves = random.standard_normal((DRAWS, len(code))) * spread
        together = np.concatenate([code[None], code + moves]).astype(np.float32)
        base, *new = decoded(generator.decode, together, [int(number)] * len(together))
        recording = data.levels(np.array([row])).of(0)
        sounds = [
            renderer(follow(recording, base, each, data.spec).limited(data.spec), body=False)
            for each in new
        ]
        pictures = np.stack([thumbnail(sound, data.spec.sr) for sound in sounds])
        name = CLASSES.index(data.entries[row].category)
        out[place] = labeller.probabilities(pictures)[:, name].mean()
        progress(place + 1, len(rows))
    return out
