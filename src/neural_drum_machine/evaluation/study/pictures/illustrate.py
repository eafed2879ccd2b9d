"""All pictures of an evaluation."""

from pathlib import Path
from typing import Any

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.benchmark.latency_figure import latency_histogram
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.cache import Cache
from neural_drum_machine.evaluation.measures.intervals import Interval, bootstrap_mean
from neural_drum_machine.evaluation.study.latent_space import training_codes
from neural_drum_machine.evaluation.study.pictures.confusion_matrix import confusion_matrix
from neural_drum_machine.evaluation.study.pictures.error_by_category import error_by_category
from neural_drum_machine.evaluation.study.pictures.latent_map import latent_map
from neural_drum_machine.evaluation.study.pictures.reconstruction_sheet import reconstruction_sheet
from neural_drum_machine.evaluation.study.pictures.wishes_scatter import wishes_scatter
from neural_drum_machine.evaluation.study.routes import ROUTES, SAMPLER
from neural_drum_machine.evaluation.study.summaries import best_path
from neural_drum_machine.machine import DrumMachine


def illustrate(
    result: dict[str, Any], machine: DrumMachine, data: Dataset, cache: Cache, out: Path
) -> None:
    """Draw the pictures that :func:`neural_drum_machine.evaluation.study.report.to_markdown` shows.

    Parameters
    ----------
    result : dict
        From :func:`neural_drum_machine.evaluation.study.evaluate.evaluate`.
    machine, data, cache
        The arguments that it was made with.
    out : Path
        An existing folder.
    """
    reconstruction_sheet(pairs(machine, data), out / "reconstructions.png", machine.spec)
    _errors(result, out / "error_by_category.png")
    counts = np.array(result["fidelity"]["generated"])
    confusion_matrix(
        counts, CATEGORIES, out / "confusion.png", "What the judge predicts for generated sounds"
    )
    codes, categories = training_codes(machine, data, cache)
    latent_map(codes, categories, CATEGORIES, out / "latent_map.png")
    wishes_scatter(result["wishes"], out / "wishes.png")
    latency_histogram(result["benchmark"], out / "latency.png")


def pairs(machine: DrumMachine, data: Dataset) -> list[tuple[str, FloatArray, FloatArray]]:
    """Return the core of a held-out sound of each category and its reconstruction, peak-normalised.

    The sound is the middle one of the category's validation sounds. The generator alone makes the
    reconstruction.
    """
    out = []
    for category in machine.categories:
        rows = data.rows("validation", category)
        if len(rows):
            row = int(rows[len(rows) // 2])
            index = machine.index(category)
            code = machine.encode_levels(data.levels(np.array([row])).of(0), index)
            made = machine.invert(machine.spectrogram(code, index))
            out.append((category, data.wave(row), made / max(float(np.abs(made).max()), 1e-9)))
    return out


def _errors(result: dict[str, Any], path: Path) -> None:
    part = result["reconstruction"]
    labels, kits = np.array(part["categories"]), np.array(part["kits"])
    best = best_path(result)
    titles = {route.name: route.title for route in ROUTES}
    routes = {
        "mcnn": "true mel → MCNN",
        result["model"]["inverter"]: f"true mel → {result['model']['inverter']}",
        best: f"whole path, {titles[best]}",
        SAMPLER: "nearest training sound",
    }
    table: dict[str, dict[str, float | Interval]] = {}
    for category in [c for c in CATEGORIES if (labels == c).any()]:
        mine = labels == category
        table[category] = {
            route: bootstrap_mean(
                np.array(part["figures"][route]["best_gain_sc"])[mine], clusters=kits[mine]
            )
            for route in routes
        }
    table["mean"] = {
        route: bootstrap_mean(part["figures"][route]["best_gain_sc"], labels, kits)
        for route in routes
    }
    error_by_category(
        table, path, labels=routes, unit="best-gain SC (0 perfect, 1 silence)", title=""
    )
