"""The whole evaluation: every part is measured once, stored, and put together."""

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from neural_drum_machine.benchmark import latency
from neural_drum_machine.benchmark.computer import describe_computer, installed_version
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.cache import Cache
from neural_drum_machine.evaluation.code_digest import code_digest
from neural_drum_machine.evaluation.judges import cdpam
from neural_drum_machine.evaluation.judges.embedding import Embedder
from neural_drum_machine.evaluation.judges.judge import STEPS, train_judge
from neural_drum_machine.evaluation.study.ear import ear
from neural_drum_machine.evaluation.study.generation import compare_with_real, fidelity
from neural_drum_machine.evaluation.study.inverter_times import inverter_times
from neural_drum_machine.evaluation.study.latent_space import latent_space
from neural_drum_machine.evaluation.study.perceptual import perceptual_distances
from neural_drum_machine.evaluation.study.reconstruction import reconstruct
from neural_drum_machine.evaluation.study.sound_sets import (
    SoundSet,
    balanced_rows,
    generate,
    held_out_rows,
    of_dataset,
    real_rows,
)
from neural_drum_machine.evaluation.study.wishes import wishes
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.model_file.lineage import held_out

StageProgress = Callable[[str, int, int], None]
Result = dict[str, Any]
MEASURING = ("numpy", "scipy", "torch", "librosa", "aisfx", "cdpam")
"""Packages whose versions can change a result."""
_CHANGING = ("load_average_1min", "date")


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
    asked: int = 200,
    workers: int | None = None,
    progress: StageProgress = _silent,
) -> Result:
    """Measure a model.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    data : Dataset
        Its validation recordings are reconstructed. Its recordings are the real sounds that
        generated sounds are compared with.
    cache : Cache
        Keeps the result of each part.
    per_category : int
        Largest number of validation sounds of a category.
    generated : int
        Largest number of generated (and real, and augmented) sounds of a category.
    perceptual_per_category : int
        Validation sounds of a category for CDPAM, which takes a second or two for each. 0 skips
        it.
    renders : int
        Number of timed renders.
    judge_steps : int
        Training steps of each of the judge's members.
    axis_seeds : int
        Sounds of each category that are moved along each axis. With fewer than eight, chance
        finds names for axes.
    asked : int
        Sounds of each category that are asked for a value.
    workers : int, optional
        Number of processes; by default one for each core.
    progress : callable
        Called with (stage, done, total).

    Returns
    -------
    dict
        JSON values: ``model``, ``dataset``, ``settings``, the parts ``reconstruction``,
        ``times``, ``perceptual``, ``generation``, ``fidelity``, ``ear``, ``latent``, ``wishes``
        and ``benchmark``, and ``seconds``: how long each part took when it was measured. Where
        something could not be measured, an entry ``skipped`` has the reason.

    Raises
    ------
    DatasetError
        If the dataset was made with another spec or has no validation sounds.
    """
    if data.spec != machine.spec:
        raise DatasetError(
            f"{data.folder}: made with another audio spec than the model's; prepare it again with "
            f"--frames {machine.spec.n_frames}"
        )
    rows = held_out_rows(data, machine.categories, per_category)
    if not len(rows):
        raise DatasetError(f"{data.folder}: has no validation sounds; prepare it from several kits")
    versions = {name: installed_version(name) for name in MEASURING}
    key = [
        code_digest(__name__),
        machine.hash,
        machine.inverter,
        sorted(machine.rendering.without),
        data.fingerprint,
        data.meta["files"],
        versions,
    ]
    # Times depend on the computer, but a result must not depend on its load or on the date.
    computer = {k: v for k, v in describe_computer().items() if k not in _CHANGING}
    seconds: dict[str, float] = {}

    def stage(name: str) -> Callable[[int, int], None]:
        return functools.partial(progress, name)

    def part(
        name: str, settings: list[Any], make: Callable[[], Result], unavailable: str | None = None
    ) -> Result:
        def timed() -> Result:
            start = time.monotonic()
            return {"result": make(), "seconds": time.monotonic() - start}

        out: Result = cache.json(name, [*key, *settings], timed, unavailable)
        seconds[name] = round(out["seconds"], 1)
        progress(name, 1, 1)
        result: Result = out["result"]
        return result

    chosen = real_rows(data, machine.categories, generated)
    balanced = balanced_rows(data, machine.categories, generated)
    embedder = Embedder()

    @functools.cache
    def made() -> SoundSet:
        numbers = [CATEGORIES.index(data.entries[row].category) for row in chosen]
        counts = np.bincount(numbers, minlength=len(CATEGORIES))
        return generate(machine, counts, stage("generated sounds"))

    def judged() -> Result:
        judge = train_judge(
            data, cache, steps=judge_steps, workers=workers, progress=stage("judge: members")
        )
        return dict(fidelity(judge, made(), data.spec.sr))

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
            lambda: perceptual_distances(
                machine,
                data,
                held_out_rows(data, machine.categories, perceptual_per_category),
                workers=workers,
                progress=stage("perceptual distance: sounds"),
            ),
            cdpam.unavailable() if perceptual_per_category else None,
        ),
        "generation": part(
            "generation",
            [generated],
            lambda: compare_with_real(
                data,
                chosen,
                np.concatenate([data.rows("validation", c) for c in machine.categories]),
                made(),
                embedder,
                progress,
                balanced,
            ),
            embedder.unavailable(),
        ),
        "fidelity": part("fidelity", [generated, judge_steps], judged),
        "ear": part(
            "ear",
            [generated],
            lambda: ear(machine, of_dataset(data, balanced), made(), stage("takes")),
        ),
        "latent": part(
            "latent space",
            [axis_seeds],
            lambda: latent_space(machine, data, cache, axis_seeds, progress),
        ),
        "wishes": part(
            "wishes", [asked], lambda: wishes(machine, asked, stage("wishes: categories"))
        ),
        "times": part(
            "times",
            [computer],
            lambda: inverter_times(
                machine, data, held_out_rows(data, machine.categories, 1), stage("times: sounds")
            ),
        ),
        "benchmark": part(
            "benchmark",
            [computer, renders],
            lambda: latency.benchmark(machine.bundle, renders, progress),
        ),
    }
    return {
        "model": {
            "hash": machine.hash,
            "name": machine.bundle.header.get("name"),
            "inverter": machine.inverter,
            "without": sorted(machine.rendering.without),
        },
        "dataset": {
            "fingerprint": data.fingerprint,
            "sounds": len(data),
            # Whether the networks, and those they started from, were not trained on its
            # validation side.
            "held_out": held_out(machine.bundle.header.get("training", {}), data.split),
        },
        "settings": {
            "per_category": per_category,
            "generated": generated,
            "perceptual_per_category": perceptual_per_category,
            "renders": renders,
            "judge_steps": judge_steps,
            "axis_seeds": axis_seeds,
            "asked": asked,
        },
        "seconds": seconds,
        **parts,
    }
