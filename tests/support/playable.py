"""A small model that the engine in C can play, with random weights: no training, no time."""

import copy
from pathlib import Path

import numpy as np
from tests.support.models import TINY_HEADER, tensors_of
from tests.support.small import SMALL_SPEC

from neural_drum_machine.exemplars.bank import Bank, Exemplar
from neural_drum_machine.exemplars.levels import shapes
from neural_drum_machine.exemplars.residual import encode_residual
from neural_drum_machine.model_file.shapes import grain_groups, partial_groups
from neural_drum_machine.model_file.writing import write_bundle
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.spec import AudioSpec


def levels(seed: int, spec: AudioSpec) -> Levels:
    """Levels of a noise that fades."""
    random = np.random.default_rng(seed)
    parts = (
        np.linspace(top, top - 8, shape[1]) + 0.3 * random.standard_normal(shape)
        for top, shape in zip((3, -3, -1), shapes(spec), strict=True)
    )
    return Levels(*(part.astype(np.float32) for part in parts)).limited(spec)


def header_of(spec: AudioSpec, **sizes) -> dict:
    """A header for sounds of a spec, with other sizes of its generator."""
    header = copy.deepcopy({key: value for key, value in TINY_HEADER.items() if key != "mcnn"})
    frames = {"n_mels": spec.n_mels, "n_frames": spec.n_frames}
    own = {"channels": [8, 12, 20], "hidden": 16, "decoder_blocks": 2}
    return {
        **header,
        "spec": spec.to_dict(),
        "generator": {**header["generator"], **frames, **own, **sizes},
    }


def _bank(spec: AudioSpec, count: int) -> Bank:
    random = np.random.default_rng(2)
    exemplars = [
        Exemplar(
            "kick" if number % 2 else "tom",
            "kit",
            f"{number}",
            "a",
            "CC0-1.0",
            "nobody",
            random.standard_normal(3).astype(np.float16),
            encode_residual(levels(number, spec), levels(number + 10, spec), spec),
        )
        for number in range(count)
    ]
    return Bank(spec, "random", exemplars)


def write_playable(
    path: Path, *, exemplars: int = 2, spec: AudioSpec = SMALL_SPEC, **sizes
) -> Path:
    """Write the model; further arguments are sizes of its generator."""
    header, random = header_of(spec, **sizes), np.random.default_rng(1)
    tensors = tensors_of(header)
    means = levels(0, spec)
    tensors["standardisation.mean"] = means.mel
    tensors["air.mean"], tensors["attack.mean"] = means.air, means.attack
    for name, groups in (("texture", grain_groups(spec)), ("partials", partial_groups(spec))):
        weights = 0.1 * random.standard_normal((2, 4, groups[0] * groups[1]))
        tensors[f"{name}.weights"] = weights.astype(np.float16)
    tensors["decoder.hidden.weight"] = tensors["decoder.hidden.weight"].astype(np.float16)
    if exemplars:
        more, header["exemplars"] = _bank(spec, exemplars).to_tensors()
        tensors |= more
    write_bundle(path, header, tensors)
    return path
