"""From core, fine attack and air to sound at 44,100 Hz: the renderer of the second generation.

The core is inverted as ever, but with its onset known and without its body. Body and air are added,
and the whole is made to follow the fine attack. Each part can be left out.
"""

from typing import Final

import numpy as np
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.air import air_noise
from neural_drum_machine.detail.attack import START, ceiling, follow_attack, open_gate, soft_limit
from neural_drum_machine.detail.body import find_body, play_body
from neural_drum_machine.inverters.refined import Refined
from neural_drum_machine.signal.hit import FULL_SR
from neural_drum_machine.signal.spec import AudioSpec

_FRAME_ITERATIONS: Final = 400
_FEWEST, _MOST = 5, 16
END_FADE_SECONDS: Final = 0.1
"""A sound that reaches the end of its frames fades out for this long."""


def iterations(frames: int) -> int:
    """Return a number of iterations that takes about the same time for every number of frames."""
    return min(max(round(_FRAME_ITERATIONS / frames), _FEWEST), _MOST)


def render_full(
    mel: FloatArray,
    attack: FloatArray | None,
    air: FloatArray | None,
    spec: AudioSpec,
    seed: int = 0,
    *,
    body: bool = True,
) -> FloatArray:
    """Render a sound at 44,100 Hz.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, n_frames)``: the core's mel magnitudes, with the onset at sample
        ``spec.pre_roll``.
    attack : numpy.ndarray or None
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, as
        :func:`neural_drum_machine.signal.fine_attack.fine_attack` returns it. None leaves it out.
    air : numpy.ndarray or None
        Shape ``(AIR_BANDS, n_frames)``, as :func:`neural_drum_machine.signal.air.air_levels`
        returns it. None leaves it out.
    spec : AudioSpec
        The core's format.
    seed : int
        Of the air's noise, 0 to 2³² − 1. The same seed gives the same bytes.
    body : bool
        Whether a low partial that stands out is played as an oscillator.

    Returns
    -------
    numpy.ndarray
        Shape ``(2 * n_samples - 212,)``, float32, at 44,100 Hz: it begins 1 ms before the onset, at
        0, and ends at 0. Core's scale, not normalised.
    """
    n = spec.n_samples * FULL_SR // spec.sr
    low, rest = find_body(mel, spec) if body and mel.any() else (None, mel)
    core = Refined(spec, iterations, silent=spec.pre_roll - 2)(rest)
    sound = soxr.resample(core, spec.sr, FULL_SR, quality="HQ")[:n]
    if low:
        sound += play_body(low, spec, n)
    if air is not None:
        sound += air_noise(air, seed, spec)[:n]
    if attack is None:
        open_gate(sound)
    else:
        follow_attack(sound, attack)
        soft_limit(sound, ceiling(attack))
    fade = round(END_FADE_SECONDS * FULL_SR)
    sound[-fade:] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / fade)).astype(np.float32)
    out: FloatArray = sound[START:]
    return out
