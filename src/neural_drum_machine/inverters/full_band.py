"""From core, fine attack and air to sound at 44,100 Hz: the renderer of the second generation.

The core is inverted as ever, but with its onset known and without its body. Body and air are added,
and the whole is made to follow the fine attack. Each part can be left out.
"""

from functools import lru_cache
from typing import Final, Protocol

import numpy as np
import soxr

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.detail.air import air_noise
from neural_drum_machine.detail.attack import START, CoreAttack, follow_attack, open_gate
from neural_drum_machine.detail.body import find_body
from neural_drum_machine.detail.limit import ceiling, soft_limit
from neural_drum_machine.detail.oscillator import play_body
from neural_drum_machine.errors import ControlError
from neural_drum_machine.inverters.frames import FLOOR_DB
from neural_drum_machine.inverters.griffin_lim import Iterations, Shape, griffin_lim
from neural_drum_machine.inverters.phase_gradient import gradient_phases
from neural_drum_machine.inverters.refined import MOMENTUM, RELAXATION
from neural_drum_machine.signal.fine_attack import ATTACK_STEP_SECONDS, ATTACK_STEPS, attack_bands
from neural_drum_machine.signal.full_hit import FULL_SR, fade_out
from neural_drum_machine.signal.spec import AudioSpec
from neural_drum_machine.signal.stft import short_fft

RATES: Final = (22_050, 44_100, 48_000)
"""Sample rates in Hz that sounds are offered at."""
END_FADE_SECONDS: Final = 0.1
"""A sound that reaches the end of its frames fades out for this long."""
SILENT_DB: Final = -96.0
"""A sound ends where it stays below this level, relative to its peak: the last bit of 16."""
_LEAST_SECONDS: Final = 0.05
_REST_SECONDS: Final = 0.01
"""Silence that is kept at the end, so that nobody hears or measures a cut."""
_FRAME_ITERATIONS: Final = 200
_FEWEST, _MOST = 5, 8
_EARLY: Final = 2
"""Samples of the core before its onset that may sound: the filter of the resampling rings."""


def iterations(frames: int) -> int:
    """Return a number of iterations that takes about the same time for every number of frames.

    They are a fifth of those of :mod:`neural_drum_machine.inverters.refined`: body, air and attack
    cost some of the time, and with a known onset the first iterations bring the most.
    """
    return min(max(round(_FRAME_ITERATIONS / frames), _FEWEST), _MOST)


class Core(Protocol):
    """Inverts the core of a hit."""

    def __call__(
        self, mel: FloatArray, spec: AudioSpec, silent: int, shape: Shape | None, /
    ) -> FloatArray:
        """Return the waveform of magnitudes ``(n_mels, frames)``, ``(frames * hop_length,)``.

        The first `silent` samples are zero, and `shape` changes the waveform in place to follow a
        fine attack. The arguments are given by their places.
        """
        ...


def invert_core(
    mel: FloatArray,
    spec: AudioSpec,
    silent: int,
    shape: Shape | None,
    n_iter: int | Iterations = iterations,
) -> FloatArray:
    """Invert a core by a few accelerated Griffin-Lim iterations from phase-gradient phases."""
    return griffin_lim(
        mel,
        spec,
        n_iter=n_iter,
        n_fft=short_fft(spec),
        floor_db=FLOOR_DB,
        start=lambda magnitude: gradient_phases(magnitude, spec, short_fft(spec)),
        momentum=MOMENTUM,
        relaxation=RELAXATION,
        silent=silent,
        shape=shape,
    )


