"""Synthetic hits, a generator without a network, and a bank of both."""

import functools

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.exemplars.bank import Bank, Exemplar
from neural_drum_machine.exemplars.levels import decoded, shapes
from neural_drum_machine.exemplars.residual import encode_residual
from neural_drum_machine.signal.fine_attack import ATTACK_STEPS
from neural_drum_machine.signal.levels import Levels
from neural_drum_machine.signal.spec import LONG_SPEC

SPEC = LONG_SPEC
DIM = 6
SPREAD = np.tile(np.eye(DIM, dtype=np.float32), (11, 1, 1))


@functools.cache
def _directions() -> tuple[np.ndarray, ...]:
    random = np.random.RandomState(0)
    return tuple(random.standard_normal((DIM, bands, 1)) * 0.3 for bands, _ in shapes(SPEC))


def decode(codes, categories):
    """A fading hit whose bands a code makes louder or softer; no network."""
    parts = []
    loudest = (4.0, -3.0, -1.0)
    for top, directions, (bands, frames) in zip(loudest, _directions(), shapes(SPEC), strict=True):
        fall = 4.0 if frames == ATTACK_STEPS else 9.0
        fade = top - fall * np.arange(frames) / frames - 2.0 * np.arange(bands)[:, None] / bands
        moves = np.einsum("nd,dbf->nbf", np.asarray(codes, np.float64), directions)
        floor = np.log(0.01) if bands == SPEC.n_mels else np.log(1e-4)
        shift = 0.1 * np.asarray(categories)[:, None, None]
        parts.append(np.maximum(fade + moves + shift, floor).astype(np.float32))
    return Levels(*parts)


def recording(seed: int, code: np.ndarray, category: int = 0) -> Levels:
    """What a generator decodes, with the speckle of noise."""
    random = np.random.RandomState(seed)
    base = decoded(decode, code[None], [category])[0]
    speckle = [np.log(random.rayleigh(1, part.shape) + 1e-3) for part in base]
    parts = (part + s.astype(np.float32) for part, s in zip(base, speckle, strict=True))
    return Levels(*parts).limited(SPEC)


def exemplar(number: int, category: str = "kick", kit: str = "one", **changes) -> Exemplar:
    index = CATEGORIES.index(category)
    code = np.random.RandomState(number).standard_normal(DIM).astype(np.float16)
    code32 = code.astype(np.float32)
    base = decoded(decode, code32[None], [index])[0]
    values = {
        "category": category,
        "kit": kit,
        "name": f"{category}/{number}.flac",
        "source": "synthetic",
        "licence": "CC0-1.0",
        "attribution": "nobody",
        "code": code,
        "residual": encode_residual(recording(number, code32, index), base, SPEC),
    }
    return Exemplar(**{**values, **changes})


@functools.cache
def bank() -> Bank:
    """Five kicks of three kits, and a snare."""
    kits = ("one", "one", "one", "two", "three")
    exemplars = [exemplar(i, kit=kit) for i, kit in enumerate(kits)]
    return Bank(SPEC, "no network", [*exemplars, exemplar(5, "snare")])


def small_bank(run, data) -> Bank:
    """Three kicks, two snares and a hat of the small library, as exemplars of its generator."""
    from neural_drum_machine.export.hit_generator import HitGenerator
    from neural_drum_machine.export.trained import Trained
    from neural_drum_machine.training.run import load_run

    generator = HitGenerator(Trained(load_run(run, "cwae"), None), data)
    made = []
    for category, count in (("kick", 3), ("snare", 2), ("closed_hihat", 1)):
        rows = data.rows("train", category)[:: 4 if category == "kick" else 5][:count]
        for row, code in zip(rows, generator.encode(rows).astype(np.float16), strict=True):
            entry = data.entries[row]
            number = [CATEGORIES.index(category)]
            base = decoded(generator.decode, code[None].astype(np.float32), number)[0]
            blob = encode_residual(data.levels(np.array([row])).of(0), base, data.spec)
            made.append(
                Exemplar(
                    category, entry.kit, entry.name, "library", "CC0-1.0", "nobody", code, blob
                )
            )
    return Bank(data.spec, generator.identity, made)
