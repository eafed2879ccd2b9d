"""Compare the synthesised voices with recordings: air, decay, brightness, attack, by category.

    .venv/bin/python benchmarks/derived_sounds.py data/sources/open-drums-2

The folder holds recordings and a ``manifest.csv`` with ``file``, ``category`` and ``group``. Each
cell of the table is the 10th, 50th and 90th percentile of the recordings, every group with the same
weight, then of 120 draws of the voice. The last columns are milliseconds of CPU time for a
variation of these recordings and for a voice (medians of 50).
"""

import argparse
import csv
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.prepare.derived import augmentation, voices
from neural_drum_machine.prepare.recordings.rumble import CUTOFF_HZ, HIGH
from neural_drum_machine.signal.descriptors import decay_time, spectral_centroid

SR = 44100
DRAWS, TIMED = 120, 50
COLUMNS = ("energy over 11 kHz, %", "decay to −20 dB, ms", "centroid, Hz", "rise, ms")
DIGITS = (1, 0, 0, 1)


def read(path: Path, category: str) -> np.ndarray:
    """Return a recording without silence and rumble, peak 1, at most 2 s."""
    x, sr = soundfile.read(path, dtype="float32", always_2d=True)
    if sr != SR:
        raise SystemExit(f"{path}: {sr} Hz; this comparison needs recordings of {SR} Hz")
    x = x.mean(axis=1)
    if category in HIGH:
        x = signal.sosfilt(signal.butter(4, CUTOFF_HZ, "highpass", fs=SR, output="sos"), x)
    x = x / np.abs(x).max()
    loud = np.flatnonzero(np.abs(x) > 1e-3)
    return x[loud[0] : loud[-1] + 1][: 2 * SR].astype(np.float32)


def measure(x: np.ndarray) -> list[float]:
    """Return the columns' values. The rise is that of the running peak, from 10 to 90 %."""
    power = np.square(np.abs(np.fft.rfft(x.astype(np.float64))))
    air = power[np.fft.rfftfreq(len(x), 1 / SR) > 11_000].sum() / power.sum()
    peak = np.maximum.accumulate(np.abs(x))
    rise = int(np.diff(np.searchsorted(peak, [0.1 * peak[-1], 0.9 * peak[-1]]))[0])
    return [100 * air, 1000 * decay_time(x, SR), spectral_centroid(x, SR), 1000 * rise / SR]


def percentiles(values: np.ndarray, weights: np.ndarray, digits: int) -> str:
    """Return the weighted 10th, 50th and 90th percentile as text."""
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    found = [values[order][np.searchsorted(share, p)] for p in (0.1, 0.5, 0.9)]
    return " ".join(f"{value:.{digits}f}" for value in found)


def milliseconds(calls: list[tuple]) -> float:
    """Return the median CPU time of calls (function and arguments)."""
    times = []
    for function, *arguments in calls:
        start = time.process_time()
        function(*arguments)
        times.append(1000 * (time.process_time() - start))
    return float(np.median(times[3:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["category"] in CATEGORIES]
    print("| category |", " | ".join(COLUMNS), "| variation, ms | voice, ms |")
    print("|---|" + "---:|" * 6)
    for category in CATEGORIES:
        mine = [row for row in rows if row["category"] == category]
        if not mine:
            continue
        recordings = [read(folder / row["file"], category) for row in mine]
        sizes: dict[str, int] = defaultdict(int)
        for row in mine:
            sizes[row["group"]] += 1
        weights = np.array([1 / sizes[row["group"]] for row in mine])
        rng = np.random.default_rng(5)
        drawn = [(category, voices.draw(category, rng), i) for i in range(DRAWS)]
        real = np.array([measure(x) for x in recordings])
        made = np.array([measure(voices.render(*arguments)) for arguments in drawn])
        cells = [
            percentiles(real[:, i], weights, digits)
            + " / "
            + percentiles(made[:, i], np.ones(DRAWS), digits)
            for i, digits in enumerate(DIGITS)
        ]
        chosen = rng.choice(len(mine), (TIMED + 3, 2), p=weights / weights.sum())
        onset = round(augmentation.PRE_ROLL_SECONDS * SR)
        variations = [
            (
                augmentation.augment,
                [np.pad(recordings[i], (onset, 0)) for i in pair],
                augmentation.draw(category, rng, partner=True),
            )
            for pair in chosen
        ]
        cells.append(f"{milliseconds(variations):.1f}")
        cells.append(f"{milliseconds([(voices.render, *d) for d in drawn[: TIMED + 3]]):.1f}")
        print(f"| {category} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