def render_full(
    mel: FloatArray,
    attack: FloatArray | None,
    air: FloatArray | None,
    spec: AudioSpec,
    seed: int = 0,
    *,
    detail: FloatArray | None = None,
    body: bool = True,
    invert: Core | None = None,
) -> FloatArray:
    """Render a sound at 44,100 Hz.

    Parameters
    ----------
    mel : numpy.ndarray
        Shape ``(n_mels, n_frames)``: the core's mel magnitudes, with the onset at sample
        ``spec.pre_roll``, which is 5.8 ms.
    attack : numpy.ndarray or None
        Shape ``(ATTACK_BANDS, ATTACK_STEPS)``, as
        :func:`neural_drum_machine.signal.fine_attack.fine_attack` returns it. None leaves it out.
    air : numpy.ndarray or None
        Shape ``(AIR_BANDS, n_frames)``, as :func:`neural_drum_machine.signal.air.air_levels`
        returns it. None leaves it out.
    spec : AudioSpec
        The core's format; its rate divides 44,100 Hz.
    seed : int
        Of the air's noise, 0 to 2³² − 1. The same seed gives the same bytes.
    detail : numpy.ndarray, optional
        Shape ``(n_mels, n_frames)``: logarithms of gains, such as partials and grain. They act
        neither on the body nor on the frames of the attack.
    body : bool
        Whether a low partial that stands out is played as an oscillator. It takes the wobble out of
        decoded spectrograms. The spectrogram of a recording is rendered more exactly without.
    invert : callable, optional
        Inverts the core; :func:`invert_core` if it is absent.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, float32: `n_samples` of the core at 44,100 Hz, but for the pre-roll. It
        begins at zero, 0.5 ms before the onset, and ends at zero. Core's scale, not normalised.
    """
    n = spec.n_samples * FULL_SR // spec.sr
    low, rest = find_body(mel, spec) if body else (None, mel)
    if detail is not None:
        rest = rest * np.exp(detail * _after_attack(spec))
    shape = None
    if attack is not None:
        played = play_body(low, spec, spec.sr, attack_bands(spec.sr).segment) if low else None
        shape = CoreAttack(attack, spec.sr, played)
    core = (invert or invert_core)(rest, spec, spec.pre_roll - _EARLY, shape)
    sound = soxr.resample(core, spec.sr, FULL_SR, quality="HQ")[:n]
    if low:
        sound += play_body(low, spec, FULL_SR, n)
    if air is not None:
        sound += air_noise(air, seed, spec)[:n]
    if attack is None:
        open_gate(sound)
    else:
        follow_attack(sound, attack if air is not None else attack[:-1])
        soft_limit(sound, ceiling(attack) if air is not None else 1.0)
    fade_out(sound, END_FADE_SECONDS)
    out: FloatArray = sound[START:]
    return out


def ended(samples: FloatArray) -> FloatArray:
    """Return a sound of 44,100 Hz without the silence at its end, but for 10 ms.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)``, float32.

    Returns
    -------
    numpy.ndarray
        Shape ``(m,)``, at least 50 ms if there were as many; ends at zero. Silence stays whole.
    """
    sizes = np.abs(samples)
    loud = np.flatnonzero(sizes > sizes.max(initial=0) * 10 ** (SILENT_DB / 20))
    if not len(loud):
        return samples
    last = int(loud[-1]) + 1
    cut = samples[: max(last + round(_REST_SECONDS * FULL_SR), round(_LEAST_SECONDS * FULL_SR))]
    cut = cut.copy()
    cut[last:] = 0
    return cut


def check_rate(sr: int) -> None:
    """Raise :class:`ControlError` if a sample rate is not offered."""
    if sr not in RATES:
        raise ControlError(f"no sample rate {sr!r}; there are {', '.join(map(str, RATES))} Hz")


def at_rate(samples: FloatArray, sr: int) -> FloatArray:
    """Return a sound of 44,100 Hz at another rate.

    Parameters
    ----------
    samples : numpy.ndarray
        Shape ``(n,)`` or ``(channels, n)``, float32.
    sr : int
        One of :data:`RATES`.

    Raises
    ------
    ControlError
        If the rate is not offered.
    """
    check_rate(sr)
    if sr == FULL_SR:
        return samples
    out: FloatArray = soxr.resample(samples.T, FULL_SR, sr, quality="HQ").T
    return out


@lru_cache(maxsize=4)
def _after_attack(spec: AudioSpec) -> FloatArray:
    """Return a weight for each frame: 0 while its middle is in the attack, 1 two frames later."""
    middle = (np.arange(spec.n_frames) * spec.hop_length - spec.pre_roll) / spec.sr
    late = (middle - ATTACK_STEPS * ATTACK_STEP_SECONDS) * spec.sr / (2 * spec.hop_length) + 1
    return np.clip(late, 0, 1).astype(np.float32)
