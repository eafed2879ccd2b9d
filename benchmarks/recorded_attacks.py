"""How the recordings of datasets begin, as they are stored, by category.

    .venv/bin/python benchmarks/recorded_attacks.py data/open-2 data/open

Reads datasets of format 2 (22,050 Hz) and of format 3 (44.1 kHz). Prints the median rise from 10 to
90 % of the peak, and the share of late hits, whose peak comes more than 20 ms after their first
sample (in format 3: after the pre-roll). Kits count alike, however many recordings they have.
"""

import argparse
import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.evaluation.measures.ear.start import LATE_MS, peak_ms, rise_ms
from neural_drum_machine.prepare.report import table
from neural_drum_machine.signal.full_hit import FULL_PRE_ROLL, FULL_SR


def attacks(folder: Path) -> dict[str, tuple[float, float, int]]:
    """Return for each category the median rise in ms, the share of late hits, and the count."""
    meta = json.loads((folder / "dataset.json").read_bytes())
    full = meta["format_version"] >= 3
    waves = np.load(folder / ("full.npy" if full else "waves.npy"), mmap_mode="r")
    sr = FULL_SR if full else meta["spec"]["sr"]
    found: dict[str, dict[str, list[tuple[float, bool]]]] = defaultdict(lambda: defaultdict(list))
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        for row, entry in enumerate(csv.DictReader(file)):
            if entry["origin"] != "real":
                continue
            if full:
                start = int(entry["full_start"])
                x = waves[start + FULL_PRE_ROLL : start + int(entry["full_length"])]
            else:
                x = waves[row, : int(entry["length"])]
            x = x.astype(np.float32)
            values = rise_ms(x, sr), peak_ms(x, sr) > LATE_MS
            found[entry["category"]][entry["group"]].append(values)
    out = {}
    for category, groups in found.items():
        # Each group has the weight 1, shared among its recordings.
        rises = np.array([rise for sounds in groups.values() for rise, _ in sounds])
        weights = np.concatenate([np.full(len(s), 1 / len(s)) for s in groups.values()])
        order = np.argsort(rises)
        reached = np.cumsum(weights[order]) / weights.sum()
        median = float(rises[order][np.searchsorted(reached, 0.5)])
        late = float(np.mean([np.mean([is_late for _, is_late in s]) for s in groups.values()]))
        out[category] = median, late, len(rises)
    return out


def main() -> None:
    """Print one table for all datasets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    folders = parser.parse_args().folders
    all_of = [attacks(folder) for folder in folders]
    rows = []
    for category in CATEGORIES:
        cells: list[object] = [category]
        for found in all_of:
            rise, late, count = found.get(category, (0.0, 0.0, 0))
            cells += [count, f"{rise:.1f}", f"{late:.0%}".replace("%", " %")]
        rows.append(cells)
    head = ["category"]
    for folder in folders:
        head += [f"{folder.name}: recordings", "rise ms", "late"]
    print("\n".join(table(head, rows)))


if __name__ == "__main__":
    main()
