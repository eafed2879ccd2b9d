"""The whole evaluation: every part measured once, kept, and put together."""

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark import latency
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.judges.embedding import Embedder
from neural_drum_machine.evaluation.judges.judge import STEPS, train_judge
from neural_drum_machine.evaluation.measures import latent
from neural_drum_machine.evaluation.measures.axes import (
    AxisName,
    axis_effects,
    axis_movement,
    axis_names,
)
from neural_drum_machine.evaluation.study import generation
from neural_drum_machine.evaluation.study.cache import Cache
from neural_drum_machine.evaluation.study.reconstruction import (
    perceive,
    reconstruct,
    spread,
    time_ways,
)
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.lineage import held_out
from neural_drum_machine.signal.descriptors import DESCRIPTORS

Progress = Callable[[str, int, int], None]
Result = dict[str, Any]
CODES_PER_CATEGORY = 1000
MEASURING = ("numpy", "scipy", "onnxruntime", "torch", "librosa", "aisfx", "cdpam")
"""Packages whose versions change figures."""


def _silent(stage: str, done: int, total: int) -> None:
    """Show nothing."""


def evaluate(
    machine: DrumMachine,
    data: Dataset,
    cache: Cache,
    *,
    per_category: int = 24,
    generated: int = 64,
    perceptual_per_category: int = 3,
    renders: int = 100,
    judge_steps: int = STEPS,
    axis_seeds: int = 8,
    workers: int | None = None,
    progress: Progress = _silent,
) -> Result:
    """Measure a model.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    data : Dataset
        Its validation recordings are reconstructed; its recordings are the real sounds that
        generated ones stand beside.
    cache : Cache
        What was measured before is taken from here.
    per_category : int
        Most validation sounds of a category.
    generated : int
        Most generated (and real, and augmented) sounds of a category that are compared.
    perceptual_per_category : int
        Validation sounds of a category for CDPAM, which takes a second or two a sound; 0 leaves
        it out.
    renders : int
        Timed renders.
    judge_steps : int
        Training steps of each of the judge's members.
    axis_seeds : int
        Sounds of each category that are moved along each axis; fewer than eight find names for
        axes by chance.
    workers : int, optional
        Processes; one a core if absent.
    progress : callable
        Called with (stage, done, in all).

    Returns
    -------
    dict
        JSON values: ``model``, ``dataset``, ``settings`` and the parts ``reconstruction``,
        ``times``, ``perceptual``, ``generation``, ``fidelity``, ``latent``, ``benchmark``, and
        ``seconds``, how long each part took when it was measured; what could not be measured has
        an entry ``skipped`` with the reason.

    Raises
    ------
    DatasetError
        If the dataset was made with another spec or has no validation sounds.
    """
    if data.spec != machine.spec:
        raise DatasetError(f"{data.folder}: made with another audio spec than the model's")
    rows = _picked(machine, data, per_category)
    if not len(rows):
        raise DatasetError(f"{data.folder}: has no validation sounds; prepare it from several kits")
    versions = {name: latency.installed_version(name) for name in MEASURING}
    key = [machine.hash, machine.inverter, data.fingerprint, data.meta["files"], versions]
    here = {k: v for k, v in latency.describe_machine().items() if k != "load_average_1min"}
    seconds: dict[str, float] = {}

    def stage(name: str) -> Callable[[int, int], None]:
        return lambda done, total: progress(name, done, total)

    def part(name: str, settings: list[Any], make: Callable[[], Result]) -> Result:
        def timed() -> Result:
            start = time.monotonic()
            return {"result": make(), "seconds": time.monotonic() - start}

        out: Result = cache.json(name, [*key, *settings], timed)
        seconds[name] = round(out["seconds"], 1)
        progress(name, 1, 1)
        result: Result = out["result"]
        return result

    chosen = generation.real_rows(data, machine.categories, generated)
    real = generation.of_dataset(data, chosen)
    counts = np.bincount(real.categories, minlength=len(CATEGORIES))
    few = _picked(machine, data, perceptual_per_category)

    @functools.cache
    def made() -> generation.Sample:
        return generation.generate(machine, counts, stage("generated sounds"))

    def fidelity() -> Result:
        judge = train_judge(
            data, cache, steps=judge_steps, workers=workers, progress=stage("judge: members")
        )
        return dict(generation.fidelity(judge, made(), data.spec.sr))

    parts = {
        "reconstruction": part(
            "reconstruction",
            [per_category],
            lambda: reconstruct(
                machine, data, rows, workers=workers, progress=stage("reconstruction: sounds")
            ),
        ),
        "perceptual": part(
            "perceptual",
            [perceptual_per_category],
            lambda: perceive(
                machine, data, few, workers=workers, progress=stage("perceptual distance: sounds")
            ),
        ),
        "generation": part(
            "generation",
            [generated],
            lambda: _generation(machine, data, chosen, real, made(), progress),
        ),
        "fidelity": part("fidelity", [generated, judge_steps], fidelity),
        "latent": part(
            "latent space",
            [axis_seeds],
            lambda: _latent(machine, data, cache, axis_seeds, progress),
        ),
        "times": part(
            "times",
            [here],
            lambda: time_ways(machine, data, _picked(machine, data, 1), stage("times: sounds")),
        ),
        "benchmark": part(
            "benchmark",
            [here, renders],
            lambda: latency.benchmark(machine.bundle, renders, progress),
        ),
    }
    return {
        "model": {
            "hash": machine.hash,
            "name": machine.bundle.header.get("name"),
            "inverter": machine.inverter,
        },
        "dataset": {
            "fingerprint": data.fingerprint,
            "sounds": len(data),
            # Whether the networks, and those they began with, never heard its validation side.
            "held_out": held_out(machine.bundle.header.get("training", {}), data.split),
        },
        "settings": {
            "per_category": per_category,
            "generated": generated,
            "perceptual_per_category": perceptual_per_category,
            "renders": renders,
            "judge_steps": judge_steps,
            "axis_seeds": axis_seeds,
        },
        "seconds": seconds,
        **parts,
    }


