"""Compare all ways to invert a mel spectrogram: quality and time, in one run.

    .venv/bin/python benchmarks/inverters.py [--model M.ndm] [--data data/open] [--out docs]

Takes up to eight held-out recordings of each category, and about ten minutes on a server CPU. All
methods take turns on one thread, so that a busy computer slows all of them alike. Writes
inverters.md and inverters.json into OUT and two pictures into OUT/img: quality against time, and
one hit of each category inverted by MCNN, the default and Griffin-Lim.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from inverters_report import SHEET, TORCH, draw_sheet, draw_speed, page
from threadpoolctl import threadpool_limits

from neural_drum_machine.benchmark.computer import describe_computer
from neural_drum_machine.benchmark.librosa_inverter import librosa_griffin_lim
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges import cdpam
from neural_drum_machine.evaluation.study.reconstruction import sound_measures
from neural_drum_machine.evaluation.study.routes import PLAYED, SEARCHED, mels
from neural_drum_machine.evaluation.study.sound_sets import spread
from neural_drum_machine.inverters import INVERTERS, make_inverter
from neural_drum_machine.inverters.griffin_lim import MOMENTUM, griffin_lim
from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.machine import DrumMachine, default_model_path, load
from neural_drum_machine.model_file.bundle import Bundle
from neural_drum_machine.signal.distance import best_gain_spectral_convergence
from neural_drum_machine.signal.mel import hann_window, mel_spectrogram

PER_CATEGORY = 8
PERCEPTUAL_PER_CATEGORY = 2
Invert = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Method:
    """A way to make samples from mel magnitudes."""

    title: str
    invert: Invert
    megabytes: float = 0.0
    """What it adds to the model file."""
    slow: bool = False
    """Measured from true mels only, with two sounds of each category."""


def torch_griffin_lim(mel: np.ndarray, machine: DrumMachine, n_iter: int = 32) -> np.ndarray:
    """Fast Griffin-Lim as users of PyTorch write it: the whole FFT, all frames."""
    spec = machine.spec
    magnitude = torch.from_numpy(stft_magnitude(mel, spec)).T
    window = torch.from_numpy(np.array(hann_window(spec)))
    sizes = {"n_fft": spec.n_fft, "hop_length": spec.hop_length, "win_length": spec.win_length}
    n = mel.shape[1] * spec.hop_length - 1
    torch.manual_seed(0)
    angles = torch.exp(2j * torch.pi * torch.rand(magnitude.shape))
    before = torch.zeros(())
    with torch.inference_mode():
        for _ in range(n_iter):
            samples = torch.istft(magnitude * angles, window=window, length=n, **sizes)
            rebuilt = torch.stft(
                samples, window=window, pad_mode="constant", return_complex=True, **sizes
            )
            angles = rebuilt - MOMENTUM / (1 + MOMENTUM) * before
            angles = angles / (angles.abs() + 1e-12)
            before = rebuilt
        samples = torch.istft(magnitude * angles, window=window, length=n, **sizes)
    return samples.numpy()[: spec.n_samples]


def methods(machine: DrumMachine) -> dict[str, Method]:
    spec = machine.spec
    parts = machine.bundle.header["parts"].items()
    size = sum(part["bytes"] for name, part in parts if name.startswith("mcnn.")) / 1e6

    def ours(name: str) -> Invert:
        invert = make_inverter(name, machine.networks, spec)
        return lambda mel: invert(mel)[: spec.n_samples]

    def fast(n: int) -> Invert:
        return lambda mel: griffin_lim(mel, spec, n_iter=n)[: spec.n_samples]

    return {
        **{
            name: Method(f"`--inverter {name}`", ours(name), size if name == "mcnn" else 0.0)
            for name in INVERTERS
        },
        **{
            f"griffin_lim_{n}": Method(f"Griffin-Lim, {n} iterations, whole FFT", fast(n))
            for n in (2, 8, 16, 32, 60)
        },
        TORCH: Method(
            "Griffin-Lim, 32 iterations, PyTorch", lambda mel: torch_griffin_lim(mel, machine)
        ),
        "librosa_32": Method(
            "Griffin-Lim, 32 iterations, librosa",
            lambda mel: librosa_griffin_lim(mel, spec),
            slow=True,
        ),
    }


def measure(
    machine: DrumMachine, data: Dataset, per_category: int = PER_CATEGORY
) -> tuple[dict, list]:
    """Return the values of every method, and the sounds of the sheet."""
    spec, compared = machine.spec, methods(machine)
    perceptual = None if cdpam.unavailable() else cdpam.Cdpam()
    values: dict[str, dict[str, dict[str, list[float]]]] = {name: {} for name in compared}
    sheet = []
    for category in CATEGORIES:
        rows = spread(data.rows("validation", category), per_category)
        for place, row in enumerate(rows):
            few = place < PERCEPTUAL_PER_CATEGORY
            samples = data.wave(int(row))
            mel = mel_spectrogram(samples, spec)
            _, sources = mels(machine, data.levels(np.array([int(row)])).of(0), category)
            shown = [samples]
            for name, method in compared.items():
                if method.slow and not few:
                    continue
                made = method.invert(mel)
                found = sound_measures(samples, mel, made, spec)
                for key, source in (("path_sc", SEARCHED), ("played_sc", PLAYED)):
                    if not method.slow:
                        again = mel_spectrogram(method.invert(sources[source]), spec)
                        found[key] = best_gain_spectral_convergence(mel, again)
                start = time.perf_counter()
                method.invert(sources[PLAYED])
                found["ms"] = 1000 * (time.perf_counter() - start)
                if few and perceptual and name in INVERTERS:
                    found["cdpam"] = perceptual.distance(samples, made, spec.sr)
                for key, value in found.items():
                    values[name].setdefault(key, {}).setdefault(category, []).append(value)
                if name in SHEET:
                    shown.append(made)
            if not place:
                sheet.append((category, shown))
            print(f"{category} {place + 1}/{len(rows)}", flush=True)
    return {
        name: {
            # Every category has the same weight; the time is the median over all sounds.
            key: float(np.median(np.concatenate(list(by.values()))))
            if key == "ms"
            else float(np.mean([np.mean(v) for v in by.values()]))
            for key, by in measures.items()
        }
        for name, measures in values.items()
    }, sheet


def run(machine: DrumMachine, data: Dataset, per_category: int = PER_CATEGORY) -> tuple[dict, list]:
    """Return the content of inverters.json, and the sounds of the sheet."""
    computer = describe_computer()  # first, because it measures the load of other programs
    compared = methods(machine)
    torch.set_num_threads(1)
    with threadpool_limits(1):
        warm = mel_spectrogram(data.wave(0), data.spec)
        for method in compared.values():
            method.invert(warm)
        figures, sheet = measure(machine, data, per_category)
    return {
        "model": {"name": machine.bundle.header.get("name"), "hash": machine.hash},
        "machine": computer,
        "sounds": {"per_category": per_category, "held_out": len(data.rows("validation"))},
        "titles": {name: method.title for name, method in compared.items()},
        "megabytes": {name: method.megabytes for name, method in compared.items()},
        "figures": figures,
    }, sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, default=default_model_path())
    parser.add_argument("--data", type=Path, default=Path("data/open"))
    parser.add_argument("--out", type=Path, default=Path("docs"))
    options = parser.parse_args()
    machine, data = load(options.model), Dataset.open(options.data)
    images = options.out / "img"
    images.mkdir(parents=True, exist_ok=True)
    result, sheet = run(machine, data)
    draw_speed(result, images / "inverters-speed.png")
    draw_sheet(sheet, data.spec, images / "inverters-sheet.png")
    packaged = Bundle.open(default_model_path()).hash
    (options.out / "inverters.md").write_text(page(result, packaged))
    (options.out / "inverters.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"{options.out / 'inverters.md'}, pictures in {images}")


if __name__ == "__main__":
    main()
