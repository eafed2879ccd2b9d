"""What lies where on a category's pad: brightness and decay, measured on the decoder's mels.

No sound is made for it, so a map costs a decoder run for each of its places. A model file may bring
its maps along (``controls.map``); of one that does not they are measured when somebody asks.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.mel import mel_band_edges, mel_filterbank
from neural_drum_machine.signal.spec import AudioSpec

PLACES: Final = 15
"""Along each side of a map."""
DROP_DB: Final = 20.0


def mel_measures(mels: FloatArray, spec: AudioSpec) -> FloatArray:
    """Return brightness and decay of spectrograms.

    Parameters
    ----------
    mels : numpy.ndarray
        Shape ``(batch, n_mels, n_frames)``, magnitudes.
    spec : AudioSpec
        Audio format.

    Returns
    -------
    numpy.ndarray
        Shape ``(batch, 2)``: the power-weighted mean frequency in Hz (0 for silence), and the
        seconds from the loudest frame until all that is still to come lies 20 dB under the energy
        from there on (Schroeder's backward integration, 1965).
    """
    # A band is a sum over bins, so for an even spectrum its square over its width is its power.
    width = mel_filterbank(spec).sum(axis=1)
    power = np.square(mels.astype(np.float64)) / width[:, None]
    centres = mel_band_edges(spec)[1:-1]
    total = power.sum(axis=(1, 2))
    brightness = (power.sum(axis=2) @ centres) / np.maximum(total, 1e-30)
    frames = np.array([_decay_frames(energy) for energy in power.sum(axis=1)])
    decay = frames * spec.hop_length / spec.sr
    return np.stack([brightness, decay], axis=1).astype(np.float32)


def _decay_frames(energy: npt.NDArray[np.float64]) -> float:
    """Return the frames of a decay; between two of them, for a map of whole ones has steps."""
    rest = energy[int(energy.argmax()) :][::-1].cumsum()[::-1]
    if rest[0] <= 0:
        return 0.0
    db = 10 * np.log10(np.maximum(rest / rest[0], 1e-12))
    after = int((db > -DROP_DB).sum())  # the first frame that lies lower, if one does
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
        0 is P2 = −1, the last P2 = 1.
    places : int
        Rows of the map, and places in each.

    Returns
    -------
    numpy.ndarray
        Shape ``(2, places)``: brightness in Hz and decay in seconds for P1 from −1 to 1; P3 is 0.

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
    """Return a category's map ``(2, places, places)``: brightness and decay by P2, P1.

    Raises
    ------
    ControlError
        If there is no such category.
    """
    return np.stack([map_row(machine, category, row, places) for row in range(places)], axis=1)
