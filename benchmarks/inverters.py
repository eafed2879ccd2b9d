"""From mel to sound, every way: quality against time, in one run.

    .venv/bin/python benchmarks/inverters.py [--model M.ndm] [--data data/open] [--out docs]

Takes up to eight held-out recordings of each category. All ways take turns on one thread, so
that a busy machine slows them alike. Writes inverters.md and inverters.json into OUT, and two
pictures into OUT/img: quality against time, and original, MCNN, default and Griffin-Lim of one
hit of each category.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from neural_drum_machine.evaluation.study.ways import PLAYED, SEARCHED, mels
from threadpoolctl import threadpool_limits

from neural_drum_machine.benchmark.latency import describe_machine
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.dataset.store import Dataset
from neural_drum_machine.evaluation.judges.cdpam import Cdpam, available
from neural_drum_machine.evaluation.measures import metrics
from neural_drum_machine.evaluation.study import peers
from neural_drum_machine.evaluation.study.reconstruction import sound_measures, spread
from neural_drum_machine.inverters import DEFAULT_INVERTER, INVERTERS, make_inverter
from neural_drum_machine.inverters.griffin_lim import MOMENTUM
from neural_drum_machine.inverters.magnitude import stft_magnitude
from neural_drum_machine.machine import DrumMachine, default_model_path, load
from neural_drum_machine.pictures import (
    DYNAMIC_DB,
    draw_mel,
    mel_level,
    new_figure,
    save_figure,
    set_hz_ticks,
    top_of,
)
from neural_drum_machine.signal.mel import hann_window, mel_spectrogram

PER_CATEGORY = 8
PERCEIVED_PER_CATEGORY = 2
SHEET = ("mcnn", DEFAULT_INVERTER, "griffin_lim_60")
TORCH = "torch_griffin_lim_32"
Invert = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Contender:
    """A way from mel magnitudes to samples."""

    title: str
    invert: Invert
    megabytes: float = 0.0
    slow: bool = False
    """Measured from true mels on two sounds of each category only."""


def torch_griffin_lim(mel: np.ndarray, machine: DrumMachine, n_iter: int = 32) -> np.ndarray:
    """Fast Griffin-Lim as PyTorch's users write it: the whole FFT, all frames."""
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


def contenders(machine: DrumMachine) -> dict[str, Contender]:
    spec = machine.spec
    size = machine.bundle.header["parts"]["mcnn"]["bytes"] / 1e6

    def ours(name: str) -> Invert:
        invert = make_inverter(name, machine.networks, spec)
        return lambda mel: invert(mel)[: spec.n_samples]

    def fast(n: int) -> Invert:
        return lambda mel: peers.fast_griffin_lim(mel, spec, n)

    return {
        **{
            name: Contender(f"`--inverter {name}`", ours(name), size if name == "mcnn" else 0.0)
            for name in INVERTERS
        },
        **{
            f"griffin_lim_{n}": Contender(f"Griffin-Lim, {n} iterations, whole FFT", fast(n))
            for n in (2, 8, 16, 32, 60)
        },
        TORCH: Contender(
            "Griffin-Lim, 32 iterations, PyTorch", lambda mel: torch_griffin_lim(mel, machine)
        ),
        "librosa_32": Contender(
            "Griffin-Lim, 32 iterations, librosa",
            lambda mel: peers.librosa_griffin_lim(mel, spec),
            slow=True,
        ),
    }


