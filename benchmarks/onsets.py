"""How often the onset of a recording is found again when something is before it or mixed in.

    .venv/bin/python benchmarks/onsets.py ../shared/open-drums-2

Takes up to 25 recordings of each category. The onset that is found in the recording as it is stands
for the true one. Prints the share of onsets within 1 ms of it, by category.
"""

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.audio_file import read_audio
from neural_drum_machine.signal.drift import without_drift
from neural_drum_machine.signal.onset import find_onset

LEAD_SECONDS = 0.3
NOISE_DB = (-60, -50, -40, -30)
HUM_DB = (-40, -30)


def changes(x: FloatArray, sr: int, rng: np.random.Generator) -> dict[str, tuple[FloatArray, int]]:
    """Return the sound with each change, and the samples that are before it."""
    lead = round(LEAD_SECONDS * sr)
    y = np.concatenate([np.zeros(lead, np.float32), x])
    t = np.arange(len(y)) / sr
    hum = np.sqrt(2) * np.sin(2 * np.pi * 50 * t + rng.uniform(0, 2 * np.pi))
    out = {
        "3 s of silence": (np.concatenate([np.zeros(3 * sr, np.float32), x]), 3 * sr),
        "5 % of DC": (y + np.float32(0.05), lead),
    }
    for db in HUM_DB:
        out[f"hum, {db} dB"] = (y + 10 ** (db / 20) * hum, lead)
    for db in NOISE_DB:
        out[f"noise, {db} dB"] = (y + 10 ** (db / 20) * rng.standard_normal(len(y)), lead)
    return {name: (z.astype(np.float32), before) for name, (z, before) in out.items()}


def percent(hits: list[bool]) -> str:
    """Return the share that is true."""
    return f"{np.mean(hits):.0%}".replace("%", " %")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rng = np.random.default_rng(0)
    files: dict[str, list[str]] = defaultdict(list)
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            files[row["category"]].append(row["file"])
    rows, found = [], defaultdict(list)
    for category, names in files.items():
        here: dict[str, list[bool]] = defaultdict(list)
        for i in rng.permutation(len(names))[:25]:
            clip = read_audio(folder / names[i])
            x, sr = clip.mono(), clip.sr
            x = x / np.abs(x).max()
            true = find_onset(without_drift(x, sr), sr).sample
            for name, (y, before) in changes(x, sr, rng).items():
                onset = find_onset(without_drift(y, sr), sr).sample - before
                here[name].append(abs(onset - true) <= sr / 1000)
        rows.append([category, *map(percent, here.values())])
        for name, hits in here.items():
            found[name] += hits
    rows.append(["all", *map(percent, found.values())])
    print(f"{len(next(iter(found.values())))} recordings\n")
    print("\n".join(table(["category", *found], rows)))


if __name__ == "__main__":
    main()
