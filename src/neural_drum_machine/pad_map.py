"""Maps of a category's XY pad: brightness and decay, measured on the decoder's mel spectrograms.

No sound is rendered, so a map takes one decoder run for each of its places. A model file may hold
its maps (``controls.map``). If it holds none, they are measured when a client asks for them.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.mel import mel_band_edges, mel_filterbank
from neural_drum_machine.signal.spec import AudioSpec

PLACES: Final = 15
"""Places along each side of a map."""
DROP_DB: Final = 20.0
"""How far a sound falls in its decay time."""


def mel_measures(mels: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return the brightness and the decay time of spectrograms.

    Parameters
    ----------
    mels : numpy.ndarray
        Shape ``(batch, n_mels, n_frames)``, magnitudes.
    spec : AudioSpec
        Audio format.

    Returns
    -------
    numpy.ndarray
        Shape ``(batch, 2)``, float32. The first column is brightness, the power-weighted mean
        frequency in Hz (0 for silence). The second one is the decay time in seconds: the energy
        that is still to come falls by 20 dB in this time, from the loudest frame on (Schroeder's
        backward integration, 1965).
    """
    # A band sums magnitudes over bins. Its square, divided by its width, is its power if the
    # spectrum is flat.
    width = mel_filterbank(spec).sum(axis=1)
    power = np.square(mels.astype(np.float64)) / width[:, None]
    centres = mel_band_edges(spec)[1:-1]
    total = power.sum(axis=(1, 2))
    brightness = (power.sum(axis=2) @ centres) / np.maximum(total, 1e-30)
    frames = np.array([_decay_frames(energy) for energy in power.sum(axis=1)])
    decay = frames * spec.hop_length / spec.sr
    return np.stack([brightness, decay], axis=1).astype(np.float32)


def _decay_frames(energy: npt.NDArray[np.float64]) -> float:
    """Return a decay time in frames, interpolated, because a map of whole frames has steps."""
    rest = energy[int(energy.argmax()) :][::-1].cumsum()[::-1]
    if rest[0] <= 0:
        return 0.0
    db = 10 * np.log10(np.maximum(rest / rest[0], 1e-12))
    after = int((db > -DROP_DB).sum())  # the first frame below the drop, if there is one
    if after == len(db):
        return float(after)
    return float(after - 1 + (db[after - 1] + DROP_DB) / (db[after - 1] - db[after]))


def map_row(machine: DrumMachine, category: str, row: int, places: int = PLACES) -> FloatArray:
    """Return one row of a category's map.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    category : str
        One of its categories.
    row : int
        0 is at P2 = −1, the last one at P2 = 1.
    places : int
        Number of rows of the map, and of places in each.

    Returns
    -------
    numpy.ndarray
        Shape ``(2, places)``, float32: brightness in Hz and decay in seconds, for P1 from −1 to 1.
        P3 is 0.

    Raises
    ------
    ControlError
        If there is no such category.
    """
    index = machine.index(category)
    along = np.linspace(-1, 1, places)
    codes = np.stack([machine.controls.code(index, (p1, along[row], 0)) for p1 in along])
    mels = machine.decode(codes, np.full(places, index))
    return mel_measures(mels, machine.spec).T


def pad_map(machine: DrumMachine, category: str, places: int = PLACES) -> FloatArray:
    """Return a category's map.

    Parameters
    ----------
    machine, category, places
        As for :func:`map_row`.

    Returns
    -------
    numpy.ndarray
        Shape ``(2, places, places)``, float32: brightness in Hz and decay in seconds, by P2 and P1.

    Raises
    ------
    ControlError
        If there is no such category.
    """
    return np.stack([map_row(machine, category, row, places) for row in range(places)], axis=1)