def measure(machine: DrumMachine, data: Dataset) -> tuple[dict, list]:
    """Return every figure of every contender, and the sounds of the sheet."""
    spec, ways = machine.spec, contenders(machine)
    cdpam = None if available() else Cdpam()
    values: dict[str, dict[str, dict[str, list[float]]]] = {name: {} for name in ways}
    sheet = []
    for category in CATEGORIES:
        rows = spread(data.rows("validation", category), PER_CATEGORY)
        for place, row in enumerate(rows):
            few = place < PERCEIVED_PER_CATEGORY
            samples = data.wave(int(row))
            mel = mel_spectrogram(samples, spec)
            _, sources = mels(machine, mel, category)
            drawn = [samples]
            for name, way in ways.items():
                if way.slow and not few:
                    continue
                made = way.invert(mel)
                noted = sound_measures(samples, mel, made, spec)
                for key, source in (("path_sc", SEARCHED), ("played_sc", PLAYED)):
                    if not way.slow:
                        again = mel_spectrogram(way.invert(sources[source]), spec)
                        noted[key] = metrics.best_gain_spectral_convergence(mel, again)
                start = time.perf_counter()
                way.invert(sources[PLAYED])
                noted["ms"] = 1000 * (time.perf_counter() - start)
                if few and cdpam and name in INVERTERS:
                    noted["cdpam"] = cdpam.distance(samples, made, spec.sr)
                for key, value in noted.items():
                    values[name].setdefault(key, {}).setdefault(category, []).append(value)
                if name in SHEET:
                    drawn.append(made)
            if not place:
                sheet.append((category, drawn))
            print(f"{category} {place + 1}/{len(rows)}", flush=True)
    return {
        name: {
            # Every category weighs the same; a time is that of the median sound.
            key: float(np.median(np.concatenate(list(by.values()))))
            if key == "ms"
            else float(np.mean([np.mean(v) for v in by.values()]))
            for key, by in measures.items()
        }
        for name, measures in values.items()
    }, sheet


def draw_speed(figures: dict, ways: dict[str, Contender], path: Path) -> None:
    """Draw SC from true mels against time, both on logarithmic scales."""
    figure = new_figure(8, 4.8, 100)
    axes = figure.subplots()
    lim = [name for name in figures if name.startswith("griffin_lim_")]
    axes.plot(
        [figures[n]["ms"] for n in lim],
        [figures[n]["sc"] for n in lim],
        "-",
        color="#bbbbbb",
        zorder=1,
    )
    for name, each in figures.items():
        own = name in INVERTERS
        axes.plot(
            each["ms"], each["sc"], "o" if own else "s", color="#c0392b" if own else "#555555"
        )
        bold = "bold" if name == DEFAULT_INVERTER else "normal"
        title = ways[name].title.replace("`", "").replace(", whole FFT", "")
        # Three lie side by side: their names go to the left, below, and above.
        offset, side = {
            "griffin_lim_32": ((-6, -12), "right"),
            TORCH: ((6, -12), "left"),
            "librosa_32": ((-6, 6), "right"),
        }.get(name, ((6, 5), "left"))
        axes.annotate(
            title.replace("iterations", "it."),
            (each["ms"], each["sc"]),
            xytext=offset,
            ha=side,
            textcoords="offset points",
            fontsize=8,
            fontweight=bold,
        )
    axes.set(xscale="log", yscale="log", xlabel="milliseconds a sound, one thread, median")
    axes.set_ylabel("SC from true mels of unseen kits (lower is better)")
    axes.set_yticks([0.05, 0.1, 0.2, 0.3], ["0.05", "0.1", "0.2", "0.3"])
    axes.set_yticks([], minor=True)
    axes.set_xticks([5, 10, 20, 50, 100, 200, 500, 1000])
    axes.set_xticklabels(["5", "10", "20", "50", "100", "200", "500", "1000"])
    axes.set_xlim(right=2.2 * max(each["ms"] for each in figures.values()))
    axes.grid(color="#e5e5e5")
    axes.set_axisbelow(True)
    save_figure(figure, path)


def draw_sheet(sheet: list, spec, path: Path) -> None:
    """Draw original and inversions of one hit of each category, a row each."""
    titles = ("original", "MCNN", f"{DEFAULT_INVERTER} (default)", "Griffin-Lim, 60 iterations")
    figure = new_figure(9, 1.05 * len(sheet) + 0.5, 80)
    grid = figure.subplots(len(sheet), len(titles), squeeze=False)
    for row, (category, sounds) in enumerate(sheet):
        levels = [mel_level(samples, spec) for samples in sounds]
        top = max(map(top_of, levels))
        for column, level in enumerate(levels):
            axes = grid[row, column]
            draw_mel(axes, level - top, spec.seconds, vmin=-DYNAMIC_DB, vmax=0)
            set_hz_ticks(axes, spec, labels=not column, hz=(200, 2000, 8000))
            axes.tick_params(labelsize=6)
            axes.set_xticks([0, 0.5] if row == len(sheet) - 1 else [])
            if not row:
                axes.set_title(titles[column], fontsize=9)
        grid[row, 0].set_ylabel(category.replace("_", " "), fontsize=9)
    save_figure(figure, path, 96)


