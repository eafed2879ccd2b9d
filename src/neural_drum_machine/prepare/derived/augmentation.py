"""Augmentation: new hits from recordings, as a drummer, a room or a mixing desk would change them.

Each effect is drawn with a probability of its own. The drawn parameters are stored with the sound
and give the same samples again. Ranges are per category where a wide change would lead into another
category: an open hi-hat cut short is a closed one, a tom tuned up is a conga.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.derived.effects import (
    audiomentations_effects,
    buzzing,
    decayed,
    in_room,
    saturated,
    tilted,
    transient,
    tuned,
    without_step,
)

PRE_ROLL_SECONDS: Final = 256 / 44100
"""Time before the onset of a parent, and of the sound that is made of it (5.8 ms)."""
PITCH_SEMITONES: Final = (-2.0, 4.0)
PITCH_OF: Final = {
    "kick": (-3.0, 3.0),
    "tom": (-3.0, 3.0),
    "conga": (-2.0, 2.0),
    "bongo": (-2.0, 2.0),
}
"""Change of tuning. Two semitones down leave nothing above 19.6 kHz, three nothing above 18.5 kHz.
Nothing is put there: many recordings end lower, and nine of ten kicks and toms have less than
0.02 % of their energy above 18.5 kHz. Drums with a definite pitch are tuned little, or they would
become others."""
DECAY_DB: Final = (-40.0, 12.0)
DECAY_OF: Final = {
    "open_hihat": (-6.0, 15.0),
    "closed_hihat": (-60.0, 0.0),
    # The room that answers a snap is a part of it. Without its tail a snap is no longer like any
    # recorded one; with a longer one the noise of its recording would stay.
    "snap": (-60.0, 0.0),
    "clap": (-80.0, 6.0),
    "shaker": (-80.0, 6.0),
    "tambourine": (-60.0, 6.0),
}
"""Decibels a second by which the sound decays faster (negative) or slower."""
ROOM_SECONDS: Final = (0.05, 0.6)
ROOM_DB: Final = (-30.0, -2.0)
"""Time in which a room's sound falls by 60 dB, and its energy relative to the direct sound's: from
a microphone at the drum's rim to one at the other end of the room."""
ROOM_DB_OF: Final = {"snap": (-30.0, -12.0)}
"""With more room a snap would be a clap."""
BUZZ_OF: Final = {"kick": (-40.0, -14.0), "tom": (-40.0, -14.0)}
"""Level of rattling snare wires, for drums that stand beside a snare drum."""

Parameters = dict[str, float]


def draw(category: str, rng: np.random.Generator, partner: bool) -> Parameters:
    """Draw the parameters of an augmentation for a category.

    Parameters
    ----------
    category : str
        One of the eleven.
    rng : numpy.random.Generator
        Source of the random numbers.
    partner : bool
        Whether there is a second hit that may be layered.

    Returns
    -------
    dict
        Keys are those of :func:`augment`; an effect whose keys are absent is not applied.
    """
    semitones = PITCH_OF.get(category, PITCH_SEMITONES)
    found: Parameters = {"semitones": rng.uniform(*semitones)}
    if rng.random() < 0.7:
        found["decay_db"] = rng.uniform(*DECAY_OF.get(category, DECAY_DB))
    if rng.random() < 0.6:
        found["tilt_db"] = rng.uniform(-3.0, 3.0)
    if rng.random() < 0.6:
        found["band_hz"] = float(np.exp(rng.uniform(np.log(120.0), np.log(16000.0))))
        found["band_db"] = rng.uniform(-9.0, 9.0)
        found["band_q"] = rng.uniform(0.5, 2.0)
    if rng.random() < 0.4:
        found["transient_db"] = rng.uniform(-3.0, 9.0)
    if rng.random() < 0.25:
        found["drive_db"] = rng.uniform(0.0, 15.0)
    if rng.random() < 0.15:
        found["bits"] = float(rng.integers(7, 13))
    if rng.random() < 0.35:
        found["room_seconds"] = rng.uniform(*ROOM_SECONDS)
        found["room_db"] = rng.uniform(*ROOM_DB_OF.get(category, ROOM_DB))
        found["room_seed"] = float(rng.integers(2**31))
    if category in BUZZ_OF and rng.random() < 0.3:
        found["buzz_db"] = rng.uniform(*BUZZ_OF[category])
        found["buzz_seed"] = float(rng.integers(2**31))
    if partner and rng.random() < 0.3:
        found["layer_db"] = rng.uniform(-18.0, -6.0)
        found["layer_semitones"] = rng.uniform(*semitones)
    return {name: round(float(value), 4) for name, value in found.items()}


def augment(
    parents: Sequence[npt.NDArray[np.float32]],
    parameters: Mapping[str, float],
    sr: int = 44100,
) -> FloatArray:
    """Return an augmented sound.

    Parameters
    ----------
    parents : sequence of numpy.ndarray
        Shape ``(n,)`` each, float32, peak 1, with the onset :data:`PRE_ROLL_SECONDS` after sample
        0: the sound, and the one to layer if the parameters ask for it.
    parameters : mapping
        ``semitones`` (tuning by resampling), ``decay_db`` (decibels a second), ``tilt_db``
        (decibels an octave), ``band_hz``, ``band_db``, ``band_q`` (a peaking filter),
        ``transient_db`` (gain of the attack against the rest), ``drive_db`` (of a saturation),
        ``bits`` (of a sampler), ``buzz_db``, ``buzz_seed`` (snare wires), ``room_seconds``,
        ``room_db``, ``room_seed`` (a diffuse room), ``layer_db``, ``layer_semitones`` (of the
        second hit).
    sr : int
        The parents' sample rate in Hz.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32, peak 1, at the same rate. The onset is where the parents' is. The
        first sample is 0.
    """
    onset = round(PRE_ROLL_SECONDS * sr)
    x = tuned(parents[0], parameters.get("semitones", 0.0), sr, onset)
    if "layer_db" in parameters:
        other = tuned(parents[1], parameters["layer_semitones"], sr, onset)
        mixed = np.zeros(max(len(x), len(other)), np.float32)
        mixed[: len(x)] += x
        mixed[: len(other)] += other * np.float32(10 ** (parameters["layer_db"] / 20))
        x = mixed
    if "buzz_db" in parameters:
        x = buzzing(x, parameters["buzz_db"], int(parameters["buzz_seed"]), sr)
    if "transient_db" in parameters:
        x = transient(x, parameters["transient_db"], sr)
    if "decay_db" in parameters:
        x = decayed(x, parameters["decay_db"], sr)
    if "tilt_db" in parameters:
        x = tilted(x, parameters["tilt_db"], sr)
    if "drive_db" in parameters:
        x = saturated(x, parameters["drive_db"])
    x = audiomentations_effects(x, parameters, sr)
    if "room_seconds" in parameters:
        x = in_room(
            x,
            parameters["room_seconds"],
            parameters["room_db"],
            int(parameters["room_seed"]),
            sr,
        )
    x = without_step(x, sr)
    out: FloatArray = x / np.abs(x).max()
    return out
