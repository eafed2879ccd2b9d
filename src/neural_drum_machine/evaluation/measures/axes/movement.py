"""How far each axis moves the sound."""

import numpy as np

from neural_drum_machine.latent.controls import AXES
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.distance import log_spectral_distance


def axis_movement(machine: DrumMachine, *, seeds: int = 8) -> tuple[float, ...]:
    """Return how far each axis moves the sound from −1 to +1, with the other two at 0.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    seeds : int
        Number of sounds of each category.

    Returns
    -------
    tuple of float
        For P1, P2 and P3 the log-spectral distance in dB between the decoder's spectrograms at
        both ends, as a mean over seeds and categories. More movement gives a musician more to
        play with.
    """
    out = []
    for ends in np.stack([-np.eye(AXES), np.eye(AXES)], axis=1):
        distances = []
        for c, seed in np.ndindex(len(machine.categories), seeds):
            codes = np.stack([machine.controls.code(c, p, seed) for p in ends])
            distances.append(log_spectral_distance(*machine.decode(codes, np.array([c, c]))))
        out.append(float(np.mean(distances)))
    return tuple(out)
