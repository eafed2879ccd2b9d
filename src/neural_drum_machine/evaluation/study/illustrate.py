"""An evaluation's pictures."""

from pathlib import Path
from typing import Any

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark.latency_figure import latency_histogram
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.measures.intervals import Interval, bootstrap_mean
from neural_drum_machine.evaluation.study import figures
from neural_drum_machine.evaluation.study.cache import Cache
from neural_drum_machine.evaluation.study.evaluate import training_codes
from neural_drum_machine.evaluation.study.findings import best_path
from neural_drum_machine.evaluation.study.ways import SAMPLER, WAYS
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.signal.hit import Hit


def illustrate(
    result: dict[str, Any], machine: DrumMachine, data: Dataset, cache: Cache, out: Path
) -> None:
    """Draw the pictures that :func:`neural_drum_machine.evaluation.study.report.to_markdown` shows.

    Parameters
    ----------
    result : dict
        From :func:`neural_drum_machine.evaluation.study.evaluate.evaluate`.
    machine, data, cache
        What it was made from.
    out : Path
        A folder that exists.
    """
    figures.reconstruction_sheet(pairs(machine, data), out / "reconstructions.png", machine.spec)
    _errors(result, out / "error_by_category.png")
    counts = np.array(result["fidelity"]["generated"])
    figures.confusion_matrix(
        counts, CATEGORIES, out / "confusion.png", "What the judge hears in generated sounds"
    )
    codes, categories = training_codes(machine, data, cache)
    figures.latent_map(codes, categories, CATEGORIES, out / "latent_map.png")
    latency_histogram(result["benchmark"], out / "latency.png")


def pairs(machine: DrumMachine, data: Dataset) -> list[tuple[str, FloatArray, FloatArray]]:
    """Return a held-out sound of each category and the model's version of it.

    The middle one of each category's validation sounds, peak-normalised both.
    """
    out = []
    for category in machine.categories:
        rows = data.rows("validation", category)
        if len(rows):
            row = int(rows[len(rows) // 2])
            hit = Hit(data.wave(row), data.entries[row].length)
            out.append((category, hit.samples, machine.reconstruct(hit, category).samples))
    return out


def _errors(result: dict[str, Any], path: Path) -> None:
    part = result["reconstruction"]
    labels, kits = np.array(part["categories"]), np.array(part["kits"])
    best = best_path(result)
    titles = {way.name: way.title for way in WAYS}
    ways = {
        "mcnn": "true mel → MCNN",
        result["model"]["inverter"]: f"true mel → {result['model']['inverter']}",
        best: f"whole path, {titles[best]}",
        SAMPLER: "nearest training sound",
    }
    table: dict[str, dict[str, float | Interval]] = {}
    for category in [c for c in CATEGORIES if (labels == c).any()]:
        mine = labels == category
        table[category] = {
            way: bootstrap_mean(
                np.array(part["figures"][way]["best_gain_sc"])[mine], clusters=kits[mine]
            )
            for way in ways
        }
    table["mean"] = {
        way: bootstrap_mean(part["figures"][way]["best_gain_sc"], labels, kits) for way in ways
    }
    figures.error_by_category(
        table, path, labels=ways, unit="best-gain SC (0 perfect, 1 silence)", title=""
    )
