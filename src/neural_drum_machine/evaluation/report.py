"""The evaluation of a model: reconstruction on held-out sounds, character of new ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from neural_drum_machine.audio import Hit, atomic_file
from neural_drum_machine.data.entries import REAL
from neural_drum_machine.data.store import Dataset
from neural_drum_machine.errors import DatasetError
from neural_drum_machine.evaluation.metrics import (
    decay_time,
    griffin_lim,
    log_spectral_convergence,
    spectral_centroid,
    spectral_convergence,
    standardised_mse,
)
from neural_drum_machine.machine import DrumMachine
from neural_drum_machine.mel import mel_spectrogram

Progress = Callable[[int, int], None]
Table = dict[str, dict[str, float]]

UNKNOWN = (
    "of another dataset than the model's (whether it was trained on these sounds is not known)"
)
RECONSTRUCTION = (
    "mcnn_sc",
    "mcnn_log_sc",
    "mcnn_mask_accuracy",
    "griffin_lim_sc",
    "griffin_lim_log_sc",
    "path_sc",
    "path_log_sc",
    "path_griffin_lim_sc",
    "path_griffin_lim_log_sc",
    "cwae_mse",
    "cwae_sc",
)


def pick_rows(data: Dataset, category: str, most: int) -> npt.NDArray[np.int64]:
    """Return at most `most` validation rows of a category, spread evenly over them."""
    rows = data.rows("validation", category)
    if len(rows) <= most:
        return rows
    picked: npt.NDArray[np.int64] = rows[np.linspace(0, len(rows) - 1, most).round().astype(int)]
    return picked


def reconstruct_one(machine: DrumMachine, data: Dataset, row: int) -> dict[str, float]:
    """Return every reconstruction figure of one held-out sound.

    MCNN and Griffin-Lim start from the sound's own mel; the whole path encodes and decodes
    the sound in its category first. Waveforms are compared as they come, not normalised.
    """
    spec, entry = data.spec, data.entries[row]
    samples = data.wave(row)
    mel = mel_spectrogram(samples, spec)
    category = np.array([machine.categories.index(entry.category)])
    x = machine.standardisation.forward(mel)
    decoded = machine.networks.decode(machine.networks.encode(x[None], category), category)[0]
    decoded_mel = machine.standardisation.inverse(decoded)
    _, mask_logits = machine.networks.mcnn(mel[None])
    inside = np.arange(spec.n_network_samples) < entry.length
    figures = {
        "mcnn_mask_accuracy": float(((mask_logits[0] > 0) == inside).mean()),
        "cwae_mse": standardised_mse(x, decoded),
        "cwae_sc": spectral_convergence(mel, decoded_mel),
    }
    for name, made in (
        ("mcnn", machine.invert(mel)),
        ("griffin_lim", griffin_lim(mel, spec)),
        ("path", machine.invert(decoded_mel)),
        ("path_griffin_lim", griffin_lim(decoded_mel, spec)),
    ):
        made_mel = mel_spectrogram(made, spec)
        figures[f"{name}_sc"] = spectral_convergence(mel, made_mel)
        figures[f"{name}_log_sc"] = log_spectral_convergence(mel, made_mel, spec.log_eps)
    return figures


def character(sounds: list[npt.NDArray[np.float32]], sr: int) -> dict[str, float]:
    """Return mean and deviation of centroid (Hz) and decay time (s) of some sounds."""
    centroids = [spectral_centroid(s, sr) for s in sounds]
    decays = [decay_time(s, sr) for s in sounds]
    return {
        "centroid_hz": float(np.mean(centroids)),
        "centroid_sd_hz": float(np.std(centroids)),
        "decay_s": float(np.mean(decays)),
        "decay_sd_s": float(np.std(decays)),
    }


def evaluate(
    machine: DrumMachine,
    data: Dataset,
    *,
    per_category: int = 24,
    generated: int = 64,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure a model.

    Parameters
    ----------
    machine : DrumMachine
        The model.
    data : Dataset
        Its validation sounds are reconstructed; all its sounds are the real ones that
        generated ones stand beside.
    per_category : int
        Most validation sounds of a category.
    generated : int
        Sounds made in each category (seeds from 0).
    progress : callable, optional
        Called with (done, in all).

    Returns
    -------
    dict
        JSON values: ``model``, ``reconstruction`` by category and ``mean`` (over the
        categories), ``character`` of real and generated sounds by category.

    Raises
    ------
    DatasetError
        If the dataset was made with another spec or has no validation sounds.
    """
    if data.spec != machine.spec:
        raise DatasetError(f"{data.folder}: made with another audio spec than the model's")
    rows = {c: pick_rows(data, c, per_category) for c in machine.categories}
    total = sum(map(len, rows.values()))
    if not total:
        raise DatasetError(f"{data.folder}: has no validation sounds; prepare it from several kits")
    everything = total + len(machine.categories)
    done = 0
    reconstruction: Table = {}
    for category, mine in rows.items():
        figures = []
        for row in mine:
            figures.append(reconstruct_one(machine, data, int(row)))
            done += 1
            if progress:
                progress(done, everything)
        if figures:
            reconstruction[category] = {
                name: float(np.mean([f[name] for f in figures])) for name in RECONSTRUCTION
            } | {"sounds": float(len(figures))}
    reconstruction["mean"] = {
        name: float(np.mean([values[name] for values in reconstruction.values()]))
        for name in RECONSTRUCTION
    } | {"sounds": float(total)}
    characters: dict[str, Table] = {"real": {}, "generated": {}}
    for category in machine.categories:
        real = [
            data.wave(i)
            for i, entry in enumerate(data.entries)
            if entry.category == category and entry.origin == REAL
        ]
        made = [machine.render(category, seed=seed).samples for seed in range(generated)]
        if real:
            characters["real"][category] = character(real, data.spec.sr)
        characters["generated"][category] = character(made, data.spec.sr)
        done += 1
        if progress:
            progress(done, everything)
    return {
        "model": machine.hash,
        "dataset_sounds": len(data),
        "held_out": all(
            run["dataset"]["fingerprint"] == data.fingerprint
            for run in machine.bundle.header["training"].values()
        ),
        "reconstruction": reconstruction,
        "character": characters,
        "generated_per_category": generated,
    }


