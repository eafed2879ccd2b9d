"""Rendering the sounds of a dataset: recordings as they are, derived sounds from their plan."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.dataset.index import SYNTHESISED
from neural_drum_machine.errors import AudioError, DatasetError
from neural_drum_machine.extras import require
from neural_drum_machine.prepare.derived.plan import DerivedSound
from neural_drum_machine.signal.air import AIR_BANDS, air_levels
from neural_drum_machine.signal.fine_attack import ATTACK_BANDS, ATTACK_STEPS, fine_attack
from neural_drum_machine.signal.full_hit import FULL_SR, FullHit, align
from neural_drum_machine.signal.hit import core_of
from neural_drum_machine.signal.loudness import loudness
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.pcm import from_pcm, to_pcm
from neural_drum_machine.signal.spec import AudioSpec

RECIPE_VERSION: Final = 4
"""Increased when the same seed gives other sounds than before."""
_ATTEMPTS: Final = 8

Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class RenderTask:
    """A chunk of sounds: recordings (no plan, their samples), or plans with their parents'."""

    sounds: tuple[tuple[DerivedSound | None, tuple[Pcm, ...]], ...]
    seed: int
    spec: AudioSpec


@dataclass(frozen=True, slots=True)
class Facts:
    """What the index says about a sound once it is rendered; see :class:`Entry`."""

    length: int
    full_length: int
    gain: float
    loudness: float


@dataclass(frozen=True, slots=True)
class RenderedChunk:
    """A chunk of finished sounds.

    Attributes
    ----------
    waves : numpy.ndarray
        Cores, int16 ``(n, n_samples)``.
    mels : numpy.ndarray
        float16 ``(n, n_mels, n_frames)``.
    attack, air : numpy.ndarray
        float16 ``(n, 5, 40)`` and ``(n, 8, n_frames)``.
    full : list of numpy.ndarray
        The sounds at 44.1 kHz, int16 ``(full_length,)`` each.
    facts : list of Facts
        One for each sound.
    parameters : list of str
        JSON; empty for recordings.
    """

    waves: Pcm
    mels: npt.NDArray[np.float16]
    attack: npt.NDArray[np.float16]
    air: npt.NDArray[np.float16]
    full: list[Pcm] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)


def render_chunk(task: RenderTask) -> RenderedChunk:
    """Return the sounds of a task with their mel spectrograms."""
    n, spec = len(task.sounds), task.spec
    out = RenderedChunk(
        np.zeros((n, spec.n_samples), np.int16),
        np.zeros((n, spec.n_mels, spec.n_frames), np.float16),
        np.zeros((n, ATTACK_BANDS, ATTACK_STEPS), np.float16),
        np.zeros((n, AIR_BANDS, spec.n_frames), np.float16),
    )
    for i, (plan, pcm) in enumerate(task.sounds):
        used = ""
        if plan is None:
            full = pcm[0]
        else:
            hit, settings = render_derived(plan, [from_pcm(p) for p in pcm], task.seed)
            full, used = to_pcm(hit.samples), json.dumps(settings)
        # Everything from the stored samples, so that it belongs together exactly.
        samples = from_pcm(full)
        core = core_of(FullHit(samples), spec)
        out.waves[i] = to_pcm(core.samples)
        # Only the frames that see any of the sound: the others are silent, and would take most of
        # the time.
        sounding = min(spec.n_samples, core.length + spec.win_length // 2)
        mel = mel_spectrogram(from_pcm(out.waves[i, :sounding]), spec)
        out.mels[i, :, : mel.shape[1]] = mel
        out.attack[i] = fine_attack(samples, core.gain)
        out.air[i] = air_levels(samples, core.gain, spec)
        out.full.append(full)
        out.facts.append(
            Facts(core.length, len(full), round(core.gain, 6), round(loudness(samples, FULL_SR), 2))
        )
        out.parameters.append(used)
    return out


def render_derived(
    plan: DerivedSound, parents: Sequence[npt.NDArray[np.float32]], seed: int
) -> tuple[FullHit, dict[str, float]]:
    """Render a derived sound: an augmented recording, or a synthesised drum.

    Parameters
    ----------
    plan : DerivedSound
        Category, origin and number.
    parents : sequence of numpy.ndarray
        Full samples ``(n,)`` of each parent; none for a synthesised sound.
    seed : int
        The dataset's.

    Returns
    -------
    FullHit
        The sound.
    dict of str to float
        The parameters that give the same sound again.

    Raises
    ------
    DatasetError
        If eight attempts in a row give no usable hit.
    """
    # Imported here: they need SciPy, and preparing without derived sounds does not.
    require("scipy", "data")
    require("audiomentations", "data")
    from neural_drum_machine.prepare.derived import augmentation, voices

    reason = ""
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng([seed, *plan.key, attempt])
        try:
            if plan.origin == SYNTHESISED:
                settings = voices.draw(plan.category, rng)
                noise = int(rng.integers(2**31))
                x = voices.render(plan.category, settings, noise, FULL_SR)
                return align(x, FULL_SR, plan.name), {**settings, "noise_seed": noise}
            settings = augmentation.draw(plan.category, rng, partner=len(parents) > 1)
            x = augmentation.augment(parents, settings, FULL_SR)
            return align(x, FULL_SR, plan.name), settings
        except AudioError as error:
            reason = str(error)
    raise DatasetError(f"{plan.name}: no hit after {_ATTEMPTS} attempts ({reason})")