def _picked(machine: DrumMachine, data: Dataset, each: int) -> npt.NDArray[np.int64]:
    return np.concatenate([spread(data.rows("validation", c), each) for c in machine.categories])


def _generation(
    machine: DrumMachine,
    data: Dataset,
    chosen: generation.Rows,
    real: generation.Sample,
    made: generation.Sample,
    progress: Progress,
) -> Result:
    spec = data.spec
    counts = np.bincount(real.categories, minlength=len(CATEGORIES))
    held_out = np.concatenate([data.rows("validation", c) for c in machine.categories])
    out: Result = {
        "counts": {c: int(n) for c, n in zip(CATEGORIES, counts, strict=True) if n},
        "held_out_among_real": int(np.isin(chosen, held_out).sum()),
        "descriptors": {
            "real": generation.describe_all(real, spec.sr),
            "generated": generation.describe_all(made, spec.sr),
        },
        "pitch": {
            name: generation.pitch_on_frame_rate(sample, spec.sr, spec.hop_length)
            for name, sample in (("real", real), ("generated", made))
        },
        "copying": generation.copying(
            data, made, held_out, lambda d, n: progress("nearest training sounds", d, n)
        ),
    }
    embedder = Embedder()
    reason = embedder.unavailable()
    if reason:
        return out | {"distances": {"skipped": reason}}
    samples = {
        "real": real,
        "generated": made,
        "augmented": generation.of_dataset(data, generation.augmented_rows(data, counts, chosen)),
    }

    def embed(name: str) -> FloatArray:
        return embedder(
            samples[name].sounds, spec.sr, lambda d, n: progress(f"embeddings: {name}", d, n)
        )

    samples = {name: sample for name, sample in samples.items() if sample.sounds}
    embedded = {name: embed(name) for name in samples}
    apart = generation.halves_by_kit(data, chosen)
    # Where all recordings of a category are compared, no variation of others is left: then what
    # both sets have is compared as well, like with like.
    varied = samples.get("augmented", generation.Sample([], np.empty(0, np.int64))).categories
    both = {name: np.isin(sample.categories, varied) for name, sample in samples.items()}
    # Not at all without variations: a part that says it was skipped is measured anew each time.
    if both["real"].any():
        out["distances_alike"] = generation.set_distances(
            {name: x[both[name]] for name, x in embedded.items()}, apart[both["real"]]
        )
    return out | {
        "sizes": {name: len(sample.sounds) for name, sample in samples.items()},
        "distances": generation.set_distances(embedded, apart),
        "diversity": {
            name: generation.by_category(embedded[name], sample.categories)
            for name, sample in samples.items()
        },
    }


def training_codes(
    machine: DrumMachine, data: Dataset, cache: Cache, progress: Progress = _silent
) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """Return codes ``(n, latent_dim)`` of training sounds, and their categories ``(n,)``.

    At most 1,000 sounds of a category, spread over the index.
    """
    rows = np.concatenate(
        [spread(data.rows("train", c), CODES_PER_CATEGORY) for c in machine.categories]
    )
    saved = cache.arrays(
        "codes",
        [machine.hash, data.fingerprint, data.meta["files"]],
        lambda: {
            "codes": latent.encode_rows(machine, data, rows, lambda d, n: progress("codes", d, n))
        },
    )
    return saved["codes"], np.array([CATEGORIES.index(data.entries[row].category) for row in rows])


def _words(names: tuple[AxisName | None, ...]) -> list[str | None]:
    return [str(name) if name else None for name in names]


def _latent(
    machine: DrumMachine, data: Dataset, cache: Cache, seeds: int, progress: Progress
) -> Result:
    codes, categories = training_codes(machine, data, cache, progress)
    effects = axis_effects(
        machine, DESCRIPTORS, seeds=seeds, progress=lambda d, n: progress("axes", d, n)
    )
    return {
        "statistics": {
            CATEGORIES[i]: statistics.to_dict()
            for i, statistics in latent.code_statistics(codes, categories).items()
        },
        "explained": latent.explained_variance(machine.controls, codes, categories).to_dict(),
        "movement_db": list(axis_movement(machine, seeds=seeds)),
        "axes": [effect.to_dict() for effect in effects],
        "names": _words(axis_names(effects)),
        "names_by_category": {c: _words(axis_names(effects, c)) for c in machine.categories},
    }
