"""The levels of a kit's voices: by loudness, as kits are mixed."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from neural_drum_machine.kits.kit import LEVEL_DB
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.sound import Sound

KICK_DB: Final = -1.0
"""The peak of the voice that is to be the loudest, in dB of full scale."""
HIGHEST_DB: Final = 0.0
"""No voice's peak is higher. A snap is all peak, and would silence the rest of the kit."""


def sound_loudness(sound: Sound) -> float:
    """Return the loudness of a sound, LUFS; the mean of its channels is measured."""
    return loudness(sound.mono, sound.sr)


def levelled(voices: Mapping[str, tuple[Sound, float]]) -> dict[str, float]:
    """Return the levels that give voices their loudness beside each other.

    Parameters
    ----------
    voices : mapping
        Name to a sound, and its loudness beside the others in LU.

    Returns
    -------
    dict
        Name to level in dB. The voice that is to be the loudest has a peak of :data:`KICK_DB`.
        Silence has 0 dB.
    """
    measured = {name: sound_loudness(sound) for name, (sound, _) in voices.items()}
    heard = [name for name, value in measured.items() if np.isfinite(value)]
    if not heard:
        return dict.fromkeys(voices, 0.0)
    first = max(heard, key=lambda name: voices[name][1])
    kick = measured[first] + KICK_DB - _peak_db(voices[first][0]) - voices[first][1]
    return {
        name: _level(sound, kick + wanted - measured[name]) if name in heard else 0.0
        for name, (sound, wanted) in voices.items()
    }


def _level(sound: Sound, wanted: float) -> float:
    return round(float(np.clip(min(wanted, HIGHEST_DB - _peak_db(sound)), *LEVEL_DB)), 2)


def _peak_db(sound: Sound) -> float:
    return float(20 * np.log10(np.abs(sound.samples).max()))
