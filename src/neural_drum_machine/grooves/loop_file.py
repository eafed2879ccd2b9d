"""Files of loops and stems: WAV or FLAC, 16 or 24 bit or floating point, at 44.1, 48 or 96 kHz."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.errors import ControlError, OutputError
from neural_drum_machine.kits.export.names import safe_names
from neural_drum_machine.signal.sound_file import BITS, Bits

RATES: Final = (44100, 48000, 96000)
_ENDINGS: Final = (".wav", ".flac")


def check_file(path: Path, rate: int, bits: Bits) -> None:
    """Check that a loop can be written so.

    Raises
    ------
    ControlError
        If rate or bits are not offered.
    OutputError
        If the ending is of no format that is written.
    """
    if rate not in RATES:
        raise ControlError(f"a loop's rate is {', '.join(map(str, RATES))} Hz, got {rate}")
    if bits not in BITS:
        raise ControlError(f"bits are {', '.join(BITS)}, got {bits!r:.20}")
    if path.suffix.lower() not in _ENDINGS:
        raise OutputError(f"{path}: loops are written as .wav or .flac; choose such a name")
    if bits == "float" and path.suffix.lower() == ".flac":
        raise OutputError(f"{path}: FLAC has no floating point; choose .wav, or 24 bits")


def engine_rate(rate: int) -> int:
    """Return the rate at which a machine renders for a file's rate."""
    return 48000 if rate == 96000 else rate


def at_rate(loop: FloatArray, sr: int, rate: int) -> FloatArray:
    """Return a loop ``(2, n)`` at another rate; it stays seamless.

    The filter of the resampler reaches beyond the ends, so the loop is wound around them.
    """
    if sr == rate:
        return loop
    n = loop.shape[1]
    factor = rate // sr
    around = min(n, 2048)
    wound = np.concatenate([loop[:, -around:], loop, loop[:, :around]], axis=1)
    out: FloatArray = soxr.resample(np.ascontiguousarray(wound.T), sr, rate, quality="VHQ").T
    return out[:, factor * around : factor * (around + n)]


def stem_paths(folder: Path, names: Iterable[str], ending: str) -> list[Path]:
    """Return a file in a folder for each voice; names that no file can have are changed."""
    return [folder / f"{name}{ending}" for name in safe_names(names)]