def page(figures: dict, ways: dict[str, Contender], machine: DrumMachine, counts: str) -> str:
    own = figures[DEFAULT_INVERTER]

    def number(each: dict, key: str, form: str) -> str:
        return format(each[key], form) if key in each else "–"

    rows = [
        f"| {ways[name].title}{' (default)' if name == DEFAULT_INVERTER else ''} "
        f"| {each['sc']:.3f} | {each['log_sc']:.3f} | {number(each, 'path_sc', '.3f')} "
        f"| {number(each, 'played_sc', '.3f')} | {number(each, 'cdpam', '.2f')} "
        f"| {each['stripes_db']:.1f} | {each['onset_error']:.3f} | {each['ms']:.1f} "
        f"| {ways[name].megabytes:.1f} |"
        for name, each in figures.items()
    ]
    ratio = figures[TORCH]["ms"] / own["ms"]
    return "\n".join(
        [
            "# From mel to sound: the inverters",
            "",
            "Made by `.venv/bin/python benchmarks/inverters.py`, in one run: all ways take turns "
            f"on one thread. {where()}",
            "",
            f"Model {machine.bundle.header['name']} (`{machine.hash[:12]}`). {counts}",
            "",
            "| way | SC | SClog | whole path | played | CDPAM | stripes dB | onset | ms | MB |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            "SC, SClog, CDPAM, stripes (energy at multiples of sr/hop = 86 Hz beside the "
            "original's) and onset error are of inverted true mels; *whole path* and *played* "
            "are the best-gain SC of what the generator makes of a sound, without and with the "
            "partials and the noise that the machine adds (SC punishes any that are not the "
            "original's own). "
            "Milliseconds are of the mels that are played, median; MB is what the way adds to the "
            "model file. Lower is better everywhere. CDPAM and librosa: two sounds of each "
            "category.",
            "",
            f"The default takes {own['ms']:.1f} ms; 32 iterations of fast Griffin-Lim in PyTorch "
            f"take {ratio:.1f} times as long (SC {figures[TORCH]['sc']:.3f} against "
            f"{own['sc']:.3f}), librosa's inversion "
            f"{figures['librosa_32']['ms'] / own['ms']:.0f} times. 60 iterations have an onset "
            f"error of {figures['griffin_lim_60']['onset_error']:.4f}, the default of "
            f"{own['onset_error']:.4f}.",
            "",
            "![Quality against time](img/inverters-speed.png)",
            "",
            "One held-out hit of each category, inverted from its own mel:",
            "",
            "![Original, MCNN, default, Griffin-Lim](img/inverters-sheet.png)",
            "",
        ]
    )


def where() -> str:
    about = describe_machine()
    versions = ", ".join(
        f"{name} {about[name]}" for name in ("python", "numpy", "onnxruntime", "torch", "librosa")
    )
    load = about["load_average_1min"]
    return f"{about['cpu']}, {about['cores']} cores, load at the start {load}; {versions}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, default=default_model_path())
    parser.add_argument("--data", type=Path, default=Path("data/open"))
    parser.add_argument("--out", type=Path, default=Path("docs"))
    options = parser.parse_args()
    machine, data = load(options.model), Dataset.open(options.data)
    ways = contenders(machine)
    torch.set_num_threads(1)
    with threadpool_limits(1):
        warm = mel_spectrogram(data.wave(0), data.spec)
        for way in ways.values():
            way.invert(warm)
        figures, sheet = measure(machine, data)
    images = options.out / "img"
    images.mkdir(parents=True, exist_ok=True)
    draw_speed(figures, ways, images / "inverters-speed.png")
    draw_sheet(sheet, data.spec, images / "inverters-sheet.png")
    held = data.rows("validation")
    counts = (
        f"Up to {PER_CATEGORY} held-out recordings of each category (of {len(held)}); "
        "means over the categories."
    )
    (options.out / "inverters.md").write_text(page(figures, ways, machine, counts))
    (options.out / "inverters.json").write_text(
        json.dumps({"model": machine.hash, "figures": figures}, indent=1) + "\n"
    )
    print(f"{options.out / 'inverters.md'}, pictures in {images}")


if __name__ == "__main__":
    main()
