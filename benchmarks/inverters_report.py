"""The document and the pictures of benchmarks/inverters.py."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neural_drum_machine.benchmark.computer import provenance
from neural_drum_machine.inverters import DEFAULT_INVERTER, INVERTERS
from neural_drum_machine.pictures import (
    DYNAMIC_DB,
    draw_mel,
    mel_level,
    new_figure,
    save_figure,
    set_hz_ticks,
    top_of,
)
from neural_drum_machine.signal.spec import AudioSpec

SHEET = ("mcnn", DEFAULT_INVERTER, "griffin_lim_60")
TORCH = "torch_griffin_lim_32"


def page(result: Mapping[str, Any], packaged_hash: str) -> str:
    """Return docs/inverters.md.

    Parameters
    ----------
    result : Mapping
        The content of inverters.json.
    packaged_hash : str
        Hash of the model in this package.
    """
    figures, titles, megabytes = result["figures"], result["titles"], result["megabytes"]
    default, peer = figures[DEFAULT_INVERTER], figures[TORCH]

    def number(values: Mapping[str, float], key: str, form: str) -> str:
        return format(values[key], form) if key in values else "–"

    rows = [
        f"| {titles[name]}{' (default)' if name == DEFAULT_INVERTER else ''} "
        f"| {each['sc']:.3f} | {each['log_sc']:.3f} | {number(each, 'path_sc', '.3f')} "
        f"| {number(each, 'played_sc', '.3f')} | {number(each, 'cdpam', '.2f')} "
        f"| {each['stripes_db']:.1f} | {each['onset_error']:.3f} | {each['ms']:.1f} "
        f"| {megabytes[name]:.1f} |"
        for name, each in figures.items()
    ]
    return "\n".join(
        [
            "# From mel spectrogram to sound: the inverters",
            "",
            "`.venv/bin/python benchmarks/inverters.py --data data/open --out docs` makes this "
            "document in one run. All methods take turns on one thread.",
            "",
            *provenance(
                result["machine"],
                result["model"],
                packaged_hash,
                ("python", "neural_drum_machine", "numpy", "onnxruntime", "torch", "librosa"),
            ),
            f"- Sounds: up to {result['sounds']['per_category']} held-out recordings of each "
            f"category (of {result['sounds']['held_out']}); means are over the categories.",
            "",
            "| method | SC | SClog | whole path | played | CDPAM | stripes dB | onset | ms | MB |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
            "Lower is better in every column. SC, SClog, CDPAM, stripes and onset error are those "
            "of inverted true mels. *Stripes* is the energy at multiples of the frame rate "
            "(sr/hop = 86 Hz), relative to the original. *Whole path* is the best-gain SC of the "
            "generator's mel of a sound. *Played* is the same with the partials and the grain that "
            "the machine adds; SC punishes partials and grain that are not those of the original. "
            "*ms* is the median time for the mels that are played. *MB* is the size that the "
            "method adds to the model file. CDPAM and librosa are measured with two sounds of each "
            "category. [evaluation.md](evaluation.md) defines the measures.",
            "",
            f"The default takes {default['ms']:.1f} ms. Fast Griffin-Lim with 32 iterations in "
            f"PyTorch takes {peer['ms'] / default['ms']:.1f} times as long (SC {peer['sc']:.3f} "
            f"against {default['sc']:.3f}), and librosa's inversion takes "
            f"{figures['librosa_32']['ms'] / default['ms']:.0f} times as long. The onset error of "
            f"60 iterations is {figures['griffin_lim_60']['onset_error']:.4f}, that of the default "
            f"{default['onset_error']:.4f}.",
            "",
            "![Quality against time](img/inverters-speed.png)",
            "",
            "One held-out hit of each category, inverted from its own mel:",
            "",
            "![Original, MCNN, default, Griffin-Lim](img/inverters-sheet.png)",
            "",
        ]
    )


def draw_speed(result: Mapping[str, Any], path: Path) -> None:
    """Draw SC from true mels against time, both on logarithmic scales."""
    figures = result["figures"]
    figure = new_figure(8, 4.8, 100)
    axes = figure.subplots()
    line = [each for name, each in figures.items() if name.startswith("griffin_lim_")]
    axes.plot(
        [each["ms"] for each in line], [each["sc"] for each in line], "-", color="#bbbbbb", zorder=1
    )
    for name, each in figures.items():
        own = name in INVERTERS
        axes.plot(
            each["ms"], each["sc"], "o" if own else "s", color="#c0392b" if own else "#555555"
        )
        title = result["titles"][name].replace("`", "").replace(", whole FFT", "")
        # Some points are near each other. Their labels go to the left, below, or above.
        offset, side = {
            "griffin_lim_32": ((-6, 4), "right"),
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
            fontweight="bold" if name == DEFAULT_INVERTER else "normal",
        )
    axes.set(xscale="log", yscale="log", xlabel="milliseconds a sound, one thread, median")
    axes.set_ylabel("SC from true mels of held-out kits (lower is better)")
    axes.set_yticks([0.05, 0.1, 0.2, 0.3], ["0.05", "0.1", "0.2", "0.3"])
    axes.set_yticks([], minor=True)
    axes.set_xticks([5, 10, 20, 50, 100, 200, 500, 1000])
    axes.set_xticklabels(["5", "10", "20", "50", "100", "200", "500", "1000"])
    axes.set_xlim(right=2.2 * max(each["ms"] for each in figures.values()))
    axes.grid(color="#e5e5e5")
    axes.set_axisbelow(True)
    save_figure(figure, path)


def draw_sheet(sheet: list, spec: AudioSpec, path: Path) -> None:
    """Draw original and inversions of one hit of each category, a row for each."""
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