def pairs(machine: DrumMachine, data: Dataset) -> list[tuple[str, npt.NDArray[np.float32]]]:
    """Return a held-out sound of each category and the model's version of it, with titles.

    The middle one of each category's validation sounds, peak-normalised both.
    """
    out = []
    for category in machine.categories:
        rows = data.rows("validation", category)
        if len(rows):
            row = int(rows[len(rows) // 2])
            hit = Hit(data.wave(row), data.entries[row].length)
            out.append((f"{category}: original", hit.samples))
            out.append((f"{category}: model", machine.reconstruct(hit, category).samples))
    return out


def to_markdown(result: dict[str, Any]) -> str:
    """Return the report of :func:`evaluate` as Markdown."""
    table: Table = result["reconstruction"]
    lines = [
        f"Model `{result['model'][:16]}`; {table['mean']['sounds']:.0f} real sounds of kit groups "
        + ("that neither network was trained on" if result["held_out"] else UNKNOWN)
        + ". SC and SClog compare mel spectrograms, lower is "
        "better; means over categories, each weighing the same.",
        "",
        "| from | inverter | SC | SClog |",
        "|---|---|---:|---:|",
    ]
    mean = table["mean"]
    for source, inverter, key in (
        ("true mel", "MCNN", "mcnn"),
        ("true mel", "Griffin-Lim, 32 iterations (librosa)", "griffin_lim"),
        ("CWAE's mel (the whole path)", "MCNN", "path"),
        ("CWAE's mel", "Griffin-Lim, 32 iterations (librosa)", "path_griffin_lim"),
    ):
        lines.append(
            f"| {source} | {inverter} | {mean[f'{key}_sc']:.3f} | {mean[f'{key}_log_sc']:.3f} |"
        )
    lines += [
        "",
        f"CWAE alone: squared error {mean['cwae_mse']:.3f} (standardised; 1 is the mean "
        f"spectrogram), SC of its mel {mean['cwae_sc']:.3f}. MCNN's mask is right for "
        f"{100 * mean['mcnn_mask_accuracy']:.1f} % of the samples.",
        "",
        "| category | sounds | MCNN SC | Griffin-Lim SC | whole path SC | CWAE + Griffin-Lim SC "
        "| CWAE MSE |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {category} | {v['sounds']:.0f} | {v['mcnn_sc']:.3f} | {v['griffin_lim_sc']:.3f} "
        f"| {v['path_sc']:.3f} | {v['path_griffin_lim_sc']:.3f} | {v['cwae_mse']:.3f} |"
        for category, v in table.items()
        if category != "mean"
    ]
    lines += [
        "",
        f"Character, mean ± deviation, of the real sounds (all {result['dataset_sounds']}) and of "
        f"{result['generated_per_category']} generated ones a category:",
        "",
        "| category | centroid, real (Hz) | generated | decay by 20 dB, real (s) | generated |",
        "|---|---:|---:|---:|---:|",
    ]
    for category, made in result["character"]["generated"].items():
        real = result["character"]["real"].get(category)
        cells = [
            f"{v['centroid_hz']:.0f} ± {v['centroid_sd_hz']:.0f}" if v else "–"
            for v in (real, made)
        ] + [f"{v['decay_s']:.2f} ± {v['decay_sd_s']:.2f}" if v else "–" for v in (real, made)]
        lines.append(f"| {category} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def write_report(result: dict[str, Any], out: Path) -> None:
    """Write ``report.md`` and ``report.json`` into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("report.md", "# Evaluation\n\n" + to_markdown(result)),
        ("report.json", json.dumps(result, indent=1) + "\n"),
    ):
        with atomic_file(out / name) as file:
            file.write(text.encode())
