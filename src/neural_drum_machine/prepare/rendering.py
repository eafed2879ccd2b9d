"""Rendering the sounds of a dataset: recordings as they are, derived sounds from their plan."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.dataset.index import SYNTHESISED
from neural_drum_machine.errors import AudioError, DatasetError
from neural_drum_machine.extras import require
from neural_drum_machine.prepare.derived.plan import DerivedSound
from neural_drum_machine.signal.hit import Hit, make_hit
from neural_drum_machine.signal.mel import mel_spectrogram
from neural_drum_machine.signal.pcm import from_pcm, to_pcm
from neural_drum_machine.signal.spec import AudioSpec

RECIPE_VERSION: Final = 3
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
class RenderedChunk:
    """A chunk of finished sounds: rows for the arrays, lengths and parameters for the index."""

    waves: Pcm
    mels: npt.NDArray[np.float16]
    lengths: list[int]
    parameters: list[str]


def render_chunk(task: RenderTask) -> RenderedChunk:
    """Return the sounds of a task with their mel spectrograms."""
    n, spec = len(task.sounds), task.spec
    waves = np.zeros((n, spec.n_samples), np.int16)
    mels = np.zeros((n, spec.n_mels, spec.n_frames), np.float16)
    lengths, parameters = [], []
    for i, (plan, pcm) in enumerate(task.sounds):
        if plan is None:
            waves[i, : len(pcm[0])] = pcm[0]
            lengths.append(len(pcm[0]))
            parameters.append("")
        else:
            hit, used = render_derived(plan, [from_pcm(p) for p in pcm], task.seed, spec)
            waves[i] = to_pcm(hit.samples)
            lengths.append(hit.length)
            parameters.append(json.dumps(used))
        # From the stored samples, so that waves and mels belong together exactly.
        mels[i] = mel_spectrogram(from_pcm(waves[i]), spec)
    return RenderedChunk(waves, mels, lengths, parameters)


def render_derived(
    plan: DerivedSound, parents: Sequence[npt.NDArray[np.float32]], seed: int, spec: AudioSpec
) -> tuple[Hit, dict[str, float]]:
    """Render a derived sound: an augmented recording, or a synthesised drum.

    Parameters
    ----------
    plan : DerivedSound
        Category, origin and number.
    parents : sequence of numpy.ndarray
        Samples ``(n,)`` of each parent; none for a synthesised sound.
    seed : int
        The dataset's.
    spec : AudioSpec
        The signal's numbers.

    Returns
    -------
    Hit
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
                x = voices.render(plan.category, settings, noise, spec.sr)
                return make_hit(x, spec.sr, spec, plan.name), {**settings, "noise_seed": noise}
            settings = augmentation.draw(plan.category, rng, partner=len(parents) > 1)
            x = augmentation.augment(parents, settings, spec.sr)
            return make_hit(x, spec.sr, spec, plan.name), settings
        except AudioError as error:
            reason = str(error)
    raise DatasetError(f"{plan.name}: no hit after {_ATTEMPTS} attempts ({reason})")
